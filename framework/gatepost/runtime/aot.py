"""The two Redis lists of an app that is launched ahead of time: inputs come from one, its exit code goes to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gatepost.errors import InputError
from gatepost.inputs.aot import push_exit_code, wait_for_action
from gatepost.inputs.coercion import coerce
from gatepost.inputs.values import InvalidInputs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gatepost.inputs.values import Collected
    from gatepost.kvstore.choice import RedisServer
    from gatepost.runtime.options import AotOptions

__all__ = ["AheadOfTime"]

_ANSWER_TIMEOUT = 60.0
"""Seconds in which Redis has to answer: more than one wait takes there."""


class AheadOfTime:
    """The platform's side of an app that waits for its inputs.

    The exit code is told only for a run that was set off: after ``terminate`` and after a timeout there was none.

    Args:
        options: The lists and the time.
        collected: What the process was launched with; it says where Redis is (``tc_kvstore_*``).

    Raises:
        InputError: The key-value store is no Redis.
    """

    def __init__(self, options: AotOptions, collected: Collected) -> None:
        from gatepost.kvstore.choice import RedisServer, choose_store

        values, problems = coerce({name: value for name, value in collected.best.items() if name.startswith(_STORE)})
        if problems:
            raise InvalidInputs(problems)
        server = choose_store({name: value.value for name, value in values.items()})
        if not isinstance(server, RedisServer):
            raise InputError(
                "tc_aot_enabled is set, and the key-value store is no Redis",
                why="An app that is launched ahead of time gets its inputs from a Redis list",
                remedy="Set tc_kvstore_type to Redis, or turn tc_aot_enabled off",
            )
        self._options = options
        self._server: RedisServer = server
        self._client: Any = None
        self._was_set_off = False

    def wait(self, warn: Callable[[str], None]) -> Mapping[str, object]:
        """Return the inputs of the run.

        Raises:
            AppExit: There is no run: the app was not needed, or nothing came in time.
            InputError: The message cannot be read.
            StoreError: Redis cannot be reached, or refuses.
        """
        options = self._options
        params: Mapping[str, object] = self._do(
            "read",
            lambda client: wait_for_action(client, options.action_channel, seconds=options.seconds, warn=warn),
        )
        self._was_set_off = True
        return params

    def tell_exit(self, code: int) -> None:
        """Tell the platform the exit code of a run that it set off.

        Raises:
            StoreError: Redis cannot be reached, or refuses.
        """
        if self._was_set_off:
            self._do("written to", lambda client: push_exit_code(client, self._options.exit_channel, code))

    def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _do(self, doing: str, command: Callable[[Any], Any]) -> Any:
        from gatepost.exports import load
        from gatepost.kvstore.redis import connect, explain

        if self._client is None:
            # Nothing is repeated: an action that was taken from the list and lost on the way would be waited for in vain, and
            # an exit code must not be told twice.
            self._client = connect(self._server, timeout=_ANSWER_TIMEOUT, retries=0)
        try:
            return command(self._client)
        except (OSError, load("redis").exceptions.RedisError) as error:
            failure = explain(error, self._server, doing)
        raise failure


_STORE = ("tc_kvstore_", "tc_playbook_kvstore_id", "tc_svc_broker_")
