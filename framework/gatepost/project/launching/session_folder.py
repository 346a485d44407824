"""The folder of one execution, laid out as the platform does it."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.runtime.files import MESSAGE_FILE, RESULTS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SessionFolder", "has_other_files", "make_session_folder", "message_folder"]


@dataclass(frozen=True, slots=True)
class SessionFolder:
    """The folder of one execution (contract/logging_and_runtime.md section 3). Its name is the session's id.

    Attributes:
        path: The folder.
    """

    path: Path

    @property
    def inputs(self) -> dict[str, str]:
        """The inputs that name its parts: ``tc_in_path``, ``tc_out_path``, ``tc_log_path``, ``tc_temp_path``."""
        return {f"tc_{part}_path": str(self.path / part) for part in _PARTS}

    @property
    def in_path(self) -> Path:
        """Files for the app."""
        return self.path / "in"

    @property
    def out_path(self) -> Path:
        """Files of the app: ``message.tc``, ``results.tc``, published ones."""
        return self.path / "out"

    @property
    def log_path(self) -> Path:
        """The app's logs."""
        return self.path / "log"


_PARTS = ("in", "out", "log", "temp")


def make_session_folder() -> SessionFolder:
    """Make one in the system's folder for temporary files, readable by this user only."""
    path = Path(tempfile.mkdtemp(prefix="gatepost-session-"))
    for part in _PARTS:
        (path / part).mkdir()
    return SessionFolder(path)


@contextlib.contextmanager
def message_folder() -> Iterator[Path]:
    """Yield a folder in which an app leaves its message where nobody has named one; it is gone afterwards.

    It stays when the app has left other files there, too: those are its user's.
    """
    path = Path(tempfile.mkdtemp(prefix="gatepost-message-"))
    try:
        yield path
    finally:
        for name in (MESSAGE_FILE, RESULTS_FILE):
            (path / name).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            path.rmdir()


def has_other_files(folder: Path) -> bool:
    """Tell whether an app has left more in its folder than a message and results."""
    return any(path.name not in (MESSAGE_FILE, RESULTS_FILE) for path in folder.iterdir())
