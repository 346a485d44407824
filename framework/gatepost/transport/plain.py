"""One plain, bounded send: what renewal and login use, so that they cannot recurse into an authorized session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from requests import PreparedRequest
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from gatepost.named_tuples import NamedTuple
from gatepost.transport.adapter import PooledAdapter
from gatepost.transport.bodies import read_body
from gatepost.transport.deadline import current_deadline
from gatepost.transport.errors import TransportError
from gatepost.transport.faults import readable, root_cause
from gatepost.transport.origin import check_plain_http, origin_of
from gatepost.transport.settings import CONNECT_TIMEOUT, Certificate, Verify, resolve_route

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests.adapters import BaseAdapter

__all__ = ["Answer", "PlainTransport"]

MAXIMUM_ANSWER = 1_048_576
"""Bytes of an answer that are read at most; a token takes some hundred."""

TIMEOUT = (CONNECT_TIMEOUT, 30.0)
"""Seconds to connect, and to wait for each piece of the answer."""


class Answer(NamedTuple):
    """A complete answer.

    Attributes:
        status: HTTP status code.
        headers: Header names and values; look-ups ignore case.
        body: The body, decoded from its content encoding.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        # Without the body: it may be a new token.
        return f"Answer(status={self.status}, {len(self.body)} bytes)"


class PlainTransport:
    """Sends one request, once: no credentials, no redirects, no repeats, a bounded answer.

    Args:
        verify: False, or the path of a CA; True means verify.
        proxies: As ``requests`` takes them; they beat the environment.
        cert: Client certificate.
        trust_env: Whether the environment may name a proxy and a CA.
        adapter: What opens connections; default is one of its own.
        user_agent: The ``User-Agent`` header.
    """

    def __init__(
        self,
        *,
        verify: Verify = True,
        proxies: Mapping[str, str] | None = None,
        cert: Certificate = None,
        trust_env: bool = True,
        adapter: BaseAdapter | None = None,
        user_agent: str = "gatepost",
    ) -> None:
        self.verify = verify
        self.proxies = proxies
        self.cert = cert
        self.trust_env = trust_env
        self.user_agent = user_agent
        self._adapter: BaseAdapter = PooledAdapter() if adapter is None else adapter

    @property
    def replays(self) -> bool:
        """Whether answers come from a tape: what they hand out is good for the replay only."""
        return bool(getattr(self._adapter, "replays", False))

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        data: Any = None,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> Answer:
        """Send one request and read its whole answer. A redirect is an answer like any other.

        Raises:
            OriginError: The URL may not be asked (plain HTTP off this machine, a user in the URL…).
            TransportError: No answer arrived; the text holds no URL.
        """
        origin = origin_of(url)
        check_plain_http(origin)
        route = resolve_route(origin, proxies=self.proxies, verify=self.verify, cert=self.cert, trust_env=self.trust_env)
        request = PreparedRequest()
        request.prepare(
            method=method,
            url=url,
            headers={"User-Agent": self.user_agent, "Accept": "application/json", **(headers or {})},
            json=json,
            data=data,
        )
        deadline = current_deadline.get()
        failure: Exception
        try:
            response = self._adapter.send(
                request,
                stream=True,
                timeout=timeout if deadline is None else (deadline.cap(timeout[0]), deadline.cap(timeout[1])),
                verify=route.verify,
                cert=route.cert,
                proxies=dict(route.proxies),
            )
            try:
                read_body(response, deadline, MAXIMUM_ANSWER)
            finally:
                response.close()
            return Answer(response.status_code, response.headers, response.content)
        except TransportError:
            raise
        except (RequestException, HTTPError, OSError) as error:
            failure = error
        # Outside the handler: the error that was handled would hang on the new one, and it holds the URL.
        if deadline is not None:
            deadline.check()
        raise readable(failure, host=str(origin)) from root_cause(failure)

    def close(self) -> None:
        """Close all connections."""
        self._adapter.close()
