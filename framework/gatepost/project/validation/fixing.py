"""Corrects what needs no person: writes down what was read anyway, so that every other reader reads the same."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatepost.errors import ManifestError
from gatepost.manifest.checks import places_of_params
from gatepost.manifest.documents.document import parse_document, read_document
from gatepost.manifest.documents.editing import DocumentEdit
from gatepost.manifest.loading import read_manifest
from gatepost.manifest.locating import locate_report, locate_text
from gatepost.manifest.models import Manifest
from gatepost.manifest.reading import Reading
from gatepost.project.validation.reading_rules import FIXABLE
from gatepost.project.validation.siblings import siblings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gatepost.manifest.documents.document import Document
    from gatepost.manifest.documents.places import Place
    from gatepost.manifest.file_model import FileModel
    from gatepost.manifest.findings import Finding
    from gatepost.manifest.reading import Report

__all__ = ["Fix", "FixedFile", "fix_document", "fix_folder"]

_MAX_PASSES = 100
_MAX_REPORTS = 100_000
"""So many findings are corrected in a pass: a pass over the largest file takes seconds."""

_TAB_OR_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|\t', re.DOTALL)


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
    """Return the corrections of an app's JSON files: the manifest and the files beside it; nothing is written.

    Args:
        folder: The app's folder.
        ignored: Whether a finding is to be left alone.

    Raises:
        ManifestError: The manifest cannot be read.
    """
    manifest = read_document(folder)
    fixed = [fix_document(manifest, ignored=ignored)]
    for name, read in siblings_of(folder, read_manifest(manifest)).items():
        if name.lower().endswith(".json"):
            with contextlib.suppress(ManifestError):  # validation says why it cannot be read
                fixed.append(fix_document(read_document(folder / name), read, ignored=ignored))
    return tuple(one for one in fixed if one.fixes)


def fix_document(
    document: Document,
    read: Callable[[Document, Reading], FileModel] = read_manifest,
    *,
    ignored: Callable[[Finding], bool] = lambda _: False,
) -> FixedFile:
    """Return a document's corrections: nothing of what gatepost reads in it changes, the numbers of ``sequence`` apart.

    Args:
        document: The file.
        read: Reads it.
        ignored: Whether a finding is to be left alone.
    """
    current, fixes = document, []
    for _ in range(_MAX_PASSES):
        fixed, done = _fix_once(current, read(current, Reading(_MAX_REPORTS)), ignored)
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


def _fix_once(document: Document, model: FileModel, ignored: Callable[[Finding], bool]) -> tuple[Document, list[Finding]]:
    """Correct one kind of findings: those of the text first, and what moves places after what does not."""
    findings = [finding for finding in locate_text(document) if not ignored(finding)]
    for fix in (_fix_text, _fix_space):
        fixed, done = fix(document, findings)
        if done and fixed is not document:
            return fixed, done
    reported = [
        (finding, report)
        for report in model.judged().reports
        if report.rule in FIXABLE and not ignored(finding := locate_report(document, report))
    ]
    fixed, done = document, []
    for correct in (_fix_lists, _fix_values, _fix_nulls):
        fixed, done = correct(document, reported)
        if done and fixed is not document:
            return fixed, done
    if isinstance(model, Manifest):
        fixed, done = _fix_sequence(document, model, reported)
    return (fixed, done) if fixed is not document else (document, [])


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


def _fix_lists(document: Document, reported: Sequence[tuple[Finding, Report]]) -> tuple[Document, list[Finding]]:
    """Put objects between brackets where a list of objects is meant, the innermost first, since places below one move."""
    objects = [(found, report.place) for found, report in reported if found.rule == "GP209"]
    if not objects:
        return document, []
    edit = DocumentEdit(document)
    for place in sorted({place for _, place in objects}, key=len, reverse=True):
        edit.set(place, [edit.value(place)])
    return edit.document(), [found for found, _ in objects]


def _fix_values(document: Document, reported: Sequence[tuple[Finding, Report]]) -> tuple[Document, list[Finding]]:
    """Write values as they were read."""
    done = [(found, report.correction) for found, report in reported if report.correction is not None]
    if not done:
        return document, []
    edit = DocumentEdit(document)
    for _, correction in done:
        edit.set(*correction)
    return edit.document(), [found for found, _ in done]


def _fix_nulls(document: Document, reported: Sequence[tuple[Finding, Report]]) -> tuple[Document, list[Finding]]:
    """Remove keys and items that are null, the last ones first, since places move."""
    nulls = [
        (found, report.place)
        for found, report in reported
        if found.rule == "GP205" and not _speaks_for_the_kind(document, report.place)
    ]
    if not nulls:
        return document, []
    edit = DocumentEdit(document)
    for _, place in sorted(nulls, key=lambda null: _order(null[1]), reverse=True):
        edit.remove(place)
    return edit.document(), [found for found, _ in nulls]


def _order(place: Place) -> list[tuple[int, int, str]]:
    return [(0, step, "") if isinstance(step, int) else (1, 0, step) for step in place]


def _speaks_for_the_kind(document: Document, place: Place) -> bool:
    """Tell whether a null keeps a part from being empty: where no level is written, the part says what kind of app it is."""
    if len(place) != 2 or place[0] not in {"playbook", "service"}:
        return False
    part = document.data[str(place[0])]
    return isinstance(part, dict) and all(value is None for value in part.values())


def _fix_sequence(
    document: Document, manifest: Manifest, reported: Sequence[tuple[Finding, Report]]
) -> tuple[Document, list[Finding]]:
    """Number the params from 1 in the order that they have, where some have no number or the same."""
    wanted = [found for found, _ in reported if found.rule in {"GP304", "GP305"}]
    if not wanted:
        return document, []
    params = list(places_of_params(manifest, document))
    edit = DocumentEdit(document)
    ordered = sorted(range(len(params)), key=lambda index: (params[index][1].sequence, index))
    for number, index in enumerate(ordered, 1):
        edit.set((*params[index][0], "sequence"), number)
    return edit.document(), wanted
