"""A tape: what a program asked servers, and what they answered, without the secrets of either."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from gatepost.atomic import write_atomically
from gatepost.clock import SYSTEM_TIME, Time
from gatepost.redaction import REDACTED, redact
from gatepost.secret import known_version
from gatepost.sessions.tapes.errors import TapeError, TapeMismatch
from gatepost.sessions.tapes.exchange import Exchange, Request
from gatepost.sessions.tapes.format import exchanges_of, moment, written
from gatepost.sessions.tapes.housekeeping import is_renewal
from gatepost.sessions.tapes.matching import Difference, Matching, differences
from gatepost.sessions.tapes.scrubbing import Scrubber
from gatepost.version import __version__

__all__ = ["LONGEST_BODY", "Tape"]

LONGEST_BODY: Final = 10_485_760
"""Bytes; a longer body is left out of a tape."""

_NAMED = 5  # differences and exchanges that an error names


class Tape:
    """Exchanges in their order. Made by `Tape.record` or `Tape.load`; used by an adapter. Safe to use from many threads.

    Replaying, each exchange answers one request: the first one that is not used yet and matches. The servers may be elsewhere
    than when it was recorded.

    Attributes:
        path: Its file; None when it has none.
        about: What is known of the recording: ``recorded_with``, ``recorded_at``; and of a run's ``api_path`` and ``auth``.
        matching: What has to be the same when it is replayed.
        longest_body: Bytes; a longer body is left out when it is recorded.
        scrubber: What makes its entries.
    """

    def __init__(
        self,
        exchanges: Iterable[Exchange] = (),
        *,
        path: str | os.PathLike[str] | None = None,
        about: Mapping[str, str] | None = None,
        matching: Matching = Matching(),  # noqa: B008 - frozen
        longest_body: int = LONGEST_BODY,
    ) -> None:
        self.path = None if path is None else Path(path).absolute()
        self.about = dict(about or {})
        self.matching = matching
        self.longest_body = longest_body
        self.scrubber = Scrubber()
        self._exchanges = {exchange.number: exchange for exchange in exchanges}
        self._next = max(self._exchanges, default=0) + 1
        self._used: set[int] = set()
        self._missed: list[str] = []
        self._origins: dict[str, str] = {}  # asked: recorded
        self._lock = threading.RLock()
        self._process = os.getpid()
        self._index: dict[tuple[str, str], list[int]] | None = None  # what is not used, by method and path
        self._recorded_origins: set[str] = set()
        self._saved: tuple[int, int] | None = None  # exchanges, and the state of the known secrets

    @classmethod
    def record(
        cls,
        path: str | os.PathLike[str],
        *,
        about: Mapping[str, str] | None = None,
        longest_body: int = LONGEST_BODY,
        time: Time = SYSTEM_TIME,
    ) -> Tape:
        """Return an empty tape that will be written to a file by `save`. Its folder is made when it is missing.

        Args:
            path: The file; an existing one will be replaced.
            about: What else to say about it.
            longest_body: Bytes; a longer body is left out.
            time: The machine's time.

        Raises:
            TapeError: The folder cannot be made or written.
        """
        path = Path(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _cannot_write(path, error) from None
        if path.is_dir() or not os.access(path.parent, os.W_OK):
            raise TapeError(f"The tape {path} cannot be written", remedy="Name a file in a folder that this user can write")
        told = {"recorded_with": f"gatepost/{__version__}", "recorded_at": moment(time.time())}
        return cls(path=path, about=told | dict(about or {}), longest_body=longest_body)

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, matching: Matching = Matching()) -> Tape:  # noqa: B008 - frozen
        """Read a tape.

        Raises:
            TapeError: There is no such file, or it is no tape.
        """
        path = Path(path)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise TapeError(f"There is no tape {path}", remedy="Record it first, or correct the path") from None
        except OSError as error:
            raise TapeError(f"The tape {path} cannot be read", why=error.strerror or str(error)) from None
        about, exchanges = exchanges_of(data, path.name)
        return cls(exchanges, path=path, about=about, matching=matching)

    def __repr__(self) -> str:
        return f"<Tape {self._name} of {len(self._exchanges)} exchanges>"

    @property
    def _name(self) -> str:
        return self.path.name if self.path is not None else "without a file"

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Its exchanges, in the order in which the requests were begun."""
        with self._lock:
            return tuple(self._exchanges[number] for number in sorted(self._exchanges))

    # -- recording -----------------------------------------------------------------------------------------------------------

    def reserve(self) -> int:
        """Return the number of an exchange that begins now."""
        with self._lock:
            number = self._next
            self._next += 1
        return number

    def add(self, exchange: Exchange) -> None:
        """Add an exchange."""
        with self._lock:
            self._exchanges[exchange.number] = exchange
            self._index = None

    def save(self) -> None:
        """Write the file, whole or not at all, without the text of any secret that is known by now.

        A forked child writes nothing: the tape is its parent's.

        Raises:
            TapeError: It cannot be written, or has no path.
        """
        if self._process != os.getpid():
            return
        if self.path is None:
            raise TapeError("The tape has no file", remedy="Make it with Tape.record(path)")
        self.scrubber.hold()
        with self._lock:
            state = self._state()
            try:
                write_atomically(self.path, written(self.about, self.exchanges))
            except OSError as error:
                raise _cannot_write(self.path, error) from None
            self._saved = state

    @property
    def unsaved(self) -> bool:
        """Whether `save` would write something else than it did last: more exchanges, or fewer secrets, known since then."""
        return self._saved != self._state()

    def _state(self) -> tuple[int, int]:
        return len(self._exchanges), known_version()

    # -- replaying -----------------------------------------------------------------------------------------------------------

    @property
    def unused(self) -> tuple[Exchange, ...]:
        """What was recorded and not asked for, renewals of the token apart: when those are sent depends on the moment."""
        with self._lock:
            return tuple(
                exchange
                for exchange in self.exchanges
                if exchange.number not in self._used and not is_renewal(exchange.request.method, exchange.request.path)
            )

    @property
    def used(self) -> int:
        """How many exchanges were replayed."""
        with self._lock:
            return len(self._used)

    @property
    def missed(self) -> tuple[str, ...]:
        """The texts of the errors about what was asked for and is not on the tape, renewals of the token apart."""
        with self._lock:
            return tuple(self._missed)

    def check_all_used(self) -> None:
        """Make sure that everything on the tape was asked for.

        Raises:
            TapeMismatch: It was not; the error names what is left.
        """
        unused = self.unused
        if not unused:
            return
        lines = [f"{exchange.number}. {_shown(exchange.request)}" for exchange in unused[:_NAMED]]
        if len(unused) > _NAMED:
            lines.append(f"and {len(unused) - _NAMED} more")
        raise TapeMismatch(
            f"The tape {self._name} holds {len(unused)} of {len(self._exchanges)} exchanges that were not asked for",
            why="\n".join(lines),
            remedy="Record it again if the program is right",
        )

    def rewind(self) -> None:
        """Forget what was replayed, to begin anew."""
        with self._lock:
            self._used.clear()
            self._missed.clear()
            self._origins.clear()
            self._index = None

    def origin_of(self, asked: str) -> str:
        """Return the recorded origin that an asked one stands for; itself when nothing was replayed from there."""
        with self._lock:
            return self._origins.get(asked, asked)

    def find(self, asked: Request) -> Exchange:
        """Return the exchange that answers a request, and note that it is used.

        Args:
            asked: The request, without its secrets.

        Raises:
            TapeMismatch: There is none; the error says what differs from the nearest one, without secrets.
        """
        with self._lock:
            for number in self._candidates(asked):
                exchange = self._exchanges[number]
                if number in self._used or next(differences(exchange.request, asked, self.matching), None) is not None:
                    continue
                self._used.add(number)
                self._origins.setdefault(asked.origin, exchange.request.origin)
                return exchange
            mismatch = self._mismatch(asked)
            if not is_renewal(asked.method, asked.path):
                self._missed.append(str(mismatch))
            raise mismatch

    def _candidates(self, asked: Request) -> Iterable[int]:
        """Return the numbers of exchanges worth comparing, in their order."""
        if self._index is None:
            index: dict[tuple[str, str], list[int]] = defaultdict(list)
            for exchange in self.exchanges:
                path = exchange.request.path
                index[exchange.request.method, "" if REDACTED in path else path].append(exchange.number)
            self._index = dict(index)
            self._recorded_origins = {exchange.request.origin for exchange in self._exchanges.values()}
        remaining = []
        for key in ((asked.method, asked.path), (asked.method, "")):
            if key in self._index:
                self._index[key] = [number for number in self._index[key] if number not in self._used]
                remaining += self._index[key]
        fits = self._origin_fits(asked.origin)
        return [number for number in sorted(remaining) if fits(self._exchanges[number].request.origin)]

    def _origin_fits(self, asked: str) -> Callable[[str], bool]:
        """Return what tells whether a recorded origin may stand for an asked one."""
        recorded = self._recorded_origins
        if asked in recorded:
            return asked.__eq__
        if asked in self._origins:
            return self._origins[asked].__eq__
        free = recorded - set(self._origins.values()) or recorded
        return free.__contains__

    def _mismatch(self, asked: Request) -> TapeMismatch:
        what = f"The tape {self._name} holds no answer to {_shown(asked)}"
        remedy = "Record the tape again if the program is right; else make it ask what it asked then"
        exchanges = self.exchanges
        if not exchanges:
            return TapeMismatch(what, why="It is empty", remedy=remedy)
        found = [(exchange, list(islice(differences(exchange.request, asked, self.matching), 20))) for exchange in exchanges]
        same = [exchange for exchange, differing in found if not differing]
        if same:
            origins = ", ".join(sorted({exchange.request.origin for exchange in same}))
            used = [exchange for exchange in same if exchange.number in self._used]
            times = "once" if len(same) == 1 else f"{len(same)} times"
            why = f"It was recorded {times}, and is asked once more" if used else f"It was recorded for {origins}"
            return TapeMismatch(what, why=why, remedy=remedy)
        nearest, differing = min(found, key=lambda pair: (_distance(pair, asked), pair[0].number in self._used, pair[0].number))
        lines = [f"The nearest is exchange {nearest.number}, {_shown(nearest.request)}. What differs:"]
        lines += [f"  {difference}" for difference in differing[:_NAMED]]
        if len(differing) > _NAMED:
            lines.append("  and more")
        return TapeMismatch(what, why="\n".join(lines), remedy=remedy)


def _distance(pair: tuple[Exchange, list[Difference]], asked: Request) -> float:
    exchange, differing = pair
    distance = sum(difference.weight for difference in differing)
    if exchange.request.path != asked.path:
        from difflib import SequenceMatcher

        distance -= 4 * SequenceMatcher(None, exchange.request.path[:200], asked.path[:200], autojunk=False).ratio()
    return distance


def _shown(request: Request) -> str:
    names = ", ".join(dict.fromkeys(name for name, _ in request.query))
    return redact(f"{request}{f' with {names}' if names else ''}")


def _cannot_write(path: Path, error: OSError) -> TapeError:
    return TapeError(
        f"The tape {path} cannot be written",
        why=error.strerror or str(error),
        remedy="Name a file in a folder that this user can write",
    )
