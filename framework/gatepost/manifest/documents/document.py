"""A JSON file as a person wrote it: its data, the small mistakes that were forgiven, and where every value stands."""

from __future__ import annotations

import bisect
import codecs
import contextlib
import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.errors import ManifestError
from gatepost.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gatepost.manifest.documents.places import Place
    from gatepost.manifest.documents.relaxed import Repair

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Document", "locate_file", "parse_document", "read_document", "read_text"]

MAX_BYTES = 16 * 1024 * 1024
"""Larger files are refused, in bytes. The largest public manifest has less than a hundredth of it."""

MAX_DEPTH = 100
"""Deeper nesting is refused: a manifest needs six levels, and serializers stop at some 250."""


class Position(NamedTuple):
    """A place in a text: line and column (in characters), both from 1."""

    line: int
    column: int


class Document:
    """A JSON file that holds an object, or another file that was read into the same form.

    Attributes:
        path: The file.
        text: Its text, without a byte order mark.
        data: Its value, as written (nothing is converted here).
        repairs: What was forgiven while the text was read.
        encoding: How its text is encoded, by Python's name.
        byte_order_mark: The bytes that the file began with; mostly none.
    """

    __slots__ = ("_line_starts", "_offsets", "byte_order_mark", "data", "encoding", "path", "repairs", "text")

    def __init__(
        self,
        path: Path,
        text: str,
        data: dict[str, object],
        repairs: Sequence[Repair] = (),
        *,
        encoding: str = "utf-8",
        byte_order_mark: bytes = b"",
        offsets: dict[Place, tuple[int, int]] | None = None,
    ) -> None:
        self.path = path
        self.text = text
        self.data = data
        self.repairs = tuple(repairs)
        self.encoding = encoding
        self.byte_order_mark = byte_order_mark
        self._offsets = offsets
        self._line_starts: list[int] | None = None

    def __repr__(self) -> str:
        return f"Document({str(self.path)!r})"

    def position(self, place: Place, *, of_key: bool = False) -> Position:
        """Return where a value stands, or the nearest thing around it when it is not there.

        The first call reads the text once more, since an ordinary launch never asks.

        Args:
            place: Keys and indexes that lead to the value.
            of_key: Answer with the place of the value's key instead.
        """
        if self._offsets is None:
            from gatepost.manifest.documents.relaxed import RelaxedReader, Unreadable

            reader = RelaxedReader(self.text, MAX_DEPTH, keep_offsets=True)
            with contextlib.suppress(Unreadable):  # only where hardly any stack is left: the places so far still hold
                reader.read()
            self._offsets = reader.offsets
        for length in range(len(place), -1, -1):
            found = self._offsets.get(place[:length])
            if found is not None:
                return self.position_at(found[0] if of_key and length == len(place) else found[1])
        return Position(1, 1)

    def position_at(self, offset: int) -> Position:
        """Return line and column of a character.

        Args:
            offset: Its index in ``text``, from 0.
        """
        if self._line_starts is None:
            starts = [0]
            while (newline := self.text.find("\n", starts[-1])) >= 0:
                starts.append(newline + 1)
            self._line_starts = starts
        line = bisect.bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def error_at(self, offset: int, what: str, why: str = "", remedy: str = "") -> ManifestError:
        """Return an error about a character of the text.

        Args:
            offset: Its index in ``text``, from 0.
            what: What is wrong there.
            why: The reason.
            remedy: What to do.
        """
        line, column = self.position_at(offset)
        message = f"{self.path}, line {line}, column {column}: {what}"
        return ManifestError(message, why=why, remedy=remedy, path=str(self.path), line=line, column=column)


def read_document(path: str | os.PathLike[str], *, name: str = "install.json") -> Document:
    """Read a JSON file that holds an object, forgiving what can be forgiven.

    Args:
        path: The file, or the folder that contains it.
        name: The file's name, when *path* is a folder.

    Raises:
        ManifestError: There is no such file, it cannot be read, it is no JSON even after repair, or it holds no object.
    """
    file = locate_file(path, name)
    text, repairs, encoding, mark = read_text(file, name)
    return parse_document(file, text, repairs, encoding=encoding, byte_order_mark=mark)


def parse_document(
    file: Path, text: str, repairs: Sequence[Repair] = (), *, encoding: str = "utf-8", byte_order_mark: bytes = b""
) -> Document:
    """Read the text of a JSON file that holds an object, forgiving what can be forgiven.

    Args:
        file: The file that the text is from, or will be in.
        text: The text.
        repairs: What was forgiven already.
        encoding: How the text is encoded in the file.
        byte_order_mark: What the file begins with.

    Raises:
        ManifestError: It is empty, no JSON even after repair, or holds no object.
    """
    document = Document(file, text, {}, encoding=encoding, byte_order_mark=byte_order_mark)
    if not text.strip():
        raise ManifestError(
            f"{file} is empty",
            remedy="Write its content; `gatepost new job NAME` makes an app with a complete install.json",
            path=str(file),
            line=1,
            column=1,
        )
    data = _read_strict(text)
    forgiven: list[Repair] = []
    if data is _NOT_STRICT:
        from gatepost.manifest.documents.relaxed import RelaxedReader, Unreadable

        reader = RelaxedReader(text, MAX_DEPTH)
        try:
            data = reader.read()
        except Unreadable as problem:
            raise document.error_at(problem.offset, problem.what, problem.why, problem.remedy) from None
        forgiven = reader.repairs
    if not isinstance(data, dict):
        raise ManifestError(
            f"{file} does not hold a JSON object",
            why=f"Its outermost value is {_KINDS.get(type(data), 'something else')}",
            remedy="Put its keys between { and }",
            path=str(file),
            line=1,
            column=1,
        )
    document.data = data
    document.repairs = (*repairs, *forgiven)
    return document


_KINDS = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false", type(None): "null"}


def locate_file(path: str | os.PathLike[str], name: str) -> Path:
    """Return the file of that name when the path is a folder, else the path."""
    file = Path(path)
    return file / name if os.path.isdir(file) else file  # noqa: PTH112 - Path.is_dir raises for a name that is too long


def read_text(file: Path, name: str, max_bytes: int = MAX_BYTES) -> tuple[str, list[Repair], str, bytes]:
    """Read a text file, whatever its encoding is.

    Args:
        file: The file.
        name: What such a file is called.
        max_bytes: Larger files are refused.

    Returns:
        The text without a byte order mark, what was forgiven, the encoding by Python's name, and the byte order mark.

    Raises:
        ManifestError: There is no such file, it is no regular one, too large, cannot be read, or is no text.
    """
    return _decode(file, _read_bytes(file, name, max_bytes))


def _read_bytes(file: Path, name: str, max_bytes: int) -> bytes:
    try:
        with open(file, "rb", opener=_without_waiting) as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise ManifestError(
                    f"{file} is not a regular file",
                    remedy=f"Give the path of an {name}, or of the folder that contains it",
                    path=str(file),
                )
            raw = stream.read(max_bytes + 1)
    except FileNotFoundError:
        raise ManifestError(
            f"There is no {file}",
            remedy=f"Run this in the app's folder, or give the path of its {name}"
            + ("; `gatepost new job NAME` makes an app that has one" if name == "install.json" else ""),
            path=str(file),
        ) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ManifestError(
            f"{str(file)!r} cannot be read", why=why, remedy="Check the path and its permissions", path=str(file)
        ) from error
    if len(raw) > max_bytes:
        raise ManifestError(
            f"{file} is larger than {max_bytes // 1024 // 1024} MB",
            remedy="Such a file has a few kilobytes: check that this is the right file",
            path=str(file),
        )
    return raw


def _without_waiting(path: str, flags: int) -> int:
    # A named pipe that nobody writes to would hold the launch for ever.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def _decode(file: Path, raw: bytes) -> tuple[str, list[Repair], str, bytes]:
    """Return the text, what was forgiven, the encoding by Python's name, and the byte order mark."""
    encoding, mark = "utf-8", b""
    for known_mark, encoding_of_mark in _BYTE_ORDER_MARKS:
        if raw.startswith(known_mark):
            encoding, mark = encoding_of_mark, known_mark
            break
    else:
        if b"\0" in raw[:4]:
            encoding = json.detect_encoding(raw)
    body = raw[len(mark) :]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            try:
                text = body.decode("cp1252")
            except UnicodeDecodeError:
                pass
            else:
                return text, [_encoding_repair("is not UTF-8; it was read as Windows-1252")], "cp1252", mark
        line = body.count(b"\n", 0, error.start) + 1 if encoding == "utf-8" else 1
        column = error.start - body.rfind(b"\n", 0, error.start) if encoding == "utf-8" else 1
        raise ManifestError(
            f"{file}, line {line}, column {column}: the file is not text in {_shown(encoding)}",
            why=error.reason,
            remedy="Save it as UTF-8",
            path=str(file),
            line=line,
            column=column,
        ) from None
    repairs: list[Repair] = []
    if encoding != "utf-8":
        repairs.append(_encoding_repair(f"is {_shown(encoding)}, not UTF-8"))
    elif mark:
        repairs.append(_encoding_repair("begins with a byte order mark"))
    return text, repairs, encoding, mark


def _shown(encoding: str) -> str:
    return encoding.upper().removesuffix("-LE").removesuffix("-BE")


def _encoding_repair(what: str) -> Repair:
    from gatepost.manifest.documents.relaxed import Repair

    return Repair("GP101", 0, f"the file {what}", "Save it as UTF-8 without a byte order mark")


_NOT_STRICT = object()


class _NotStrictError(ValueError):
    """The text is JSON that needs a report, or no JSON."""


def _read_strict(text: str) -> object:
    """Return the value of a text that is JSON beyond all doubt, else `_NOT_STRICT`."""
    if "\\ud" in text or "\\uD" in text:
        return _NOT_STRICT
    try:
        data = json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        return _NOT_STRICT
    level = [data] if isinstance(data, (dict, list)) else []
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if node.__class__ is dict else node)
            if child.__class__ is dict or child.__class__ is list
        ]
        if not level:
            return data
    return _NOT_STRICT


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise _NotStrictError
    return result


def _refuse(_: str) -> object:
    raise _NotStrictError


def _finite(digits: str) -> float:
    number = float(digits)
    if number - number != 0:
        raise _NotStrictError
    return number
