"""That something runs, and for how long, at the place where the program's own next output will be."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

__all__ = ["running_status"]

_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_SECONDS = 0.1
_QUIET_SECONDS = 1.0
"""Before the first sign of life: most runs are over by then."""

# The cursor is kept where the program left it, so that its next output writes over the status; no line is broken, none scrolls.
_SAVE, _RESTORE, _ERASE, _NO_WRAP, _WRAP = "\x1b7", "\x1b8", "\x1b[K", "\x1b[?7l", "\x1b[?7h"


@contextlib.contextmanager
def running_status(name: str, stream: TextIO | None = None, *, quiet_seconds: float = _QUIET_SECONDS) -> Iterator[None]:
    """Show that a program runs, while the block lasts and a terminal watches. What the program writes there stays readable.

    Args:
        name: What runs.
        stream: Where it is shown; default is stderr.
        quiet_seconds: How long nothing is shown at first.
    """
    target = sys.stderr if stream is None else stream
    if not target.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        yield
        return
    ended = threading.Event()
    thread = threading.Thread(target=_show, args=(name, target, ended, quiet_seconds), name="gatepost-status", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _show(name: str, target: TextIO, ended: threading.Event, quiet_seconds: float) -> None:
    start = time.monotonic()
    if ended.wait(quiet_seconds):
        return
    shown = "".join(character for character in name if character.isprintable())
    encodes = (getattr(target, "encoding", None) or "ascii").lower().startswith("utf")
    frames = _FRAMES if encodes else "|/-\\"
    with contextlib.suppress(OSError, ValueError):  # the terminal is gone: nobody watches any more
        for count in range(sys.maxsize):
            text = f"{frames[count % len(frames)]} {shown}, {time.monotonic() - start:.0f} s"
            text = text if encodes else text.encode("ascii", "replace").decode()
            target.write(f"{_SAVE}{_NO_WRAP}{text}{_ERASE}{_RESTORE}{_WRAP}")
            target.flush()
            if ended.wait(_SECONDS):
                break
        target.write(_ERASE)
        target.flush()
