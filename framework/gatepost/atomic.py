"""Writing a file so that its readers find it whole.

It is written beside its target, under a name that begins with a dot, and then renamed: whoever reads the target finds the old
text or the new one, also when the process is killed or the disk is full.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

__all__ = ["Steps", "unobserved", "write_atomically"]

Steps = Callable[[str], object]
"""Called with the name of each step of a write once it is done: ``opened``, ``written``, ``synced``, ``renamed``."""


def unobserved(_: str) -> None:
    """Nobody follows the steps."""


def write_atomically(path: str | os.PathLike[str], data: bytes, *, steps: Steps = unobserved, mode: int = 0o666) -> None:
    """Write a file so that its readers find it whole: as it was, or as it is to be.

    The text is on the disk before the file gets its name. A link is followed. What a killed process left of an earlier try is
    removed.

    Args:
        path: The file; its folder exists.
        data: The whole content.
        steps: Told of each step; what it raises ends the write.
        mode: Permissions of the new file, less what the process masks: ``0o600`` for a secret.

    Raises:
        OSError: The file could not be written; it is as it was.
    """
    target = Path(path).resolve()
    _remove_leftovers(target)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.new")
    renamed = False
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, mode)
        try:
            steps("opened")
            written = 0
            while written < len(data):
                written += os.write(descriptor, data[written:])
            steps("written")
            os.fsync(descriptor)
            steps("synced")
        finally:
            os.close(descriptor)
        unfinished.replace(target)
        renamed = True
        steps("renamed")
    finally:
        if not renamed:
            with contextlib.suppress(OSError):
                unfinished.unlink()


def _remove_leftovers(target: Path) -> None:
    with contextlib.suppress(OSError):
        for leftover in target.parent.glob(f".{target.name}.*.new"):
            process = leftover.name.removesuffix(".new").rpartition(".")[2]
            if process.isdecimal() and not _lives(int(process)):
                with contextlib.suppress(OSError):
                    leftover.unlink()


def _lives(process: int) -> bool:
    if process == os.getpid():
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
