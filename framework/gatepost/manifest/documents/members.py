"""Members of an object or a list in a JSON text: put in, taken out and moved with the commas and blanks around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatepost.manifest.documents.style import Style
    from gatepost.manifest.documents.syntax import Container, Member

__all__ = ["insert_member", "last_member", "reorder", "take_member"]


def last_member(parent: Container, key: str) -> Member | None:
    """Return the member of an object with a key, the last one where it is repeated: that one counts. None when there is none."""
    if parent.is_object:
        for member in reversed(parent.members):
            if member.key == key:
                return member
    return None


def insert_member(style: Style, parent: Container, index: int, member: Member, depth: int) -> None:
    """Put a member into a container, on a line of its own where the others have one.

    Args:
        style: How the file is laid out.
        parent: The container.
        index: Where: its length appends.
        member: The member, with nothing around it yet.
        depth: The depth of the container's members, from 1 for those of the outermost object.
    """
    members = parent.members
    if not members:
        style.open(parent, depth)
        member.before = style.line(depth)
    elif index < len(members):
        following = members[index]
        if "\n" in following.before:
            member.before = style.line_like(following.before)
        else:
            member.before = following.before
            following.before = members[1].before if index == 0 and len(members) > 1 else style.blank
            if index:
                following.before = member.before
        member.comma = True
    else:
        last = members[-1]
        lines = [other.before for other in members if "\n" in other.before]
        if lines:
            member.before = style.line_like(lines[-1])
        else:
            member.before = last.before if len(members) > 1 else style.blank
        member.comma, last.comma = last.comma, True
    members.insert(index, member)


def take_member(parent: Container, index: int) -> None:
    """Take a member out of a container, with the comma and the blanks that nobody needs any more."""
    removed = parent.members.pop(index)
    if not parent.members:
        if not (parent.opening + parent.closing).strip():
            parent.opening = parent.closing = ""
    elif index == len(parent.members):
        parent.members[-1].comma = removed.comma
        if not removed.comma and not parent.members[-1].after.strip():
            parent.members[-1].after = ""
    elif index == 0 and "\n" not in parent.members[0].before:
        parent.members[0].before = removed.before if not removed.before.strip() else ""


def reorder(parent: Container, members: list[Member]) -> None:
    """Put the members of a container into another order."""
    if all(one is other for one, other in zip(parent.members, members, strict=True)):
        return
    befores = [member.before for member in parent.members]
    commas = [member.comma for member in parent.members]
    parent.members[:] = members
    for member, before, comma in zip(members, befores, commas, strict=True):
        member.comma = comma
        if "\n" not in before and "\n" not in member.before:  # on one line, the blanks belong to the places, not to the values
            member.before = before
