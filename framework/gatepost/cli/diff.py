"""``gatepost diff``: what a new version of an app means for its users."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["diff"]

_WHAT = "An install.json, an app's folder, a .tcx, or REVISION:PATH of git."


def diff(
    old: Annotated[str, typer.Argument(help=f"The version that people use. {_WHAT}")],
    new: Annotated[
        str, typer.Argument(help=f"The version that is to follow. {_WHAT}", show_default="the working directory")
    ] = ".",
    *,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 when the new version's number is too small.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say which changes between two versions of an app break its users, and which version number follows.

    Compares the manifests: what only the code does differently is not seen. The exit code is 0 whatever changed, but for
    --exit-code.
    """
    from gatepost.cli.output import print_json, print_text
    from gatepost.project.comparing import compare, read_version

    comparison = compare(read_version(old), read_version(new))
    if json:
        print_json(
            {
                "changes": [change._asdict() for change in comparison.changes],
                "impact": comparison.impact,
                "old_version": comparison.old_version,
                "new_version": comparison.new_version,
                "needed_version": comparison.needed_version,
                "is_enough": comparison.is_enough,
            }
        )
    else:
        for change in comparison.changes:
            print_text(f"{change.impact:<6} {change.kind:<28} {change.what}")
            if change.impact == "major":
                print_text(f"{'':<36}{change.why}")
        if comparison.changes:
            print_text()
        print_text(_verdict(comparison.old_version, comparison.new_version, comparison.needed_version, comparison.impact))
    raise typer.Exit(1 if exit_code and not comparison.is_enough else 0)


def _verdict(old: str, new: str, needed: str, impact: str | None) -> str:
    if not needed:
        return f"The old version is {old or 'not set'}, which is no x.y.z: nothing follows from it."
    if impact is None:
        return f"The manifests say the same: {needed} will do. It says {new or 'nothing'}."
    from gatepost.project.comparing.comparison import Comparison

    is_enough = Comparison((), needed, new).is_enough
    small = "" if is_enough else ", which is too small"
    return f"After {old}, {needed} or later follows ({impact}). It says {new or 'nothing'}{small}."
