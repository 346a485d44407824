"""From models back to files, without loss."""

from __future__ import annotations

import enum
import json
from typing import TYPE_CHECKING, Any

from gatepost.manifest.documents.document import Document
from gatepost.manifest.part import Part, key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gatepost.manifest.file_model import FileModel
    from gatepost.manifest.models import Manifest

__all__ = ["data_of", "dump", "json_text"]


def data_of(part: Part) -> dict[str, Any]:
    """Return a model as the JSON object that means the same: what was given to it, by the keys of the file, and unknown keys.

    Args:
        part: The model.
    """
    result: dict[str, Any] = {}
    for name in type(part).model_fields:
        if name in part.model_fields_set:
            value = getattr(part, "written_name" if name == "name" and hasattr(part, "written_name") else name)
            if value is not None:
                result[_key(part, name)] = _plain(value)
    for key, value in (part.model_extra or {}).items():
        result.setdefault(key, value)
    return result


def json_text(data: Mapping[str, object]) -> str:
    """Return an object as the text of a file: keys in the order of the alphabet, as the platform's tools write them."""
    return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def dump(model: Manifest | FileModel) -> str:
    """Return the text of the file that a model stands for.

    A model that was read from a JSON file gives exactly the text of it, but for what was changed by ``model_copy``: the order of
    keys, unknown keys, comments, and the way values are written stay. One that was made in code gives JSON indented by two
    blanks.

    Args:
        model: The model. What was read from YAML or CSV comes out as JSON.

    Raises:
        ManifestError: The text cannot be read again (only where hardly any stack is left).
    """
    document = model.document
    if document is None or document.path.suffix.lower() not in {".json", ""}:
        return json_text(data_of(model))
    from gatepost.manifest.documents.editing import DocumentEdit

    edit = DocumentEdit(document)
    edit.set((), _merged(_reader_of(model)(document), model, document.data))
    return edit.document().text


def _reader_of(model: Part) -> Callable[[Document], Part]:
    from gatepost.manifest.attributes import Attributes, read_attributes
    from gatepost.manifest.job import Job, read_job
    from gatepost.manifest.layout import Layout, read_layout
    from gatepost.manifest.loading import read_manifest
    from gatepost.manifest.tcex_json import TcexJson, read_tcex_json

    readers: dict[type[Part], Callable[[Document], Part]] = {
        Attributes: read_attributes,
        Job: read_job,
        Layout: read_layout,
        TcexJson: read_tcex_json,
    }
    return readers.get(type(model), read_manifest)


def _merged(old: Part, new: Part, raw: Mapping[str, object]) -> dict[str, object]:
    """Return the object that a model was read from, with what is different in another model."""
    result = dict(raw)
    for name in type(new).model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            key = _key(new, name)
            if after is None:
                result.pop(key, None)
            else:
                result[key] = _merged_value(before, after, raw.get(key))
    known, wanted = old.model_extra or {}, new.model_extra or {}
    for key in known.keys() - wanted.keys():
        result.pop(key, None)
    result.update({key: value for key, value in wanted.items() if key not in known or known[key] != value})
    return result


def _merged_value(old: object, new: object, raw: object) -> object:
    if isinstance(old, Part) and isinstance(new, Part) and isinstance(raw, dict):
        return _merged(old, new, raw)
    if isinstance(old, tuple) and isinstance(new, tuple) and isinstance(raw, list) and len(raw) == len(old):
        left = list(zip(old, raw, strict=True))
        return [_merged_item(left, item) for item in new]
    return _plain(new)


def _merged_item(left: list[tuple[Any, Any]], item: Any) -> object:
    """Return an item of a list as the old one that it was made of is written; each old one serves once."""
    for at, (before, raw) in enumerate(left):
        if before == item:
            del left[at]
            return raw
    for at, (before, raw) in enumerate(left):
        if isinstance(item, Part) and isinstance(raw, dict) and getattr(item, "name", None) == getattr(before, "name", "") != "":
            del left[at]
            return _merged(before, item, raw)
    return _plain(item)


def _plain(value: Any) -> Any:
    if isinstance(value, Part):
        return data_of(value)
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _key(part: Part, name: str) -> str:
    return key_of(name) if type(part).model_config.get("alias_generator") is not None else name
