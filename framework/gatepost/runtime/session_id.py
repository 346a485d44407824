"""The id of an execution, where the platform does not say it (contract/inputs.md section 5, "Paths")."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from gatepost.runtime.options import Options

__all__ = ["session_id"]

_FILE = "tc_session_id"
_LONGEST = 255


def session_id(options: Options) -> str:
    """Return the id of this execution.

    In this order: ``tc_session_id``; the name of the folder that holds the folder for outputs, which the platform names by the
    session; for a folder without one (``log``) a UUID that is kept in its file ``tc_session_id``, so that runs there share it, as
    incumbents have it; without any folder, or where the file cannot be written, a new UUID.
    """
    if options.session_id:
        return options.session_id
    if options.out_path is None:
        return _new()
    return options.out_path.parent.name or _kept(options.out_path)


def _new() -> str:
    import uuid

    return str(uuid.uuid4())


def _kept(folder: Path) -> str:
    from gatepost.atomic import write_atomically

    path = folder / _FILE
    try:
        kept = path.read_text(encoding="utf-8").strip()
        if 0 < len(kept) <= _LONGEST and kept.isprintable():
            return kept
    except (OSError, ValueError):
        pass
    made = _new()
    with suppress(OSError):
        write_atomically(path, made.encode())
    return made
