"""The tape of a process: ``GATEPOST_TAPE`` says whether a run is recorded or replayed, and where the tape is."""

from __future__ import annotations

import atexit
import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gatepost.clock import SYSTEM_TIME, Time
from gatepost.errors import UsageError
from gatepost.redaction import redact
from gatepost.sessions.tapes.errors import TapeError
from gatepost.sessions.tapes.housekeeping import is_renewal
from gatepost.sessions.tapes.recording import RecordingAdapter
from gatepost.sessions.tapes.replaying import ReplayingAdapter
from gatepost.sessions.tapes.tape import Tape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["REPORT_VARIABLE", "VARIABLE", "adapter_from", "replay_environment", "replay_inputs", "shared_tape"]

VARIABLE: Final = "GATEPOST_TAPE"
"""The environment variable: ``record:/path/of/tape.json`` or ``replay:/path/of/tape.json``."""

REPORT_VARIABLE: Final = "GATEPOST_TAPE_REPORT"
"""The environment variable of whoever launches a replay: a file to which each process that replays adds what came of it.

A line of JSON with ``replayed`` (a count), ``unused`` (numbers of exchanges) and ``missed`` (texts), once the process ends.
"""

# The environment is the process's own, and so is the tape that it names: all runtimes of a process use the same one, or the last
# would overwrite what the others have recorded.
_tapes: dict[tuple[str, Path], Tape] = {}


def adapter_from(
    environment: Mapping[str, str], *, about: Mapping[str, str] | None = None, time: Time = SYSTEM_TIME
) -> RecordingAdapter | ReplayingAdapter | None:
    """Return what a run sends by, as its environment says; None when it says nothing.

    A recording is saved when its adapter is closed, and at the end of the process: not when that is killed. What of a
    replay was not asked for is said at the end of the process: on stderr, or in the file that `REPORT_VARIABLE` names.

    Args:
        environment: The environment.
        about: What to say about a recording: the run's ``api_path`` and ``auth``.
        time: The machine's time.

    Raises:
        UsageError: The variable is neither ``record:`` nor ``replay:`` with a path.
        TapeError: The tape cannot be read, or not be written.
    """
    value = environment.get(VARIABLE, "").strip()
    if not value:
        return None
    mode, _, path = value.partition(":")
    if mode not in ("record", "replay") or not path:
        raise UsageError(
            f"{VARIABLE} does not say what to do with which tape",
            remedy=f"Set {VARIABLE}=record:/path/of/tape.json, or {VARIABLE}=replay:/path/of/tape.json",
        )
    key = (mode, Path(path).absolute())
    tape = _tapes.get(key)
    if tape is None:
        made = Tape.load(path) if mode == "replay" else Tape.record(path, time=time)
        tape = _tapes.setdefault(key, made)
        if tape is made:
            if mode == "record":
                atexit.register(_save_at_exit, tape)
            elif environment.get(REPORT_VARIABLE):
                atexit.register(_report_at_exit, tape, environment[REPORT_VARIABLE])
            else:
                atexit.register(_tell_unused_at_exit, tape)
    if mode == "replay":
        return ReplayingAdapter(tape, time=time)
    for name, told in (about or {}).items():
        tape.about.setdefault(name, told)
    return RecordingAdapter(tape=tape, time=time)


@contextmanager
def shared_tape(mode: str, tape: Tape) -> Iterator[str]:
    """Make a tape the one that this process's environment names, for the block: a fixture's, say.

    Args:
        mode: ``record`` or ``replay``.
        tape: The tape; it has a path.

    Yields:
        The value for `VARIABLE`.
    """
    if tape.path is None:
        raise UsageError("A tape without a file cannot be shared", remedy="Make it with Tape.record or Tape.load")
    key = (mode, tape.path)
    _tapes[key] = tape
    try:
        yield f"{mode}:{tape.path}"
    finally:
        del _tapes[key]


def _tell_unused_at_exit(tape: Tape) -> None:
    if not tape.used:
        return  # a process that asked nothing: a tool that only looked at its environment
    try:
        tape.check_all_used()
    except TapeError as error:
        sys.stderr.write(f"gatepost: {redact(str(error))}\n")


def _report_at_exit(tape: Tape, path: str) -> None:
    if not tape.used and not tape.missed:
        return
    line = {"replayed": tape.used, "unused": [exchange.number for exchange in tape.unused], "missed": tape.missed}
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    except OSError as error:
        sys.stderr.write(f"gatepost: what came of the tape cannot be told: {error.strerror}\n")


def _save_at_exit(tape: Tape) -> None:
    if tape.unsaved:
        try:
            tape.save()
        except TapeError as error:
            # Nobody is left to raise it to.
            sys.stderr.write(f"gatepost: {redact(str(error))}\n")


def replay_inputs(tape: Tape) -> dict[str, str]:
    """Return the inputs of a run that is replayed: the recorded API path, and credentials that nobody has.

    They are of the kind that the recorded run used. The token never expires, as its kind (``APIV2:``) says. ``tc_verify`` is
    among them since no server is met: the caller's own, which is for another credential, must not stop the run.
    """
    exchanges = tape.exchanges
    api_path = tape.about.get("api_path", "")
    if not api_path and exchanges:
        first = next((item for item in exchanges if not is_renewal(item.request.method, item.request.path)), exchanges[0]).request
        api_path = first.origin + ("/api" if first.path.startswith("/api/") else "")
    inputs = {"tc_verify": "true"} | ({"tc_api_path": api_path} if api_path else {})
    if tape.about.get("auth") == "hmac":
        return {**inputs, "api_access_id": "tape", "api_secret_key": "a-key-that-nobody-has"}
    return {**inputs, "tc_token": "APIV2:tape:0"}


def replay_environment(path: str | Path) -> dict[str, str]:
    """Return the environment variables of a process that replays a tape: ``GATEPOST_TAPE``, and `replay_inputs` in capitals.

    Raises:
        TapeError: The tape cannot be read.
    """
    tape = Tape.load(path)
    named = {name.upper(): value for name, value in replay_inputs(tape).items()}
    return {**named, VARIABLE: f"replay:{tape.path}"}
