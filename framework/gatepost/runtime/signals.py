"""An interrupted run ends in order: an exception passes through the app's ``finally`` blocks, then message and exit code 1."""

from __future__ import annotations

import signal
import threading
import weakref
from types import FrameType
from typing import Any, Final

__all__ = ["InterruptSignals", "Interrupted"]

_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP")


class Interrupted(BaseException):
    """The run was interrupted by a signal. No `Exception`, so that ``except Exception`` in an app does not hold it up.

    Attributes:
        signal: Name of the signal.
        code: Exit code of the run: 1 (the design's choice; contract/playbooks.md section 6 has 0 for some signals).
        message: The run's message.
    """

    code = 1

    def __init__(self, name: str) -> None:
        super().__init__(f"The app was interrupted by {name}")
        self.signal = name

    @property
    def message(self) -> str:
        """The run's message."""
        return str(self)


class InterruptSignals:
    """Raises `Interrupted` in the main thread when SIGINT, SIGTERM or SIGHUP arrives; a context manager around a run.

    While that exception is on its way, further signals are ignored, so that what the app closes gets closed. When the app has
    swallowed it (a bare ``except:``), the next signal raises another one. After `finish`, signals are ignored until the block
    ends: a message that is being written is written.

    At the end the handlers of before are put back. A SIGHUP that is ignored (``nohup``) stays ignored. In another thread than the
    main one, where Python allows no handlers, nothing happens.

    Attributes:
        received: Names of the signals that arrived, in their order.
    """

    def __init__(self) -> None:
        self.received: list[str] = []
        self._before: dict[signal.Signals, Any] = {}
        self._raised: weakref.ref[Interrupted] | None = None
        self._finishing = False

    def __enter__(self) -> InterruptSignals:
        if threading.current_thread() is not threading.main_thread():
            return self
        for name in _NAMES:
            number: signal.Signals | None = getattr(signal, name, None)
            if number is None:
                continue
            before = signal.getsignal(number)
            if before is None or (name == "SIGHUP" and before is signal.SIG_IGN):
                continue  # None: set by code that is not Python's, and could not be put back
            self._before[number] = before
            signal.signal(number, self._handle)
        return self

    def __exit__(self, *exception: object) -> None:
        while self._before:
            number, before = self._before.popitem()
            if signal.getsignal(number) == self._handle:
                signal.signal(number, before)

    def finish(self) -> None:
        """Ignore signals from now on: the run is ending by itself."""
        self._finishing = True

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        name = signal.Signals(number).name
        self.received.append(name)
        on_its_way = self._raised is not None and self._raised() is not None
        if self._finishing or on_its_way:
            return
        raise self._interrupted(name)  # kept in no variable: its traceback holds this frame, and so it would hold itself

    def _interrupted(self, name: str) -> Interrupted:
        interrupted = Interrupted(name)
        self._raised = weakref.ref(interrupted)
        return interrupted
