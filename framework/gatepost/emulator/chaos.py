"""Which faults strike which requests: a profile, and the counting that it needs while a platform runs.

Whether a fault strikes depends on the profile's seed, on the request's id, and on how often that id has come: never on the
order in which requests arrive, so that a run with many threads meets the same faults each time.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import hashlib
import threading
from collections import OrderedDict
from os import PathLike
from typing import Any

from gatepost.emulator.faults import Fault
from gatepost.errors import UsageError

__all__ = ["REQUEST_ID", "Chaos", "ChaosProfile", "Decision", "Rule"]

REQUEST_ID = "X-Request-Id"
"""The header in which a caller names a request. Every attempt of it, and every hop of a redirect, carries the same name."""

_REMEMBERED_IDS = 100_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One fault, and whom it strikes.

    A request with an id is counted by its id: its first arrival is attempt 1, a repeat or the next hop of a redirect attempt 2. A
    request without one is struck only by a rule that names methods or a path, and is counted by method and path: attempt 5 is the
    fifth such request since the profile came into force.

    Attributes:
        fault: What happens.
        share: The part of the matching attempts that it strikes, 0 to 1, chosen by the seed.
        attempts: The numbers of the attempts that it can strike; empty: all.
        methods: The methods that it can strike; empty: all.
        path: A pattern for the path without the prefix of the API base and without the query; ``*`` stands for any text, slashes
            included. Empty: all.
        ids: A pattern for the request's id, which a request without an id never fits. Empty: any id, and none.
    """

    fault: Fault
    share: float = 1.0
    attempts: tuple[int, ...] = ()
    methods: tuple[str, ...] = ()
    path: str = ""
    ids: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise UsageError(f"A rule cannot strike a share of {self.share}", remedy="Use a number from 0 to 1")
        object.__setattr__(self, "attempts", tuple(self.attempts))
        object.__setattr__(self, "methods", tuple(method.upper() for method in self.methods))
        if any(attempt < 1 for attempt in self.attempts):
            raise UsageError("A rule cannot strike an attempt below 1", why="The first one has the number 1")

    def matches(self, method: str, path: str, request_id: str, attempt: int) -> bool:
        """Tell whether the rule can strike an attempt, whatever its share.

        Args:
            method: The method as on the wire.
            path: The path without prefix and query.
            request_id: The request's id; empty when it has none.
            attempt: The number of the attempt, from 1.
        """
        if not request_id and (self.ids or not (self.methods or self.path)):
            return False
        return (
            (not self.attempts or attempt in self.attempts)
            and (not self.methods or method.upper() in self.methods)
            and (not self.path or fnmatch.fnmatchcase(path, self.path))
            and (not self.ids or fnmatch.fnmatchcase(request_id, self.ids))
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ChaosProfile:
    """The faults of a platform.

    Of several rules that strike an attempt the first one wins. Each rule draws by itself, from the seed, its place in the list,
    and the attempt: a rule added at the end changes nothing for the others.

    Connections are counted from 1 since the profile came into force. A connection tells no request's id before TLS is done, so
    that the two faults of connections go by this number, and are the same each time only for a client that connects one by one.

    Attributes:
        seed: Two profiles that differ in it alone strike different requests.
        rules: The rules.
        limit: Faults that one request id gets at most; None for no bound. Requests without an id are not bound by it.
        clock_offset: Seconds that the platform's clock is turned ahead while the profile is in force.
        reset_connections: Numbers of the connections that are reset before TLS.
        silent_connections: Numbers of the connections on which the platform never says a word, not even in TLS.
    """

    seed: int = 0
    rules: tuple[Rule, ...] = ()
    limit: int | None = None
    clock_offset: float = 0.0
    reset_connections: tuple[int, ...] = ()
    silent_connections: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for name in ("rules", "reset_connections", "silent_connections"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if self.limit is not None and self.limit < 0:
            raise UsageError(f"A request cannot get {self.limit} faults at most")
        if not abs(self.clock_offset) < 1e10:
            raise UsageError(f"A clock cannot be {self.clock_offset} seconds off")
        if any(number < 1 for number in (*self.reset_connections, *self.silent_connections)):
            raise UsageError("There is no connection below number 1")

    def fault(self, method: str, path: str, request_id: str = "", attempt: int = 1) -> Fault | None:
        """Return the fault that strikes an attempt; None when it passes. Depends on nothing but the profile and the arguments.

        Args:
            method: The method.
            path: The path without prefix and query.
            request_id: The request's id; empty when it has none.
            attempt: The number of the attempt, from 1.
        """
        fault = self._drawn(method, path, request_id, attempt)
        if fault is None or self.limit is None or not request_id:
            return fault
        before = sum(self._drawn(method, path, request_id, earlier) is not None for earlier in range(1, attempt))
        return fault if before < self.limit else None

    def faults(self, method: str, path: str, request_id: str = "", attempts: int = 4) -> tuple[Fault | None, ...]:
        """Return what strikes the first attempts of a request, in their order: what a test expects of a run."""
        return tuple(self.fault(method, path, request_id, attempt) for attempt in range(1, attempts + 1))

    @classmethod
    def load(cls, path: str | PathLike[str]) -> ChaosProfile:
        """Read a profile from a JSON file, as `from_json` describes it.

        Raises:
            GatepostError: The file cannot be read, is no JSON, or holds no profile. The text names file and line.
        """
        from gatepost.emulator.chaos_file import load

        return load(path, cls, Rule)

    @classmethod
    def from_json(cls, data: Any) -> ChaosProfile:
        """Make a profile from its JSON form: an object with the fields of this class.

        ``rules`` is a list of objects with the fields of `Rule`; ``fault`` in them is an object with ``kind`` and the fields of
        that kind (`gatepost.emulator.faults`). What is missing has its default.

        Example:
            ```json
            {"seed": 7, "limit": 2, "rules": [
              {"fault": {"kind": "answer", "status": 503, "retry_after": "1"}, "share": 0.05},
              {"fault": {"kind": "reset", "when": "processed"}, "share": 0.01, "methods": ["POST"]},
              {"fault": {"kind": "pause", "seconds": 0.2}, "path": "/appAuth", "attempts": [1]}]}
            ```

        Raises:
            UsageError: It is no profile; the text names the place in it.
        """
        from gatepost.emulator.chaos_file import read_profile

        return read_profile(data, cls, Rule)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form, without what has its default."""
        from gatepost.emulator.chaos_file import write_profile

        return write_profile(self)

    def _drawn(self, method: str, path: str, request_id: str, attempt: int) -> Fault | None:
        for number, rule in enumerate(self.rules):
            if not rule.matches(method, path, request_id, attempt):
                continue
            who = f"id {request_id}" if request_id else f"path {method} {path}"
            if rule.share >= 1 or _draw(f"{self.seed} {number} {attempt} {who}") < rule.share:
                return rule.fault
        return None


def _draw(text: str) -> float:
    """Return a number from 0 (included) to 1 (excluded) that the text decides."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7]) / 2**56


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """What strikes one attempt.

    Attributes:
        attempt: The number of the attempt; 0 when no profile is in force.
        fault: The fault; None when it passes.
    """

    attempt: int = 0
    fault: Fault | None = None


class Chaos:
    """A profile in force: counts attempts and connections. Safe to use from many threads.

    The counts of the latest 100,000 ids are kept.

    Args:
        profile: The profile.
    """

    def __init__(self, profile: ChaosProfile) -> None:
        self.profile = profile
        self._attempts: OrderedDict[tuple[str, ...], int] = OrderedDict()
        self._connections = 0
        self._lock = threading.Lock()

    def decide(self, method: str, path: str, request_id: str) -> Decision:
        """Count an attempt and return what strikes it. Arguments as for `ChaosProfile.fault`."""
        key = (request_id,) if request_id else (method, path)
        with self._lock:
            attempt = self._attempts.pop(key, 0) + 1
            self._attempts[key] = attempt
            if len(self._attempts) > _REMEMBERED_IDS:
                self._attempts.popitem(last=False)
        return Decision(attempt, self.profile.fault(method, path, request_id, attempt))

    def next_connection(self) -> int:
        """Count a connection and return its number."""
        with self._lock:
            self._connections += 1
            return self._connections
