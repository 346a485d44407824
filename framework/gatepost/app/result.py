"""What a run left behind, for those who look at it from inside the process."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gatepost.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatepost.log import Record

__all__ = ["Result"]


class Result(NamedTuple):
    """The outcome of a run.

    Attributes:
        exit_code: 0 success, 1 failure, 3 partial failure, 4 failure without retry.
        message: The run's message, whole; ``message.tc`` holds its last 255 characters.
        results: What the platform keeps for the next run (``results.tc``).
        outputs: The outputs of a playbook step, by name.
        log: The events that were logged, oldest first, redacted.
        error: The exception that ended the run; None when none did.
    """

    exit_code: int
    message: str
    results: Mapping[str, Any] = MappingProxyType({})
    outputs: Mapping[str, Any] = MappingProxyType({})
    log: tuple[Record, ...] = ()
    error: BaseException | None = None
