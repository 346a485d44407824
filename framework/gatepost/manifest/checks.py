"""Judges a manifest that was read: the rules that change nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gatepost.manifest.documents.places import entries, quoted
from gatepost.manifest.documents.relaxed import PLACEHOLDER
from gatepost.manifest.models import ProgramLanguage, RuntimeLevel
from gatepost.manifest.params import SECRET_NAMES, ParamType, input_name
from gatepost.manifest.reading import Reading, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gatepost.manifest.documents.document import Document
    from gatepost.manifest.documents.places import Place
    from gatepost.manifest.models import Manifest
    from gatepost.manifest.params import Param

__all__ = ["judge", "places_of_params"]

_REQUIRED = ("displayName", "programVersion", "runtimeLevel", "programLanguage", "programMain", "languageVersion", "params")
"""Keys that the contract calls required and that have no rule of their own; ``features`` and ``listDelimiter`` have."""

_ASSUMED = {
    "runtimeLevel": "runtime_level",
    "programLanguage": "program_language",
    "programMain": "program_main",
    "languageVersion": "language_version",
}
"""What the framework goes on with when such a key is missing."""

_NEVER_EMPTY = frozenset({"runtimeLevel", "programLanguage", "params"})
"""Of these, what is no value was reported when they were read."""

_VERSIONS = {
    "programVersion": ("GP406", "x.y.z", "three numbers"),
    "languageVersion": ("GP401", "major.minor", "two numbers"),
}
"""The rule about the form of each version, and the form."""

_JAVA_ONLY_LEVELS = {
    RuntimeLevel.INTERNAL,
    RuntimeLevel.STIX_PARSER,
    RuntimeLevel.THIRD_PARTY,
    RuntimeLevel.PLAYBOOK_OPERATOR,
    RuntimeLevel.ADMIN_SERVICE,
}
_JAVA_ONLY_LANGUAGES = {ProgramLanguage.NATIVE, ProgramLanguage.PLAYBOOK}
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_MAGIC = re.compile(r"\$\{[^}]*\}")


def judge(manifest: Manifest, document: Document, reading: Reading) -> Reading:
    """Return what was reported of a manifest, with what is to be said of what it holds.

    Args:
        manifest: The manifest.
        document: The file that it was read from.
        reading: What was reported while it was read; it stays as it is.
    """
    judgement = Reading(reading.limit)
    judgement.reports.extend(reading.reports)
    judgement.dropped = reading.dropped
    _check_app(judgement, manifest, document.data)
    _check_params(judgement, manifest, document)
    _check_outputs(judgement, manifest, document)
    if "{{" in document.text or "{%" in document.text:
        _check_placeholders(judgement, document)
    return judgement


def _check_placeholders(judgement: Reading, document: Document) -> None:
    left: list[tuple[Place, object]] = [((), document.data)]
    while left:
        place, value = left.pop()
        if isinstance(value, dict):
            left.extend(((*place, key), item) for key, item in value.items())
        elif isinstance(value, list):
            left.extend(((*place, index), item) for index, item in enumerate(value))
        elif isinstance(value, str) and PLACEHOLDER.search(value):
            judgement.report(
                "GP110",
                place,
                "a template placeholder is left in this text",
                "Make the app from its template (for example with `gatepost new`), or write the value here",
            )


def _check_app(judgement: Reading, manifest: Manifest, data: dict[str, object]) -> None:
    for key in _REQUIRED:
        if key not in data or (data[key] in (None, "") and key not in _NEVER_EMPTY):
            assumed = getattr(manifest, _ASSUMED[key]) if key in _ASSUMED else ""
            how = f"; read as {assumed}" if assumed else ""
            what, remedy = ("empty", f"Give {key!r} a value") if key in data else ("missing", f"Add {key!r}")
            judgement.report("GP202", (key,) if key in data else (), f"the key {key!r} is {what}{how}", remedy)
    if not manifest.features:
        place: Place = ("features",) if "features" in data else ()
        judgement.report("GP403", place, "the app declares no features", 'Add "features", with "fileParams" at least')
    if not data.get("listDelimiter"):
        correction = (("listDelimiter",), manifest.list_delimiter)
        judgement.report("GP404", (), "no listDelimiter; read as |", 'Add "listDelimiter": "|"', correction=correction)
    if manifest.runtime_level in _JAVA_ONLY_LEVELS:
        level = manifest.runtime_level.value
        judgement.report("GP208", ("runtimeLevel",), f"only the vendor's Java packager knows the runtimeLevel {level!r}")
    if manifest.program_language in _JAVA_ONLY_LANGUAGES:
        language = manifest.program_language.value
        judgement.report("GP208", ("programLanguage",), f"only the vendor's Java packager knows the language {language!r}")
    _check_identity(judgement, manifest, data)
    _check_program(judgement, manifest, data)


def _check_identity(judgement: Reading, manifest: Manifest, data: dict[str, object]) -> None:
    if "appId" in data and not _UUID.fullmatch(manifest.app_id):
        judgement.report(
            "GP405", ("appId",), "the appId is no UUID", "Write the appId of the released app; a new app gets a new UUID (v4)"
        )
    _check_version(judgement, "programVersion", data, manifest.program_version)


def _check_version(judgement: Reading, key: str, data: dict[str, object], read: str) -> None:
    rule, form, numbers = _VERSIONS[key]
    version = as_text(data.get(key))
    if version and not re.fullmatch(rf"[0-9]+(\.[0-9]+){{{form.count('.')}}}", version):
        how = f"; read as {quoted(read)}" if read != version else ""
        what = f"{quoted(version)} is not of the form {form}{how}"
        judgement.report(rule, (key,), what, f"Write {numbers}", correction=((key,), read) if how else None)


def _check_program(judgement: Reading, manifest: Manifest, data: dict[str, object]) -> None:
    _check_version(judgement, "languageVersion", data, manifest.language_version)
    main = manifest.program_main
    if as_text(data.get("programMain")) and main not in {"run", "run.py"}:
        is_python = manifest.program_language is ProgramLanguage.PYTHON
        judgement.report(
            "GP402",
            ("programMain",),
            f"the main program is {quoted(main)}, not run.py",
            "Rename the program to run.py, unless the app has users that start it otherwise" if is_python else "",
        )


def _check_params(judgement: Reading, manifest: Manifest, document: Document) -> None:
    names: set[str] = set()
    numbers: set[int] = set()
    for place, param in places_of_params(manifest, document):
        if param.name in names:
            judgement.report(
                "GP306",
                (*place, "name"),
                f"another param is called {quoted(param.name)}; the last one counts",
                "Give each its own name",
            )
        names.add(param.name)
        if "sequence" in param.model_fields_set and param.sequence in numbers:
            judgement.report(
                "GP305", (*place, "sequence"), f"another param has the sequence {param.sequence}", "Number the params from 1"
            )
        numbers.add(param.sequence)
        if not param.label:
            judgement.report("GP202", place, f"the param {quoted(param.name)} has no label", 'Add "label"')
        if param.name in SECRET_NAMES and not param.encrypt:
            judgement.report(
                "GP310",
                place,
                f"the param {quoted(param.name)} is a secret and not encrypted: the platform would store and show it in clear",
                'Add "encrypt": true',
            )
        _check_choice(judgement, param, place, manifest.list_delimiter)


def places_of_params(manifest: Manifest, document: Document) -> Iterator[tuple[Place, Param]]:
    """Yield the params with their places in the file, where params that cannot have an input stand between them."""
    items = entries(document.data.get("params"), ("params",))
    places = (place for place, item in items if input_name(as_text(item.get("name")) or ""))
    yield from zip(places, manifest.params, strict=False)


def _check_choice(judgement: Reading, param: Param, place: Place, delimiter: str) -> None:
    if param.type not in {ParamType.CHOICE, ParamType.MULTI_CHOICE} or not isinstance(param.default, str):
        return
    if not param.default or any(_MAGIC.search(value) for value in param.valid_values):
        return
    known = {value.casefold() for value in param.valid_values}
    chosen = [param.default] if param.type is ParamType.CHOICE else param.default.split(delimiter)
    if any(choice.casefold() not in known for choice in chosen):
        judgement.report(
            "GP309", (*place, "default"), "the default is none of the validValues", "Add it to the choices, or choose another one"
        )


def _check_outputs(judgement: Reading, manifest: Manifest, document: Document) -> None:
    """Report outputs that are in the file twice. The same name with another type is another output, and legal."""
    raw = document.data.get("playbook")
    listed = entries(raw.get("outputVariables") if isinstance(raw, dict) else None, ("playbook", "outputVariables"))
    places = (place for place, item in listed if as_text(item.get("name")))
    known: set[tuple[str, str]] = set()
    for place, output in zip(places, manifest.playbook.output_variables if manifest.playbook else (), strict=False):
        if (output.name, output.type) in known:
            what = f"the output {quoted(output.name)} of type {quoted(output.type)} is there twice"
            judgement.report("GP504", (*place, "name"), what, "Remove one")
        known.add((output.name, output.type))
