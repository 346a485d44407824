"""Noticing that the code of an app changed, with nothing but the standard library."""

from __future__ import annotations

import os
import time
from pathlib import Path

__all__ = ["Watcher"]

LOOK_SECONDS = 0.3
"""Between two looks while nothing runs."""

_LEFT_OUT = frozenset({"__pycache__", "deps", "node_modules", "build", "dist"})
_LONGEST_LIST = 20_000


class Watcher:
    """Compares the files of an app's folder: those that end in ``.py`` or ``.json``.

    Not looked into: hidden folders, virtual environments, what was vendored (``deps``, ``lib_*``) or built. Links are not
    followed.

    Args:
        folder: The app's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = self._look()

    def code_changed(self) -> bool:
        """Tell whether a ``.py`` changed since the last `settle`: worth interrupting a run, since runs write no code."""
        seen = self._look()
        return {path: stamp for path, stamp in seen.items() if path.endswith(".py")} != {
            path: stamp for path, stamp in self._seen.items() if path.endswith(".py")
        }

    def changed(self) -> bool:
        """Tell whether anything changed since the last `settle`."""
        return self._look() != self._seen

    def settle(self) -> None:
        """Take what is there now for unchanged; a run may have written files of its own."""
        self._seen = self._look()

    def wait(self) -> None:
        """Return when something has changed, once it stays as it is for a moment: editors write in several steps."""
        while not self.changed():
            time.sleep(LOOK_SECONDS)
        before = None
        while before != (before := self._look()):
            time.sleep(LOOK_SECONDS)
        self.settle()

    def _look(self) -> dict[str, tuple[int, int]]:
        seen: dict[str, tuple[int, int]] = {}
        for folder, folders, files in os.walk(self._folder):
            folders[:] = [name for name in folders if not _is_foreign(folder, name)]
            for name in files:
                if name.endswith((".py", ".json")) and not name.startswith(".") and len(seen) < _LONGEST_LIST:
                    path = os.path.join(folder, name)  # noqa: PTH118 - thousands of them, five times a second
                    try:
                        status = os.stat(path)  # noqa: PTH116
                    except OSError:
                        continue
                    seen[path] = (status.st_mtime_ns, status.st_size)
        return seen


def _is_foreign(parent: str, name: str) -> bool:
    return name.startswith((".", "lib_")) or name in _LEFT_OUT or Path(parent, name, "pyvenv.cfg").is_file()
