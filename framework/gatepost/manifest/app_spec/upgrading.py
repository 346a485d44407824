"""Brings ``app_spec.yml`` up to the current version of its format, with the comments of the person who wrote it."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from gatepost.errors import ManifestError
from gatepost.manifest.app_spec.models import AppSpec
from gatepost.manifest.app_spec.reading import read_app_spec
from gatepost.manifest.documents.yaml_document import parse_yaml
from gatepost.manifest.part import key_of

if TYPE_CHECKING:
    from gatepost.manifest.documents.document import Document

__all__ = ["upgrade"]

VERSION = "1.1.0"


def upgrade(document: Document) -> str:
    """Return the text of an ``app_spec.yml`` in version 1.1.0 of the format; a current one as it is.

    The forms that `load_app_spec` reads besides the current ones become current ones. Comments and the order of keys stay.

    Args:
        document: The file, for example ``load_app_spec(path).document``.

    Raises:
        ManifestError: The file cannot be written anew without a loss: it repeats a key, or has something in both forms.
    """
    if document.data.get("schemaVersion") == VERSION:
        return document.text
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.explicit_start = document.text.startswith("---")
    stream = io.StringIO()
    try:
        data = yaml.load(document.text)
        _change(data)
        yaml.dump(data, stream)
        text = stream.getvalue()
        if "schemaVersion" not in document.data:
            # At the very top, above the comments that belong to what was first. A marker or a directive must stay there.
            marker = re.match(r"(?:%[^\n]*\n)*---[^\n]*\n", text)
            start = marker.end() if marker else 0
            text = f"{text[:start]}schemaVersion: {VERSION}\n{text[start:]}"
        _check_same(read_app_spec(document), read_app_spec(parse_yaml(document.path, text)))
    except (YAMLError, ManifestError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ManifestError(
            f"{document.path} cannot be brought to version {VERSION} by itself",
            why=str(error).partition("\n")[0],
            remedy=f"Write schemaVersion: {VERSION} and correct what `gatepost validate` reports",
            path=str(document.path),
        ) from None
    return text


def _check_same(old: AppSpec, new: AppSpec) -> None:
    for name in set(AppSpec.model_fields) - {"schema_version"}:
        if getattr(old, name) != getattr(new, name):
            raise ValueError(f"{key_of(name)} would get another value")


def _change(data: Any) -> None:
    _list_of(data, "releaseNotes", "version", "notes")
    _list_of(data, "notePerAction", "action", "note")
    for key in ("feeds", "publishOutFiles", "repeatingMinutes"):
        _move(data, key, "organization")
    _move(data, "retry", "playbook")
    if "outputVariables" in data:
        data.setdefault("outputData", []).append({"outputVariables": data.pop("outputVariables")})
    if "schemaVersion" in data:
        data["schemaVersion"] = VERSION


def _list_of(data: Any, key: str, name: str, content: str) -> None:
    value = data.get(key)
    if isinstance(value, dict) and not {name, content} & value.keys():
        data[key] = [{name: str(each), content: text} for each, text in value.items()]


def _move(data: Any, key: str, parent: str) -> None:
    if key in data:
        if not isinstance(data.get(parent), dict):
            data[parent] = {}
        if key in data[parent]:
            raise ValueError(f"{key} is at the top and in {parent}")
        data[parent][key] = data.pop(key)
