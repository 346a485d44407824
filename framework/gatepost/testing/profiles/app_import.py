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
    mine = {name: module for name, module in sys.modules.items() if _lies_in(module, folder)}
    known = {**_KEPT.get(folder, {}), **mine}
    tops = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    others = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in tops and name not in known}
    for name in others:
        del sys.modules[name]
    sys.modules.update(known)
    dependencies = str(folder / "deps")
    sys.path.insert(0, str(folder))
    # Last: packages of this interpreter fit it; those of the folder were chosen for the platform's.
    sys.path.append(dependencies)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):
            sys.path.remove(str(folder))
        with contextlib.suppress(ValueError):
            sys.path.reverse()
            sys.path.remove(dependencies)
        sys.path.reverse()
        own = {
            name: module for name, module in sys.modules.items() if name.partition(".")[0] in tops and _lies_in(module, folder)
        }
        _KEPT[folder] = own
        for name in own:
            if name not in mine:
                del sys.modules[name]
        sys.modules.update(others)


def _lies_in(module: ModuleType, folder: Path) -> bool:
    file = getattr(module, "__file__", None)
    if not isinstance(file, str) or "site-packages" in file:
        return False
    try:
        return Path(file).resolve().is_relative_to(folder)
    except (OSError, ValueError):
        return False
