"""The tape of one test: recorded when pytest is asked for it, else replayed."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gatepost.errors import GatepostError
from gatepost.sessions.tapes import (
    VARIABLE,
    Matching,
    RecordingAdapter,
    ReplayingAdapter,
    Tape,
    replay_inputs,
    shared_tape,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests
    from requests.adapters import BaseAdapter

__all__ = ["TapeOfTest", "TapeSettings", "open_tape", "tape_file"]

_WHERE_AND_WHO = frozenset(
    {"tc_api_path", "tc_verify", "tc_token", "tc_token_expires"}
    | {"api_access_id", "api_secret_key", "tc_api_access_id", "tc_api_secret_key"}
)
_SETS = ("ignored_query", "ignored_fields")


@dataclass(frozen=True, slots=True)
class TapeSettings:
    """What the marker ``tc_tape`` says.

    Attributes:
        file: The tape's file, relative to the folder of the test; None for ``tapes/<module>.<test>.json``.
        strict: Whether the test fails when something on the tape was not asked for, or something asked for was not on it.
        matching: What has to be the same.
    """

    file: str | None = None
    strict: bool = True
    matching: Matching = field(default_factory=Matching)

    @classmethod
    def of(cls, named: Mapping[str, Any]) -> TapeSettings:
        """Return the settings of a marker: ``file``, ``strict``, and the names of `Matching`, lists for its sets.

        Raises:
            TypeError: A name is none of them.
        """
        own = {name: value for name, value in named.items() if name in ("file", "strict")}
        rest: dict[str, Any] = {
            name: frozenset(value) if name in _SETS else value for name, value in named.items() if name not in own
        }
        return cls(**own, matching=Matching(**rest))


class TapeOfTest:
    """What the fixture ``tc_tape`` gives to a test.

    Every runtime that the test makes (``gatepost.connect``, ``app.test``, ``app.run``) uses the tape by itself. Other sessions do
    once they were given to `mount`.

    Attributes:
        tape: The tape.
        recording: Whether it is recorded now; else it is replayed.
    """

    def __init__(self, tape: Tape, *, recording: bool) -> None:
        self.tape = tape
        self.recording = recording

    @property
    def inputs(self) -> dict[str, Any]:
        """Inputs that reach the platform: where it is, and a credential.

        Replaying, the recorded API path, and credentials that nobody has. Recording, what the environment and the ``.env`` of the
        working directory hold.
        """
        if not self.recording:
            return dict(replay_inputs(self.tape))
        from gatepost.inputs.collecting import collect
        from gatepost.inputs.values import Source

        found = collect(folder=Path.cwd(), keep_param_file=True).best
        return {
            name: value.value
            for name, value in found.items()
            if name in _WHERE_AND_WHO and not value.empty and value.source < Source.DEFAULT
        }

    def adapter(self) -> BaseAdapter:
        """Return an adapter that uses the tape."""
        return RecordingAdapter(tape=self.tape) if self.recording else ReplayingAdapter(self.tape)

    def mount(self, session: requests.Session) -> None:
        """Make a session of whatever kind use the tape."""
        adapter = self.adapter()
        session.mount("https://", adapter)
        session.mount("http://", adapter)


def tape_file(folder: Path, node_id: str, settings: TapeSettings) -> Path:
    """Return the file of a test's tape.

    Args:
        folder: The folder of the test's module.
        node_id: pytest's name of the test: ``tests/test_app.py::TestRun::test_one[a]``.
        settings: What the marker says.
    """
    if settings.file is not None:
        return folder / settings.file
    module, _, test = node_id.partition("::")
    name = f"{Path(module).stem}.{test.replace('::', '.')}"
    return folder / "tapes" / f"{re.sub(r'[^A-Za-z0-9_.=-]+', '-', name).strip('-')[:150]}.json"


@contextmanager
def open_tape(request: pytest.FixtureRequest, settings: TapeSettings, *, recording: bool) -> Iterator[TapeOfTest]:
    """Record or replay the tape of a test; fail it at the end where tape and test do not agree."""
    path = tape_file(request.path.parent, request.node.nodeid, settings)
    failed_before = request.session.testsfailed  # a test that failed is not to be told of what it did not get to
    try:
        tape = Tape.record(path) if recording else Tape.load(path, matching=settings.matching)
    except GatepostError as error:
        again = "" if recording else ". It is recorded by: pytest --record-tapes"
        pytest.fail(f"{error}{again}", pytrace=False)
    with shared_tape("record" if recording else "replay", tape) as value, pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, value)
        yield TapeOfTest(tape, recording=recording)
    if recording:
        tape.save()
    elif settings.strict and request.session.testsfailed == failed_before:
        _check(tape)


def _check(tape: Tape) -> None:
    if tape.missed:
        pytest.fail(f"The test went on after the tape had no answer: {tape.missed[0]}", pytrace=False)
    try:
        tape.check_all_used()
    except GatepostError as error:
        pytest.fail(f"{error}. A test that need not ask for all of it says so: @pytest.mark.tc_tape(strict=False)", pytrace=False)
