"""Refusing to pack an app in which `gatepost validate` finds an error."""

from __future__ import annotations

from pathlib import Path

from gatepost.errors import UsageError

__all__ = ["refuse_invalid"]

_SHOWN = 5


def refuse_invalid(folder: Path) -> None:
    """Refuse an app that the platform would not take, or that would not work there.

    Args:
        folder: The app's folder.

    Raises:
        UsageError: `gatepost.project.validation` found an error; *why* names the first ones.
    """
    from gatepost.manifest.findings import Severity
    from gatepost.project.validation.running import validate

    found = validate(folder)
    if found.passes():
        return
    errors = [str(finding) for finding in found.findings if finding.severity is Severity.ERROR]
    more = [f"and {len(errors) - _SHOWN} more"] if len(errors) > _SHOWN else []
    raise UsageError(
        "The app is not packed, since it has errors",
        why="\n".join([*errors[:_SHOWN], *more]),
        remedy="See all of them: gatepost validate. Pack it all the same: --ignore-validation",
    )
