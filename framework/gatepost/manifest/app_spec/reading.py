"""Reads ``app_spec.yml``: current ones, and the forms that older ones have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.manifest.app_spec.models import (
    AppSpec,
    NotePerAction,
    Organization,
    OutputData,
    ReleaseNote,
    SpecFeed,
    SpecOutput,
    SpecParam,
    SpecPlaybook,
    SpecSection,
)
from gatepost.manifest.documents.yaml_document import read_yaml
from gatepost.manifest.file_model import build_file, missing
from gatepost.manifest.job import Job, job_fields
from gatepost.manifest.loading import read_param, read_program_language, read_runtime_level
from gatepost.manifest.loading_feeds import feed_fields
from gatepost.manifest.loading_parts import read_container_or_service, read_output, read_retry
from gatepost.manifest.reading import Reading, build, major_minor, three_numbers

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from gatepost.manifest.documents.document import Document
    from gatepost.manifest.documents.places import Place

__all__ = ["load_app_spec", "read_app_spec"]

_OWN_READERS = frozenset(
    {
        "notePerAction",
        "organization",
        "outputData",
        "playbook",
        "programLanguage",
        "releaseNotes",
        "runtimeLevel",
        "sections",
        "service",
        "serviceDetails",
    }
)

_REQUIRED = ("displayName", "packageName", "programVersion", "releaseNotes", "runtimeLevel", "sections")

_OLD_KEYS = frozenset({"feeds", "publishOutFiles", "repeatingMinutes", "retry", "outputVariables", "schemaVersion"})


def load_app_spec(path: str | os.PathLike[str]) -> AppSpec:
    """Read an app's ``app_spec.yml`` as it is; what is off is in its ``findings``.

    Version 1.0.0 of the format has no ``schemaVersion``. What else it had is not documented; these forms, which mean the same,
    are read as well: ``releaseNotes`` and ``notePerAction`` as mappings; ``feeds``, ``publishOutFiles``, ``repeatingMinutes``,
    ``retry`` and ``outputVariables`` at the top.

    Args:
        path: The file, or the folder that contains it.

    Raises:
        ManifestError: There is no such file, it cannot be read, is no YAML, is too large, or holds no mapping.
        GatepostError: The extra ``cli``, which brings the YAML reader, is not installed.
    """
    return read_app_spec(read_yaml(path, name="app_spec.yml"))


def read_app_spec(document: Document) -> AppSpec:
    """Make a model of a document that was read before."""
    reading = Reading()
    data = document.data
    missing(reading, data, (), _REQUIRED)
    if "schemaVersion" not in data:
        reading.report(
            "GP202", (), "the key 'schemaVersion' is missing; read as 1.0.0", "Bring it up to date: write schemaVersion: 1.1.0"
        )
    known = {key: value for key, value in data.items() if key not in _OLD_KEYS}
    values, unknown = reading.fields(AppSpec, known, (), elsewhere=_OWN_READERS)
    values["runtime_level"] = read_runtime_level(reading, data)
    values["program_language"] = read_program_language(reading, data, values)
    for field, cut in (("language_version", major_minor), ("program_version", three_numbers)):
        if isinstance(values.get(field), str):
            values[field] = cut(str(values[field]))
    delimiter = str(values.setdefault("list_delimiter", "|")) or "|"
    values["sections"] = tuple(_sections(reading, data, delimiter))
    values["output_data"] = tuple(_output_data(reading, data))
    values["release_notes"] = tuple(
        build(ReleaseNote, *reading.fields(ReleaseNote, item, where))
        for where, item in _pairs(reading, data, "releaseNotes", "version", "notes")
    )
    values["note_per_action"] = tuple(
        build(NotePerAction, *reading.fields(NotePerAction, item, where))
        for where, item in _pairs(reading, data, "notePerAction", "action", "note")
    )
    values["organization"] = _organization(reading, data)
    values["playbook"] = _playbook(reading, data)
    if "service" in data:
        values["service"] = read_container_or_service(reading, "service", data["service"], ("service",))
    values["service_details"] = data.get("serviceDetails")
    return build_file(AppSpec, document, reading, values, unknown)


def _sections(reading: Reading, data: dict[str, object], delimiter: str) -> Iterator[SpecSection]:
    if "sections" not in data:
        return
    number = 0
    for place, item in reading.read_objects(data["sections"], ("sections",)):
        missing(reading, item, place, ("sectionName", "params"))
        values, unknown = reading.fields(SpecSection, item, place, elsewhere={"params"})
        params: list[SpecParam] = []
        for where, each in reading.read_objects(item.get("params", []), (*place, "params")):
            param = read_param(SpecParam, reading, each, where, number=number + 1, delimiter=delimiter, is_complete=False)
            if param is not None:
                number += 1
                params.append(param)
        values["params"] = tuple(params)
        yield build(SpecSection, values, unknown)


def _output_data(reading: Reading, data: dict[str, object]) -> Iterator[OutputData]:
    if "outputData" in data:
        for place, item in reading.read_objects(data["outputData"], ("outputData",)):
            missing(reading, item, place, ("outputVariables",))
            values, unknown = reading.fields(OutputData, item, place, elsewhere={"outputVariables"})
            values["output_variables"] = _outputs(reading, item.get("outputVariables", []), (*place, "outputVariables"))
            yield build(OutputData, values, unknown)
    if "outputVariables" in data:
        outputs = _outputs(reading, data["outputVariables"], ("outputVariables",))
        yield build(OutputData, {"output_variables": outputs}, {})


def _outputs(reading: Reading, value: object, place: Place) -> tuple[SpecOutput, ...]:
    items = reading.read_objects(value, place)
    outputs = (read_output(SpecOutput, reading, item, where, is_complete=False) for where, item in items)
    return tuple(output for output in outputs if output is not None)


def _pairs(
    reading: Reading, data: dict[str, object], key: str, name: str, content: str
) -> Iterator[tuple[Place, dict[str, object]]]:
    """Yield the objects of a list, or of a mapping whose keys are the names and whose values are the contents."""
    value = data.get(key)
    if key not in data:
        return
    if isinstance(value, dict) and not {name, content} & value.keys():
        reading.report(
            "GP209", (key,), "a mapping stands where a list of objects is meant", f"Write a list of {name} and {content}"
        )
        for each, text in value.items():
            yield (key, each), {name: each, content: text}
    else:
        yield from reading.read_objects(value, (key,))


def _organization(reading: Reading, data: dict[str, object]) -> Organization | None:
    place: Place = ("organization",)
    own = reading.read_object(data["organization"], place) if "organization" in data else None
    at_the_top: dict[str, object] = {key: data[key] for key in ("feeds", "publishOutFiles", "repeatingMinutes") if key in data}
    if own is None and not at_the_top:
        return None
    values, unknown = reading.fields(Organization, own or {}, place, elsewhere={"feeds"})
    for key, value in reading.fields(Organization, at_the_top, (), elsewhere={"feeds"})[0].items():
        values.setdefault(key, value)
    feeds: list[SpecFeed] = []
    for where, holder in ((place, own or {}), ((), at_the_top)):
        if "feeds" in holder:
            feeds.extend(_feed(reading, item, at) for at, item in reading.read_objects(holder["feeds"], (*where, "feeds")))
    values["feeds"] = tuple(feeds)
    return build(Organization, values, unknown)


def _feed(reading: Reading, data: dict[str, object], place: Place) -> SpecFeed:
    values, unknown = feed_fields(SpecFeed, reading, data, place, elsewhere={"job"})
    job = reading.read_object(data["job"], (*place, "job")) if "job" in data else None
    if job is not None:
        values["job"] = build(Job, *job_fields(reading, job, (*place, "job"), is_complete=False))
    return build(SpecFeed, values, unknown)


def _playbook(reading: Reading, data: dict[str, object]) -> SpecPlaybook | None:
    place: Place = ("playbook",)
    own = reading.read_object(data["playbook"], place) if "playbook" in data else None
    if own is None and "retry" not in data:
        return None
    values, unknown = reading.fields(SpecPlaybook, own or {}, place, elsewhere={"retry"})
    if own is not None and "retry" in own:
        values["retry"] = read_retry(reading, own["retry"], (*place, "retry"))
    elif "retry" in data:
        values["retry"] = read_retry(reading, data["retry"], ("retry",))
    return build(SpecPlaybook, values, unknown)
