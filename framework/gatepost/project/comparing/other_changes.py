"""What no other kind of change tells: two versions that differ are never said to be the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gatepost.manifest.documents.places import quoted
from gatepost.manifest.models import Manifest
from gatepost.manifest.part import Part, key_of
from gatepost.project.comparing import app_changes, output_changes, param_changes
from gatepost.project.comparing.kinds import Impact, KindOfChange, kind

_NO_CHANGE = {"program_version", "$schema"}
"""The version is what follows from changes; the schema is for editors."""

TOLD = tuple(
    thing
    for module in (app_changes, param_changes, output_changes)
    for thing in vars(module).values()
    if isinstance(thing, KindOfChange)
)
"""All other kinds."""


@kind(Impact.PATCH)
def something_else_changed(old: Manifest, new: Manifest) -> Iterator[str]:
    """Something is declared in another way, and nothing is known to follow from it for users.

    No stored value and no playbook depends on it, as far as is known.
    """
    for name, value in _differences(old, new).items():
        if name != "params" and not _is_told(old, {name: value}):
            yield f"{key_of(name)} has another value"
    yield from (f"{key} has another value" for key in _unknown(old, new))
    for before, after in param_changes.pairs(old, new):
        keys = [*map(key_of, _differences(before, after)), *_unknown(before, after)]
        one = old.model_copy(update={"params": (before,)})
        if keys and not _is_told(one, {"params": (after,)}):
            yield f"the param {quoted(after.name)} has another {' and '.join(keys)}"


def _is_told(old: Manifest, changed: dict[str, Any]) -> bool:
    """Whether another kind tells of one change by itself."""
    new = old.model_copy(update=changed)
    return any(True for each in TOLD for _ in each.find(old, new))


def _differences(old: Part, new: Part) -> dict[str, Any]:
    """Return the fields that differ between two parts of one kind, with the new values."""
    names = (name for name in type(old).model_fields if name not in _NO_CHANGE)
    return {name: getattr(new, name) for name in names if getattr(old, name) != getattr(new, name)}


def _unknown(old: Part, new: Part) -> list[str]:
    """Return the keys that nobody knows and that differ, as they are written: one may be called like a field."""
    before, after = (part.model_extra or {} for part in (old, new))
    return [key for key in {**before, **after} if key not in _NO_CHANGE and before.get(key) != after.get(key)]
