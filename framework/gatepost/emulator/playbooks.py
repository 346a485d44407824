"""The platform's store of playbook values: ``/internal/playbooks/keyValue/{context}/{key}``, and what tests do with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gatepost.emulator.routing import Route
from gatepost.errors import UsageError
from gatepost.playbook.serialization import deserialize, serialize
from gatepost.variables import parse_playbook_variable

if TYPE_CHECKING:
    from redis import Redis

__all__ = ["CONTEXT", "EmulatedPlaybook", "KeyValueApi", "PlaybookValues"]

CONTEXT = "5b3f0f0e-7c1d-4f3a-9f57-2f6d1c8a4e90"
"""The id of an emulated playbook's execution: the same each time, so that a run that is recorded on a tape can be replayed."""


class PlaybookValues:
    """What is kept for all contexts: in this process, or in a Redis. Safe to use from many threads."""

    def __init__(self) -> None:
        self.redis: Redis | None = None
        self._lock = threading.Lock()
        self._contexts: dict[str, dict[str, bytes]] = {}

    def write(self, context: str, key: str, value: bytes) -> None:
        """Keep a value."""
        if self.redis is not None:
            self._ask("written to", lambda redis: redis.hset(context, key, value))
            return
        with self._lock:
            self._contexts.setdefault(context, {})[key] = value

    def read(self, context: str, key: str) -> bytes | None:
        """Return a value; None when there is none."""
        if self.redis is not None:
            # In a list: an embedded one writes a single answer such that a client takes minutes to read 100 MB.
            found = self._ask("read", lambda redis: redis.hmget(context, [key]))[0]
            return None if found is None else bytes(found)
        with self._lock:
            return self._contexts.get(context, {}).get(key)

    def all(self, context: str) -> dict[str, bytes]:
        """Return all values of a context by key."""
        if self.redis is not None:
            found = self._ask("read", lambda redis: redis.hgetall(context))
            return {key.decode(): value for key, value in found.items()}
        with self._lock:
            return dict(self._contexts.get(context, {}))

    def _ask(self, doing: str, command: Callable[[Redis], Any]) -> Any:
        """Return what the Redis answers.

        Raises:
            StoreError: It cannot be asked.
        """
        from redis import RedisError

        from gatepost.kvstore.choice import RedisServer
        from gatepost.kvstore.redis import explain

        assert self.redis is not None  # noqa: S101 - asked by the callers
        try:
            return command(self.redis)
        except RedisError as error:
            place = self.redis.connection_pool.connection_kwargs
            raise explain(error, RedisServer(str(place.get("host")), int(place.get("port", 0))), doing) from None


class KeyValueApi:
    """Answers apps whose store is ``TCKeyValueAPI`` (contract/playbooks.md section 2). A context begins when it is first used."""

    def __init__(self, values: PlaybookValues) -> None:
        self._values = values

    def routes(self) -> list[Route]:
        """Return the routes of this area."""
        path = "/internal/playbooks/keyValue/{context}/{key}"
        return [Route("GET", path, self.read, token_only=True), Route("PUT", path, self.write, token_only=True)]

    async def read(self, request: Request) -> Response:
        """Return the bytes of a value.

        What the platform answers for a key that it does not have is unknown. Incumbents take the body for the value whatever the
        status, and an empty one for none; so this one answers 204.
        """
        value = self._values.read(request.path_params["context"], request.path_params["key"])
        if value is None:
            return Response(status_code=204)
        return Response(value, media_type="application/octet-stream")

    async def write(self, request: Request) -> Response:
        """Keep the body as it is."""
        self._values.write(request.path_params["context"], request.path_params["key"], await request.body())
        return JSONResponse({"status": "Success"})


class EmulatedPlaybook:
    """A playbook whose step an app is: what it hands to the app, and what the app gives out. ``Emulator.playbook``.

    Attributes:
        context: The id of the execution; assign another for a second one.
        requested: The variables that the playbook asks for; assign what a test needs.
    """

    def __init__(self, values: PlaybookValues, store_inputs: Callable[[], dict[str, Any]]) -> None:
        self._values = values
        self._store_inputs = store_inputs
        self.context = CONTEXT
        self.requested: tuple[str, ...] = ()

    def stage(self, variables: Mapping[str, object]) -> None:
        """Put values into the store, as an earlier step of the playbook does.

        Args:
            variables: Values by the whole texts of their variables: ``{"#App:1234:name!String": "text"}``. None is left out.

        Raises:
            UsageError: A name is no variable.
            VariableError: A value is not one for its variable.
        """
        for name, value in variables.items():
            if value is not None:
                data = serialize(_type(name), value, name)
                self._values.write(self.context, name, data.encode() if isinstance(data, str) else data)

    def read(self, variable: str) -> Any:
        """Return the value of a variable, typed; None when there is none.

        Raises:
            UsageError: The name is no variable.
            VariableError: What is kept is no such value.
        """
        kind = _type(variable)
        data = self._values.read(self.context, variable)
        return None if data is None else deserialize(kind, data, variable)

    @property
    def raw(self) -> dict[str, bytes]:
        """All that is kept, byte by byte."""
        return self._values.all(self.context)

    @property
    def outputs(self) -> dict[str, Any]:
        """The values of the variables that were asked for and given out, by their whole texts."""
        found = {variable: self.read(variable) for variable in self.requested}
        return {variable: value for variable, value in found.items() if value is not None}

    def inputs(self, requested: Iterable[str] | None = None) -> dict[str, Any]:
        """Return the inputs by which an app finds the playbook, by their standard names (contract/inputs.md section 5).

        Args:
            requested: The variables to ask for; None takes `requested`.
        """
        asked = tuple(requested) if requested is not None else self.requested
        inputs = {**self._store_inputs(), "tc_playbook_kvstore_context": self.context}
        return {**inputs, "tc_playbook_out_variables": ",".join(asked)} if asked else inputs


def _type(name: str) -> str:
    variable = parse_playbook_variable(name)
    if variable is None:
        raise UsageError(f"{name!r} is no variable", remedy="Use its whole text: #App:1234:name!String")
    return variable.type
