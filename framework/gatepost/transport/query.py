"""Parameters of a URL that carry a credential: put in, taken out, and looked for. What else is in a URL stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, unquote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["holds_any", "with_parameters", "without_parameters"]

_SHORTEST = 6  # characters: a shorter text is in many a URL by chance


def with_parameters(url: str, parameters: Mapping[str, str]) -> str:
    """Return a URL with these parameters at the end of its query; others of the same names are left out.

    Args:
        url: An absolute URL.
        parameters: Names and values, not encoded.
    """
    head, hash_mark, fragment = without_parameters(url, parameters).partition("#")
    written = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in parameters.items())
    if not written:
        return url
    joint = "" if head.endswith(("?", "&")) else "&" if "?" in head else "?"
    return f"{head}{joint}{written}{hash_mark}{fragment}"


def without_parameters(url: str, names: Iterable[str]) -> str:
    """Return a URL without the parameters of these names; the URL itself where it has none of them."""
    head, hash_mark, fragment = url.partition("#")
    path, mark, query = head.partition("?")
    taken = set(names)
    pieces = query.split("&")
    kept = [piece for piece in pieces if unquote_plus(piece.partition("=")[0]) not in taken]
    if not mark or len(kept) == len(pieces):
        return url
    return f"{path}{mark if kept else ''}{'&'.join(kept)}{hash_mark}{fragment}"


def holds_any(url: str, texts: Iterable[str]) -> bool:
    """Tell whether a URL holds one of these texts anywhere, encoded up to three times. Below six characters none counts."""
    looked_for = [text for text in texts if len(text) >= _SHORTEST]
    for _ in range(4):
        plus = url.replace("+", " ")
        if any(text in url or text in plus for text in looked_for):
            return True
        url = unquote(url)
    return False
