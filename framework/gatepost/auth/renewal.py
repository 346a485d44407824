"""Keeping a credential that expires: who renews it, when, who waits, and what a failure means. For every scheme that expires."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from gatepost.auth.expiring import NOTHING, Expiring, RenewalRefused, RenewalUnavailable, RenewalUnsupported
from gatepost.auth.pauses import Pauses
from gatepost.auth.waits import waiting_for_renewal
from gatepost.errors import CredentialError
from gatepost.transport.deadline import current_deadline
from gatepost.transport.errors import DeadlineExceeded

if TYPE_CHECKING:
    from gatepost.clock import Clock
    from gatepost.secret import Secret

__all__ = ["Renewal"]

ATTEMPTS = 3
"""Tries of one renewal when the server cannot be reached or is in trouble."""

DOUBT = 300.0
"""Seconds during which refusals that may be about something else are believed to be so, once a new credential did not help."""


Fetch = Callable[["Expiring"], "tuple[Secret, float | None]"]

_Error = TypeVar("_Error", bound=CredentialError)


class _Round:
    """One renewal: what those who wait for it will want to know.

    Attributes:
        ended: Whether it is over.
        error: Why it failed, for everybody; None when it succeeded, and when only its own caller was stopped (by a deadline or an
            interrupt): then another one takes over.
    """

    __slots__ = ("ended", "error")

    def __init__(self) -> None:
        self.ended = False
        self.error: CredentialError | None = None


class Renewal:
    """One credential, kept alive by its callers: no thread of its own, no timer, nobody woken for nothing.

    * *Advisory window*: the first caller renews, the others go on with the old credential; a failure is a warning.
    * *Mandatory window* and after expiry: callers wait for the one renewal and share its result or its error. A server in trouble
      (`RenewalUnavailable`) does not stop anybody while the old credential is still good; a refusal does.
    * A caller who is stopped while renewing, by its own deadline or an interrupt, stops nobody else: another one takes over.
    * Failed tries are apart while the old credential is good, and as far as the server asks for by ``Retry-After``. Callers wait
      for that up to two minutes, within their deadline. A refusal is remembered: the same credential is not asked for
      again.
    * A forked child uses what it inherited and never renews, where that would kill the parent's credential.

    Args:
        secret: The credential to begin with; None: there is none yet, and the first caller gets one.
        expires: Its expiry by the server's clock; None when it does not expire by time.
        fetch: Exchanges the current credential for a new one: returns (secret, expires); raises `RenewalRefused` or
            `RenewalUnavailable`. Called by one thread at a time.
        clock: The server's clock.
        warn: Told about failures that stop nobody: (event, reason).
        in_children: Whether a forked child may renew, since a new credential does not end the old one.
    """

    def __init__(
        self,
        secret: Secret | None,
        expires: float | None,
        *,
        fetch: Fetch,
        clock: Clock,
        warn: Callable[[str, str], None] | None = None,
        in_children: bool = False,
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._warn = _say_nothing if warn is None else warn
        self._current = Expiring(NOTHING if secret is None else secret, expires, clock.time.monotonic())
        self._accepted: Expiring | None = None
        self._forced: Expiring | None = None
        self._doubted_at: float | None = None
        self._refused: tuple[Expiring, RenewalRefused] | None = None
        self._pauses = Pauses(clock)
        self._round: _Round | None = None  # the renewal under way
        self._condition = threading.Condition()
        self._process = os.getpid()
        self._in_children = in_children
        self._inherited = False

    # -- reading -------------------------------------------------------------------------------------------------------------

    def snapshot(self) -> Expiring:
        """Return the credential as it is, without a look at its age."""
        return self._current

    def current(self) -> Expiring:
        """Return a credential that is good now, renewed first if it has to be.

        Raises:
            RenewalRefused: It is in its last seconds or expired, and the server refuses to renew it.
            RenewalUnavailable: It is expired, and the server could not be asked.
            DeadlineExceeded: The caller's deadline passed before the renewal was done.
            CredentialError: It is expired in a forked child.
        """
        current = self._current
        if current.secret is NOTHING:
            if self._may_not_renew():
                raise _inherited_error()
            return self._mandatory(current, good=False)
        if current.expires is None:
            return current
        remaining = current.expires - self._clock.now()
        advisory, mandatory = current.windows(self._clock, remaining)
        if remaining > advisory * current.jitter and remaining > mandatory:
            return current
        if self._may_not_renew():
            if remaining > 0:
                return current
            raise _inherited_error()
        if remaining > mandatory:
            return self._advisory(current)
        return self._mandatory(current, good=remaining > 0)

    def accepted(self, expiring: Expiring) -> None:
        """Note that the server accepted a request with this credential."""
        self._accepted = expiring
        if self._refused is not None and isinstance(self._refused[1], RenewalUnsupported):
            # It knows such credentials after all, so that the answer came from something else on the way.
            self._refused = None

    @property
    def ever_accepted(self) -> bool:
        """Whether any request of this run succeeded."""
        return self._accepted is not None

    # -- after a refusal -----------------------------------------------------------------------------------------------------

    def may_force(self, current: Expiring, *, unauthorized: bool) -> bool:
        """Tell whether a refusal of the current credential may mean that it is no longer valid.

        The platform refuses with the same status where a permission is missing. So: not for a credential fresh from a
        renewal, and otherwise only when it was never accepted, is in its mandatory window, or the text says so.

        Args:
            current: The refused credential.
            unauthorized: Whether the server's words name the credential.
        """
        accepted = self._accepted is current
        if self._refused is not None and self._refused[0] is current:
            return unauthorized or not accepted  # nothing is asked again: the caller hears why
        if self._forced is current:
            return self._round is not None  # worth waiting for
        if current.renewed and not accepted:
            return False
        if unauthorized:
            return True
        if self._round is None and self._pauses.pausing(current):
            return False
        return not accepted or current.in_mandatory_window(self._clock)

    def may_replace(self, current: Expiring, *, certain: bool) -> bool:
        """Tell whether a refusal of the current credential is worth a new one, where getting one ends nobody else's.

        Not where the refused one is itself what a refusal brought, and was never accepted. And where the refusal may be about
        something else, a permission perhaps, not for some minutes after a new credential did not help.

        Args:
            current: The refused credential.
            certain: Whether the refusal can only mean that the credential has expired.
        """
        self._may_not_renew()  # notes that this is a child
        if self._refused is not None and self._refused[0] is current:
            return True  # nothing is asked again: the caller hears why
        if self._forced is current:
            return self._round is not None  # worth waiting for
        now = self._clock.time.monotonic()
        if current.forced and self._accepted is not current:
            self._doubted_at = now
            return False
        if certain:
            return True
        doubted = self._doubted_at is not None and now - self._doubted_at < DOUBT
        return not doubted and not (self._round is None and self._pauses.pausing(current))

    def force(self, refused: Expiring) -> Expiring:
        """Renew a refused credential, at most once for each; wait when another caller is at it.

        A renewal that got no answer does not count.

        Raises:
            RenewalRefused: The server refuses.
            RenewalUnavailable: The server could not be asked.
            DeadlineExceeded: The caller's deadline passed.
            CredentialError: This is a forked child.
        """
        if self._may_not_renew():
            raise _inherited_error()
        while True:
            with self._condition:
                if self._current is not refused:
                    return self._current
                self._raise_refusal(refused)
                round_ = self._round
                if round_ is None:
                    self._forced = refused
                    self._round = _Round()
            if round_ is None:
                break
            self._wait(round_)
        try:
            return self._renew(refused)
        except RenewalRefused:
            raise
        except BaseException:
            self._forced = None
            raise

    # -- the work ------------------------------------------------------------------------------------------------------------

    def _advisory(self, current: Expiring) -> Expiring:
        with self._condition:
            if self._current is not current:
                return self._current
            if self._round is not None or (self._refused and self._refused[0] is current) or self._pauses.pausing(current):
                return current
            self._round = _Round()
        try:
            return self._renew(current, attempts=1)
        except (CredentialError, DeadlineExceeded) as error:
            self._warn("the credential could not be renewed yet; going on with the old one", str(error))
            return current

    def _mandatory(self, current: Expiring, *, good: bool) -> Expiring:
        while True:
            with self._condition:
                if self._current is not current:
                    return self._current
                self._raise_refusal(current)
                round_ = self._round
                if round_ is None:
                    if good and self._pauses.pausing(current):
                        return current
                    self._round = _Round()
            try:
                if round_ is None:
                    return self._renew(current, waits=not good)
                self._wait(round_)
            except RenewalUnavailable as error:
                if not good:
                    raise
                if round_ is None:
                    self._warn("the credential could not be renewed; it is good for a few more seconds", str(error))
                return current

    def _raise_refusal(self, current: Expiring) -> None:
        if self._refused is not None and self._refused[0] is current:
            raise _again(self._refused[1])

    def _wait(self, round_: _Round) -> None:
        """Wait for the renewal under way; raise its error where it has one for everybody."""
        deadline = current_deadline.get()
        with waiting_for_renewal(self._clock.time), self._condition:
            while not round_.ended:
                if deadline is None:
                    self._condition.wait()
                else:
                    deadline.check()
                    self._condition.wait(deadline.left())
        if round_.error is not None:
            raise _again(round_.error)

    def _renew(self, current: Expiring, attempts: int = ATTEMPTS, *, waits: bool = True) -> Expiring:
        """Renew as the only one: this thread has begun the round. Whatever happens, those who wait are told.

        Args:
            current: What is renewed.
            attempts: Tries at most.
            waits: Whether to wait for as long as the server asks; not where the old credential still does.
        """
        outcome: Expiring | None = None
        error: CredentialError | None = None
        try:
            self._pauses.cut_short = False
            with waiting_for_renewal(self._clock.time):
                secret, expires = self._fetch_patiently(current, attempts, waits=waits)
            outcome = self._renewed(secret, expires, forced=self._forced is current)
        except CredentialError as problem:
            error = problem
            raise
        finally:
            with self._condition:
                if outcome is not None:
                    self._current = outcome
                    self._pauses.succeeded()
                else:
                    self._pauses.failed()
                # Copies: what is kept must not keep the frames of this call, and with them what they hold.
                if isinstance(error, RenewalRefused):
                    self._refused = (current, _again(error))
                if self._round is not None:
                    self._round.error = None if error is None or self._pauses.cut_short else _again(error)
                    self._round.ended = True
                    self._round = None
                self._condition.notify_all()
        return outcome

    def _renewed(self, secret: Secret, expires: float | None, *, forced: bool) -> Expiring:
        if expires is not None and expires <= self._clock.now():
            # Believed, it would be renewed again for every request.
            self._warn("the new credential is said to have expired already; its expiry is taken as not known", "")
            expires = None
        return Expiring(secret, expires, self._clock.time.monotonic(), renewed=True, forced=forced)

    def _fetch_patiently(self, current: Expiring, attempts: int, *, waits: bool) -> tuple[Secret, float | None]:
        held_off = self._pauses.before_first()
        if held_off is not None:
            raise _again(held_off)
        for attempt in range(1, attempts + 1):
            try:
                return self._fetch(current)
            except RenewalUnavailable as error:
                self._pauses.answered(_again(error))
                last = attempt == attempts or error.hopeless or (error.retry_after is not None and not waits)
                if last or not self._pauses.before_next(attempt):
                    raise
        raise AssertionError("unreachable: the loop returns or raises")

    def _may_not_renew(self) -> bool:
        """Tell whether this is a forked child that must not renew. A child gets locks of its own here, and a fresh start."""
        if self._process != os.getpid():
            # The parent's lock may have been held at the fork, by a thread that does not exist here.
            self._process = os.getpid()
            self._condition = threading.Condition()
            self._round = None
            self._forced = None
            self._inherited = True
        return self._inherited and not self._in_children


def _say_nothing(event: str, reason: str) -> None:
    """Stand in for a log."""


def _inherited_error() -> CredentialError:
    return CredentialError(
        "The credential of this forked process has expired",
        why="It was inherited, and renewing it here would end the parent's",
        remedy="Open a connection of its own in the child process, or use threads",
    )


def _again(error: _Error) -> _Error:
    """Return a copy for another thread: one exception object raised in many threads would share one traceback."""
    copy = type(error).__new__(type(error))
    copy.__dict__.update(error.__dict__)
    copy.args = error.args
    return copy
