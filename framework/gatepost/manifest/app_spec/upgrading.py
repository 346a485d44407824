"""Brings ``app_spec.yml`` up to the current version of its format, with the comments of the person who wrote it."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from gatepost.errors import ManifestError
from gatepost.manifest.yaml_document import parse_yaml

if TYPE_CHECKING:
    from gatepost.manifest.document import Document

__all__ = ["upgrade"]

VERSION = "1.1.0"

_CHANGED = frozenset(
    {
        "feeds",
        "notePerAction",
        "organization",
        "outputData",
        "outputVariables",
        "playbook",
        "publishOutFiles",
        "releaseNotes",
        "repeatingMinutes",
        "retry",
        "schemaVersion",
    }
)
"""The keys that may be other ones afterwards."""


def upgrade(document: Document) -> str:
    """Return the text of an ``app_spec.yml`` in version 1.1.0 of the format; a current one as it is.

    The forms that `load_app_spec` reads besides the current ones become current ones. Comments and the order of keys stay.

    Args:
        document: The file, for example ``load_app_spec(path).document``.

    Raises:
        ManifestError: The file cannot be written anew: it repeats values by names in a way that does not survive.
    """
    if document.data.get("schemaVersion") == VERSION:
        return document.text
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.allow_duplicate_keys = True
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
        _check_same(document.data, parse_yaml(document.path, text).data)
    except (YAMLError, ManifestError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ManifestError(
            f"{document.path} cannot be brought to version {VERSION} by itself",
            why=str(error).partition("\n")[0],
            remedy=f"Write schemaVersion: {VERSION} and correct what `gatepost validate` reports",
            path=str(document.path),
        ) from None
    return text


def _check_same(old: dict[str, object], new: dict[str, object]) -> None:
    for key, value in old.items():
        if key not in _CHANGED and (key not in new or new[key] != value):
            raise ValueError(f"{key} would get another value")


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
        data[parent].setdefault(key, data.pop(key))
