"""One program as a process of its own: signals go to it, and nothing of it is left running."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatepost.errors import GatepostError
from gatepost.project.launching.signals import handled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from types import FrameType

__all__ = ["Ended", "run_child"]

FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""The signals that end a run."""

LOOK_SECONDS = 0.2
"""Between two looks whether the program is to be stopped, or a signal to be handed on."""

PATIENCE_SECONDS = 10.0
"""For a program that was asked to stop, before it is killed."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended.

    Attributes:
        exit_code: Its exit code; 128 and the signal's number when a signal killed it, as shells have it.
        interrupted: Whether a signal to this process was handed on to it.
        stopped: Whether it was stopped because `stop_when` said so.
    """

    exit_code: int
    interrupted: bool = False
    stopped: bool = False


def run_child(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    stdout: int | None = None,
    stop_when: Callable[[], bool] | None = None,
) -> Ended:
    """Run a program to its end. Its output goes where this process's goes, at once; it has no input.

    It is the leader of a process group. SIGINT, SIGTERM and SIGHUP to this process are handed on to the whole group; the same one
    again kills it. Whatever of the group is alive when the program ends is killed.

    Args:
        command: The program and its arguments.
        folder: Its working directory.
        environment: Its environment, whole.
        stdout: A file descriptor for its output; default is this process's own.
        stop_when: Asked five times a second; True ends the program by SIGTERM, and by SIGKILL ten seconds later.

    Raises:
        GatepostError: The program cannot be started.
    """
    with _Group() as group:
        try:
            process = subprocess.Popen(  # noqa: S603 - starting the developer's program is the purpose
                command,
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                process_group=0,
            )
        except OSError as error:
            raise GatepostError(
                f"{command[0]} cannot be started", why=error.strerror or str(error), remedy="Name a Python interpreter: --python"
            ) from None
        group.lead_by(process)
        stopped = _wait(process, group, stop_when or (lambda: False))
        group.kill()
    code = process.returncode
    return Ended(code if code >= 0 else 128 - code, group.interrupted, stopped)


def _wait(process: subprocess.Popen[bytes], group: _Group, stop_when: Callable[[], bool]) -> bool:
    """Wait for the end; return whether it was brought about.

    Never for long at once: a signal that arrives when this process is just about to wait, or that another thread gets, is handed
    on only after that.
    """
    while process.poll() is None:
        if stop_when():
            group.send(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE_SECONDS)
            group.send(signal.SIGKILL)
            process.wait()
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(LOOK_SECONDS)
    return False


class _Group:
    """A process group that gets this process's signals while the context lasts."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._received: list[int] = []
        self._restore = contextlib.ExitStack()

    @property
    def interrupted(self) -> bool:
        return bool(self._received)

    def __enter__(self) -> _Group:
        # Before the program starts: a signal in between must reach it too.
        self._restore.enter_context(handled(FORWARDED, self._receive))
        return self

    def __exit__(self, *_: object) -> None:
        process = self._process
        try:
            self.kill()
        finally:
            self._restore.close()
            if process is not None:
                process.wait()

    def lead_by(self, process: subprocess.Popen[bytes]) -> None:
        """Name the group's leader, and hand on what arrived before it was there."""
        self._process = process
        for number in list(self._received):
            self.send(number)

    def send(self, number: int) -> None:
        """Send a signal to the group, if there is one."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def kill(self) -> None:
        """Kill what is alive of the group. From then on its number may be another's, so nothing is sent any more."""
        self.send(signal.SIGKILL)
        self._process = None

    def _receive(self, number: int, _: FrameType | None) -> None:
        again = number in self._received
        self._received.append(number)
        self.send(signal.SIGKILL if again else number)
