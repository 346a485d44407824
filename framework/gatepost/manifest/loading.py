"""Reads ``install.json``: what can be repaired is repaired and reported, the rest is an error with its line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

from gatepost.manifest.documents.document import Document, read_document
from gatepost.manifest.documents.places import quoted
from gatepost.manifest.file_model import build_file
from gatepost.manifest.models import Manifest, ProgramLanguage, RuntimeLevel
from gatepost.manifest.params import Param, ParamType, input_name
from gatepost.manifest.reading import ABSENT, Reading, as_text, build, kind_of, major_minor, squash, three_numbers, truth

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from gatepost.manifest.documents.places import Place

__all__ = ["load", "read_manifest", "read_param", "read_program_language", "read_runtime_level"]

AnyParam = TypeVar("AnyParam", bound=Param)


def load(path: str | os.PathLike[str]) -> Manifest:
    """Read an app's manifest as it is in the wild (contract/manifests_in_the_wild.md).

    Args:
        path: The ``install.json``, or the folder that contains it.

    Returns:
        The manifest. What is off in it is in its ``findings``, which cost nothing until somebody asks.

    Raises:
        ManifestError: There is no such file, it cannot be read, it is no JSON even after repair, it is a template that nobody
            filled in, it is nested too deeply, or it holds no object.
    """
    return read_manifest(read_document(path))


def read_manifest(document: Document, reading: Reading | None = None) -> Manifest:
    """Make a manifest of a document that was read before.

    Args:
        document: The document.
        reading: Where to report what is off; default is a new one.
    """
    reading = reading or Reading()
    data = document.data
    values, unknown = reading.fields(Manifest, data, (), elsewhere=_OWN_READERS)
    values["runtime_level"] = read_runtime_level(reading, data)
    language = values["program_language"] = read_program_language(reading, data, values)
    _fill_in(values, language)
    values["params"] = _params(reading, data, str(values["list_delimiter"]))
    if "playbook" in data:
        from gatepost.manifest.loading_parts import read_playbook

        values["playbook"] = read_playbook(reading, data["playbook"], ("playbook",))
    if "feeds" in data and data["feeds"] != []:
        from gatepost.manifest.loading_feeds import read_feeds

        values["feeds"] = read_feeds(reading, data["feeds"], ("feeds",))
    for key in ("docker", "service"):
        if key in data:
            from gatepost.manifest.loading_parts import read_container_or_service

            values[key] = read_container_or_service(reading, key, data[key], (key,))
    return build_file(Manifest, document, reading, values, unknown, judge=_judge)


def _judge(manifest: Manifest, document: Document, reading: Reading) -> Reading:
    from gatepost.manifest.checks import judge

    return judge(manifest, document, reading)


_OWN_READERS = frozenset({"runtimeLevel", "programLanguage", "params", "playbook", "feeds", "docker", "service"})

_RENAMED_LEVELS = {"customtriggerservice": RuntimeLevel.TRIGGER_SERVICE, "space": RuntimeLevel.SPACE_ORGANIZATION}


def _fill_in(values: dict[str, object], language: ProgramLanguage) -> None:
    """Put in what the rest of the framework relies on; `gatepost.manifest.checks` reports that it was not there."""
    if not values.get("list_delimiter"):
        values["list_delimiter"] = "|"
    if language is ProgramLanguage.PYTHON:
        if not values.get("program_main"):
            values["program_main"] = "run.py"
        if not values.get("language_version"):
            values["language_version"] = f"{sys.version_info.major}.{sys.version_info.minor}"
    version = values.get("language_version")
    if isinstance(version, str):
        values["language_version"] = major_minor(version)
    version = values.get("program_version")
    if isinstance(version, str):
        values["program_version"] = three_numbers(version)


def read_runtime_level(reading: Reading, data: Mapping[str, object]) -> RuntimeLevel:
    """Read the kind of app; when it is missing or unknown, take the one that the rest of the file speaks of."""
    place: Place = ("runtimeLevel",)
    value = data.get("runtimeLevel")
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
        reading.report("GP203", place, "a list stands where a text is meant", "Write the text alone", correction=(place, value))
    level = reading.member(RuntimeLevel, value, place)
    if level is not None:
        return level
    remedy = f"Write one of {_names(RuntimeLevel)}"
    if isinstance(value, str) and squash(value) in _RENAMED_LEVELS:
        level = _RENAMED_LEVELS[squash(value)]
        remedy = f"Write {level.value!r}"
    elif data.get("playbook"):
        level = RuntimeLevel.PLAYBOOK
    elif data.get("service"):
        level = RuntimeLevel.API_SERVICE
    else:
        level = RuntimeLevel.ORGANIZATION
    if "runtimeLevel" in data:
        shown = quoted(value) if isinstance(value, str) else kind_of(value)
        reading.report("GP207", place, f"{shown} is no known runtimeLevel; read as {level.value!r}", remedy)
    return level


def read_program_language(reading: Reading, data: Mapping[str, object], values: Mapping[str, object]) -> ProgramLanguage:
    """Read the language; when it is missing or unknown, Python unless the main program can only be a Java class."""
    place: Place = ("programLanguage",)
    value = data.get("programLanguage")
    language = reading.member(ProgramLanguage, value, place)
    if language is not None:
        return language
    is_java = bool(values.get("main_app_class") or values.get("java_classpath"))
    language = ProgramLanguage.JAVA if is_java else ProgramLanguage.PYTHON
    if "programLanguage" in data:
        shown = quoted(value) if isinstance(value, str) else kind_of(value)
        reading.report(
            "GP207",
            place,
            f"{shown} is no known programLanguage; read as {language.value!r}",
            f"Write one of {_names(ProgramLanguage)}",
        )
    return language


def _names(kind: type[RuntimeLevel | ProgramLanguage | ParamType]) -> str:
    return ", ".join(member.value for member in kind)


def _params(reading: Reading, data: Mapping[str, object], delimiter: str) -> tuple[Param, ...]:
    if "params" not in data:
        return ()
    params: list[Param] = []
    for place, item in reading.read_objects(data["params"], ("params",)):
        param = read_param(Param, reading, item, place, number=len(params) + 1, delimiter=delimiter)
        if param is not None:
            params.append(param)
    return tuple(params)


_OWN_PARAM_READERS = frozenset({"name", "type", "default"})


def read_param(
    model: type[AnyParam],
    reading: Reading,
    data: dict[str, object],
    place: Place,
    *,
    number: int,
    delimiter: str,
    is_complete: bool = True,
) -> AnyParam | None:
    """Read a param; None when it has no name that an input can have.

    Args:
        model: `Param`, or a kind of it.
        reading: Where to report what is off.
        data: The object.
        place: Where it stands.
        number: Its sequence number, when it names none.
        delimiter: What stands between the values of an input that has several.
        is_complete: Whether a type and a sequence number are expected to be there.
    """
    written = as_text(data.get("name"))
    name = input_name(written) if written is not None else ""
    if not name:
        reading.report(
            "GP301", place, "this param has no name that an input can have; ignored", "Give it a name of letters, digits and _"
        )
        return None
    if name != data["name"]:
        reading.report("GP302", (*place, "name"), f"the input is called {quoted(name)}", f"Write {quoted(name)}")
    values, unknown = reading.fields(model, data, place, elsewhere=_OWN_PARAM_READERS)
    values["name"] = name
    kind = values["type"] = ParamType.STRING
    if is_complete or data.get("type") is not None:
        kind = values["type"] = _param_type(reading, data, place, name)
    if "sequence" not in values:
        values["sequence"] = number
        if is_complete:
            what = f"the param {quoted(name)} has no sequence; it is number {number} here"
            reading.report("GP304", place, what, 'Add "sequence"')
    if kind is ParamType.MULTI_CHOICE:
        values["allow_multiple"] = True  # contract/install_json.md section 2: set automatically
    if "default" in data:
        values["default"] = _default(reading, data["default"], kind, (*place, "default"), delimiter)
    param = build(model, values, unknown)
    if written is not None and written != name:
        param._written_name = written
    return param


def _param_type(reading: Reading, data: Mapping[str, object], place: Place, name: str) -> ParamType:
    if "type" not in data or data["type"] is None:
        what = f"the param {quoted(name)} has no type; read as String"
        reading.report("GP303", place, what, 'Add "type": "String"', correction=((*place, "type"), "String"))
        return ParamType.STRING
    kind = reading.member(ParamType, data["type"], (*place, "type"))
    if kind is not None:
        return kind
    value = data["type"]
    shown = quoted(value) if isinstance(value, str) else kind_of(value)
    reading.report("GP207", (*place, "type"), f"{shown} is no known type; read as String", f"Write one of {_names(ParamType)}")
    return ParamType.STRING


def _default(reading: Reading, value: object, kind: ParamType, place: Place, delimiter: str) -> bool | str | None:
    """Return a default in the form that its type has: a bool for Boolean, else a text.

    JSON ``true`` and ``false`` are right for a Boolean and for nothing else. The value itself is never reported:
    it may be a secret.
    """
    if value is None:
        return None
    if kind is ParamType.BOOLEAN:
        return _boolean_default(reading, value, place)
    if isinstance(value, str):
        return value
    text = as_text(value)
    if text is None and isinstance(value, list) and kind is not ParamType.KEY_VALUE_LIST:
        items = [as_text(item) for item in value]
        if None not in items:
            text = delimiter.join(item for item in items if item is not None)
    if text is None and kind is ParamType.KEY_VALUE_LIST:
        import json

        text = json.dumps(value)
    if text is None:
        reading.report("GP204", place, f"{kind_of(value)} stands where a text is needed; ignored", "Write a text")
        return None
    what = f"{kind_of(value)} is the default of a {kind.value}; read as text"
    reading.report("GP307", place, what, 'Put it between " and "', correction=(place, text))
    return text


def _boolean_default(reading: Reading, value: object, place: Place) -> bool | None:
    if isinstance(value, bool):
        return value
    read = ABSENT if isinstance(value, (dict, list)) else truth(value)
    if not isinstance(read, bool):
        reading.report("GP204", place, f"{kind_of(value)} stands where true or false is needed; ignored", "Write true or false")
        return None
    if value != "":
        reading.report(
            "GP308",
            place,
            f"{kind_of(value)} is the default of a Boolean; read as {str(read).lower()}",
            f"Write {str(read).lower()}",
            correction=(place, read),
        )
    return read
