"""The folder of one execution, laid out as the platform does it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

__all__ = ["SessionFolder", "make_session_folder"]


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
