"""Ending by a signal as by any other reason: what was started is stopped, what was made is removed."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, NoReturn

from gatepost.project.launching.signals import handled

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from types import FrameType

__all__ = ["ends_by_signal"]


def _end(number: int, _: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def ends_by_signal() -> AbstractContextManager[None]:
    """Let SIGTERM and SIGHUP unwind the block, as Ctrl-C does; the exit code is 128 and the signal's number."""
    return handled((signal.SIGTERM, signal.SIGHUP), _end)
