"""How fast a server is asked: by our own measure, and by what the server says of its own."""

from __future__ import annotations

import math
import os
import threading
from typing import TYPE_CHECKING

from gatepost.clock import SYSTEM_TIME, Time, parse_date
from gatepost.errors import UsageError
from gatepost.named_tuples import NamedTuple
from gatepost.transport.answers import RETRY_AFTER_CAP, retry_after
from gatepost.transport.errors import DeadlineExceeded

if TYPE_CHECKING:
    from requests import Response

    from gatepost.transport.deadline import Deadline
    from gatepost.transport.origin import Origin

__all__ = ["LimitHeaders", "Quota", "RateLimit"]

_OLDEST_EPOCH = 1e8
"""A larger ``X-RateLimit-Reset`` is a moment, seconds since the epoch; a smaller one is seconds from now."""

_OLDEST_EPOCH_IN_MILLISECONDS = 1e11

_SAME_WINDOW = 2.0
"""Seconds by which two announcements of the end of one window may differ: headers have whole seconds."""


class LimitHeaders(NamedTuple):
    """Names of the headers in which a server tells its own limit; services differ.

    Attributes:
        limit: Requests that a window allows.
        remaining: Requests that are left in the window.
        reset: When the window ends: seconds since the epoch, seconds from now, or an HTTP date.
    """

    limit: str = "X-RateLimit-Limit"
    remaining: str = "X-RateLimit-Remaining"
    reset: str = "X-RateLimit-Reset"


class Quota(NamedTuple):
    """What a server said last of its own limit.

    Attributes:
        limit: Requests that a window allows; None when it did not say.
        remaining: Requests that were left.
        reset: When the window ends, monotonic seconds; None when it did not say.
    """

    limit: int | None
    remaining: int
    reset: float | None


class RateLimit:
    """A token bucket for each origin, which also stands still while the server asks for a pause. Safe in threads.

    Every attempt takes a token, repeats and redirects included; renewals of a token do not. Turns are given in the order in
    which they are asked for. A wait that would outlast the call's deadline is not begun.

    * ``Retry-After`` of a 429 or 503 stops the whole origin: who waits for a turn waits on, in the same order and at the same
      rate afterwards.
    * When the server's quota is down to ``threshold`` (contract/logging_and_runtime.md section 4), the origin stops until the
      quota is renewed. Between two answers, requests under way are taken off.

    One limit may serve several sessions, which then share its buckets.

    Args:
        per_second: Attempts per second to one origin, in the long run; None for no limit but the server's own.
        burst: Attempts that may come at once after a rest; default is one second's worth, at least one.
        threshold: Remaining requests that are left untouched.
        headers: Names of the headers with the server's quota; None to pay no attention to them.
        longest_wait: Seconds of one stop that are obeyed, whatever the server asks for: it may be absurd.

    Raises:
        UsageError: A number is out of range.
    """

    def __init__(
        self,
        per_second: float | None = None,
        *,
        burst: int | None = None,
        threshold: int = 0,
        headers: LimitHeaders | None = LimitHeaders(),  # noqa: B008 - a constant
        longest_wait: float = RETRY_AFTER_CAP,
    ) -> None:
        if per_second is not None and not (0 < per_second < math.inf):
            raise UsageError(f"per_second={per_second!r} is no rate", remedy="Give a number above 0, or None for no limit")
        if burst is not None and burst < 1:
            raise UsageError(f"burst={burst!r} lets no request through", remedy="Give 1 or more")
        if not longest_wait >= 0:
            raise UsageError(f"longest_wait={longest_wait!r} is no number of seconds", remedy="Give 0 or more")
        self.per_second = per_second
        self.burst = max(1, int(per_second or 1)) if burst is None else burst
        self.threshold = threshold
        self.headers = headers
        self.longest_wait = longest_wait
        self._interval = 0.0 if per_second is None else 1.0 / per_second
        self._buckets: dict[Origin, _Bucket] = {}
        self._lock = threading.Lock()
        self._process = os.getpid()

    def acquire(self, origin: Origin, *, time: Time = SYSTEM_TIME, deadline: Deadline | None = None) -> float:
        """Wait for a turn.

        Args:
            origin: The server that is about to be asked.
            time: The machine's time.
            deadline: The call's.

        Returns:
            The seconds waited.

        Raises:
            DeadlineExceeded: The turn would come after the deadline; raised at once.
        """
        slot: float | None = None
        waited = 0.0
        while True:
            with self._unforked_lock():
                bucket = self._bucket(origin)
                now = time.monotonic()
                wait = bucket.wait(now, self._interval * (self.burst - 1), slot)
                if wait <= 0 and bucket.is_spent(now, self.threshold):
                    bucket.stop(now, min(bucket.reset, now + self.longest_wait))
                    wait = bucket.wait(now, self._interval * (self.burst - 1), slot)
                if deadline is not None and wait > 0 and wait >= deadline.left():
                    raise _too_late(origin, wait, deadline)
                if slot is None:
                    slot = bucket.reserve(now, self._interval, self.burst)
                if wait <= 0:
                    bucket.take()
                    return waited
            time.sleep(wait)
            waited += wait

    def learn(self, origin: Origin, response: Response, *, time: Time = SYSTEM_TIME) -> None:
        """Note what an answer says of the server's limits. Headers that make no sense are ignored.

        Args:
            origin: The server that answered.
            response: Its answer; stays readable.
            time: The machine's time.
        """
        asked = retry_after(response.headers) if response.status_code in (429, 503) else None
        quota = None if self.headers is None else _quota(self.headers, response, time)
        if asked is None and quota is None:
            return
        with self._unforked_lock():
            bucket = self._bucket(origin)
            now = time.monotonic()
            if asked is not None:
                bucket.stop(now, now + min(asked, self.longest_wait))
            if quota is not None:
                bucket.note(quota)

    def quota(self, origin: Origin) -> Quota | None:
        """Return what a server said last of its own limit; None when it said nothing."""
        bucket = self._buckets.get(origin)
        return None if bucket is None else bucket.quota

    def _bucket(self, origin: Origin) -> _Bucket:
        bucket = self._buckets.get(origin)
        if bucket is None:
            bucket = self._buckets[origin] = _Bucket()
        return bucket

    def _unforked_lock(self) -> threading.Lock:
        if self._process != os.getpid():
            # The parent's may have been held at the fork, by a thread that does not exist here.
            self._lock = threading.Lock()
            self._process = os.getpid()
        return self._lock


class _Bucket:
    """The state of one origin.

    The bucket lives in a time of its own, which stands still while the origin is stopped: turns that were given out before a stop
    keep their order and their distance. Nothing is counted down, either: one number says when the next turn is.

    Attributes:
        quota: What the server said last.
        reset: When the server's window ends, monotonic seconds.
    """

    __slots__ = ("_next", "_offset", "_remaining", "_stopped_until", "quota", "reset")

    def __init__(self) -> None:
        self._next = -math.inf  # when the bucket would be full again, in its own time
        self._offset = 0.0  # monotonic seconds minus the bucket's own
        self._stopped_until = -math.inf
        self._remaining: int | None = None
        self.quota: Quota | None = None
        self.reset = -math.inf

    def wait(self, now: float, slack: float, slot: float | None) -> float:
        """Return the seconds until a turn: the one that was given out, or the next one."""
        turn = self._next - slack if slot is None else slot
        return max(turn + self._offset, self._stopped_until) - now

    def reserve(self, now: float, interval: float, burst: int) -> float:
        """Give out the next turn: a moment in the bucket's own time."""
        inside = max(now, self._stopped_until) - self._offset
        turn = max(inside, self._next - interval * (burst - 1))
        self._next = max(inside, self._next) + interval
        return turn

    def stop(self, now: float, until: float) -> None:
        """Let nobody through until then, and the bucket's own time stand still."""
        if until > self._stopped_until:
            self._offset += max(0.0, until - max(now, self._stopped_until))
            self._stopped_until = until

    def is_spent(self, now: float, threshold: int) -> bool:
        """Tell whether the server would refuse. Asked once for each announcement: after a stop, the server is asked again."""
        if self._remaining is None:
            return False
        if now >= self.reset:
            self._remaining = None
            return False
        if self._remaining > threshold:
            return False
        self._remaining = None
        return True

    def take(self) -> None:
        """Count a request that is being sent."""
        if self._remaining is not None:
            self._remaining -= 1

    def note(self, quota: Quota) -> None:
        """Take over what the server said; answers may arrive in any order."""
        self.quota = quota
        if quota.reset is None:
            return
        if self._remaining is not None and abs(quota.reset - self.reset) < _SAME_WINDOW:
            # The end stays as it was first told: a window that slides along is then soon seen to be another one.
            self._remaining = min(self._remaining, quota.remaining)
        else:
            self._remaining = quota.remaining
            self.reset = quota.reset


def _quota(names: LimitHeaders, response: Response, time: Time) -> Quota | None:
    remaining = _number(response.headers.get(names.remaining))
    if remaining is None:
        return None
    limit = _number(response.headers.get(names.limit))
    ahead = _seconds_to(response.headers.get(names.reset), response, time)
    return Quota(
        None if limit is None else int(limit), int(remaining), None if ahead is None else time.monotonic() + max(0.0, ahead)
    )


def _seconds_to(text: str | None, response: Response, time: Time) -> float | None:
    """Return how far ahead a moment is; a moment on the calendar is compared with the ``Date`` of the same answer."""
    number = _number(text)
    moment = parse_date(text) if number is None and text else number
    if moment is None or (number is not None and number < _OLDEST_EPOCH):
        return moment
    if moment >= _OLDEST_EPOCH_IN_MILLISECONDS:
        moment /= 1000
    date = parse_date(response.headers.get("Date", ""))
    return moment - (time.time() if date is None else date)


def _number(text: str | None) -> float | None:
    """Return a header's number, at least 0. Some servers write ``100, 100;w=60``: the first number is the one in force."""
    try:
        number = float((text or "").split(",", 1)[0].split(";", 1)[0])
    except ValueError:
        return None
    return number if 0 <= number < math.inf else None


def _too_late(origin: Origin, wait: float, deadline: Deadline) -> DeadlineExceeded:
    return DeadlineExceeded(
        f"The rate limit of {origin} leaves no turn within the deadline of {deadline.seconds:g} s",
        why=f"The next turn is {wait:.3g} s ahead, with {max(0.0, deadline.left()):.3g} s left",
        remedy="Give the call a longer deadline=, ask less often, or raise the limit",
    )
