"""When a fault is worth another try, how long to wait for it, and how many tries a session may spend in all."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Collection
from typing import TYPE_CHECKING

from urllib3.util import Retry

from gatepost.transport import answers
from gatepost.transport.answers import FAULT_STATUSES, LICENSE_WORDS, words_of
from gatepost.transport.faults import is_hopeless, never_sent

if TYPE_CHECKING:
    from requests import Response

__all__ = [
    "DEFAULT_POLICY",
    "RetryBudget",
    "backoff",
    "fault_is_repeatable",
    "retry_after",
    "status_is_repeatable",
]

DEFAULT_POLICY = Retry(
    total=3,
    backoff_factor=0.3,
    backoff_max=20.0,
    status_forcelist=FAULT_STATUSES,
    allowed_methods=frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PUT", "TRACE"}),
    respect_retry_after_header=True,
    raise_on_status=False,
)
"""Three further tries; 0.3 s, doubled each time, with jitter; idempotent methods only.

Of a policy, these are used as urllib3 means them: ``total``, ``backoff_factor``, ``backoff_max``, ``status_forcelist``,
``allowed_methods`` (None and False: all) and ``respect_retry_after_header``.
"""


class RetryBudget:
    """Bounds the share of repeats, so that an outage is not made worse by everybody asking three times.

    A repeat spends one; each request that succeeds without a repeat earns a part of one back.

    Args:
        capacity: Repeats that may be spent at once.
        earned: What a success earns: 0.5 allows one repeat for every two successes in the long run.
    """

    def __init__(self, capacity: float = 100.0, earned: float = 0.5) -> None:
        self._capacity = capacity
        self._earned = earned
        self._left = capacity
        self._lock = threading.Lock()
        self._process = os.getpid()

    def spend(self) -> bool:
        """Take one repeat; False when there is none left."""
        with self._unforked_lock():
            if self._left < 1.0:
                return False
            self._left -= 1.0
            return True

    def earn(self) -> None:
        """Count a success."""
        if self._left < self._capacity:
            with self._unforked_lock():
                self._left = min(self._capacity, self._left + self._earned)

    def _unforked_lock(self) -> threading.Lock:
        if self._process != os.getpid():
            # The parent's may have been held at the fork, by a thread that does not exist here.
            self._lock = threading.Lock()
            self._process = os.getpid()
        return self._lock


def fault_is_repeatable(policy: Retry, error: Exception, method: str, *, repeatable: bool | None) -> bool:
    """Tell whether a request that got no answer may be sent again.

    Args:
        policy: The policy.
        error: What happened.
        method: HTTP method.
        repeatable: What the caller said: True allows any method, False none, None leaves it to the method.
    """
    if is_hopeless(error) or repeatable is False:
        return False
    return repeatable is True or never_sent(error) or _idempotent(policy, method)


def status_is_repeatable(policy: Retry, response: Response, method: str, *, repeatable: bool | None) -> bool:
    """Tell whether a request that got this answer may be sent again."""
    if response.status_code not in (policy.status_forcelist or FAULT_STATUSES) or repeatable is False:
        return False
    if not (repeatable is True or _idempotent(policy, method)):
        return False
    # A platform without a license says so with a 503: no try will change it.
    return not (response.status_code == 503 and LICENSE_WORDS in words_of(response).message.lower())


def _idempotent(policy: Retry, method: str) -> bool:
    allowed = policy.allowed_methods
    return not isinstance(allowed, Collection) or method.upper() in allowed


def retry_after(policy: Retry, response: Response) -> float | None:
    """Return the seconds that the server asks for; None when it names none, and where the policy takes no notice of it."""
    return answers.retry_after(response.headers) if policy.respect_retry_after_header else None


def backoff(policy: Retry, repeats: int) -> float:
    """Return the seconds to wait before the next try: doubled for each repeat, half of it by chance."""
    whole = min(float(policy.backoff_max), policy.backoff_factor * 2.0 ** (repeats - 1))
    return whole / 2 + random.uniform(0.0, whole / 2)  # noqa: S311 - spreads load, guards nothing
