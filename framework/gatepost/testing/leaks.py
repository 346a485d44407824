"""Finds secrets in what was left behind, by undoing what encoders do.

Written without a look at ``gatepost.redaction``, and the other way round: that one encodes the secret and looks for the result,
this one decodes the text and looks for the secret. So neither hides a mistake of the other.
"""

from __future__ import annotations

import base64
import html
import re
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

__all__ = ["SHORTEST_SECRET", "Leak", "LeakFinder"]

SHORTEST_SECRET: Final = 6
"""Characters; a shorter secret is not looked for."""

_SHORTEST_PIECE: Final = 12
_DEEPEST: Final = 4  # encodings inside each other
_MOST_VIEWS: Final = 200  # of one line, so that a hostile one ends too

_BASE64_RUNS = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_ESCAPES = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|(.))")
_NAMED_ESCAPES: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}


class Leak(NamedTuple):
    """One place in which a secret was found. Does not hold the secret.

    Attributes:
        secret: The name of the secret.
        form: How it was written there: ``as it is``, ``URL-encoded``, ``base64`` and the like, several where one is in another.
        line: The line, counted from 1.
    """

    secret: str
    form: str
    line: int


class LeakFinder:
    """Looks for secrets in texts.

    A secret is found as it is, URL-encoded, escaped as JSON, by ``repr()`` or as HTML, in base64 (standard or URL-safe, at any
    alignment), in these inside each other; and in part, where one of its unbroken runs of at least twelve letters and digits,
    both of them, is left of it. Base64 that is broken into lines, hex dumps and compressed text are not understood.

    Args:
        secrets: The texts of the secrets by their names. Those of fewer than six characters are not looked for.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = {name: text for name, text in secrets.items() if len(text) >= SHORTEST_SECRET}
        self._pieces = {name: tuple(_pieces(text)) for name, text in self._secrets.items()}
        self._bytes = {
            name: tuple({text.encode(encoding, "replace") for encoding in ("utf-8", "latin-1") if _fits(text, encoding)})
            for name, text in self._secrets.items()
        }

        # One search over all of them first: nearly every line holds none.
        texts = {*self._secrets.values(), *(piece for pieces in self._pieces.values() for piece in pieces)}
        encoded = {text for texts in self._bytes.values() for text in texts} | {text.encode("utf-8", "replace") for text in texts}
        self._any_text = re.compile("|".join(map(re.escape, texts)) or "(?!)")
        self._any_bytes = re.compile(b"|".join(map(re.escape, encoded)) or b"(?!)")

    def find(self, text: str) -> Iterator[Leak]:
        """Yield what is found, each secret at most once a line."""
        for name, secret in self._secrets.items():
            if "\n" in secret:
                for match in re.finditer(re.escape(secret), text):
                    yield Leak(name, "as it is", text.count("\n", 0, match.start()) + 1)
        for number, line in enumerate(text.split("\n"), 1):
            for name, form in self._in_line(line).items():
                yield Leak(name, form, number)

    def mask(self, text: str) -> str:
        """Return the text without the lines that hold a secret, each replaced by what was found in it."""
        found: dict[int, list[str]] = {}
        for leak in self.find(text):
            span = self._secrets[leak.secret].count("\n") if leak.form == "as it is" else 0
            for line in range(leak.line, leak.line + span + 1):
                found.setdefault(line, []).append(f"{leak.secret}, {leak.form}")
        if not found:
            return text
        lines = text.split("\n")
        for line, words in found.items():
            lines[line - 1] = f"[not shown: this line holds {'; '.join(dict.fromkeys(words))}]"
        return "\n".join(lines)

    def _in_line(self, line: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for view, form in _views(line):
            if self._any_text.search(view):
                for name, secret in self._secrets.items():
                    if secret in view:
                        found.setdefault(name, form or "as it is")
            for decoded in _decoded_base64(view):
                if self._any_bytes.search(decoded):
                    self._in_bytes(decoded, f"{form}, base64" if form else "base64", found)
        for name, pieces in self._pieces.items():
            if name not in found and any(piece in line for piece in pieces):
                found[name] = "in part"
        return found

    def _in_bytes(self, decoded: bytes, form: str, found: dict[str, str]) -> None:
        for name, encodings in self._bytes.items():
            if any(encoded in decoded for encoded in encodings):
                found.setdefault(name, form)
            elif any(piece.encode() in decoded for piece in self._pieces[name]):
                found.setdefault(name, f"in part, {form}")


def _pieces(text: str) -> Iterator[str]:
    """Yield runs that are the secret's own: digits alone may be a time or a number that is shown elsewhere."""
    for run in re.findall(r"[A-Za-z0-9]+", text):
        if len(run) >= _SHORTEST_PIECE and re.search(r"[0-9]", run) and re.search(r"[A-Za-z]", run):
            yield run


def _fits(text: str, encoding: str) -> bool:
    try:
        return len(text.encode(encoding)) >= SHORTEST_SECRET
    except UnicodeEncodeError:
        return encoding == "utf-8"


def _views(line: str) -> Iterator[tuple[str, str]]:
    """Yield the line as it is and decoded in every order, with the names of what was undone."""
    views: dict[str, tuple[str, ...]] = {line: ()}
    layer = [line]
    yield line, ""
    for _ in range(_DEEPEST):
        deeper: list[str] = []
        for text in layer:
            for form, decode in _DECODERS:
                decoded = decode(text)
                if decoded in views or len(views) >= _MOST_VIEWS:
                    continue
                views[decoded] = (*views[text], form) if form else views[text]
                deeper.append(decoded)
                yield decoded, ", ".join(dict.fromkeys(views[decoded])) or "as bytes"
        layer = deeper


def _percent(text: str) -> str:
    return urllib.parse.unquote(text, errors="replace") if "%" in text else text


def _form(text: str) -> str:
    return text.replace("+", " ")


def _escaped(text: str) -> str:
    if "\\" not in text:
        return text
    unescaped = _ESCAPES.sub(_unescape, text)
    if not any("\ud800" <= character <= "\udfff" for character in unescaped):
        return unescaped
    return unescaped.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code is None:
        return _NAMED_ESCAPES.get(match[4], match[4])
    number = int(code, 16)
    return chr(number) if number <= 0x10FFFF else match[0]


def _bytes_as_text(text: str) -> str:
    """Undo the reading of UTF-8 as Latin-1, which is what the ``repr()`` of bytes looks like once its escapes are undone."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


_DECODERS: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("URL-encoded", _percent),
    ("URL-encoded", _form),
    ("escaped", _escaped),
    ("HTML-escaped", html.unescape),
    ("", _bytes_as_text),
)


def _decoded_base64(text: str) -> Iterator[bytes]:
    for run in _BASE64_RUNS.findall(text):
        standard = run.translate({ord("-"): "+", ord("_"): "/"})
        for start in range(4):
            part = standard[start:]
            part = part[:-1] if len(part) % 4 == 1 else part
            yield base64.b64decode(part + "=" * (-len(part) % 4))
