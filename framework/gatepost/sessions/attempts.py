"""The attempt loop: one hop of a request, authorized anew for each attempt, and tried again where that is right."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import requests
from requests.cookies import extract_cookies_to_jar
from requests.hooks import default_hooks, dispatch_hook
from urllib3.exceptions import HTTPError

from gatepost.auth.scheme import NOT_OURS, TRY_AGAIN, Final, Scheme
from gatepost.sessions.policy import backoff, fault_is_repeatable, retry_after, status_is_repeatable
from gatepost.transport.adapter import PooledAdapter
from gatepost.transport.answers import RETRY_AFTER_CAP
from gatepost.transport.bodies import read_body, rewind
from gatepost.transport.errors import TransportError
from gatepost.transport.faults import readable, root_cause
from gatepost.transport.origin import Origin, origin_of
from gatepost.transport.query import with_parameters, without_parameters
from gatepost.transport.settings import Route, resolve_route

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from requests import PreparedRequest, Response
    from urllib3.util import Retry

    from gatepost.clock import Clocks
    from gatepost.sessions.limits import RateLimit
    from gatepost.sessions.observers import CallWatch, Observer
    from gatepost.sessions.policy import RetryBudget
    from gatepost.transport.deadline import Deadline

__all__ = ["AttemptingSession", "Call"]

_SEND = requests.Session.send

_MOST_ROUTES = 256  # a session for external services may meet any number of origins


class AttemptingSession(requests.Session):
    """The part of `AuthorizedSession` that sends one hop of a call: around it are the redirects and the face of ``requests``."""

    clocks: Clocks
    limits: RateLimit | None
    observers: list[Observer]
    exchange_hook: Callable[[PreparedRequest, Response | BaseException | None], object] | None
    policy: Retry
    budget: RetryBudget
    _routes: dict[tuple[Any, ...], Route]

    def _hop(self, request: PreparedRequest, call: Call, home: Origin) -> Response:
        """Send one hop. Credentials in the query are in the URL only as long as that takes."""
        if call.scheme is None or not call.scheme.secret_query:
            return self._attempts(request, call, home)
        url = without_parameters(request.url or "", call.scheme.secret_query)
        try:
            response = self._attempts(request, call, home)
        finally:
            request.url = url
        response.url = url
        return response

    def _attempts(self, request: PreparedRequest, call: Call, home: Origin) -> Response:
        """The attempt loop around one hop: credentials on, send, learn, and perhaps again."""
        origin = home if call.scheme is not None else origin_of(request.url or "")
        route = self._route(origin, call)
        # Of the credentials as they were a moment ago. After a fault, time has passed: other threads may have renewed the token.
        recovered = False
        while True:
            outcome = self._try(request, call, route, origin)
            call.attempts += 1
            if isinstance(outcome, Exception):
                if not self._may_repeat(request, call, outcome):
                    self._give_up(request, call, origin, outcome)
                self._pause(call, backoff(self.policy, call.repeats))
                recovered = False
                continue
            response = outcome
            if self.limits is not None:
                self.limits.learn(origin, response, time=self.clocks.time)
            if call.scheme is not None:
                if route.verify is not False or origin.is_loopback:
                    self.clocks.of(origin).note(response.headers.get("Date"))
                verdict = call.scheme.recover(request, response)
                if isinstance(verdict, Final):
                    response.close()
                    raise verdict.error
                if verdict is TRY_AGAIN and not recovered and rewind(request):
                    recovered = True
                    response.close()
                    continue
                if verdict is not NOT_OURS:
                    return response
            wait = self._wait_for(request, response, call)
            if wait is None:
                if response.status_code < 400 and call.repeats == 0:
                    self.budget.earn()
                return response
            response.close()
            self._pause(call, wait)
            recovered = False

    def _try(self, request: PreparedRequest, call: Call, route: Route, origin: Origin) -> Response | Exception:
        """Return the answer, or what came instead of it. Returned, since an error raised while handling it would carry it
        along. What a scheme raises is raised: it has asked for its credentials as often as is right.
        """
        try:
            if self.limits is not None:
                self._await_turn(origin, call, self.limits)
            self._authorize(request, call)
            if call.watch is not None or self.exchange_hook is not None:
                return self._observed_attempt(request, call, route)
            return self._attempt(request, call, route)
        except _Failed as failed:
            return failed.error

    def _authorize(self, request: PreparedRequest, call: Call) -> None:
        if call.scheme is None:
            return
        for name, value in call.scheme.headers(request).items():
            request.headers[name] = value
            call.written.add(name)
        if call.scheme.secret_query:
            parameters = call.scheme.query(request)
            request.url = with_parameters(request.url or "", parameters)
            call.parameters.update(parameters)

    def _await_turn(self, origin: Origin, call: Call, limits: RateLimit) -> None:
        seconds = limits.acquire(origin, time=self.clocks.time, deadline=call.deadline)
        if seconds > 0 and call.watch is not None:
            call.watch.waited_for_turn(seconds)

    def _observed_attempt(self, request: PreparedRequest, call: Call, route: Route) -> Response:
        """Send once, and tell those who want to know."""
        if call.watch is not None:
            call.watch.attempt_started(request)
        result: Response | BaseException | None = None
        try:
            response = self._attempt(request, call, route)
            result = response
        except _Failed as failed:
            result = failed.error
            raise
        except BaseException as error:
            result = error
            raise
        finally:
            if call.watch is not None:
                call.watch.attempt_ended(result)
            if self.exchange_hook is not None:
                self.exchange_hook(request, result)
            result = None  # an error would keep this frame, and this frame the error
        return response

    def _attempt(self, request: PreparedRequest, call: Call, route: Route) -> Response:
        """Send once and, unless the body is streamed, read all of it.

        Raises:
            _Failed: No answer, or not all of it. What hooks raise is raised as it is.
        """
        time = self.clocks.time
        adapter = self.get_adapter(request.url or "")
        timeout = call.timeout
        if call.deadline is not None:
            connect, read = timeout if isinstance(timeout, tuple) else (timeout, timeout)
            # Connections of our own bound each read by themselves; a streamed body is read when the deadline is over.
            bounded = isinstance(adapter, PooledAdapter)
            timeout = (call.deadline.cap(connect), read if bounded else call.deadline.cap(read))
        settings: dict[str, Any] = {
            "timeout": timeout,
            "verify": route.verify,
            "cert": route.cert,
            "proxies": route.proxies,
            "stream": call.stream,
        }
        started = time.monotonic()
        try:
            answer = (
                adapter.send(request, **settings) if requests.Session.send is _SEND else self._send_replaced(request, settings)
            )
        except (requests.RequestException, HTTPError, OSError) as error:
            raise _Failed(error) from None
        answer.elapsed = timedelta(seconds=time.monotonic() - started)
        response: Response = dispatch_hook("response", request.hooks, answer, **settings)  # type: ignore[no-untyped-call]
        if "Set-Cookie" in response.headers:
            extract_cookies_to_jar(self.cookies, request, response.raw)  # type: ignore[no-untyped-call]
        if not call.stream:
            try:
                read_body(response, call.deadline)
            except (requests.RequestException, HTTPError, OSError) as error:
                response.close()
                raise _Failed(error) from None
        return response

    def _send_replaced(self, request: PreparedRequest, settings: dict[str, Any]) -> Response:
        """Send through what somebody put in place of ``requests.Session.send``: requests-mock does, and so do tracers."""
        hooks, request.hooks = request.hooks, default_hooks()  # the loop runs them
        try:
            return requests.Session.send(self, request, allow_redirects=False, **settings)
        finally:
            request.hooks = hooks

    def _wait_for(self, request: PreparedRequest, response: Response, call: Call) -> float | None:
        """Return the seconds to wait before an answered request is sent again; None when the answer stands."""
        if response.status_code < 400 or not status_is_repeatable(
            self.policy, response, request.method or "GET", repeatable=call.repeatable
        ):
            return None
        asked = retry_after(self.policy, response)
        if asked is not None and asked > RETRY_AFTER_CAP:
            return None
        wait = backoff(self.policy, call.repeats + 1) if asked is None else asked
        if call.deadline is not None and call.deadline.left() <= wait:
            return None
        return wait if self._spend(request, call) else None

    def _may_repeat(self, request: PreparedRequest, call: Call, error: Exception) -> bool:
        if isinstance(error, TransportError):  # the deadline
            return False
        repeat = fault_is_repeatable(self.policy, error, request.method or "GET", repeatable=call.repeatable)
        if not repeat or (call.deadline is not None and call.deadline.left() <= backoff(self.policy, call.repeats + 1)):
            return False
        return self._spend(request, call)

    def _spend(self, request: PreparedRequest, call: Call) -> bool:
        total = self.policy.total
        most = total if isinstance(total, int) and not isinstance(total, bool) else 0
        if call.repeats >= most or not rewind(request) or not self.budget.spend():
            return False
        call.repeats += 1
        return True

    def _pause(self, call: Call, seconds: float) -> None:
        if call.deadline is not None:
            seconds = min(seconds, max(0.0, call.deadline.left()))
        if seconds > 0:
            self.clocks.time.sleep(seconds)
            if call.watch is not None:
                call.watch.backed_off(seconds)

    def _give_up(self, request: PreparedRequest, call: Call, origin: Origin, error: Exception) -> NoReturn:
        if call.deadline is not None:
            call.deadline.check()
        if isinstance(error, TransportError):
            raise error
        shown = request.copy()
        for name in (*call.written, "Authorization", "Proxy-Authorization", "Cookie"):
            shown.headers.pop(name, None)
        shown.url = without_parameters(shown.url or "", call.parameters)
        raise readable(error, host=str(origin), attempts=call.attempts, request=shown) from root_cause(error)

    def _route(self, origin: Origin, call: Call) -> Route:
        proxies: Mapping[str, str] = {**self.proxies, **(call.proxies or {})} if call.proxies else self.proxies
        verify = self.verify if call.verify is None else call.verify
        cert = self.cert if call.cert is None else call.cert
        if cert is None and call.scheme is not None:
            cert = call.scheme.certificate
        if isinstance(cert, list):
            cert = tuple(cert)
        key = (origin, tuple(proxies.items()) if proxies else (), verify, cert, self.trust_env)
        route = self._routes.get(key)
        if route is None:
            route = resolve_route(origin, proxies=proxies, verify=verify, cert=cert, trust_env=self.trust_env)
            if len(self._routes) >= _MOST_ROUTES:
                self._routes.clear()
            self._routes[key] = route
        return route


class _Failed(Exception):
    """An attempt that brought no answer; tells it from what an app's hooks raise.

    Attributes:
        error: What happened.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class Call:
    """What belongs to one call: its settings, its deadline, and what it has used up."""

    __slots__ = (
        "attempts",
        "cert",
        "deadline",
        "parameters",
        "proxies",
        "repeatable",
        "repeats",
        "scheme",
        "stream",
        "timeout",
        "verify",
        "watch",
        "written",
    )

    def __init__(
        self,
        *,
        scheme: Scheme | None,
        timeout: float | tuple[float, float],
        stream: bool,
        proxies: Mapping[str, str] | None,
        verify: Any,
        cert: Any,
        repeatable: bool | None,
        deadline: Deadline | None,
    ) -> None:
        self.scheme = scheme
        self.timeout = timeout
        self.stream = stream
        self.proxies = proxies
        self.verify = verify
        self.cert = cert
        self.repeatable = repeatable
        self.deadline = deadline
        self.attempts = 0
        self.repeats = 0
        self.written: set[str] = set()
        self.parameters: dict[str, str] = {}
        self.watch: CallWatch | None = None
