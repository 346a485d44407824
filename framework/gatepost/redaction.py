"""Finds the text of living secrets where somebody else put it, and replaces it by ``***``.

Every `gatepost.secret.Secret` of six characters or more is looked for as it is and in the forms that encoders make of it:

* URL-encoded: any choice of safe characters, ``+`` for a space, hex in either case, encoded twice;
* escaped as JSON (ASCII or not), as ``repr()`` of text or bytes, as HTML, and escaped more than once;
* base64 at any alignment (inside ``id:secret``, say), standard and URL-safe, then URL-encoded or not.

Letters and digits stand for themselves in all of these, and that makes an ordinary line cheap: one substring search for each
form, with the longest run of characters that no encoder touches. Only a line in which such a run is found meets the
regular expression of that secret, which is compiled when that happens for the first time.

Not found: base64 broken into lines, hex dumps, compressed or encrypted text, and secrets shorter than six characters,
which would blacken half of every line.
"""

from __future__ import annotations

import binascii
import contextlib
import re
from collections.abc import Iterable, Mapping
from typing import Final

from gatepost.secret import Secret, known_texts, known_version

__all__ = ["REDACTED", "redact", "redact_value"]

REDACTED: Final = "***"

SHORTEST_SECRET: Final = 6
"""Characters; a shorter secret is not looked for."""

SHORTEST_LINE: Final = 16
"""Characters; a shorter line of a secret of several lines (a PEM key, say) is only looked for as part of the whole."""

_LONGEST_RUN: Final = 16  # a longer needle finds nothing more, and preparing the search costs by its length

_UNTOUCHED_RUNS = re.compile(r"[A-Za-z0-9_.-]+")  # RFC 3986 section 2.3, without "~", which older encoders escape
_ALPHANUMERIC_RUNS = re.compile(r"[A-Za-z0-9]+")

_NAMED_ESCAPES: Final = {"\a": "a", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", "\v": "v", "\0": "0"}
_NAMED_ENTITIES: Final = {'"': "quot", "&": "amp", "'": "apos", "<": "lt", ">": "gt"}

# Escaped more than once, but not without end: two unbounded quantifiers side by side take cubic time on a row of backslashes.
_ESCAPE: Final = r"(?:\\{1,15})"
_25: Final = "(?:25){0,3}"
_AMP: Final = "(?:amp;){0,3}"

_BASE64_CHARACTER: Final = r"[A-Za-z0-9+/_-]"
_BASE64_SPECIAL: Final = {
    "+": rf"(?:[+-]|%{_25}2[Bb]|{_ESCAPE}u002[Bb])",
    "/": rf"(?:{_ESCAPE}?/|_|%{_25}2[Ff]|{_ESCAPE}u002[Ff])",
}


def redact(text: str) -> str:
    """Return the text with every known secret, in any of its forms, replaced by ``***``.

    Safe in threads. A text without a secret is returned as it is, after one substring search for each form.
    """
    rules = _rules
    if rules.version != known_version():
        rules = _current_rules()
    for needle in rules.needles:
        if needle in text:
            return rules.replace(text)
    return text


def redact_value(value: object) -> object:
    """Return a copy of a value in which every text is redacted, keys included, at any depth.

    Mappings become dictionaries, lists and tuples keep their type, secrets become ``***``, numbers, booleans and None stay;
    anything else becomes its redacted ``repr()``.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Secret):
        return REDACTED
    if isinstance(value, Mapping):
        return {redact_value(key): redact_value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [redact_value(item) for item in value]
    if isinstance(value, tuple):
        return tuple(redact_value(item) for item in value)
    return redact(repr(value))


class _Rule:
    """How one secret is found: needles that every form contains one of, and one pattern for all forms."""

    __slots__ = ("_compiled", "_patterns", "length", "needles")

    def __init__(self, text: str, patterns: Iterable[str], needles: Iterable[str]) -> None:
        self.length = len(text)
        self.needles = tuple(needles)
        self._patterns = tuple(patterns)
        self._compiled: re.Pattern[str] | None = None

    def spans(self, text: str) -> list[tuple[int, int]]:
        if not any(needle in text for needle in self.needles):
            return []
        pattern = self._compiled
        if pattern is None:
            pattern = self._compiled = re.compile("|".join(self._patterns))
        return [match.span() for match in pattern.finditer(text)]


class _Rules:
    """The rules for one state of the set of secrets."""

    __slots__ = ("by_text", "needles", "rules", "version")

    def __init__(self, version: int, by_text: dict[str, tuple[_Rule, ...]]) -> None:
        self.version = version
        self.by_text = by_text
        self.rules = sorted((rule for rules in by_text.values() for rule in rules), key=lambda rule: -rule.length)
        self.needles = tuple(dict.fromkeys(needle for rule in self.rules for needle in rule.needles))

    def replace(self, text: str) -> str:
        """Replace what the rules find, until they find nothing: the replacement may complete a secret that has ``*`` in it.

        Ends, since every form is longer than its replacement.
        """
        while spans := sorted(span for rule in self.rules for span in rule.spans(text)):
            pieces: list[str] = []
            end_of_last = 0
            for start, end in spans:
                if start > end_of_last or not pieces:
                    pieces += (text[end_of_last:start], REDACTED)
                end_of_last = max(end_of_last, end)
            text = "".join(pieces) + text[end_of_last:]
        return text


_rules = _Rules(-1, {})


def _current_rules() -> _Rules:
    """Build the rules for the secrets of now; those of a secret known before are taken over, compiled pattern included."""
    global _rules  # noqa: PLW0603  one immutable value, replaced as a whole, so that readers need no lock
    version = known_version()  # before the texts: a secret that appears in between makes the next call come here again
    before = _rules.by_text
    by_text: dict[str, tuple[_Rule, ...]] = {}
    for text in known_texts():
        if len(text) >= SHORTEST_SECRET:
            by_text[text] = before.get(text) or tuple(_rules_for(text))
    rules = _rules = _Rules(version, by_text)
    return rules


def _rules_for(text: str) -> Iterable[_Rule]:
    stripped = text.strip()
    core = stripped if len(stripped) >= SHORTEST_SECRET else text
    patterns = [_text_pattern(core)]
    needles = [_needle(_UNTOUCHED_RUNS, core)]
    for encoded in _encodings(core):
        for alignment in range(3):
            pattern, certain = _base64_pattern(encoded, alignment)
            patterns.append(pattern)
            needles.append(_needle(_ALPHANUMERIC_RUNS, certain))
    yield _Rule(core, patterns, dict.fromkeys(needles))
    lines = core.splitlines()
    if len(lines) > 1:
        for line in {line.strip() for line in lines}:
            if len(line) >= SHORTEST_LINE and not line.startswith("-----"):  # the frame of a PEM text is no secret
                yield _Rule(line, [_text_pattern(line)], [_needle(_UNTOUCHED_RUNS, line)])


def _needle(runs: re.Pattern[str], text: str) -> str:
    """Return the longest run of characters that no encoder changes; empty (it is in every text) when there is none."""
    return max(runs.findall(text), key=len, default="")[:_LONGEST_RUN]


def _encodings(text: str) -> set[bytes]:
    """Return the bytes that base64 may be made of: UTF-8, and Latin-1, in which ``requests`` sends basic authentication."""
    encodings = {_utf8(text)}
    if not text.isascii():
        with contextlib.suppress(UnicodeEncodeError):
            encodings.add(text.encode("latin-1"))
    return {encoded for encoded in encodings if len(encoded) >= SHORTEST_SECRET}


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _base64_pattern(encoded: bytes, alignment: int) -> tuple[str, str]:
    """Return the pattern of base64 text that holds these bytes after ``alignment`` others, and its certain characters.

    Where the secret ends inside a character, a neighbour decides the character's other bits: such a character is
    no part of the search, and is replaced all the same, for it tells some bits of the secret.
    """
    whole = binascii.b2a_base64(b"\0" * alignment + encoded, newline=False).decode("ascii")
    bits = 8 * (alignment + len(encoded))
    certain = whole[-(-8 * alignment // 6) : bits // 6]
    pattern = "".join(_BASE64_SPECIAL.get(character, character) for character in certain)
    before = f"{_BASE64_CHARACTER}?" if alignment else ""
    after = f"{_BASE64_CHARACTER}?" if bits % 6 else ""
    return before + pattern + after, certain


def _text_pattern(text: str) -> str:
    pieces: list[str] = []
    position = 0
    while position < len(text):
        character = text[position]
        count = 1
        if character == "\\":  # a run as one piece: one quantifier for each would try every way to share the backslashes
            count = len(text) - position - len(text[position:].lstrip("\\"))
            escapes = "|".join(_escapes(character))
            pieces.append(rf"(?:\\{{{count},{15 * count}}}|(?:{escapes}){{{count}}})")
        elif character.isascii() and character.isalnum():
            pieces.append(character)
        else:
            pieces.append(rf"(?:{'|'.join(_escapes(character))}|{_ESCAPE}?{re.escape(character)})")
        position += count
    return "".join(pieces)


def _escapes(character: str) -> Iterable[str]:
    """Yield patterns of what encoders write for one character, other than itself."""
    code = ord(character)
    encoded = _utf8(character)
    yield "".join(f"%{_25}{_hex(byte, 2)}" for byte in encoded)
    if character == " ":
        yield r"\+"
    if character in _NAMED_ESCAPES:
        yield rf"{_ESCAPE}{_NAMED_ESCAPES[character]}"
    if character in _NAMED_ENTITIES:
        yield f"&{_AMP}{_NAMED_ENTITIES[character]};"
    yield f"&{_AMP}#(?:0{{0,6}}{code}|[xX]0{{0,6}}{_hex(code, 1)});"
    if code > 0xFFFF:
        yield rf"{_ESCAPE}U{_hex(code, 8)}"
        high, low = 0xD800 + ((code - 0x10000) >> 10), 0xDC00 + ((code - 0x10000) & 0x3FF)
        yield rf"{_ESCAPE}u{_hex(high, 4)}{_ESCAPE}u{_hex(low, 4)}"
    else:
        yield rf"{_ESCAPE}u{_hex(code, 4)}"
    if code <= 0xFF:
        yield rf"{_ESCAPE}x{_hex(code, 2)}"
    if code > 0x7F:
        yield "".join(rf"{_ESCAPE}x{_hex(byte, 2)}" for byte in encoded)


def _hex(number: int, digits: int) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in format(number, f"0{digits}x"))
