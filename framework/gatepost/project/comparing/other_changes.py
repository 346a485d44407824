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
    for before, after in param_changes.pairs(old, new):
        names = _differences(before, after)
        one = old.model_copy(update={"params": (before,)})
        if names and not _is_told(one, {"params": (after,)}):
            yield f"the param {quoted(after.name)} has another {' and '.join(map(key_of, names))}"


def _is_told(old: Manifest, changed: dict[str, Any]) -> bool:
    """Whether another kind tells of one change by itself."""
    new = old.model_copy(update=changed)
    return any(True for each in TOLD for _ in each.find(old, new))


def _differences(old: Part, new: Part) -> dict[str, Any]:
    """Return what differs between two parts of one kind, keys that nobody knows among it, with the new values."""
    before, after = ({**dict(part), **(part.model_extra or {})} for part in (old, new))
    names = [name for name in {**before, **after} if name not in _NO_CHANGE and before.get(name) != after.get(name)]
    return {name: after.get(name) for name in names}
