"""Rules about ``app_spec.yml``: the files that it stands for are those that are there (contract/install_json.md section 11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gatepost.errors import GatepostError, ManifestError
from gatepost.manifest.documents.document import parse_document
from gatepost.manifest.documents.places import Place, quoted
from gatepost.manifest.findings import Severity
from gatepost.manifest.loading import read_manifest
from gatepost.manifest.part import Part, key_of
from gatepost.project.validation.rule import Problem, rule
from gatepost.project.validation.subject import Subject, problem_of, text_of

if TYPE_CHECKING:
    from gatepost.manifest.app_spec import AppSpec
    from gatepost.manifest.models import Manifest

_NAME = "app_spec.yml"
_PARTS = frozenset({"params", "playbook", "feeds", "docker", "service"})
_WRITTEN_LATER = frozenset({"commit_hash", "sdk_version", "features"})
"""What packaging writes, and so may differ."""


@rule("GP820", Severity.ERROR)
def app_spec_unusable(app: Subject) -> Iterator[Problem]:
    """No manifest can be made of app_spec.yml.

    It cannot be read, or lacks what ``install.json`` needs.
    """
    error = app.once(_generated)
    if isinstance(error, ManifestError):
        yield Problem(problem_of(error), error.remedy, file=app.folder / _NAME, line=error.line, column=error.column)


@rule("GP821", Severity.WARNING)
def app_spec_differs(app: Subject) -> Iterator[Problem]:
    """The specification, app_spec.yml, and install.json say different things.

    Who makes the manifest of the specification once more loses what was changed in the manifest only. What packaging writes
    (``features``, ``sdkVersion``, ``commitHash``) is not compared, nor an ``appId`` that the specification does not name.
    """
    spec = app.once(_generated)
    if spec is None or isinstance(spec, GatepostError):
        return
    yield from _app_differences(app, spec)
    yield from _param_differences(app, spec)
    yield from _output_differences(app, spec)


def read_spec(app: Subject) -> AppSpec | GatepostError | None:
    """Return the app's specification; why it cannot be read, or None when there is none."""
    if not app.has_file(_NAME):
        return None
    from gatepost.manifest.app_spec import load_app_spec

    try:
        return load_app_spec(app.folder / _NAME)
    except GatepostError as error:
        if not isinstance(error, ManifestError):
            app.notes.append(f"{_NAME} was not compared with the manifest: {error.what}")
        return error


def _generated(app: Subject) -> Manifest | GatepostError | None:
    """Return the manifest that the specification stands for."""
    spec = app.once(read_spec)
    if spec is None or isinstance(spec, GatepostError):
        return spec
    from gatepost.manifest.app_spec import generate

    try:
        text = generate(spec)["install.json"]
    except ManifestError as error:
        return error
    manifest = read_manifest(parse_document(app.folder / "install.json", text))
    return manifest if spec.app_id else manifest.model_copy(update={"app_id": app.manifest.app_id})


def _app_differences(app: Subject, spec: Manifest) -> Iterator[Problem]:
    for name in type(spec).model_fields:
        if name not in _PARTS | _WRITTEN_LATER and getattr(spec, name) != getattr(app.manifest, name):
            key = key_of(name)
            yield _differs(key, (key,) if key in app.data else ())


def _param_differences(app: Subject, spec: Manifest) -> Iterator[Problem]:
    places = {param.name: (place, param) for place, param in app.params}
    wanted = {param.name: param for param in spec.params}
    for name in wanted:
        if name not in places:
            yield Problem(
                f"{_NAME} has the param {quoted(name)}", "Make the manifest once more, or correct it there", ("params",)
            )
    for name, (place, param) in places.items():
        if name not in wanted:
            yield Problem(f"{_NAME} has no param {quoted(name)}", "Add it there, or remove it here", (*place, "name"))
            continue
        for key in _different_keys(param, wanted[name]):
            yield _differs(f"{key} of the param {quoted(name)}", (*place, key))


def _different_keys(one: Part, other: Part) -> Iterator[str]:
    for name in type(one).model_fields:
        if getattr(one, name) != getattr(other, name):
            yield key_of(name)


def _output_differences(app: Subject, spec: Manifest) -> Iterator[Problem]:
    here = app.manifest.playbook.output_variables if app.manifest.playbook else ()
    there = spec.playbook.output_variables if spec.playbook else ()
    declared, wanted = ({(output.name, output.type) for output in outputs} for outputs in (here, there))
    for name, kind in sorted(wanted - declared):
        place: Place = ("playbook", "outputVariables")
        yield Problem(
            f"{_NAME} has the output {quoted(name)} ({kind})", "Make the manifest once more, or correct it there", place
        )
    for place, output in app.outputs:
        name, kind = text_of(output, "name"), text_of(output, "type") or "String"
        if (name, kind) in declared - wanted:
            yield Problem(f"{_NAME} has no output {quoted(name)} ({kind})", "Add it there, or remove it here", (*place, "name"))


def _differs(what: str, place: Place) -> Problem:
    return Problem(f"{what} is another one in {_NAME}", "Make the manifest once more, or correct it there", place)
