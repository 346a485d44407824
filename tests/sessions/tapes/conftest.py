"""Plain sessions that record and replay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
from requests.adapters import BaseAdapter

from gatepost.secret import Secret
from gatepost.sessions.tapes import Matching, RecordingAdapter, ReplayingAdapter, Tape


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tape.json"


@pytest.fixture
def plain() -> Iterator[Callable[[BaseAdapter], requests.Session]]:
    """Make plain sessions over an adapter; closed after the test."""
    with ExitStack() as stack:

        def make(adapter: BaseAdapter) -> requests.Session:
            session = stack.enter_context(requests.Session())
            session.trust_env = False
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            return session

        yield make


@pytest.fixture
def recording(plain: Callable[[BaseAdapter], requests.Session], path: Path) -> requests.Session:
    """A plain session that records to the path, saved when it is closed."""
    return plain(RecordingAdapter(tape=Tape.record(path)))


@pytest.fixture
def replaying(
    plain: Callable[[BaseAdapter], requests.Session], recording: requests.Session, path: Path
) -> Callable[..., requests.Session]:
    """Save what was recorded, and make a plain session that replays it; settings are those of `Matching`."""

    def make(**settings: object) -> requests.Session:
        recording.close()
        return plain(ReplayingAdapter(Tape.load(path, matching=Matching(**settings))))  # type: ignore[arg-type]

    return make


@pytest.fixture
def canary_secret() -> Secret:
    """A secret of this process while the test runs; every encoding changes it."""
    return Secret('canary/"+ü\\bird and 4711')


@pytest.fixture
def canary(canary_secret: Secret) -> str:
    """Its text."""
    return canary_secret.reveal()


def tape_of(session: requests.Session) -> Tape:
    """The tape of a session."""
    adapter = session.get_adapter("http://")
    assert isinstance(adapter, RecordingAdapter | ReplayingAdapter)
    return adapter.tape
