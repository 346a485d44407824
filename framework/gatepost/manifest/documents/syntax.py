"""A JSON text as a tree that keeps every character: white space, comments, repeated keys, commas too many.

What is written back is what was read, but for what was changed on purpose.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from gatepost.manifest.documents.relaxed import RelaxedReader

__all__ = ["COMMENT", "Container", "Member", "Scalar", "Tree", "line_end", "parse_tree", "render"]

_KEY = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
"""A comment; found in white space and comments only, since texts may hold what looks like one."""
_COMMENT_OR_NEWLINE = re.compile(r"//[^\n]*|/\*.*?\*/|\n", re.DOTALL)


@dataclass(slots=True)
class Scalar:
    """A text, number, boolean or null.

    Attributes:
        raw: How it is written.
        value: What it means.
    """

    raw: str
    value: object


@dataclass(slots=True)
class Member:
    """A value of a container, with everything that is written around it.

    Attributes:
        node: The value.
        before: What stands before it (before its key, in an object) from the end of the line of what precedes it.
        key: Its key; empty in a list.
        raw_key: How the key is written, with its quotation marks; empty in a list.
        colon: What stands between key and value; empty in a list.
        after: What stands between value and comma.
        comma: Whether a comma follows.
        tail: What else is on its line after it, when nothing but a comment is.
    """

    node: Scalar | Container
    before: str = ""
    key: str = ""
    raw_key: str = ""
    colon: str = ""
    after: str = ""
    comma: bool = False
    tail: str = ""


@dataclass(slots=True)
class Container:
    """An object or a list.

    Attributes:
        brackets: ``{}`` or ``[]``.
        members: Its values in the order of the text.
        opening: What else is on the line of the opening bracket, when nothing but a comment is.
        closing: What stands before the closing bracket.
    """

    brackets: str
    members: list[Member] = field(default_factory=list)
    opening: str = ""
    closing: str = ""

    @property
    def is_object(self) -> bool:
        """Whether its members have keys."""
        return self.brackets == "{}"

    @property
    def value(self) -> object:
        """What it means; of repeated keys the last one counts."""
        if self.is_object:
            return {member.key: member.node.value for member in self.members}
        return [member.node.value for member in self.members]


@dataclass(slots=True)
class Tree:
    """A whole text.

    Attributes:
        root: Its value.
        before: What stands before it.
        after: What stands after it.
    """

    root: Scalar | Container
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        return self.before + render(self.root) + self.after


def line_end(space: str) -> int:
    """Return where the first line of white space and comments ends: the index of its newline, or -1 when there is none."""
    for match in _COMMENT_OR_NEWLINE.finditer(space):
        if match.group() == "\n":
            end = match.start()
            return end - 1 if space[end - 1 : end] == "\r" else end
    return -1


def parse_tree(text: str, max_depth: int) -> Tree:
    """Return the tree of a text.

    Args:
        text: JSON as `RelaxedReader` reads it.
        max_depth: Deeper nesting is refused.

    Raises:
        Unreadable: It is no JSON, even after repair, or is nested too deeply.
    """
    reader = _SpanReader(text, max_depth)
    reader.read()
    span = reader.root
    return Tree(_node(text, span), text[: span.start], text[span.end :])


def render(node: Scalar | Container) -> str:
    """Return the text of a node."""
    parts: list[str] = []
    _render(node, parts)
    return "".join(parts)


def _render(node: Scalar | Container, parts: list[str]) -> None:
    if isinstance(node, Scalar):
        parts.append(node.raw)
        return
    parts.append(node.brackets[0])
    tail = node.opening
    for member in node.members:
        parts += (tail, _own_line(tail, member.before), member.before, member.raw_key, member.colon)
        _render(member.node, parts)
        parts += (member.after, "," if member.comma else "")
        tail = member.tail
    parts += (tail, _own_line(tail, node.closing), node.closing, node.brackets[1])


def _own_line(tail: str, following: str) -> str:
    """Return the newline that a comment up to the end of its line needs after members changed their places."""
    return "\n" if "//" in tail and not following.startswith(("\n", "\r\n")) else ""


@dataclass(slots=True)
class _Span:
    """Where a value stands in a text, from `start` to before `end`; `comma` is -1 when none follows."""

    start: int
    key: int | None
    end: int = 0
    value: object = None
    comma: int = -1
    children: list[_Span] = field(default_factory=list)


class _SpanReader(RelaxedReader):
    """Notes for each value, also for those under repeated keys, where it and its comma stand."""

    root: _Span

    def __init__(self, text: str, max_depth: int) -> None:
        super().__init__(text, max_depth)
        self._open: list[_Span] = []

    def _value(self, place: tuple[str | int, ...], key_offset: int | None) -> object:
        self._skip()
        span = _Span(self._at, key_offset)
        if self._open:
            self._open[-1].children.append(span)
        else:
            self.root = span
        self._open.append(span)
        value = super()._value(place, key_offset)
        self._open.pop()
        span.end = self._at
        if not span.children:
            span.value = value
        return value

    def _separator(self, bracket: str) -> None:
        self._skip()
        if self._text.startswith(",", self._at):
            self._open[-1].children[-1].comma = self._at
        super()._separator(bracket)


def _node(text: str, span: _Span) -> Scalar | Container:
    first = text[span.start]
    if first not in "{[":
        return Scalar(text[span.start : span.end], span.value)
    container = Container("{}" if first == "{" else "[]")
    at = span.start + 1
    tail_of: Member | None = None
    for child in span.children:
        start = child.start if child.key is None else child.key
        tail, before = _split(text[at:start])
        _set_tail(container, tail_of, tail)
        member = Member(_node(text, child), before)
        if child.key is not None:
            match = _KEY.match(text, child.key)
            member.raw_key = match.group() if match else ""
            member.key = _meaning(member.raw_key)
            member.colon = text[child.key + len(member.raw_key) : child.start]
        at = child.end
        if child.comma >= 0:
            member.after = text[at : child.comma]
            member.comma = True
            at = child.comma + 1
        container.members.append(member)
        tail_of = member
    tail, container.closing = _split(text[at : span.end - 1])
    _set_tail(container, tail_of, tail)
    return container


def _split(space: str) -> tuple[str, str]:
    end = line_end(space)
    return ("", space) if end < 0 else (space[:end], space[end:])


def _set_tail(container: Container, member: Member | None, tail: str) -> None:
    if member is None:
        container.opening = tail
    else:
        member.tail = tail


def _meaning(raw_key: str) -> str:
    try:
        key = json.loads(raw_key)
    except ValueError:
        key = RelaxedReader(raw_key, 1).read()
    else:
        if "\\ud" in raw_key or "\\uD" in raw_key:
            key = RelaxedReader(raw_key, 1).read()
    return str(key)
