"""Tapes: what a program asked servers and what they answered, recorded without secrets, replayed without servers.

```python
tape = Tape.record("owners.json")
session.mount("https://", RecordingAdapter(tape=tape))
...
tape.save()

session.mount("https://", ReplayingAdapter(Tape.load("owners.json")))
```

A whole run is recorded and replayed by the environment variable ``GATEPOST_TAPE``.
"""

from __future__ import annotations

from gatepost.sessions.tapes.curl import to_curl
from gatepost.sessions.tapes.environment import (
    REPORT_VARIABLE,
    VARIABLE,
    adapter_from,
    replay_environment,
    replay_inputs,
    shared_tape,
)
from gatepost.sessions.tapes.errors import TapeError, TapeMismatch
from gatepost.sessions.tapes.exchange import Body, Exchange, Failure, Request, Response
from gatepost.sessions.tapes.har import to_har
from gatepost.sessions.tapes.matching import Matching
from gatepost.sessions.tapes.recording import RecordingAdapter
from gatepost.sessions.tapes.replaying import ReplayingAdapter
from gatepost.sessions.tapes.stub import to_test
from gatepost.sessions.tapes.tape import Tape

__all__ = [
    "REPORT_VARIABLE",
    "VARIABLE",
    "Body",
    "Exchange",
    "Failure",
    "Matching",
    "RecordingAdapter",
    "ReplayingAdapter",
    "Request",
    "Response",
    "Tape",
    "TapeError",
    "TapeMismatch",
    "adapter_from",
    "replay_environment",
    "replay_inputs",
    "shared_tape",
    "to_curl",
    "to_har",
    "to_test",
]
