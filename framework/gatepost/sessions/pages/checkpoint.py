"""Where a read of pages has got to, in a file that survives the process."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gatepost.atomic import Steps, unobserved, write_atomically
from gatepost.errors import GatepostError
from gatepost.named_tuples import NamedTuple
from gatepost.redaction import redact

if TYPE_CHECKING:
    from gatepost.sessions.pages.paging import Paging, Position

__all__ = ["Checkpoint", "Saved"]

_VERSION: Final = 1
_LONGEST: Final = 1_048_576  # bytes; a position takes some hundred


class Saved(NamedTuple):
    """What a checkpoint holds.

    Attributes:
        position: The page to read next.
        pages: How many pages were read before it.
        items: How many items were read before it.
        ended: Whether the last page was read.
    """

    position: Position
    pages: int
    items: int
    ended: bool = False


class Checkpoint:
    """A file that remembers how far a read of pages has got, so that the next one goes on there.

    The page after the current one is saved, by `gatepost.atomic.write_atomically`, once the caller has asked for the item
    after the current page's last. So each item is handed out *at least once*: after a crash, or ``kill -9``, the page that was
    being worked on is read again from its first item. What is done with an item must bear being done twice.

    The file belongs to one question: the same URL, params, body and kind of paging. Where something else is asked, it is not
    used, and the first page that is read overwrites it. So give each question a file of its own, and each file one reader at a
    time.

    Args:
        path: The file; its folder is made when it is missing. On the platform take a folder that outlives the run.
        keep: Whether the file stays once everything was read: then the next read begins where this one ended, and hands out
            what has been added since (by offset and cursor), or the last page again (by number and link). Else the file is
            removed, and the next read begins at the first page.
        steps: As for `gatepost.atomic.write_atomically`.

    Attributes:
        finding: What was off about the file when it was last read, in a sentence; empty when nothing was.
    """

    def __init__(self, path: str | os.PathLike[str], *, keep: bool = False, steps: Steps = unobserved) -> None:
        self.path = Path(path)
        self.keep = keep
        self.finding = ""
        self._steps = steps

    def __repr__(self) -> str:
        return f"Checkpoint({str(self.path)!r})"

    def load(self, key: str, paging: Paging) -> Saved | None:
        """Return what the file holds for a question; None when there is nothing for it.

        A file that cannot be understood is moved aside, to ``<name>.damaged``, and `finding` says so: beginning anew hands
        out some items twice, which is within the promise, and a run that nobody watches goes on.

        Args:
            key: What is asked (`gatepost.sessions.read_pages` makes it).
            paging: Judges the position.

        Raises:
            GatepostError: The file cannot be read, or was written by a newer version.
        """
        self.finding = ""
        try:
            with self.path.open("rb") as file:
                content = file.read(_LONGEST + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._error("read", error) from None
        try:
            held = json.loads(content) if len(content) <= _LONGEST else None
        except (ValueError, RecursionError):
            held = None
        if isinstance(held, dict) and isinstance(held.get("checkpoint"), int) and held["checkpoint"] > _VERSION:
            raise GatepostError(
                f"The checkpoint {self.path} was written by a newer version of gatepost",
                remedy="Install that version, or remove the file to begin with the first page",
            )
        saved = _understood(held)
        if saved is None or not isinstance(held, dict):
            self._move_aside()
            return None
        if held["key"] != key:
            self.finding = f"The checkpoint {self.path} is about another question, so the read begins with the first page"
            return None
        if not paging.understands(saved.position):
            self._move_aside()
            return None
        return saved

    def save(self, key: str, saved: Saved) -> None:
        """Write what is to be remembered.

        Raises:
            GatepostError: The file cannot be written, or the position holds a secret.
        """
        held = {"checkpoint": _VERSION, "key": key, **saved._asdict()}
        text = json.dumps(held, indent=2)
        if redact(text) != text:
            raise GatepostError(
                f"The checkpoint {self.path} cannot be written",
                why="The position of the next page, as the server names it, holds a secret of this run",
                remedy="Read without a checkpoint, or ask the service for another kind of paging",
            )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path, f"{text}\n".encode(), steps=self._steps)
        except OSError as error:
            raise self._error("written", error) from error

    def remove(self) -> None:
        """Remove the file, so that the next read begins with the first page. No error when there is none.

        Raises:
            GatepostError: It cannot be removed.
        """
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise self._error("removed", error) from None

    def _move_aside(self) -> None:
        aside = self.path.with_name(f"{self.path.name}.damaged")
        try:
            self.path.replace(aside)
        except OSError as error:
            raise self._error("moved aside, though it is damaged", error) from None
        self.finding = f"The checkpoint {self.path} is damaged: it is now {aside.name}, and the read begins with the first page"

    def _error(self, done: str, error: OSError) -> GatepostError:
        return GatepostError(
            f"The checkpoint {self.path} cannot be {done}",
            why=error.strerror or str(error),
            remedy="Name a file that this user can read and write, in a folder that is there",
        )


def _understood(held: Any) -> Saved | None:
    """Return what a file says; None when it does not say it as `Checkpoint.save` does."""
    if not isinstance(held, dict):
        return None
    position, pages, items, ended = (held.get(name) for name in Saved._fields)
    whole = all(isinstance(number, int) and not isinstance(number, bool) and number >= 0 for number in (pages, items))
    if held.get("checkpoint") != _VERSION or not isinstance(held.get("key"), str) or not isinstance(position, dict):
        return None
    if not whole or not isinstance(ended, bool):
        return None
    return Saved(position, pages, items, ended)  # type: ignore[arg-type]  # whole says that they are numbers
