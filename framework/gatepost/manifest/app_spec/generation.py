"""Makes the files of an app of its ``app_spec.yml`` (contract/install_json.md section 11)."""

from __future__ import annotations

import sys
import uuid
from typing import TYPE_CHECKING, Any

from gatepost.errors import ManifestError
from gatepost.manifest.app_spec.advanced_request import advanced_request_outputs, advanced_request_params
from gatepost.manifest.app_spec.models import AppSpec, OutputData, SpecFeed, SpecParam, SpecSection
from gatepost.manifest.app_spec.readme import readme
from gatepost.manifest.documents.places import quoted
from gatepost.manifest.dumping import data_of, json_text
from gatepost.manifest.features import effective_features
from gatepost.manifest.models import RuntimeLevel
from gatepost.manifest.params import ParamType
from gatepost.manifest.tcex_json import DEFAULT_EXCLUDES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gatepost.manifest.documents.places import Place

__all__ = ["generate"]

_STEPS = {RuntimeLevel.PLAYBOOK, RuntimeLevel.TRIGGER_SERVICE, RuntimeLevel.WEBHOOK_TRIGGER_SERVICE}

_NOT_IN_INSTALL_JSON = frozenset(
    {
        "internalNotes",
        "notePerAction",
        "organization",
        "outputData",
        "outputPrefix",
        "packageName",
        "playbook",
        "releaseNotes",
        "schemaVersion",
        "sections",
        "serviceDetails",
    }
)

_ALWAYS = "1"
"""The expression for what is always shown."""


def generate(spec: AppSpec) -> dict[str, str]:
    """Return the files that an ``app_spec.yml`` stands for.

    Nothing is read or written, and the same specification gives the same files. What is unknown to gatepost and stands at the top
    or in a param goes into ``install.json`` as it is. An app without an ``appId`` gets a UUID (version 5) made of its package's
    name.

    Args:
        spec: The specification, from `load_app_spec`.

    Returns:
        The text of each file by its name: ``install.json``, ``tcex.json``, ``README.md``, one job file for each feed that has a
        job, and ``layout.json`` where a param or an output has a ``display`` and the app is a playbook app or a trigger.

    Raises:
        ManifestError: Two params have one name, the feature ``advancedRequest`` lacks a section ``Configure`` or an
            ``outputPrefix``, or a job file has the name of another file, or one that is no file's name.
    """
    sections, outputs = _with_advanced_request(spec)
    _check_names(spec, sections)
    files: dict[str, str] = {}
    layout = _layout(spec, sections, outputs)
    if layout is not None:
        files["layout.json"] = json_text(layout)
    files["tcex.json"] = json_text(_tcex_json(spec))
    files["README.md"] = readme(spec, sections, outputs)
    feeds = [_feed(spec, at, feed, files) for at, feed in enumerate(spec.organization.feeds if spec.organization else ())]
    files["install.json"] = json_text(_install_json(spec, sections, outputs, feeds, has_layout=layout is not None))
    return dict(sorted(files.items()))


def _problem(spec: AppSpec, place: Place, what: str, remedy: str) -> ManifestError:
    if spec.document is None:
        return ManifestError(what, remedy=remedy)
    line, column = spec.document.position(place)
    path = str(spec.document.path)
    return ManifestError(f"{path}, line {line}, column {column}: {what}", remedy=remedy, path=path, line=line, column=column)


def _has(spec: AppSpec, feature: str) -> bool:
    return any(name.casefold() == feature.casefold() for name in spec.features)


def _with_advanced_request(spec: AppSpec) -> tuple[tuple[SpecSection, ...], tuple[OutputData, ...]]:
    if not _has(spec, "advancedRequest") or spec.runtime_level is not RuntimeLevel.PLAYBOOK:
        return spec.sections, spec.output_data
    if not spec.output_prefix:
        raise _problem(spec, (), "the feature advancedRequest needs an outputPrefix", "Write outputPrefix: my.app")
    if not any(section.section_name == "Configure" for section in spec.sections):
        raise _problem(
            spec, ("sections",), "the feature advancedRequest needs a section called Configure", "Add sectionName: Configure"
        )
    sections = []
    is_added = False
    for section in spec.sections:
        if section.section_name == "Configure" and not is_added:
            is_added = True
            params = (*section.params, *advanced_request_params())
            sections.append(SpecSection(section_name=section.section_name, params=params))
        else:
            sections.append(section)
    return tuple(sections), (*spec.output_data, advanced_request_outputs(spec.output_prefix))


def _check_names(spec: AppSpec, sections: tuple[SpecSection, ...]) -> None:
    known: set[str] = set()
    for at, section in enumerate(sections):
        for number, param in enumerate(section.params):
            if param.disabled:
                continue
            if param.name in known:
                place = ("sections", at, "params", number)
                raise _problem(
                    spec, place, f"another param is called {quoted(param.name)}", "Give each param its own name, or disable one"
                )
            known.add(param.name)


def _install_json(
    spec: AppSpec,
    sections: tuple[SpecSection, ...],
    outputs: tuple[OutputData, ...],
    feeds: list[dict[str, Any]],
    *,
    has_layout: bool,
) -> dict[str, Any]:
    level = spec.runtime_level
    data = {key: value for key, value in data_of(spec).items() if key not in _NOT_IN_INSTALL_JSON}
    data.setdefault("appId", str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:gatepost:app:{spec.package_name}")))
    data.setdefault("allowOnDemand", level.is_job)
    data["features"] = list(effective_features(level, spec.features, has_layout=has_layout))
    data["languageVersion"] = spec.language_version or f"{sys.version_info.major}.{sys.version_info.minor}"
    data["listDelimiter"] = spec.list_delimiter or "|"
    data["minServerVersion"] = spec.min_server_version or "7.2.0"
    data["note"] = _note(spec)
    data["programLanguage"] = spec.program_language.value
    data["programMain"] = "run.py"
    data["runtimeLevel"] = level.value
    params = (param for section in sections for param in section.params if not param.disabled)
    data["params"] = [_param(param, number, level) for number, param in enumerate(params, 1)]
    if spec.organization is not None:
        data["publishOutFiles"] = list(spec.organization.publish_out_files)
        data["repeatingMinutes"] = list(spec.organization.repeating_minutes)
    if feeds:
        data["feeds"] = feeds
    if level in _STEPS:
        data["playbook"] = _playbook(spec, outputs)
    return data


def _note(spec: AppSpec) -> str:
    actions = [f"* {entry.action}: {entry.note}" for entry in spec.note_per_action]
    return "\n".join([*([spec.note.rstrip(), ""] if spec.note.strip() else []), *actions]) if actions else spec.note


def _param(param: SpecParam, number: int, level: RuntimeLevel) -> dict[str, Any]:
    data = {key: value for key, value in data_of(param).items() if key not in {"display", "disabled"}}
    data["type"] = param.type.value
    data["sequence"] = number
    data.setdefault("label", param.label or param.name)
    if param.type in {ParamType.STRING, ParamType.KEY_VALUE_LIST}:
        values = list(_valid_values(param, level))
        if values:
            data["validValues"] = values
        else:
            data.pop("validValues", None)
    if param.type is ParamType.STRING and level is RuntimeLevel.PLAYBOOK and not param.playbook_data_type:
        data["playbookDataType"] = ["String"]
    return data


def _valid_values(param: SpecParam, level: RuntimeLevel) -> Iterator[str]:
    """Yield the stored variables that a person is offered (contract/install_json.md section 6)."""
    store = "KEYCHAIN" if param.encrypt else "TEXT"
    anywhere, scoped = f"${{{store}}}", (f"${{USER:{store}}}", f"${{ORGANIZATION:{store}}}")
    if level is RuntimeLevel.ORGANIZATION or param.service_config:
        wanted, unwanted = list(scoped), {anywhere}
    elif level is RuntimeLevel.PLAYBOOK:
        wanted, unwanted = [anywhere], set(scoped)
    else:
        wanted, unwanted = [], set()
    kept = [value for value in param.valid_values if value not in unwanted]
    yield from kept
    yield from (value for value in wanted if value not in kept)


def _playbook(spec: AppSpec, outputs: tuple[OutputData, ...]) -> dict[str, Any]:
    data: dict[str, Any] = {"type": spec.category}
    if _has(spec, "advancedRequest") and spec.output_prefix:
        data["outputPrefix"] = spec.output_prefix
    variables: dict[tuple[str, str], dict[str, Any]] = {}
    for group in outputs:
        for output in group.output_variables:
            if not output.disabled:
                found = data_of(output) | {"type": output.type}
                found.pop("disabled", None)
                variables.setdefault((output.name, output.type), found)
    data["outputVariables"] = list(variables.values())
    if spec.playbook is not None and spec.playbook.retry is not None:
        data["retry"] = data_of(spec.playbook.retry)
    return data


def _layout(spec: AppSpec, sections: tuple[SpecSection, ...], outputs: tuple[OutputData, ...]) -> dict[str, Any] | None:
    if spec.runtime_level not in _STEPS:
        return None
    shown = [
        (section, [param for param in section.params if not (param.disabled or param.hidden or param.service_config)])
        for section in sections
    ]
    conditional = any(param.display for _, params in shown for param in params)
    if not conditional and not any(group.display for group in outputs):
        return None
    pages: list[dict[str, Any]] = []
    for section, params in shown:
        if params:
            page = [{"name": param.name} | ({"display": _display(param.display)} if param.display else {}) for param in params]
            pages.append({"title": section.section_name, "sequence": len(pages) + 1, "parameters": page})
    conditions: dict[str, list[str]] = {}
    for group in outputs:
        for output in group.output_variables:
            if not output.disabled:
                conditions.setdefault(output.name, []).append(_display(group.display))
    return {"inputs": pages, "outputs": [{"name": name, "display": _any_of(found)} for name, found in conditions.items()]}


def _display(expression: str) -> str:
    # An action that is none is no condition at all, and an output must have one (contract/install_json.md section 7).
    return _ALWAYS if expression.strip() in {"", "tc_action not in ('')"} else expression.strip()


def _any_of(expressions: list[str]) -> str:
    """Return the condition under which one of several holds: an output may be given out by several groups, and is listed once."""
    different = list(dict.fromkeys(expressions))
    if _ALWAYS in different:
        return _ALWAYS
    return different[0] if len(different) == 1 else " or ".join(f"({expression})" for expression in different)


def _tcex_json(spec: AppSpec) -> dict[str, Any]:
    return {"package": {"app_name": spec.package_name, "excludes": sorted(DEFAULT_EXCLUDES), "output_dir": "target"}}


def _feed(spec: AppSpec, at: int, feed: SpecFeed, files: dict[str, str]) -> dict[str, Any]:
    """Return the entry of a feed, and put its job's file with the others."""
    data = {key: value for key, value in data_of(feed).items() if key != "job"}
    if feed.job is None:
        return data
    name = feed.job_file or f"{'_'.join(feed.source_name.lower().split()) or 'feed'}_job.json"
    place: Place = ("organization", "feeds", at)
    if name != name.strip() or any(character in name for character in "/\\:\0") or name in {"", ".", ".."}:
        raise _problem(spec, place, f"{quoted(name)} is no file's name", "Write jobFile: my_feed_job.json")
    if name in {*files, "install.json"}:
        raise _problem(spec, place, f"two files would be called {quoted(name)}", "Write another jobFile")
    data["jobFile"] = name
    job = data_of(feed.job)
    major = spec.program_version.partition(".")[0] or "1"
    job.setdefault("programName", f"{spec.package_name}_v{major}".replace("_", " "))
    job.setdefault("programVersion", spec.program_version)
    job.setdefault("params", [])
    files[name] = json_text(job)
    return data
