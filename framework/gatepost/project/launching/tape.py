"""The tape of one launch: what the app's process is told of it, and what came of it."""

from __future__ import annotations

import contextlib
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gatepost.errors import GatepostError, UsageError
from gatepost.inputs.environment import input_name
from gatepost.inputs.standard import CREDENTIALS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gatepost.sessions.tapes import Tape

__all__ = ["LaunchTape", "TapeUse", "open_tape"]

REPLACED = CREDENTIALS | {"tc_api_path", "tc_verify"}
"""The inputs that a replay gives instead of whoever launches it: where the platform is, and who one is there."""


@dataclass(frozen=True, slots=True)
class TapeUse:
    """What came of the tape of a launch. There is no secret in it.

    Attributes:
        mode: ``record`` or ``replay``.
        path: The tape.
        exchanges: How many are on it; 0 where nothing was recorded.
        replayed: How many answers the app got from it.
        mismatches: What the app asked for and is not on it, each with what differs.
        unused: What is on it and was not asked for, renewals of the token apart: ``2. POST /api/v3/tags``.
        untold: Whether a process was killed before it could say what it asked for.
    """

    mode: Literal["record", "replay"]
    path: Path
    exchanges: int
    replayed: int = 0
    mismatches: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    untold: bool = False


class LaunchTape:
    """A tape in use. Made by `open_tape`.

    Attributes:
        mode: ``record`` or ``replay``.
        path: The tape.
        inputs: The inputs that the app has to be given; none where it is recorded.
        variables: The environment variables that it has to be given.
    """

    def __init__(self, mode: Literal["record", "replay"], tape: Tape, report: Path | None = None) -> None:
        from gatepost.sessions.tapes import REPORT_VARIABLE, VARIABLE, replay_inputs

        if tape.path is None:
            raise UsageError("A tape without a file cannot be handed to another process")
        self.mode: Literal["record", "replay"] = mode
        self.path = tape.path
        self.inputs: Mapping[str, str] = {}
        self.variables = {VARIABLE: f"{mode}:{tape.path}"}
        self._tape = tape
        self._report = report
        self._before = _stamp(tape.path)
        if mode == "replay":
            self.inputs = replay_inputs(tape)
            self.variables[REPORT_VARIABLE] = str(report)

    def environment(self, caller: Mapping[str, str]) -> dict[str, str]:
        """Return the caller's environment with the tape in it: for a replay without the caller's credentials and platform."""
        if self.mode == "record":
            return {**caller, **self.variables}
        kept = {name: value for name, value in caller.items() if input_name(name).removesuffix("_file") not in REPLACED}
        return {**kept, **self.variables}

    def origin(self, paths: tuple[str, ...]) -> str:
        """Return the origin of the first exchange to replay whose path begins with one of `paths`; empty when none does."""
        exchanges = self._tape.exchanges if self.mode == "replay" else ()
        return next((exchange.request.origin for exchange in exchanges if exchange.request.path.startswith(paths)), "")

    def use(self, exit_code: int) -> TapeUse:
        """Return what came of it, once the app has ended.

        Args:
            exit_code: How it ended; 128 and the signal's number when a signal killed it.
        """
        return self._recorded() if self.mode == "record" else self._replayed(killed=exit_code > 128)

    def _recorded(self) -> TapeUse:
        from gatepost.sessions.tapes import Tape

        now = _stamp(self.path)
        written = now is not None and now != self._before
        return TapeUse("record", self.path, len(Tape.load(self.path).exchanges) if written else 0)

    def _replayed(self, *, killed: bool) -> TapeUse:
        text = self._report.read_text(encoding="utf-8") if self._report is not None else ""
        reports = [json.loads(line) for line in text.splitlines()]
        unused = {exchange.number: f"{exchange.number}. {exchange.request}" for exchange in self._tape.unused}
        for report in reports:
            unused = {number: text for number, text in unused.items() if number in report["unused"]}
        return TapeUse(
            "replay",
            self.path,
            len(self._tape.exchanges),
            replayed=sum(report["replayed"] for report in reports),
            mismatches=tuple(text for report in reports for text in report["missed"]),
            unused=() if killed and not reports else tuple(unused.values()),
            untold=killed and not reports,
        )


@contextlib.contextmanager
def open_tape(*, record: Path | None = None, replay: Path | None = None) -> Iterator[LaunchTape | None]:
    """Make a tape ready for a launch.

    Args:
        record: The tape to record; an existing file is replaced once there is something to put on it.
        replay: The tape to replay.

    Yields:
        The tape; None when neither was asked for.

    Raises:
        GatepostError: There is no room for temporary files.
        UsageError: Both were asked for.
        TapeError: The tape cannot be read, or not be written.
    """
    if record is not None and replay is not None:
        raise UsageError("A launch is recorded or replayed, not both", remedy="Give one of the two tapes")
    from gatepost.sessions.tapes import Tape

    if record is not None:
        yield LaunchTape("record", Tape.record(record))
    elif replay is not None:
        tape = Tape.load(replay)
        with contextlib.ExitStack() as stack:
            try:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gatepost-tape-")))
                (folder / "report").touch()
            except OSError as error:
                raise GatepostError(
                    "What comes of the tape cannot be written down",
                    why=f"{error.filename or ''}: {error.strerror}".lstrip(": "),
                    remedy="Free space there, or let TMPDIR name another folder",
                ) from None
            yield LaunchTape("replay", tape, folder / "report")
    else:
        yield None


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino
