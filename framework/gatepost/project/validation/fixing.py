"""Corrects what needs no person: writes down what was read anyway, so that every other reader reads the same."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatepost.errors import ManifestError
from gatepost.manifest.checks import places_of_params
from gatepost.manifest.document import parse_document, read_document
from gatepost.manifest.editing import DocumentEdit
from gatepost.manifest.feeds import Feed, FeedDeprecation, FirstRunParam
from gatepost.manifest.loading import read_manifest
from gatepost.manifest.models import Manifest, ProgramLanguage, RuntimeLevel
from gatepost.manifest.params import Param, ParamType
from gatepost.manifest.part import key_of
from gatepost.manifest.places import json_path
from gatepost.manifest.playbook import DATA_TYPES, OutputVariable, Playbook, Retry
from gatepost.manifest.reading import ABSENT, Reading, squash
from gatepost.manifest.service import Docker, Service
from gatepost.project.validation.reading_rules import VALUE_RULES
from gatepost.project.validation.subject import is_inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from gatepost.manifest.document import Document
    from gatepost.manifest.findings import Finding
    from gatepost.manifest.part import Part
    from gatepost.manifest.places import Place

__all__ = ["Fix", "FixedFile", "fix_document", "fix_folder", "place_of"]

_MAX_PASSES = 1000
"""Each pass corrects up to a thousand findings; a file of the largest size has fewer."""

_STEP = re.compile(r"\.([^.\[\]']+)|\[([0-9]+)\]|\['((?:[^'\\]|\\.)*)'\]", re.DOTALL)
_TAB_OR_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|\t', re.DOTALL)

_MODELS: dict[Place, type[Part]] = {
    (): Manifest,
    ("params",): Param,
    ("playbook",): Playbook,
    ("playbook", "outputVariables"): OutputVariable,
    ("playbook", "retry"): Retry,
    ("feeds",): Feed,
    ("feeds", "deprecation"): FeedDeprecation,
    ("feeds", "firstRunParams"): FirstRunParam,
    ("docker",): Docker,
    ("service",): Service,
}


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing that was corrected.

    Attributes:
        rule: The rule that found it.
        message: What was off.
        path: Its JSON path; empty when it is about the text of the file.
        line: Its line before the correction, from 1.
        file: The file.
    """

    rule: str
    message: str
    path: str
    line: int
    file: Path


@dataclass(frozen=True, slots=True)
class FixedFile:
    """A file before and after its corrections.

    Attributes:
        before: The file as it is.
        after: The file as it is to be.
        fixes: What is corrected.
    """

    before: Document
    after: Document
    fixes: tuple[Fix, ...]


def fix_folder(folder: Path, *, ignored: Callable[[Finding], bool] = lambda _: False) -> tuple[FixedFile, ...]:
    """Return the corrections of an app's JSON files; nothing is written.

    The manifest's text and values are corrected, and the text of ``layout.json``, ``tcex.json``, ``attributes.json`` and the
    files that feeds name.

    Args:
        folder: The app's folder.
        ignored: Whether a finding is to be left alone.

    Raises:
        ManifestError: The manifest cannot be read.
    """
    manifest = read_document(folder)
    feeds = read_manifest(manifest).feeds
    names = ["layout.json", "tcex.json", "attributes.json", *(feed.job_file for feed in feeds)]
    documents = [manifest]
    for name in dict.fromkeys(names):
        path = folder / name
        if name.endswith(".json") and is_inside(folder, path) and not path.samefile(manifest.path):
            with contextlib.suppress(ManifestError):  # validation says why it cannot be read
                documents.append(read_document(path))
    fixed = (fix_document(document, is_manifest=document is manifest, ignored=ignored) for document in documents)
    return tuple(one for one in fixed if one.fixes)


def fix_document(
    document: Document, *, is_manifest: bool = True, ignored: Callable[[Finding], bool] = lambda _: False
) -> FixedFile:
    """Return a document's corrections: nothing of what `gatepost.manifest.load` reads changes, the numbers of ``sequence`` apart.

    Args:
        document: The file.
        is_manifest: Whether it is ``install.json``: only that one's values are corrected.
        ignored: Whether a finding is to be left alone.
    """
    current, fixes = document, []
    for _ in range(_MAX_PASSES):
        findings = [finding for finding in _findings(current, is_manifest=is_manifest) if not ignored(finding)]
        fixed, done = _fix_once(current, findings, is_manifest=is_manifest)
        if not done:
            break
        if current is document:
            fixes += [Fix(found.rule, found.message, found.path, found.line, document.path) for found in done]
        else:
            # Lines and paths have moved: said are those of the file as it is.
            known = {(one.rule, one.path) for one in fixes}
            fixes += [
                Fix(found.rule, found.message, found.path, 0, document.path)
                for found in done
                if (found.rule, found.path) not in known
            ]
        current = fixed
    return FixedFile(document, current, tuple(fixes))


def _findings(document: Document, *, is_manifest: bool) -> Iterable[Finding]:
    if is_manifest:
        return read_manifest(document).findings
    from gatepost.manifest.locating import locate

    return locate(document, (), 0)


def _fix_once(document: Document, findings: list[Finding], *, is_manifest: bool) -> tuple[Document, list[Finding]]:
    """Correct one kind of findings: those of the text first, and what moves places after what does not."""
    for fix in (_fix_text, _fix_space, *((_fix_lists, _fix_values, _fix_nulls, _fix_sequence) if is_manifest else ())):
        fixed, done = fix(document, findings)
        if done and fixed is not document:
            return fixed, done
    return document, []


# -- the text --------------------------------------------------------------------------------------------------------------------


def _fix_text(document: Document, findings: list[Finding]) -> tuple[Document, list[Finding]]:
    """Correct what was forgiven while the text was read."""
    wanted = {(found.rule, found.line, found.column): found for found in findings if found.rule in {"GP102", "GP105", "GP111"}}
    text, done = document.text, []
    for repair in sorted(document.repairs, key=lambda repair: repair.offset, reverse=True):
        found = wanted.get((repair.rule, *document.position_at(repair.offset)))
        if found is None:
            continue
        old = text[repair.offset]
        new = {"GP102": "", "GP111": "\\\\"}.get(repair.rule, json.dumps(old)[1:-1])
        text = text[: repair.offset] + new + text[repair.offset + 1 :]
        done.append(found)
    encoding, mark = document.encoding, document.byte_order_mark
    encoded = [found for found in findings if found.rule == "GP101"]
    if encoded and encoding != "cp1252":  # which was a guess
        encoding, mark = "utf-8", b""
        done += encoded
    return _changed(document, text, encoding, mark), done[::-1]


def _fix_space(document: Document, findings: list[Finding]) -> tuple[Document, list[Finding]]:
    """Correct tabs, and the end of the file."""
    text, done = document.text, []
    has_comments = any(repair.rule == "GP103" for repair in document.repairs)
    for found in findings:
        if found.rule == "GP108" and not has_comments:  # in a comment nobody knows what a quotation mark means
            text = _TAB_OR_TEXT.sub(lambda match: "  " if match[0] == "\t" else match[0], text)
            done.append(found)
        elif found.rule == "GP109":
            text += "\r\n" if "\r\n" in text else "\n"
            done.append(found)
    return _changed(document, text, document.encoding, document.byte_order_mark), done


def _changed(document: Document, text: str, encoding: str, mark: bytes) -> Document:
    if (text, encoding, mark) == (document.text, document.encoding, document.byte_order_mark):
        return document
    return parse_document(document.path, text, encoding=encoding, byte_order_mark=mark)


# -- the values ------------------------------------------------------------------------------------------------------------------


def _fix_lists(document: Document, findings: list[Finding]) -> tuple[Document, list[Finding]]:
    """Put objects between brackets where a list of objects is meant: one at a time, since places move."""
    for found in findings:
        if found.rule == "GP209":
            place = place_of(found.path)
            edit = DocumentEdit(document)
            edit.set(place, [edit.value(place)])
            return edit.document(), [found]
    return document, []


def _fix_values(document: Document, findings: list[Finding]) -> tuple[Document, list[Finding]]:
    """Write values as they were read."""
    manifest = read_manifest(document)
    params = dict(places_of_params(manifest, document))
    edit, done = DocumentEdit(document), []
    for found in findings:
        if found.rule not in VALUE_RULES:
            continue
        for place, value in _as_read(found, place_of(found.path), document, manifest, params):
            edit.set(place, value)
            done.append(found)
    return edit.document(), done


def _as_read(
    found: Finding, place: Place, document: Document, manifest: Manifest, params: dict[Place, Param]
) -> Iterator[tuple[Place, object]]:
    """Yield the place of a finding's value, and the value that was read there; nothing when a person has to choose."""
    if found.rule in {"GP303", "GP502"}:
        yield (*place, "type"), "String"
    elif found.rule in {"GP307", "GP308"}:
        param = params.get(place[:-1])
        if param is not None and param.default is not None:
            yield place, param.default
    elif found.rule == "GP404":
        yield ("listDelimiter",), manifest.list_delimiter
    elif found.rule in {"GP401", "GP406"}:
        read = manifest.language_version if found.rule == "GP401" else manifest.program_version
        if read != document.data.get(str(place[0])):
            yield place, read
    elif found.rule == "GP206":
        spelled = _spelled(place, _raw(document, place))
        if spelled is not None:
            yield place, spelled
    elif found.rule == "GP203":
        value = _converted(place, _raw(document, place))
        if value is not ABSENT:
            yield place, value


def _fix_nulls(document: Document, findings: list[Finding]) -> tuple[Document, list[Finding]]:
    """Remove keys and items that are null, the last ones first, since places move."""
    edit, done = DocumentEdit(document), []
    for found in sorted(
        (found for found in findings if found.rule == "GP205"), key=lambda found: _order(found.path), reverse=True
    ):
        place = place_of(found.path)
        if not _speaks_for_the_kind(document, place):
            edit.remove(place)
            done.append(found)
    return edit.document(), done[::-1]


def _speaks_for_the_kind(document: Document, place: Place) -> bool:
    """Tell whether a null keeps a part from being empty: where no level is written, the part says what kind of app it is."""
    if len(place) != 2 or place[0] not in {"playbook", "service"}:
        return False
    part = document.data[str(place[0])]
    return isinstance(part, dict) and all(value is None for value in part.values())


def _order(path: str) -> list[tuple[int, int, str]]:
    return [(0, step, "") if isinstance(step, int) else (1, 0, step) for step in place_of(path)]


def _fix_sequence(document: Document, findings: list[Finding]) -> tuple[Document, list[Finding]]:
    """Number the params from 1 in the order that they have, where some have no number or the same."""
    wanted = [found for found in findings if found.rule in {"GP304", "GP305"}]
    if not wanted:
        return document, []
    params = list(places_of_params(read_manifest(document), document))
    edit = DocumentEdit(document)
    ordered = sorted(range(len(params)), key=lambda index: (params[index][1].sequence, index))
    for number, index in enumerate(ordered, 1):
        edit.set((*params[index][0], "sequence"), number)
    return edit.document(), wanted


def _raw(document: Document, place: Place) -> object:
    value: object = document.data
    for step in place:
        value = value[step]  # type: ignore[index]
    return value


def _spelled(place: Place, value: object) -> str | None:
    keys = tuple(step for step in place if isinstance(step, str))
    known: dict[Place, Iterable[str]] = {
        ("runtimeLevel",): [member.value for member in RuntimeLevel],
        ("programLanguage",): [member.value for member in ProgramLanguage],
        ("params", "type"): [member.value for member in ParamType],
        ("playbook", "outputVariables", "type"): DATA_TYPES,
    }
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str):
        return None
    return next((name for name in known.get(keys, ()) if squash(name) == squash(value)), None)


def _converted(place: Place, value: object) -> object:
    """Return a value as the key's type; `ABSENT` when that is not known."""
    keys = tuple(step for step in place if isinstance(step, str))
    if keys == ("runtimeLevel",) and isinstance(value, list):
        return value[0] if value else ABSENT
    model = _MODELS.get(keys[:-1])
    annotation = (
        next((field.annotation for name, field in model.model_fields.items() if key_of(name) == keys[-1]), None)
        if model
        else None
    )
    read = _CONVERSIONS.get(_item_of(annotation) if isinstance(place[-1], int) else annotation)
    converted = read(Reading(), value, place) if read is not None else ABSENT
    return list(converted) if isinstance(converted, tuple) else converted


_CONVERSIONS: dict[object, Callable[[Reading, object, Place], object]] = {
    bool: Reading.boolean,
    str: Reading.text,
    int: Reading.integer,
    int | None: Reading.integer,
    int | str: Reading.text,
    tuple[str, ...]: Reading.texts,
    tuple[int, ...]: Reading.integers,
}


def _item_of(annotation: object) -> object:
    return {tuple[str, ...]: str, tuple[int, ...]: int}.get(annotation)  # type: ignore[call-overload]


def place_of(path: str) -> Place:
    """Return the place that `gatepost.manifest.places.json_path` wrote as a path."""
    place: list[str | int] = []
    for found in _STEP.finditer(path):
        name, index, quoted = found.groups()
        if name is not None:
            place.append(name)
        elif index is not None:
            place.append(int(index))
        else:
            place.append(re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL))
    if json_path(tuple(place)) != path:
        raise ValueError(f"{path!r} is no JSON path")
    return tuple(place)
