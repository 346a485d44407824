"""A JSON reader that forgives small mistakes, reports each, and remembers where every value stands.

The standard library's reader is asked first (it is faster by far); this one is for texts that it refuses, and for questions
about lines. It reads RFC 8259 JSON plus: a comma before a closing bracket, ``//`` and ``/* */`` comments, repeated keys, control
characters in a text, unknown escapes, ``NaN`` and ``Infinity``, halves of surrogate pairs.
"""

from __future__ import annotations

import contextlib
import math
import re
from typing import TYPE_CHECKING

from gatepost.manifest.documents.places import quoted
from gatepost.named_tuples import NamedTuple

if TYPE_CHECKING:
    from gatepost.manifest.documents.places import Place

__all__ = ["PLACEHOLDER", "RelaxedReader", "Repair", "Unreadable"]

PLACEHOLDER = re.compile(r"\{\{[^{}\n]{0,200}\}\}|\{%[^{}\n]{0,200}%\}|\{#[^{}\n]{0,200}#\}")
"""A placeholder of the template languages that apps are generated with."""

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN_TEXT = re.compile(r'"([^"\\\x00-\x1f]*)"')
_TEXT_RUN = re.compile(r'[^"\\\x00-\x1f]*')
_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*))((?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)")
_NOT_A_NUMBER = re.compile(r"-?Infinity|NaN")
_WORD = re.compile(r"\w+")
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_LITERALS = {"true": True, "false": False, "null": None}
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_PYTHON_WORDS = {"True": "true", "False": "false", "None": "null"}


class Repair(NamedTuple):
    """One forgiven mistake: rule number, index of the character in the text, message, remedy."""

    rule: str
    offset: int
    message: str
    remedy: str


class Unreadable(Exception):
    """The text is no JSON.

    Attributes:
        offset: Index of the character where reading stopped.
        what: What is there.
        why: What was expected.
        remedy: What to do.
    """

    def __init__(self, offset: int, what: str, why: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.offset = offset
        self.what = what
        self.why = why
        self.remedy = remedy


class RelaxedReader:
    """Reads one text.

    Args:
        text: The text, without a byte order mark.
        max_depth: Deeper nesting is refused.
        keep_offsets: Fill `offsets`.

    Attributes:
        repairs: What was forgiven, in the order of the text.
        offsets: For every value the index of its key (of itself, in a list) and its own.
    """

    def __init__(self, text: str, max_depth: int, *, keep_offsets: bool = False) -> None:
        self.repairs: list[Repair] = []
        self.offsets: dict[Place, tuple[int, int]] = {}
        self._text = text
        self._max_depth = max_depth
        self._keep_offsets = keep_offsets
        self._at = 0

    def read(self) -> object:
        """Return the text's value.

        Raises:
            Unreadable: It is no JSON, even after repair, or is nested too deeply.
        """
        try:
            return self._all()
        except RecursionError:
            raise self._too_deep() from None
        except Unreadable as problem:
            raise self._as_template(problem) from None

    def _all(self) -> object:
        value = self._value((), None)
        self._skip()
        if self._at < len(self._text):
            raise Unreadable(self._at, "there is more text after the end", "", "Remove it")
        return value

    def _as_template(self, problem: Unreadable) -> Unreadable:
        for match in PLACEHOLDER.finditer(self._text, max(problem.offset - 210, 0), problem.offset + 210):
            if match.start() <= problem.offset <= match.end():
                return Unreadable(
                    match.start(),
                    "a template placeholder stands where JSON is expected",
                    "this is a template that was not filled in",
                    "Make the app from its template (for example with `gatepost new`), or write the value here",
                )
        return problem

    def _too_deep(self) -> Unreadable:
        return Unreadable(
            self._at,
            f"the JSON is nested more than {self._max_depth} levels deep",
            "a manifest needs six",
            "Check that this is the right file",
        )

    def _skip(self) -> None:
        """Move over white space and comments."""
        text = self._text
        while True:
            match = _SPACE.match(text, self._at)
            if match is not None:
                self._at = match.end()
            start = self._at
            if text.startswith("//", start):
                end = text.find("\n", start)
                self._at = len(text) if end < 0 else end
            elif text.startswith("/*", start):
                end = text.find("*/", start + 2)
                if end < 0:
                    raise Unreadable(start, "a comment has no end", "", "Close it with */, or better remove it")
                self._at = end + 2
            else:
                return
            self._repair("GP103", start, "a comment", "Remove it, since JSON has no comments: other readers stop here")

    def _repair(self, rule: str, offset: int, message: str, remedy: str) -> None:
        self.repairs.append(Repair(rule, offset, message, remedy))

    def _value(self, place: Place, key_offset: int | None) -> object:
        self._skip()
        start = self._at
        if self._keep_offsets:
            self.offsets[place] = (start if key_offset is None else key_offset, start)
        first = self._text[start : start + 1]
        if first == '"':
            return self._string()
        if first in {"{", "["}:
            if len(place) >= self._max_depth:
                raise self._too_deep()
            return self._object(place) if first == "{" else self._list(place)
        return self._scalar()

    def _object(self, place: Place) -> dict[str, object]:
        result: dict[str, object] = {}
        self._at += 1
        while not self._closes("}", "a key or }"):
            key_offset = self._at
            if self._text[key_offset] != '"':
                raise self._unexpected('a key between " and "')
            key = self._string()
            if key in result:
                self._repair(
                    "GP104",
                    key_offset,
                    f"the key {quoted(key)} is in this object more than once; the last one counts",
                    "Keep one of them",
                )
            self._skip()
            if not self._text.startswith(":", self._at):
                raise self._unexpected(": after the key")
            self._at += 1
            result[key] = self._value((*place, key), key_offset)
            self._separator("}")
        return result

    def _list(self, place: Place) -> list[object]:
        result: list[object] = []
        self._at += 1
        while not self._closes("]", "a value or ]"):
            result.append(self._value((*place, len(result)), None))
            self._separator("]")
        return result

    def _closes(self, bracket: str, expected: str) -> bool:
        self._skip()
        if self._at >= len(self._text):
            raise Unreadable(self._at, "the text ends too early", f"expected {expected}", "Complete the file")
        if self._text[self._at] != bracket:
            return False
        self._at += 1
        return True

    def _separator(self, bracket: str) -> None:
        """Move over the comma between two members, and report it where no member follows."""
        self._skip()
        comma = self._at
        if not self._text.startswith(",", comma):
            if self._text.startswith(bracket, comma):
                return
            raise self._unexpected(f", or {bracket}")
        self._at += 1
        self._skip()
        if self._text.startswith(bracket, self._at):
            self._repair("GP102", comma, f"a comma before {bracket}", "Remove the comma: other readers stop here")

    def _scalar(self) -> object:
        text, start = self._text, self._at
        match = _NOT_A_NUMBER.match(text, start)
        if match is not None:
            self._at = match.end()
            self._no_number(start, match.group())
            return None
        match = _NUMBER.match(text, start)
        if match is not None:
            self._at = match.end()
            whole, rest = match.groups()
            number: float = math.inf
            with contextlib.suppress(ValueError):  # more digits than the interpreter converts
                number = float(match.group()) if rest else int(whole)
            if number in {math.inf, -math.inf}:
                self._no_number(start, "a number out of range")
                return None
            return number
        match = _WORD.match(text, start)
        if match is not None and match.group() in _LITERALS:
            self._at = match.end()
            return _LITERALS[match.group()]
        raise self._unexpected("a value")

    def _no_number(self, offset: int, what: str) -> None:
        self._repair("GP106", offset, f"{what} is no JSON number; read as null", "Write a number, or remove the key")

    def _unexpected(self, expected: str) -> Unreadable:
        start = self._at
        if start >= len(self._text):
            return Unreadable(start, "the text ends too early", f"expected {expected}", "Complete the file")
        match = _WORD.match(self._text, start)
        word = match.group()[:20] if match else self._text[start]
        remedy = f"Write {_PYTHON_WORDS[word]}" if word in _PYTHON_WORDS else "Correct the JSON here, or just before"
        if word == "'":
            remedy = 'Put texts between " and "'
        # Only short words are shown: a longer one may be (part of) a secret that lost its quotation marks.
        shown = repr(word) if len(word) == 1 or word in _PYTHON_WORDS else "a word"
        return Unreadable(start, f"found {shown}", f"expected {expected}", remedy)

    def _string(self) -> str:
        match = _PLAIN_TEXT.match(self._text, self._at)
        if match is not None:
            self._at = match.end()
            return match.group(1)
        text, opening = self._text, self._at
        parts: list[str] = []
        self._at += 1
        while True:
            match = _TEXT_RUN.match(text, self._at)
            if match is not None:
                parts.append(match.group())
                self._at = match.end()
            character = text[self._at : self._at + 1]
            if character == '"':
                self._at += 1
                return "".join(parts)
            if character == "\\" and self._at + 1 < len(text):
                parts.append(self._escape())
            elif character in {"", "\n", "\r", "\\"}:
                raise Unreadable(
                    opening, "a text has no end on its line", 'expected "', 'Close it with ", and write a line break as \\n'
                )
            else:
                self._repair(
                    "GP105",
                    self._at,
                    f"a control character (U+{ord(character):04X}) inside a text",
                    f"Write it as \\u{ord(character):04x}",
                )
                parts.append(character)
                self._at += 1

    def _escape(self) -> str:
        """Return the character that the escape at the current place stands for."""
        text, start = self._text, self._at
        letter = text[start + 1]
        if letter in _ESCAPES:
            self._at = start + 2
            return _ESCAPES[letter]
        match = _HEX.match(text, start + 2) if letter == "u" else None
        if match is None:
            self._repair("GP111", start, "an escape that JSON does not know", "Write a backslash as \\\\")
            self._at = start + 1
            return "\\"
        self._at = match.end()
        code = int(match.group(), 16)
        if 0xD800 <= code < 0xDC00 and text.startswith("\\u", self._at):
            match = _HEX.match(text, self._at + 2)
            low = int(match.group(), 16) if match else 0
            if match is not None and 0xDC00 <= low < 0xE000:
                self._at = match.end()
                return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
        if 0xD800 <= code < 0xE000:
            self._repair("GP107", start, "half of a surrogate pair", "Write the character itself")
            return "\ufffd"
        return chr(code)
