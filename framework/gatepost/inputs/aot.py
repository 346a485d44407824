"""Waiting for the inputs of an app that is launched ahead of time, "app on time" (contract/inputs.md section 1.5)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from gatepost.clock import SYSTEM_TIME
from gatepost.errors import AppExit, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gatepost.clock import Time

__all__ = ["RedisLists", "push_exit_code", "wait_for_action"]

_SLICE = 30.0
"""Seconds of one wait at the server: a connection that is idle for longer may be cut on the way."""


class RedisLists(Protocol):
    """What is needed of a Redis client; the one of ``redis-py`` has it."""

    def blpop(self, keys: Sequence[str], timeout: float | None = None) -> object:
        """Take the first item of a list, waiting for one at most ``timeout`` seconds: a pair of key and item, or None."""

    def rpush(self, name: str, *values: str) -> object:
        """Add items to the end of a list."""


def wait_for_action(
    lists: RedisLists,
    channel: str,
    *,
    seconds: float,
    time: Time = SYSTEM_TIME,
    warn: Callable[[str], None],
) -> Mapping[str, object]:
    """Wait until the platform says what to do, and return the inputs of the run.

    Where the contract leaves it open or implementations differ: a message without a type means to terminate, an unknown type is
    passed over with a warning, and waiting goes on for the time that is left. A timeout ends with exit code 1, as in the
    platform's newer frameworks. A message that cannot be read ends the process as an error. ``seconds`` of 0 or less wait
    without end, as Redis itself has it.

    Args:
        lists: The Redis client; its errors pass through.
        channel: ``tc_action_channel``.
        seconds: ``tc_terminate_seconds``.
        time: What the seconds are measured with.
        warn: Called with what is passed over.

    Raises:
        AppExit: The platform does not need the process any more (exit code 0), or did not say anything in time (1).
        InputError: A message cannot be read, or its inputs are no object.
    """
    end = time.monotonic() + seconds
    while True:
        left = end - time.monotonic() if seconds > 0 else _SLICE
        if left <= 0:
            raise AppExit(f"AOT subscription timeout reached: nothing came on {channel} in {seconds:g} seconds", code=1)
        item = lists.blpop([channel], timeout=min(left, _SLICE))
        if item is None:
            continue
        kind, params = _read(item, channel)
        if kind == "execute":
            return params
        if kind == "terminate":
            raise AppExit("The app was not needed: the platform terminated it before it had inputs", code=0)
        warn("a message on the action channel was passed over: its type is neither execute nor terminate")


def push_exit_code(lists: RedisLists, channel: str, code: int) -> None:
    """Tell the platform how the run ended: the exit code in decimal digits.

    Args:
        lists: The Redis client; its errors pass through.
        channel: ``tc_exit_channel``.
        code: The exit code.
    """
    lists.rpush(channel, str(code))


def _read(item: object, channel: str) -> tuple[str, Mapping[str, object]]:
    """Return type and inputs of a message. No error quotes it: it holds the inputs of a run."""
    remedy = 'The platform has to send {"type": "execute", "params": {…}} or {"type": "terminate"}'
    raw = item[1] if isinstance(item, (list, tuple)) and len(item) == 2 else item
    try:
        message = json.loads(raw) if isinstance(raw, (str, bytes)) else None
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise InputError(f"The message on {channel} cannot be read", why="It is no JSON object", remedy=remedy)
    kind = message.get("type")
    if kind is None or kind == "":
        return "terminate", {}
    if kind != "execute":
        return str(kind), {}
    params = message.get("params")
    if not isinstance(params, dict):
        if params is not None:
            raise InputError(f"The message on {channel} has no inputs", why="Its params are no object", remedy=remedy)
        params = {}
    return "execute", params
