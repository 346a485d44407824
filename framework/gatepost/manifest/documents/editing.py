"""Changes a JSON file the way its owner would: what is not changed stays as it is written, to the character."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.errors import UsageError
from gatepost.manifest.documents.document import MAX_DEPTH, Document, parse_document
from gatepost.manifest.documents.json_values import identity, is_named, is_strict, plain, same
from gatepost.manifest.documents.members import insert_member, last_member, reorder, take_member
from gatepost.manifest.documents.places import json_path
from gatepost.manifest.documents.relaxed import Unreadable
from gatepost.manifest.documents.style import Style
from gatepost.manifest.documents.syntax import COMMENT, Container, Scalar, parse_tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gatepost.manifest.documents.places import Place
    from gatepost.manifest.documents.syntax import Member

__all__ = ["DocumentEdit"]


class DocumentEdit:
    """Changes to one document, made one after the other.

    Places are those of the document as it is by then. White space, comments, the order of keys, unknown keys, repeated keys and
    the way numbers and texts are written stay as they are wherever nothing is changed; what is new is indented as the rest of the
    file is. Where a key is repeated, its place means the last one, which counts.

    Args:
        document: The document; it stays as it is.

    Raises:
        ManifestError: Its text cannot be read again (only where hardly any stack is left).

    Example:
        >>> edit = DocumentEdit(read_document("install.json"))
        >>> edit.set(("params", 0, "sequence"), 1)
        >>> edit.remove(("params", 0, "allow_multiple"))
        >>> write_document(edit.document())
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        try:
            self._tree = parse_tree(document.text, MAX_DEPTH)
        except Unreadable as problem:
            raise document.error_at(problem.offset, problem.what, problem.why, problem.remedy) from None
        self._style = Style.of(self._tree)

    def document(self) -> Document:
        """Return the document with all changes made so far; *the same* one when they come to nothing.

        Raises:
            ManifestError: It became too large, or is nested too deeply by now.
        """
        text = str(self._tree)
        if text == self._document.text:
            return self._document
        old = self._document
        return parse_document(old.path, text, encoding=old.encoding, byte_order_mark=old.byte_order_mark)

    def value(self, place: Place) -> object:
        """Return what stands at a place.

        Raises:
            UsageError: Nothing does.
        """
        return self._find(place).value

    def set(self, place: Place, value: object, *, before: str | None = None) -> None:
        """Put a value at a place, where another one stands or none.

        Objects and lists are compared with what stands there, and only what differs is written anew. A key that an object does
        not have yet becomes its last one; objects on the way to it are made.

        Args:
            place: Keys and indexes that lead to the value.
            value: A JSON value: None, bool, int, finite float, str, and lists, tuples and mappings of them.
            before: The key that a new key is to stand before, when it is there.

        Raises:
            UsageError: The place cannot be (an index behind the end of a list, a key of something that is no object), or the
                value is no JSON.
        """
        new = plain(value)
        if not place:
            if not isinstance(new, dict):
                raise UsageError("A manifest is an object", why=f"{_kind(new)} was to be put in its place")
            self._merge(self._find(()), new, 0)
            return
        parent, depth = self._parent(place)
        key = place[-1]
        if isinstance(key, int):
            index = self._index(parent, key, place)
            self._put(parent.members[index], new, depth)
            return
        self._check_kind(parent, place, is_object=True)
        member = last_member(parent, key)
        if member is not None:
            self._put(member, new, depth)
            return
        index = len(parent.members)
        if before is not None:
            index = next((at for at, other in enumerate(parent.members) if other.key == before), index)
        insert_member(self._style, parent, index, self._style.member(new, depth, key), depth)

    def insert(self, place: Place, index: int, value: object) -> None:
        """Put a value into a list.

        Args:
            place: The list.
            index: Where, as ``list.insert`` takes it: its length or more appends.
            value: A JSON value.

        Raises:
            UsageError: There is no list, or the value is no JSON.
        """
        node = self._find(place)
        self._check_kind(node, (*place, index), is_object=False)
        assert isinstance(node, Container)  # noqa: S101 - what was just checked, for the type checker
        at = min(index, len(node.members)) if index >= 0 else max(len(node.members) + index, 0)
        insert_member(self._style, node, at, self._style.member(plain(value), len(place) + 1, near=node), len(place) + 1)

    def remove(self, place: Place) -> None:
        """Take a value away, with its key and the comments that belong to it. Of a repeated key, all are removed.

        Raises:
            UsageError: There is no such value.
        """
        if not place:
            raise UsageError("The whole of a document cannot be removed", remedy="Delete the file")
        parent, _ = self._parent(place, make=False)
        key = place[-1]
        if isinstance(key, int):
            take_member(parent, self._index(parent, key, place))
            return
        found = [at for at, member in enumerate(parent.members) if member.key == key and parent.is_object]
        if not found:
            raise self._missing(place)
        for at in reversed(found):
            take_member(parent, at)

    def strict(self) -> None:
        """Write what was forgiven as JSON has it, so that every reader reads the file, and with the same values.

        Commas before closing brackets, all but the last of repeated keys, and comments are removed; texts and numbers that JSON
        does not know are written as they were read.
        """
        self._tree.before = _without_comments(self._tree.before).lstrip()
        self._tree.after = _without_comments(self._tree.after)
        self._tidy(self._tree.root)

    def _tidy(self, node: Scalar | Container) -> None:
        if isinstance(node, Scalar):
            node.raw = self._strict_scalar(node)
            return
        if node.is_object:
            last = {member.key: at for at, member in enumerate(node.members)}
            for at in reversed(range(len(node.members))):
                if last[node.members[at].key] != at:
                    take_member(node, at)
        node.opening, node.closing = _without_comments(node.opening).rstrip(), _without_comments(node.closing)
        for member in node.members:
            member.before, member.colon = _without_comments(member.before), _without_comments(member.colon)
            member.after, member.tail = _without_comments(member.after), _without_comments(member.tail).rstrip()
            if member.raw_key and not is_strict(member.raw_key):
                member.raw_key = self._style.text(member.key)
            self._tidy(member.node)
        if node.members:
            node.members[-1].comma = False

    def _strict_scalar(self, node: Scalar) -> str:
        return node.raw if is_strict(node.raw) else self._style.scalar(node.value)

    def _find(self, place: Place) -> Scalar | Container:
        node = self._tree.root
        for depth, step in enumerate(place):
            if not isinstance(node, Container) or node.is_object is isinstance(step, int):
                raise self._missing(place[: depth + 1])
            if isinstance(step, int):
                node = node.members[self._index(node, step, place)].node
            else:
                member = last_member(node, step)
                if member is None:
                    raise self._missing(place[: depth + 1])
                node = member.node
        return node

    def _parent(self, place: Place, *, make: bool = True) -> tuple[Container, int]:
        """Return the container of a place, and its members' depth. Objects on the way are made, when that is wanted."""
        node = self._tree.root
        for depth, step in enumerate(place[:-1]):
            if (
                make
                and isinstance(step, str)
                and isinstance(node, Container)
                and node.is_object
                and last_member(node, step) is None
            ):
                insert_member(self._style, node, len(node.members), self._style.member({}, depth + 1, step), depth + 1)
            if not isinstance(node, Container) or node.is_object is isinstance(step, int):
                raise self._missing(place[: depth + 1])
            member = node.members[self._index(node, step, place)] if isinstance(step, int) else last_member(node, step)
            if member is None:
                raise self._missing(place[: depth + 1])
            node = member.node
        if not isinstance(node, Container):
            raise self._missing(place)
        return node, len(place)

    def _index(self, parent: Container, index: int, place: Place) -> int:
        self._check_kind(parent, place, is_object=False)
        if not -len(parent.members) <= index < len(parent.members):
            raise self._missing(place)
        return index % len(parent.members)

    def _check_kind(self, node: Scalar | Container, place: Place, *, is_object: bool) -> None:
        if not isinstance(node, Container) or node.is_object is not is_object:
            needed = "an object" if is_object else "a list"
            raise UsageError(
                f"{self._document.path} has no place {json_path(place)}", why=f"{json_path(place[:-1])} is not {needed}"
            )

    def _missing(self, place: Place) -> UsageError:
        return UsageError(f"There is no {json_path(place)} in {self._document.path}")

    def _put(self, member: Member, new: object, depth: int) -> None:
        """Write a value into a member, touching only what differs."""
        old = member.node
        if same(old.value, new):
            return
        if isinstance(old, Container) and isinstance(new, dict if old.is_object else list):
            self._merge(old, new, depth)
        else:
            member.node = self._style.node(new, depth)

    def _merge(self, node: Scalar | Container, new: object, depth: int) -> None:
        if isinstance(node, Container) and isinstance(new, dict):
            self._merge_object(node, new, depth)
        elif isinstance(node, Container) and isinstance(new, list):
            self._merge_list(node, new, depth)

    def _merge_object(self, node: Container, new: Mapping[str, object], depth: int) -> None:
        for at in reversed(range(len(node.members))):
            if node.members[at].key not in new:
                take_member(node, at)
        known = {member.key: member for member in node.members}
        for key, value in new.items():
            if key in known:
                self._put(known[key], value, depth + 1)
            else:
                insert_member(self._style, node, len(node.members), self._style.member(value, depth + 1, key), depth + 1)

    def _merge_list(self, node: Container, new: Sequence[object], depth: int) -> None:
        left: dict[str, list[Member]] = {}
        for member in reversed(node.members):
            left.setdefault(identity(member.node.value), []).append(member)
        final: list[Member | None] = []
        for value in new:
            alike = left.get(identity(value))
            final.append(alike.pop() if alike else None)
        # What has no name and has become something else most likely stands in the order in which it stood.
        unused = {id(member): member for members in left.values() for member in members}
        others = iter([other for other in node.members if id(other) in unused and not is_named(other.node.value)])
        for at, value in enumerate(new):
            if final[at] is None and not is_named(value) and (other := next(others, None)) is not None:
                final[at] = unused.pop(id(other))
        for at in reversed(range(len(node.members))):
            if id(node.members[at]) in unused:
                take_member(node, at)
        reorder(node, [member for member in final if member is not None])
        for at, (kept, value) in enumerate(zip(final, new, strict=True)):
            if kept is None:
                insert_member(self._style, node, at, self._style.member(value, depth + 1, near=node), depth + 1)
            else:
                self._put(kept, value, depth + 1)


def _kind(value: object) -> str:
    return "null" if value is None else type(value).__name__


def _without_comments(space: str) -> str:
    """Return white space and comments without the comments, and without the lines that held nothing else."""
    kept = COMMENT.sub("", space)
    if kept == space:
        return space
    first, *others = kept.split("\n")
    return "\n".join([first, *(line for line in others[:-1] if line.strip()), *others[-1:]])
