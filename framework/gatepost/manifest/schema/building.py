"""Builds the JSON Schemas of the files of an app (draft 2020-12) of the models that read them."""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING, Any

from gatepost.errors import UsageError
from gatepost.manifest.app_spec.models import AppSpec
from gatepost.manifest.attributes import Attributes
from gatepost.manifest.job import Job
from gatepost.manifest.layout import Layout
from gatepost.manifest.models import Manifest
from gatepost.manifest.part import Part, key_of
from gatepost.manifest.schema.descriptions import about, attribute_texts
from gatepost.manifest.schema.hints import CONDITIONS, HINTS, REQUIRED
from gatepost.manifest.tcex_json import TcexJson
from gatepost.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SCHEMAS", "json_schema", "schema_text"]

_FIELD = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


class _Schema(NamedTuple):
    model: type[Part]
    what: str


_OF: dict[str, _Schema] = {
    "install.json": _Schema(Manifest, "An app's manifest: what it is, what it asks for, what it gives out."),
    "layout.json": _Schema(Layout, "The form that asks for an app's inputs."),
    "job.json": _Schema(Job, "The job that a feed comes with."),
    "tcex.json": _Schema(TcexJson, "How an app is packaged."),
    "app_spec.yml": _Schema(AppSpec, "An app in one file, which the others are made from."),
    "attributes.json": _Schema(Attributes, "Attribute types that a feed brings."),
}

SCHEMAS: dict[str, str] = {name: schema.what for name, schema in _OF.items()}
"""The files that there is a schema for, and what each is."""


def json_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a file.

    It is made for editors: it completes keys and values, explains them, and marks what `gatepost.manifest.load` would report.
    Unknown keys are allowed at every level, since platforms may know keys that gatepost does not.

    Args:
        name: One of `SCHEMAS`.

    Raises:
        UsageError: There is no such file.
    """
    found = _OF.get(name)
    if found is None:
        raise UsageError(f"There is no schema for {name!r}", remedy=f"Choose one of {', '.join(_OF)}")
    made = found.model.model_json_schema(by_alias=True)
    models = {model.__name__: model for model in _models(Part)}
    definitions = made.pop("$defs", {})
    root = _finished(made, found.model)
    properties = {"$schema": {"type": "string", "description": "The JSON Schema of this file; for editors only."}}
    schema: dict[str, Any] = {
        "$schema": _DRAFT,
        "$id": f"urn:gatepost:schema:{name}",
        "title": name,
        "description": found.what,
        "type": "object",
        "properties": properties | root["properties"],
        **{key: value for key, value in root.items() if key in {"required", "allOf"}},
        "$defs": {
            key: _definition(definition, key, models, is_spec=found.model is AppSpec)
            for key, definition in sorted(definitions.items())
        },
    }
    if not schema["$defs"]:
        del schema["$defs"]
    return schema


def schema_text(name: str) -> str:
    """Return the JSON Schema of a file as the text of a file of its own; raises as `json_schema` does."""
    return json.dumps(json_schema(name), indent=2, ensure_ascii=False) + "\n"


def _models(parent: type[Part]) -> Iterator[type[Part]]:
    for model in parent.__subclasses__():
        yield model
        yield from _models(model)


def _definition(made: dict[str, Any], name: str, models: dict[str, type[Part]], *, is_spec: bool) -> dict[str, Any]:
    model = models.get(name)
    if model is None:
        return _enumeration(made, name)
    schema = _finished(made, model)
    if model is Job and is_spec:
        schema["required"] = ["jobName"]  # the rest is filled in from the app around it
    return schema


def _finished(made: dict[str, Any], model: type[Part]) -> dict[str, Any]:
    """Return the schema of a model with the texts, choices and patterns that it lacks."""
    name = model.__name__
    texts = attribute_texts(model)
    is_camel_case = model.model_config.get("alias_generator") is not None
    properties: dict[str, Any] = {}
    for field in model.model_fields:
        key = key_of(field) if is_camel_case else field
        schema = _tidied(dict(made.get("properties", {}).get(key, {})))
        if texts.get(field):
            schema = {"description": _in_words_of_the_file(texts[field]), **schema}
        hints = HINTS.get(name, {}).get(key, {})
        if "anyOf" in hints:
            schema.pop("type", None)
        schema.update(hints)
        if "minimum" in schema and schema.get("default", schema["minimum"]) < schema["minimum"]:
            del schema["default"]
        properties[key] = schema
    result: dict[str, Any] = {
        "description": _in_words_of_the_file(about(model)),
        "type": "object",
        "properties": dict(sorted(properties.items())),
    }
    if name in REQUIRED:
        result["required"] = list(REQUIRED[name])
    if name in CONDITIONS:
        result["allOf"] = list(CONDITIONS[name])
    return result


def _in_words_of_the_file(text: str) -> str:
    """Return a text with the keys of the file in place of the names of fields."""
    fields = _fields_with_other_keys()
    return _FIELD.sub(lambda match: key_of(match.group()) if match.group() in fields else match.group(), text)


@functools.cache
def _fields_with_other_keys() -> frozenset[str]:
    models = (model for model in _models(Part) if model.model_config.get("alias_generator") is not None)
    return frozenset(field for model in models for field in model.model_fields)


def _tidied(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a value without what helps nobody: titles, empty defaults, null beside another type."""
    schema.pop("title", None)
    if schema.get("default") in (None, "", [], {}) or isinstance(schema.get("default"), dict):
        schema.pop("default", None)
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        del schema["anyOf"]
        schema.update(choices[0])
    elif choices:
        schema["anyOf"] = choices
        if all(choice.keys() == {"type"} for choice in choices):
            del schema["anyOf"]
            schema["type"] = [choice["type"] for choice in choices]
    return schema


def _enumeration(made: dict[str, Any], name: str) -> dict[str, Any]:
    from gatepost.manifest.attributes import ValidationKind
    from gatepost.manifest.models import ProgramLanguage, RuntimeLevel
    from gatepost.manifest.params import ParamType

    kinds = {kind.__name__: kind for kind in (ParamType, ProgramLanguage, RuntimeLevel, ValidationKind)}
    kind = kinds[name]
    texts = attribute_texts(kind)
    result: dict[str, Any] = {"description": about(kind), "enum": list(made["enum"])}
    if any(texts.values()):
        result["enumDescriptions"] = [texts.get(member.name, "") for member in kind]
    return result
