"""The ``Link`` header of an answer (RFC 8288)."""

from __future__ import annotations

import re

from gatepost.named_tuples import NamedTuple

__all__ = ["Link", "next_link", "parse_links"]

_TARGET = re.compile(r"[\s,]*<([^>]*)>")
_PARAMETER = re.compile(r"""\s*;\s*([^\s=;,"<>]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?""", re.DOTALL)
_EMPTY_PARAMETER = re.compile(r"\s*;(?=\s*(?:[;,]|$))")


class Link(NamedTuple):
    """One link.

    Attributes:
        target: Where it points to, as it was written: perhaps relative.
        relations: What that is to the answer, lower case: ``next``, ``last``…
        anchor: What the link begins at, where that is not the answer itself; else empty.
    """

    target: str
    relations: tuple[str, ...]
    anchor: str = ""


def parse_links(header: str) -> tuple[Link, ...]:
    """Read a ``Link`` header; several of them are joined by ``,``.

    Of a parameter that is there twice the first counts (RFC 8288 section 3.3). Reading ends where the header makes no sense.

    Args:
        header: The header's value.
    """
    links: list[Link] = []
    place = 0
    while (target := _TARGET.match(header, place)) is not None:
        place = target.end()
        parameters: dict[str, str] = {}
        while (found := _PARAMETER.match(header, place) or _EMPTY_PARAMETER.match(header, place)) is not None:
            place = found.end()
            if found.re is _PARAMETER:
                quoted, token = found[2], found[3]
                value = re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL) if quoted is not None else token or ""
                parameters.setdefault(found[1].lower(), value)
        links.append(Link(target[1].strip(), tuple(parameters.get("rel", "").lower().split()), parameters.get("anchor", "")))
        rest = header[place:].lstrip()
        if rest and not rest.startswith(","):
            break
    return tuple(links)


def next_link(header: str) -> str | None:
    """Return the target of the first link to the next page; None without one. Links that begin elsewhere do not count."""
    return next((link.target for link in parse_links(header) if "next" in link.relations and not link.anchor), None)
