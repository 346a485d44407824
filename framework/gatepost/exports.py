"""Public names that are loaded when they are first used (PEP 562): each launch pays for what it uses, and nothing else."""

from __future__ import annotations

import gc
import sys
from importlib import import_module

TYPE_CHECKING = False  # what type checkers take for True; importing it from typing would cost more than this module
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

__all__ = ["CollectionPause", "lazy_exports", "load"]


def lazy_exports(
    package: str, modules: Mapping[str, tuple[str, ...]], *, extra: str = ""
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return the ``__getattr__`` and ``__dir__`` of a package.

    Args:
        package: Its ``__name__``.
        modules: The names that each of its modules gives, by the module's name relative to the package.
        extra: The extra of the distribution that brings what the package imports; named when it is missing.
    """
    homes = {name: module for module, names in modules.items() for name in names}

    def attribute(name: str) -> object:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        try:
            value = getattr(load(f"{package}.{home}"), name)
        except ModuleNotFoundError as error:
            if not extra or (error.name or "").startswith("gatepost"):
                raise
            needed = f"{package}.{name} needs {error.name}, which is not installed. Install it: pip install 'gatepost[{extra}]'"
            raise ModuleNotFoundError(needed, name=error.name) from None
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return sorted({*homes, *sys.modules[package].__all__})

    return attribute, names


def load(module: str) -> Any:
    """Import a module while garbage collection is paused.

    What a module makes at its import lives as long as the process: looking through it for garbage is a tenth of a launch.
    """
    if module in sys.modules:
        return import_module(module)
    with CollectionPause():
        return import_module(module)


class CollectionPause:
    """Pauses garbage collection for a block, or until `end`. Where it is off already, nothing changes."""

    def __enter__(self) -> CollectionPause:
        self._pausing = gc.isenabled()
        gc.disable()
        return self

    def __exit__(self, *exception: object) -> None:
        self.end()

    def end(self, *, freeze: bool = False) -> None:
        """Let collection go on.

        Args:
            freeze: Leave what there is by now out of every later collection, the last ones of the process included. For the start
                of a process that runs one app: what it loaded lives to the end, and looking through it there is a tenth of a
                launch again.
        """
        if not self._pausing:
            return
        self._pausing = False
        if freeze:
            gc.freeze()
        gc.enable()
