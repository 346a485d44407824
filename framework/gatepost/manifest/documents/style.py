"""How a JSON file is laid out, so that what is added to it looks like the rest."""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING

from gatepost.manifest.documents.syntax import Container, Member, Scalar
from gatepost.named_tuples import NamedTuple

if TYPE_CHECKING:
    from gatepost.manifest.documents.syntax import Tree

__all__ = ["Style"]


class Style(NamedTuple):
    """The layout of a file.

    Attributes:
        unit: Indentation of one level; None when the whole file is on one line.
        newline: What ends its lines.
        blank: What stands after a comma on one line.
        colon: What stands between key and value.
        ascii: Whether characters outside ASCII are written as escapes.
    """

    unit: str | None = "  "
    newline: str = "\n"
    blank: str = " "
    colon: str = ": "
    ascii: bool = False

    @classmethod
    def of(cls, tree: Tree) -> Style:
        """Return the style of a text."""
        text = str(tree)
        newline = "\r\n" if "\r\n" in text else "\n"
        is_ascii = text.isascii() and "\\u" in text
        unit: str | None = None
        blank = colon = ""
        found_blank = False
        left = deque([(1, tree.root)] if isinstance(tree.root, Container) else [])
        while left:
            depth, node = left.popleft()
            for at, member in enumerate(node.members):
                if "\n" in member.before:
                    indent = indentation(member.before)
                    if unit is None and len(indent) % depth == 0:
                        unit = indent[: len(indent) // depth]
                elif at and not found_blank and not member.before.strip():
                    blank, found_blank = member.before, True
                if member.colon and not colon and not member.colon.replace(":", "").strip(" \t"):
                    colon = member.colon
                if isinstance(member.node, Container):
                    left.append((depth + 1, member.node))
            if unit is not None and found_blank and colon:
                break
        if unit is None and ("\n" in str(tree.root) or not colon):
            unit = "  "
        colon = colon or ": "
        return cls(unit, newline, blank if found_blank else (" " if colon != ":" else ""), colon, is_ascii)

    def line(self, depth: int) -> str:
        """Return what begins a line of members at a depth, from 1 for those of the outermost object."""
        return "" if self.unit is None else self.newline + self.unit * depth

    def line_like(self, before: str) -> str:
        """Return what begins a line at the same depth as another line, of which is given what stands before its value."""
        return self.newline + indentation(before)

    def text(self, value: str) -> str:
        """Return a text in quotation marks."""
        return json.dumps(value, ensure_ascii=self.ascii or any("\ud800" <= character <= "\udfff" for character in value))

    def scalar(self, value: object) -> str:
        """Return a text, number, boolean or null as JSON."""
        return self.text(value) if isinstance(value, str) else json.dumps(value)

    def open(self, container: Container, depth: int) -> None:
        """Make room in an empty container for its first member, which stands at a depth."""
        if self.unit is not None and not container.closing.strip():
            container.closing = self.line(depth - 1)

    def node(self, value: object, depth: int, *, inline: bool = False) -> Scalar | Container:
        """Return a value as it is written whose members, if it has any, stand at the depth after *depth*.

        Args:
            value: A JSON value.
            depth: Depth of the value itself.
            inline: On one line.
        """
        if not isinstance(value, (dict, list)):
            return Scalar(self.scalar(value), value)
        container = Container("{}" if isinstance(value, dict) else "[]")
        items = [(str(key), item) for key, item in value.items()] if isinstance(value, dict) else [("", item) for item in value]
        on_lines = self.unit is not None and not inline
        for at, (key, item) in enumerate(items):
            before = self.line(depth + 1) if on_lines else self.blank if at else ""
            member = Member(self.node(item, depth + 1, inline=inline), before, comma=at + 1 < len(items))
            if isinstance(value, dict):
                member.key, member.raw_key, member.colon = key, self.text(key), self.colon
            container.members.append(member)
        if items and on_lines:
            container.closing = self.line(depth)
        return container

    def member(self, value: object, depth: int, key: str | None = None, *, near: Container | None = None) -> Member:
        """Return a value as a member of a container.

        Args:
            value: A JSON value.
            depth: Its depth.
            key: Its key, in an object.
            near: The list that it comes into: where that has its objects or lists on one line each, so is this one.
        """
        siblings = near.members if near is not None else []
        alike = [other.node for other in siblings if isinstance(other.node, Container) and other.node.members]
        inline = bool(alike) and all("\n" not in member.before for member in alike[-1].members)
        member = Member(self.node(value, depth, inline=inline))
        if key is not None:
            member.key, member.raw_key, member.colon = key, self.text(key), self.colon
        return member


def indentation(before: str) -> str:
    """Return the indentation of the line that something begins, of which is given what stands before it."""
    line = before.rpartition("\n")[2]
    return line[: len(line) - len(line.lstrip(" \t"))]
