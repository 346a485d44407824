"""The sessions of one run: opened alike, sent by one tape, logged in one place, closed together."""

from __future__ import annotations

import os
import threading
from functools import cached_property
from typing import TYPE_CHECKING

from gatepost.clock import Clocks
from gatepost.runtime.authorization import make_scheme
from gatepost.runtime.renewing import RenewalTransport, renewing
from gatepost.sessions import AuthorizedSession

if TYPE_CHECKING:
    from requests.adapters import BaseAdapter

    from gatepost.auth.choice import Choice
    from gatepost.auth.scheme import Scheme
    from gatepost.log import Logger, Logging
    from gatepost.runtime.options import Options
    from gatepost.transport.plain import PlainTransport

__all__ = ["RunSessions"]

_DEBUG = 10  # the level's number


class RunSessions:
    """Opens the sessions of a run.

    Args:
        options: The standard inputs.
        clocks: The servers' clocks.
        logging: Where requests are logged, as its level has it.
        log: The framework's log.
        user_agent: The run's ``User-Agent``.
        raise_for_status: Whether sessions raise `PlatformError` for refusals.
        scheme: ``token`` or ``hmac``, which a tape is recorded with; None without a credential.
    """

    def __init__(
        self,
        options: Options,
        *,
        clocks: Clocks,
        logging: Logging,
        log: Logger,
        user_agent: str,
        raise_for_status: bool,
        scheme: str | None,
    ) -> None:
        self._options = options
        self._clocks = clocks
        self._logging = logging
        self._log = log
        self._user_agent = user_agent
        self._raise_for_status = raise_for_status
        self._scheme = scheme
        self._lock = threading.Lock()
        self._open: list[AuthorizedSession] = []
        self._lent: list[tuple[Scheme, PlainTransport]] = []

    def make_scheme(self, choice: Choice) -> Scheme:
        """Make the platform's scheme of a choice; it renews by the way that sessions go."""

        def warn(event: str, reason: str) -> None:
            with renewing():
                self._log.warning(event, **({"reason": reason} if reason else {}))

        options = self._options
        return make_scheme(
            choice,
            options.api_path,
            transport=lambda: RenewalTransport(
                verify=options.verify, proxies=options.platform_proxies, adapter=self._tape, user_agent=self._user_agent
            ),
            clocks=self._clocks,
            warn=warn,
        )

    def open_platform(self, scheme: Scheme) -> AuthorizedSession:
        """Open a session of the platform."""
        session = AuthorizedSession(
            scheme,
            base_url=self._options.api_path,
            clocks=self._clocks,
            raise_for_status=self._raise_for_status,
            user_agent=self._user_agent,
        )
        session.verify = self._options.verify
        session.proxies.update(self._options.platform_proxies)
        return self._keep(session)

    def open_external(self, base_url: str | None, auth: Scheme | None, verify: bool | str) -> AuthorizedSession:
        """Open a session of another service; arguments as for `Runtime.external`."""
        session = AuthorizedSession(
            auth,
            base_url=base_url,
            clocks=Clocks(self._clocks.time) if auth is None else None,
            raise_for_status=self._raise_for_status,
            user_agent=self._user_agent,
            other_origins=True,
        )
        if auth is not None:
            self._lend_transport(auth, verify)
        session.verify = verify
        session.proxies.update(self._options.external_proxies)
        return self._keep(session)

    def _lend_transport(self, scheme: Scheme, verify: bool | str) -> None:
        """Have a scheme log in as the run's external sessions send; once, since sessions share the scheme."""
        from gatepost.transport.plain import PlainTransport

        with self._lock:
            if any(scheme is known for known, _ in self._lent):
                return
            transport = PlainTransport(
                verify=verify, proxies=self._options.external_proxies, adapter=self._tape, user_agent=self._user_agent
            )
            self._lent.append((scheme, transport))
            scheme.use_transport(transport)

    @cached_property
    def _tape(self) -> BaseAdapter | None:
        """What sends in place of connections: a tape, where ``GATEPOST_TAPE`` asks for one."""
        if "GATEPOST_TAPE" not in os.environ:
            return None
        from gatepost.sessions.tapes import adapter_from

        about = {"api_path": self._options.api_path} | ({"auth": self._scheme} if self._scheme is not None else {})
        return adapter_from(os.environ, about=about, time=self._clocks.time)

    def _keep(self, session: AuthorizedSession) -> AuthorizedSession:
        """Make a new session one of this run: on its tape, in its log, closed with it."""
        if self._tape is not None:
            session.mount("https://", self._tape)
            session.mount("http://", self._tape)
        self._open.append(session)
        self._log_requests()
        return session

    def _log_requests(self, level: int | None = None) -> None:
        """Have requests logged as curl lines: all where ``tc_log_curl`` asks for it, else failing ones at level debug.

        Called for each new session, and with the new level when the log's changes.
        """
        if self._log_requests not in self._logging.level_listeners:
            self._logging.level_listeners.append(self._log_requests)
        everything = self._options.log.curl
        if not everything and (self._logging.level if level is None else level) > _DEBUG:
            return
        from gatepost.runtime.request_log import RequestLog

        for session in self._open:
            if session.exchange_hook is None:
                session.exchange_hook = RequestLog(self._log, everything=everything)

    def close(self) -> None:
        """Close all connections. A second call does nothing."""
        if self._log_requests in self._logging.level_listeners:
            self._logging.level_listeners.remove(self._log_requests)
        while self._open:
            self._open.pop().close()
        while self._lent:
            self._lent.pop()[1].close()
