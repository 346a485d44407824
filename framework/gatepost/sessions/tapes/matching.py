"""Whether a request is the one on the tape, and if not, what differs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gatepost.redaction import REDACTED, redact

if TYPE_CHECKING:
    from gatepost.sessions.tapes.exchange import Body, Pairs, Request

__all__ = ["Difference", "Matching", "differences", "same_text"]

_SHOWN = 100  # characters of a value in an error
_TAKEN_OUT = re.compile(r"\*{3,}")  # more of them where the text had one of its own beside it


@dataclass(frozen=True, slots=True)
class Matching:
    """What has to be the same. Method, path, query and body have; headers, and so signatures, never count.

    Attributes:
        ordered_query: Whether the order of query parameters counts.
        ignored_query: Query parameters that do not count.
        ignored_fields: Members of JSON bodies, at any depth, and fields of forms that do not count.
        bodies: Whether bodies count.
    """

    ordered_query: bool = False
    ignored_query: frozenset[str] = frozenset()
    ignored_fields: frozenset[str] = frozenset()
    bodies: bool = True


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference, without secrets.

    Attributes:
        place: ``method``, ``path``, ``query <name>``, ``body.<member>``…
        text: What was recorded and what was asked.
        weight: How much it tells two requests apart.
    """

    place: str
    text: str
    weight: float = 1.0

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


def differences(recorded: Request, asked: Request, matching: Matching) -> Iterator[Difference]:
    """Yield what differs; nothing when the recorded request is the one that is asked.

    Both were scrubbed. Where a secret was taken out of the recorded one, any text fits.
    """
    if recorded.method != asked.method:
        yield Difference("method", f"recorded {recorded.method}, asked {asked.method}", 4.0)
    if not same_text(recorded.path, asked.path):
        yield Difference("path", f"recorded {_shown(recorded.path)}, asked {_shown(asked.path)}", 5.0)
    yield from _query(recorded.query, asked.query, matching)
    if matching.bodies:
        yield from _body(recorded.body, asked.body, matching.ignored_fields)


def same_text(recorded: str, asked: str) -> bool:
    """Tell whether texts are the same, where ``***`` in the recorded one stands for any text."""
    if recorded == asked:
        return True
    if REDACTED not in recorded:
        return False
    first, *middle, last = _TAKEN_OUT.split(recorded)
    if len(asked) < len(first) + len(last) or not asked.startswith(first) or not asked.endswith(last):
        return False
    position, end = len(first), len(asked) - len(last)
    for piece in middle:
        found = asked.find(piece, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return True


def _query(recorded: Pairs, asked: Pairs, matching: Matching) -> Iterator[Difference]:
    recorded = tuple(pair for pair in recorded if pair[0] not in matching.ignored_query)
    asked = tuple(pair for pair in asked if pair[0] not in matching.ignored_query)
    found = list(_fields("query", recorded, asked))
    yield from found
    if not found and matching.ordered_query and [name for name, _ in recorded] != [name for name, _ in asked]:
        names = (", ".join(name for name, _ in pairs) for pairs in (recorded, asked))
        yield Difference("query", "the order differs: recorded {}, asked {}".format(*names))


def _fields(where: str, recorded: Pairs, asked: Pairs) -> Iterator[Difference]:
    was, is_now = _by_name(recorded), _by_name(asked)
    for name in dict.fromkeys((*was, *is_now)):
        place = f"{where} {redact(name)}"
        if name not in is_now:
            yield Difference(place, f"recorded {_shown_all(was[name])}, not asked")
        elif name not in was:
            yield Difference(place, f"not recorded, asked {_shown_all(is_now[name])}")
        elif not _same_values(was[name], is_now[name]):
            yield Difference(place, f"recorded {_shown_all(was[name])}, asked {_shown_all(is_now[name])}")


def _by_name(pairs: Pairs) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def _same_values(recorded: list[str], asked: list[str]) -> bool:
    if len(recorded) != len(asked):
        return False
    return all(map(same_text, recorded, asked)) or all(map(same_text, sorted(recorded), sorted(asked)))


def _body(recorded: Body, asked: Body, ignored: frozenset[str]) -> Iterator[Difference]:
    if "left out" in (recorded.kind, asked.kind):
        return
    if recorded.kind != asked.kind:
        yield Difference("body", f"recorded {_described(recorded)}, asked {_described(asked)}", 2.0)
    elif recorded.kind == "json":
        yield from _json("body", recorded.content, asked.content, ignored)
    elif recorded.kind == "form":
        was, is_now = (tuple(pair for pair in body.content if pair[0] not in ignored) for body in (recorded, asked))
        yield from _fields("body", was, is_now)
    elif recorded.kind == "text":
        if not same_text(recorded.content, asked.content):
            yield Difference("body", _text_difference(recorded.content, asked.content))
    elif recorded.content != asked.content:
        yield Difference("body", f"recorded {_described(recorded)}, asked {_described(asked)}, which differ")


def _json(place: str, recorded: Any, asked: Any, ignored: frozenset[str]) -> Iterator[Difference]:
    if recorded == REDACTED:
        return
    if isinstance(recorded, dict) and isinstance(asked, dict):
        for name in dict.fromkeys((*recorded, *asked)):
            if name in ignored:
                continue
            inner = f"{place}.{redact(name)}"
            if name not in asked:
                yield Difference(inner, f"recorded {_shown(recorded[name])}, not asked")
            elif name not in recorded:
                yield Difference(inner, f"not recorded, asked {_shown(asked[name])}")
            else:
                yield from _json(inner, recorded[name], asked[name], ignored)
    elif isinstance(recorded, list) and isinstance(asked, list):
        if len(recorded) != len(asked):
            yield Difference(place, f"recorded {len(recorded)} items, asked {len(asked)}")
        for number, (was, is_now) in enumerate(zip(recorded, asked, strict=False)):
            yield from _json(f"{place}[{number}]", was, is_now, ignored)
    elif not _same_value(recorded, asked):
        yield Difference(place, f"recorded {_shown(recorded)}, asked {_shown(asked)}")


def _same_value(recorded: Any, asked: Any) -> bool:
    if isinstance(recorded, str) and isinstance(asked, str):
        return same_text(recorded, asked)
    return isinstance(recorded, bool) == isinstance(asked, bool) and bool(recorded == asked)


def _text_difference(recorded: str, asked: str) -> str:
    position = next(
        (index for index, (was, is_now) in enumerate(zip(recorded, asked, strict=False)) if was != is_now),
        min(len(recorded), len(asked)),
    )
    start = max(0, position - 20)
    return f"from character {position + 1}, recorded {_shown(recorded[start:])}, asked {_shown(asked[start:])}"


def _described(body: Body) -> str:
    if body.kind == "none":
        return "no body"
    if body.kind == "base64":
        return f"{len(body.content)} bytes"
    if body.kind == "text":
        return f"the text {_shown(body.content)}"
    return f"a form of {len(body.content)} fields" if body.kind == "form" else f"the JSON {_shown(body.content)}"


def _shown(value: Any) -> str:
    # Redacted before it is cut: half a secret would not be found.
    text = redact(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _shown_all(values: list[str]) -> str:
    return _shown(values[0]) if len(values) == 1 else _shown(values)
