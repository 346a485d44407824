"""Scenarios: several sets of inputs for one app, each a file like ``app_inputs.json``.

They lie in the app's folder ``app_inputs.d``, one file for each, and are named by it: ``app_inputs.d/large.json`` is ``large``.
"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from gatepost.errors import UsageError
from gatepost.inputs.collecting import SCENARIO_VARIABLE

__all__ = ["SCENARIOS", "SCENARIO_VARIABLE", "find_scenario", "scenario_names"]

SCENARIOS = "app_inputs.d"
"""The folder of an app's scenarios."""


def scenario_names(folder: Path) -> tuple[str, ...]:
    """Return the names of an app's scenarios, sorted."""
    try:
        return tuple(sorted(path.stem for path in (folder / SCENARIOS).iterdir() if path.suffix == ".json" and path.is_file()))
    except OSError:
        return ()


def find_scenario(folder: Path, name: str) -> Path:
    """Return the file of a scenario.

    Args:
        folder: The app's folder.
        name: The scenario's name, or the path of a file; a path has a ``/`` or ends in ``.json``.

    Raises:
        UsageError: There is no such file.
    """
    if "/" in name or "\\" in name or name.endswith(".json"):
        path = Path(name).absolute()
        if path.is_file():
            return path
        raise UsageError(f"There is no file of inputs at {path}", remedy="Correct the path, or name a scenario")
    path = (folder / SCENARIOS / f"{name}.json").absolute()
    if path.is_file():
        return path
    known = scenario_names(folder)
    near = get_close_matches(name, known, n=1)
    remedy = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}" if known else f"Write {path}"
    raise UsageError(f"The app has no scenario {name!r}", why=f"{path} does not exist", remedy=remedy)
