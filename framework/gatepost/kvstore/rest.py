"""Values in the platform's REST store: ``/internal/playbooks/keyValue/{context}/{key}`` (contract/playbooks.md section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from gatepost.errors import PlatformError
from gatepost.kvstore.errors import StoreError, StoreFull, StoreRefused, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import requests

__all__ = ["RestStore"]

_AT_ONCE = 8
_FULL = (413, 507)


class RestStore:
    """The values of one context in the platform's REST store.

    The store takes and gives one value per request. Several are asked for at once, over connections that are kept. What is
    written together is not written as one: when a request fails, the values before it stay, and those after it are not sent.

    Args:
        session: Returns the platform's session; called when it is first needed.
        context: ``tc_playbook_kvstore_context``.
        base_url: What ``/<key>`` is added to; None for the platform's own path with the context.
    """

    def __init__(self, session: Callable[[], requests.Session], context: str, *, base_url: str | None = None) -> None:
        self._session = session
        self._base = base_url or f"/internal/playbooks/keyValue/{quote(context, safe='~')}"

    def read_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """Return the values of many keys, in their order.

        What the platform answers for a key that it does not have is not known: 404, 204 and an empty body count as that.
        """
        return self._each(self._read, [(key,) for key in keys])

    def write_many(self, values: Mapping[str, bytes | str]) -> None:
        """Write many values, in their order as far as the number of requests at once lets them."""
        self._each(self._write, list(values.items()))

    def delete(self, key: str) -> bool:
        """Refuse: the store has no such call.

        Raises:
            StoreError: Always.
        """
        raise StoreError(
            f"{key} cannot be deleted",
            why="The platform's REST store can only be read and written",
            remedy="Write another value over it",
        )

    def close(self) -> None:
        """Do nothing: the session belongs to the run."""

    def _each(self, call: Callable[..., bytes | None], arguments: Sequence[tuple[object, ...]]) -> list[bytes | None]:
        if len(arguments) < 3:
            return [call(*each) for each in arguments]
        from concurrent.futures import ThreadPoolExecutor

        first = call(*arguments[0])  # alone: whatever makes all of them fail is met once, and a token is renewed once
        with ThreadPoolExecutor(_AT_ONCE, "gatepost-store") as pool:
            waiting = [pool.submit(call, *each) for each in arguments[1:]]
            try:
                return [first, *(each.result() for each in waiting)]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _read(self, key: str) -> bytes | None:
        response = self._send("GET", key, "read")
        return None if response is None or response.status_code == 204 else response.content or None

    def _write(self, key: str, value: bytes | str) -> None:
        data = value.encode() if isinstance(value, str) else value
        if self._send("PUT", key, "written to", data=data, headers={"Content-Type": "application/octet-stream"}) is None:
            raise StoreError(
                "The platform's key-value store could not be written to",
                why="It does not know this execution",
                remedy="Check tc_playbook_kvstore_context",
            )

    def _send(self, method: str, key: str, doing: str, **arguments: object) -> requests.Response | None:
        """Return the answer; None for 404.

        Raises:
            StoreError: Another status than success.
        """
        from requests import RequestException

        url = f"{self._base}/{quote(key, safe='~')}"
        try:
            response = self._session().request(method, url, **arguments)  # type: ignore[arg-type]
        except PlatformError as error:  # of a session that was told to raise them
            status, words = error.status, error.message
        except RequestException as error:
            raise StoreUnavailable(
                f"The platform's key-value store could not be {doing}", why=str(error), remedy="Try again later"
            ) from None
        else:
            if response.ok:
                return response
            from gatepost.transport.answers import words_of

            status, words = response.status_code, words_of(response).message
        if status == 404:
            return None
        raise _refusal(doing, status, words)


def _refusal(doing: str, status: int, words: str) -> StoreError:
    what = f"The platform's key-value store could not be {doing}"
    why = f"It answered {status}" + (f" and said: {words}" if words else "")
    if status in _FULL:
        return StoreFull(what, why=why, remedy="Write less")
    if status in (401, 403):
        return StoreRefused(what, why=why, remedy="It takes the token of a playbook's step, and no HMAC pair")
    if status >= 500 or status in (408, 429):
        return StoreUnavailable(what, why=why, remedy="Try again later")
    return StoreError(what, why=why)
