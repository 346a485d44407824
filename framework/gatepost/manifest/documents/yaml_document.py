"""Reads a YAML file into a document: plain values, and where every one of them stands.

YAML can name a value once and repeat it (``&name``, ``*name``), so that a few lines mean gigabytes. Here a value counts as often
as it is repeated, and depth has the limit of JSON. Tags make nothing: ``!!python/object`` and the like are read as if they
were not there. Scalars follow YAML 1.2: ``yes`` and ``on`` are texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatepost.errors import GatepostError, ManifestError
from gatepost.manifest.documents.document import MAX_DEPTH, Document, locate_file, read_text
from gatepost.manifest.documents.places import quoted
from gatepost.manifest.documents.relaxed import PLACEHOLDER, Repair

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from gatepost.manifest.documents.places import Place

__all__ = ["MAX_VALUES", "MAX_YAML_BYTES", "parse_yaml", "read_yaml"]

MAX_YAML_BYTES = 1024 * 1024
"""Larger files are refused, in bytes: reading YAML takes some five seconds for so much."""

MAX_VALUES = 100_000
"""So many values may a file hold, each counted as often as it is repeated. The largest public ``app_spec.yml`` has some 3,000."""

_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def read_yaml(path: str | os.PathLike[str], *, name: str) -> Document:
    """Read a YAML file that holds a mapping.

    Args:
        path: The file, or the folder that contains it.
        name: The file's name, when *path* is a folder.

    Raises:
        ManifestError: There is no such file, it cannot be read, is no YAML, is too large, nested too deeply, or holds no mapping.
        GatepostError: The extra ``cli``, which brings the YAML reader, is not installed.
    """
    file = locate_file(path, name)
    text, repairs, encoding, mark = read_text(file, name, MAX_YAML_BYTES)
    document = parse_yaml(file, text)
    document.repairs = (*repairs, *document.repairs)
    document.encoding, document.byte_order_mark = encoding, mark
    return document


def parse_yaml(file: Path, text: str) -> Document:
    """Read the text of a YAML file that holds a mapping; raises as `read_yaml` does."""
    try:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("ruamel"):
            raise
        raise GatepostError(
            f"Reading {file} needs the package ruamel.yaml",
            why="It is not installed",
            remedy="Install gatepost with its extra: pip install 'gatepost[cli]'",
        ) from None
    document = Document(file, text, {})
    builder = _Builder(document)
    try:
        value = builder.build(_events(document, YAML(typ="safe", pure=True).parse(text)))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        offset = getattr(mark, "index", 0)
        raise _unreadable(document, offset, str(error.problem or "this is no YAML")) from None
    except YAMLError as error:
        offset = getattr(error, "position", 0)
        raise _unreadable(document, offset if isinstance(offset, int) else 0, "a character that YAML does not allow") from None
    if not isinstance(value, dict):
        raise ManifestError(
            f"{file} {'is empty' if value is None else 'does not hold a mapping'}",
            remedy="Write keys and values: `displayName: My App`, one on each line",
            path=str(file),
            line=1,
            column=1,
        )
    return Document(file, text, value, builder.repairs, offsets=builder.offsets)


def _events(document: Document, events: Iterator[Any]) -> Iterator[Any]:
    """Yield the events of a text. The library stumbles over some that are no YAML (an impossible escape, say)."""
    offset = 0
    while True:
        try:
            event = next(events, None)
        except (ValueError, ArithmeticError, AttributeError, AssertionError, LookupError, TypeError, RecursionError):
            raise _unreadable(document, offset, "what follows is no YAML") from None
        if event is None:
            return
        if event.end_mark is not None:
            offset = event.end_mark.index
        yield event


def _unreadable(document: Document, offset: int, what: str) -> ManifestError:
    for match in PLACEHOLDER.finditer(document.text, max(offset - 210, 0), offset + 210):
        if match.start() <= offset <= match.end():
            return document.error_at(
                match.start(),
                "a template placeholder stands where YAML is expected",
                "This is a template that was not filled in",
                "Make the app from its template, or write the value here",
            )
    return document.error_at(min(offset, len(document.text)), what, "", "Correct the YAML here, or just before")


@dataclass(slots=True)
class _Open:
    """A mapping or sequence whose end was not met yet."""

    value: Any
    anchor: str | None
    place: Place
    key: str | None = None
    key_offset: int = 0
    merged: list[object] | None = None
    count: int = 1
    height: int = 1


@dataclass(slots=True)
class _Named:
    """What an anchor names, how many values it has and how deeply they are nested."""

    value: object
    count: int
    height: int


class _Builder:
    """Makes values of the events of a YAML text, one after the other, so that no depth exhausts the stack."""

    def __init__(self, document: Document) -> None:
        self.offsets: dict[Place, tuple[int, int]] = {}
        self.repairs: list[Repair] = []
        self._document = document
        self._open: list[_Open] = []
        self._named: dict[str, _Named] = {}
        self._count = 0
        self._result: object = None
        self._documents = 0

    def build(self, events: Iterator[Any]) -> object:
        """Return the value of a text."""
        for event in events:
            kind = type(event).__name__.removesuffix("Event")
            offset = event.start_mark.index if event.start_mark is not None else 0
            if kind == "DocumentStart":
                self._documents += 1
                if self._documents > 1:
                    raise self._document.error_at(
                        offset, "a second document begins", "one file holds one", "Remove it, or the line ---"
                    )
            elif kind in {"MappingStart", "SequenceStart"}:
                self._begin({} if kind == "MappingStart" else [], event.anchor, offset)
            elif kind in {"MappingEnd", "SequenceEnd"}:
                self._end(offset)
            elif kind == "Scalar":
                text = self._whole_characters(event.value, offset)
                value = _scalar(text) if event.style is None and event.tag is None else text
                if event.anchor is not None:
                    self._named[event.anchor] = _Named(value, 1, 0)
                self._add(value, offset, 1, 0, is_plain=event.style is None, text=text)
            elif kind == "Alias":
                self._repeat(event.anchor, offset)
        return self._result

    def _begin(self, value: object, anchor: str | None, offset: int) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise self._too_deep(offset)
        self._counted(1, offset)
        place: Place = ()
        if self._open:
            parent = self._open[-1]
            if isinstance(parent.value, dict) and parent.key is None:
                raise _unreadable(self._document, offset, "a key that is no text")
            place = (*parent.place, parent.key if parent.key is not None else len(parent.value))
            self.offsets[place] = (parent.key_offset if parent.key is not None else offset, offset)
        else:
            self.offsets[()] = (offset, offset)
        if anchor is not None:
            self._named.pop(anchor, None)  # inside itself, the name means nothing yet
        self._open.append(_Open(value, anchor, place))

    def _end(self, offset: int) -> None:
        ended = self._open.pop()
        if ended.merged:
            for other in ended.merged:
                if isinstance(other, dict):
                    for key, value in other.items():
                        ended.value.setdefault(key, value)
        if ended.anchor is not None:
            self._named[ended.anchor] = _Named(ended.value, ended.count, ended.height)
        self._add(ended.value, offset, ended.count, ended.height, is_new=False)

    def _repeat(self, anchor: str, offset: int) -> None:
        named = self._named.get(anchor)
        if named is None:
            raise self._document.error_at(
                offset,
                f"*{anchor} repeats what nothing before it is called",
                "",
                f"Write &{anchor} before the value that is meant",
            )
        if len(self._open) + named.height > MAX_DEPTH:
            raise self._too_deep(offset)
        self._add(named.value, offset, named.count, named.height)

    def _add(
        self,
        value: object,
        offset: int,
        count: int,
        height: int,
        *,
        is_new: bool = True,
        is_plain: bool = False,
        text: str | None = None,
    ) -> None:
        """Put a value into what is open: as a key, where one is needed, else as a value."""
        if is_new:
            self._counted(count, offset)
        if not self._open:
            self._result = value
            return
        parent = self._open[-1]
        parent.count += count
        parent.height = max(parent.height, height + 1)
        if isinstance(parent.value, list):
            if is_new:
                self.offsets[(*parent.place, len(parent.value))] = (offset, offset)
            parent.value.append(value)
        elif parent.key is None:
            if isinstance(value, (dict, list)):
                raise _unreadable(self._document, offset, "a key that is no text")
            # A key is what is written: `1.0` and `true` are names here.
            parent.key, parent.key_offset = text if text is not None else str(value), offset
            if is_plain and parent.key == "<<":
                parent.merged = parent.merged or []
        else:
            self._put(parent, value, offset, is_new=is_new)

    def _put(self, parent: _Open, value: object, offset: int, *, is_new: bool) -> None:
        key = parent.key
        assert key is not None  # noqa: S101 - the caller saw it
        parent.key = None
        if key == "<<" and parent.merged is not None:
            parent.merged.extend(value if isinstance(value, list) else [value])
            return
        if key in parent.value:
            self.repairs.append(
                Repair(
                    "GP104",
                    parent.key_offset,
                    f"the key {quoted(key)} is in this mapping more than once; the last one counts",
                    "Keep one of them",
                )
            )
        if is_new:
            self.offsets[(*parent.place, key)] = (parent.key_offset, offset)
        parent.value[key] = value

    def _counted(self, count: int, offset: int) -> None:
        self._count += count
        if self._count > MAX_VALUES:
            raise self._document.error_at(
                offset,
                f"the file holds more than {MAX_VALUES} values",
                "Each counts as often as it is repeated by its name",
                "Check that this is the right file",
            )

    def _whole_characters(self, text: str, offset: int) -> str:
        whole = _SURROGATE.sub("\ufffd", text)
        if whole != text:
            self.repairs.append(Repair("GP107", offset, "half of a surrogate pair", "Write the character itself"))
        return whole

    def _too_deep(self, offset: int) -> ManifestError:
        return self._document.error_at(
            offset,
            f"the YAML is nested more than {MAX_DEPTH} levels deep",
            "Such a file needs eight",
            "Check that this is the right file",
        )


def _scalar(text: str) -> object:
    """Return the value of an unquoted scalar.

    A number is one only where it would be written the same way again: ``3.10``, ``007`` and ``1e3`` stay texts, because what they
    are meant for (a version, most of the time) would not survive.
    """
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= 20 and text.isascii():
        if _INTEGER.fullmatch(text) and str(int(text)) == text:
            return int(text)
        if _FLOAT.fullmatch(text) and repr(float(text)) == text:
            return float(text)
    return text
