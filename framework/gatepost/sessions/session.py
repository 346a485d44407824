"""Sessions that stay authorized: ``requests.Session`` with every attempt authorized anew."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import requests

from gatepost.auth.scheme import Scheme
from gatepost.clock import Clocks
from gatepost.errors import UsageError
from gatepost.sessions.attempts import AttemptingSession, Call
from gatepost.sessions.policy import DEFAULT_POLICY, RetryBudget
from gatepost.sessions.preparing import Preparation
from gatepost.sessions.redirects import redirected
from gatepost.sessions.refusals import refusal
from gatepost.transport.adapter import PooledAdapter
from gatepost.transport.deadline import Deadline, current_deadline
from gatepost.transport.errors import OriginError
from gatepost.transport.headers import Headers
from gatepost.transport.origin import Origin, check_plain_http, origin_of
from gatepost.transport.query import without_parameters
from gatepost.transport.settings import CONNECT_TIMEOUT, READ_TIMEOUT
from gatepost.version import __version__

if TYPE_CHECKING:
    from requests import PreparedRequest, Response
    from urllib3.util import Retry

    from gatepost.sessions.limits import RateLimit

__all__ = ["AuthorizedSession"]


class _Unset:
    """Tells an argument that was not given from one that is None."""


_UNSET = _Unset()

_WHOLE_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class AuthorizedSession(AttemptingSession):
    """A ``requests.Session`` in which every attempt, and every redirect inside the origin, carries fresh credentials.

    Every final HTTP response is returned, as ``requests`` does. Raised is what is no response: `TransportError` (which
    is a ``requests.RequestException`` too), credentials refused for good (`CredentialError`), `OriginError`, and the deadline.

    Args:
        scheme: What authorizes; None for a session without credentials.
        base_url: Paths are relative to it, its own path included; None: only whole URLs.
        clocks: The servers' clocks, where they are shared with the scheme.
        policy: When and how often faults are tried again (``urllib3.util.Retry``; its loop is not used).
        budget: Bounds the repeats of the whole session.
        limits: How fast each server is asked; None for no limit. Counts every attempt.
        timeout: Seconds to connect, and to wait for each piece of an answer.
        deadline: Seconds for a whole call, repeats, waits and redirects included; None for no bound.
        raise_for_status: Whether refusals (4xx, 5xx) raise `PlatformError` with the server's own words.
        user_agent: The ``User-Agent`` header.
        other_origins: Whether whole URLs of other origins may be asked, then without credentials. On the platform's session
            they raise `OriginError`.

    Attributes:
        proxies, verify, cert, trust_env: As in ``requests``, and writable at any time. ``verify=False`` or a path beats the
            environment, and so do ``proxies``. ``.netrc`` is never read.
        limits: As given; writable at any time.
        observers: Who is told of calls, attempts and waits (`Observer`): a list to append to.
        exchange_hook: Called after each attempt with the request as it was sent, credentials and all, and its answer or the
            error; None. Raises nothing.

    Raises:
        UsageError: The scheme is none.
        OriginError: ``base_url`` is no URL, is plain HTTP to another machine, or is not the scheme's origin.
    """

    __attrs__ = requests.Session.__attrs__

    def __init__(
        self,
        scheme: Scheme | None = None,
        *,
        base_url: str | None = None,
        clocks: Clocks | None = None,
        policy: Retry = DEFAULT_POLICY,
        budget: RetryBudget | None = None,
        limits: RateLimit | None = None,
        timeout: float | tuple[float, float] = (CONNECT_TIMEOUT, READ_TIMEOUT),
        deadline: float | None = None,
        raise_for_status: bool = False,
        user_agent: str = f"gatepost/{__version__}",
        other_origins: bool = False,
    ) -> None:
        super().__init__()
        if scheme is not None and not isinstance(scheme, Scheme):
            raise UsageError(
                "A session is authorized by a scheme",
                why=f"What was given is a {type(scheme).__name__}" if not isinstance(scheme, type) else "A class was given",
                remedy="Make one: gatepost.auth.BasicAuth(username, password), say. A call's own auth= takes what requests takes",
            )
        self.scheme = scheme
        self.base_url = None if base_url is None else base_url.rstrip("/")
        self.origin: Origin | None = None
        if base_url is not None:
            self.origin = origin_of(base_url)
            check_plain_http(self.origin)
            if scheme is not None:
                scheme.check_origin(base_url)
        elif scheme is not None:
            self.origin = scheme.origin
        self.clocks = clocks or (scheme.clocks if scheme is not None else Clocks())
        self.policy = policy
        self.budget = RetryBudget() if budget is None else budget
        self.limits = limits
        self.observers = []
        self.exchange_hook = None
        self.timeout = timeout
        self.deadline = deadline
        self.raise_for_status = raise_for_status
        self.other_origins = other_origins
        self.headers = Headers(self.headers, **{"User-Agent": user_agent})
        self._origin_prefix = "" if self.origin is None else f"{self.origin}/"
        self._preparation = Preparation(self.base_url)
        self._routes = {}
        adapter = PooledAdapter()
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def __getstate__(self) -> dict[str, Any]:
        raise TypeError(
            "a session is not pickled, since it holds credentials and connections. "
            "Make one in the other process, from the same inputs"
        )

    # -- preparing -----------------------------------------------------------------------------------------------------------

    def url_for(self, url: str) -> str:
        """Return the absolute URL of a path or URL.

        Raises:
            OriginError: It leaves the session's origin where that is not allowed, or is a URL that parsers disagree about.
        """
        if self._origin_prefix and url.startswith(self._origin_prefix) and "\\" not in url:
            return url
        if not _WHOLE_URL.match(url):
            if self.base_url is None:
                raise OriginError(
                    f"{url.split('?', maxsplit=1)[0]!r} is a path",
                    why="This session has no base URL",
                    remedy="Write the whole URL",
                )
            if url.startswith("//") or "\\" in url:
                origin_of(url)  # raises, with the reason
            return f"{self.base_url}/{url.removeprefix('/')}"
        origin = origin_of(url)
        if self.origin is not None and origin != self.origin and not self.other_origins:
            raise OriginError(
                f"{origin} is not {self.origin}",
                why="This session carries the credentials of one origin and talks to no other",
                remedy="Use runtime.external() for other services",
            )
        check_plain_http(origin)
        return url

    def prepare_request(self, request: requests.Request) -> PreparedRequest:
        """Prepare a request with the session's settings. It gets its credentials when it is sent, once for each attempt."""
        auth = request.auth
        url = request.url.decode("utf-8") if isinstance(request.url, bytes) else str(request.url)
        foreign = None if isinstance(auth, Scheme) else self.auth if auth is None else auth
        prepared = self._preparation.prepare(self, request, self.url_for(url), foreign)
        if auth is not None or self.auth is not None:
            # For send(), which cannot see it on the request.
            prepared._scheme = auth if isinstance(auth, Scheme) else None  # type: ignore[attr-defined]
        return prepared

    def request(  # type: ignore[override]  # noqa: PLR0917 - the order of requests
        self,
        method: str,
        url: str | bytes,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        cookies: Any = None,
        files: Any = None,
        auth: Any = None,
        timeout: float | tuple[float, float] | None = None,
        allow_redirects: bool = True,
        proxies: Any = None,
        hooks: Any = None,
        stream: bool | None = None,
        verify: Any = None,
        cert: Any = None,
        json: Any = None,
        *,
        repeatable: bool | None = None,
        deadline: float | None = None,
    ) -> Response:
        """Send a request; arguments are those of ``requests``, and two more.

        Args:
            method: HTTP method.
            url: A path below the base URL, or a whole URL of the same origin.
            params: Query.
            data: Body: form fields, text, bytes, a file or an iterator.
            headers: Further headers.
            cookies: Further cookies.
            files: Files of a multipart body.
            auth: Another scheme for this request, or anything that ``requests`` takes; it replaces the session's.
            timeout: Seconds to connect, and to wait for each piece of the answer; default is the session's.
            allow_redirects: Whether redirects are followed.
            proxies: Proxies for this request.
            hooks: Response hooks.
            stream: Whether the body is left on the wire. A streamed body is read under the timeout, no longer under the deadline.
            verify: False, or the path of a CA, for this request.
            cert: Client certificate for this request.
            json: Body as JSON.
            repeatable: Whether the request may be sent again after a fault (5xx, 429, a broken connection) that leaves open
                whether the server has acted. Default: GET, HEAD, OPTIONS, PUT and DELETE may, POST and PATCH may not.
            deadline: Seconds for the whole call; default is the session's.

        Returns:
            The final response.

        Raises:
            TransportError: No answer; also the timeout and the deadline.
            CredentialError: The credentials are refused for good.
            OriginError: The URL, or a redirect, goes where these credentials must not go.
            PlatformError: The server refuses and ``raise_for_status`` is set.
        """
        prepared = self.prepare_request(
            requests.Request(
                method=method,
                url=url,
                headers=headers,
                files=files,
                data=data or {},
                json=json,
                params=params or {},
                auth=auth,
                cookies=cookies,
                hooks=hooks,
            )
        )
        return self.send(
            prepared,
            timeout=timeout,
            allow_redirects=allow_redirects,
            proxies=proxies,
            stream=self.stream if stream is None else stream,
            verify=verify,
            cert=cert,
            repeatable=repeatable,
            deadline=deadline,
        )

    # The methods by name, for type checkers: those of requests refuse ``deadline`` and ``repeatable``.

    def get(self, url: str | bytes, params: Any = None, **arguments: Any) -> Response:
        """Send a GET. Further arguments as for `request`, its ``deadline`` and ``repeatable`` too; so with all methods below."""
        return self.request("GET", url, params=params, **arguments)

    def options(self, url: str | bytes, **arguments: Any) -> Response:
        """Send an OPTIONS."""
        return self.request("OPTIONS", url, **arguments)

    def head(self, url: str | bytes, **arguments: Any) -> Response:
        """Send a HEAD. As in ``requests``, redirects are not followed unless ``allow_redirects=True``."""
        return self.request("HEAD", url, **{"allow_redirects": False, **arguments})

    def post(self, url: str | bytes, data: Any = None, json: Any = None, **arguments: Any) -> Response:
        """Send a POST."""
        return self.request("POST", url, data=data, json=json, **arguments)

    def put(self, url: str | bytes, data: Any = None, **arguments: Any) -> Response:
        """Send a PUT."""
        return self.request("PUT", url, data=data, **arguments)

    def patch(self, url: str | bytes, data: Any = None, **arguments: Any) -> Response:
        """Send a PATCH."""
        return self.request("PATCH", url, data=data, **arguments)

    def delete(self, url: str | bytes, **arguments: Any) -> Response:
        """Send a DELETE."""
        return self.request("DELETE", url, **arguments)

    # -- sending -------------------------------------------------------------------------------------------------------------

    def send(  # type: ignore[override]
        self,
        request: PreparedRequest,
        *,
        scheme: Scheme | _Unset | None = _UNSET,
        timeout: float | tuple[float, float] | None = None,
        allow_redirects: bool = True,
        proxies: Any = None,
        stream: bool | None = None,
        verify: Any = None,
        cert: Any = None,
        repeatable: bool | None = None,
        deadline: float | None = None,
    ) -> Response:
        """Send a prepared request: it is authorized like any other. Arguments as for `request`.

        A request that this session prepared with ``auth=`` keeps that. ``scheme`` is another one for this call, or None for
        no credentials.
        """
        if not isinstance(request, requests.PreparedRequest):
            raise TypeError(f"send() takes a PreparedRequest, not {type(request).__name__}: call prepare_request() first")
        seconds = self.deadline if deadline is None else deadline
        url = request.url or ""
        self.url_for(url)
        if isinstance(scheme, _Unset):
            scheme = getattr(request, "_scheme", self.scheme)
        if scheme is not None and (scheme is not self.scheme or self.origin is None):
            scheme.check_origin(url)
        elif scheme is not None and self.other_origins and origin_of(url) != self.origin:
            if scheme.secret_query:
                # A link that the service wrote may name the key once more.
                request.url = without_parameters(url, scheme.secret_query)
            scheme = None
        call = Call(
            scheme=scheme,
            timeout=self.timeout if timeout is None else timeout,
            stream=bool(self.stream if stream is None else stream),
            proxies=proxies,
            verify=verify,
            cert=cert,
            repeatable=repeatable,
            deadline=None if seconds is None else Deadline(seconds, self.clocks.time),
        )
        token = current_deadline.set(call.deadline) if call.deadline is not None else None
        try:
            if self.observers:
                response = self._observed_chain(request, call, follow=allow_redirects)
            else:
                response = self._chain(request, call, follow=allow_redirects)
            if self.raise_for_status and response.status_code >= 400:
                problem = refusal(response)
                response.close()
                raise problem
        finally:
            if token is not None and call.deadline is not None:
                call.deadline.over = True
                current_deadline.reset(token)
        return response

    def _observed_chain(self, request: PreparedRequest, call: Call, *, follow: bool) -> Response:
        from gatepost.sessions.observers import CallWatch

        with CallWatch(self.observers, request, self.clocks.time) as watch:
            call.watch = watch
            response = watch.response = self._chain(request, call, follow=follow)
        return response

    def _chain(self, request: PreparedRequest, call: Call, *, follow: bool) -> Response:
        """Follow redirects: one deadline and one count of repeats for the whole chain."""
        history: list[Response] = []
        home = origin_of(request.url or "")
        has_left = False
        while True:
            response = self._hop(request, call, home)
            if not response.is_redirect:
                break
            try:
                following = (
                    redirected(self, response, call.written, call.parameters, has_left=has_left)
                    if follow or not call.stream
                    else None
                )
            except OriginError:
                if follow:
                    response.close()
                    raise
                following = None
            if following is None:
                break
            if not follow:
                response._next = following  # type: ignore[attr-defined]
                break
            if len(history) >= self.max_redirects:
                raise requests.TooManyRedirects(f"{home} redirected more than {self.max_redirects} times", response=response)
            if call.stream:
                response.close()
            if origin_of(following.url or "") != home:
                # What another server points to is no longer this caller's wish: no credentials, not even on the way back.
                has_left = True
                call.scheme = None
                call.written = set()
                call.parameters = {}
            response.history = list(history)
            history.append(response)
            request = following
        response.history = history
        return response
