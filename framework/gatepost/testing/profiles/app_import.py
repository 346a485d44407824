"""Importing an app into this process, beside other apps with modules of the same names."""

from __future__ import annotations

import contextlib
import importlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatepost.errors import GatepostError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from gatepost.app import App

__all__ = ["NotGatepostError", "app_modules", "import_app"]


class NotGatepostError(UsageError):
    """The app in a folder is not written with gatepost."""


def import_app(folder: str | Path) -> App[Any]:
    """Import the app of a folder: the `App` in its ``app.py``, else in ``run.py``.

    Its modules are those of this folder, whatever modules of the same names were imported before; afterwards the others are back.

    Raises:
        NotGatepostError: There is none.
        GatepostError: The code cannot be imported.
    """
    from gatepost.app import App

    place = Path(folder).resolve()
    with app_modules(place):
        for name in _modules(place):
            try:
                module = importlib.import_module(name)
            except (Exception, SystemExit) as error:
                raise GatepostError(
                    f"{place / f'{name}.py'} cannot be imported",
                    why=f"{type(error).__name__}: {error}",
                    remedy="Correct it, or install what it needs",
                ) from error
            values = vars(module)
            found = next((value for value in (values.get("app"), *values.values()) if isinstance(value, App)), None)
            if found is not None:
                return found
    raise NotGatepostError(
        f"There is no app in {place} that is written with gatepost",
        why="Neither app.py nor run.py makes an App",
        remedy="Let `gatepost test` start it as a process, as the platform does: gatepost test --process",
    )


def _modules(folder: Path) -> list[str]:
    """Return the modules that may make the app: importing any other one may be to run it."""
    sources = {}
    for path in folder.glob("*.py"):
        with contextlib.suppress(OSError):
            sources[path.stem] = path.read_bytes()
    if not any(b"gatepost" in source for source in sources.values()):
        return []
    return [name for name in ("app", "run") if name in sources and (name == "app" or re.search(rb"\bApp[(\[]", sources[name]))]


_KEPT: dict[Path, dict[str, ModuleType]] = {}


@contextlib.contextmanager
def app_modules(folder: Path) -> Iterator[None]:
    """Let imports find the modules of a folder while the block lasts, as they do in the app's own process."""
    tops = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/*.py")} - {"tests"}
    mine = _own(folder, tops)
    known = {**_KEPT.get(folder, {}), **mine}
    others = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in tops and name not in known}
    for name in others:
        del sys.modules[name]
    sys.modules.update(known)
    before = list(sys.path)
    # Packages of this interpreter fit it; those of the folder were chosen for the platform's, and come last.
    sys.path[:] = [str(folder), *before, str(folder / "deps")]
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:] = before
        _KEPT[folder] = own = _own(folder, tops)
        for name in own:
            if name not in mine:
                del sys.modules[name]
        sys.modules.update(others)


def _own(folder: Path, tops: set[str]) -> dict[str, ModuleType]:
    """Return the modules of a folder that are imported by now."""
    candidates = [(name, module) for name, module in sys.modules.items() if name.partition(".")[0] in tops]
    return {name: module for name, module in candidates if _lies_in(module, folder)}


def _lies_in(module: ModuleType, folder: Path) -> bool:
    file = getattr(module, "__file__", None)
    if not isinstance(file, str) or "site-packages" in file:
        return False
    try:
        return Path(file).resolve().is_relative_to(folder)
    except (OSError, ValueError):
        return False
