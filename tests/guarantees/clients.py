"""The two kinds of client that a scheme has: a session of gatepost, and plain ``requests``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import requests
from requests.adapters import BaseAdapter

from gatepost.auth import Scheme
from gatepost.sessions import AuthorizedSession

KINDS = ("session", "plain requests")

Ask = Callable[..., requests.Response]


class Clients:
    """Makes functions that ask one server with a scheme.

    Plain requests keep their connection, one for each thread: a handshake for each of a thousand requests is nothing that a
    scheme can notice, and it is most of the time.
    """

    def __init__(self, kind: str, url: str, ca_file: str, path: str, *, other_origins: bool = False) -> None:
        self._kind = kind
        self._url = url
        self._ca_file = ca_file
        self._path = path
        self._other_origins = other_origins
        self._sessions: list[requests.Session] = []

    def __call__(self, scheme: Scheme) -> Ask:
        return self._by_session(scheme) if self._kind == "session" else self._by_requests(scheme)

    def mount(self, path: str, adapter: BaseAdapter) -> None:
        """Have an adapter answer below a path, for those who have asked before."""
        for session in self._sessions:
            session.mount(self._url + path, adapter)

    def close(self) -> None:
        for session in self._sessions:
            session.close()

    def _by_session(self, scheme: Scheme) -> Ask:
        session = AuthorizedSession(scheme, base_url=self._url, other_origins=self._other_origins, timeout=60)
        session.verify = self._ca_file
        self._sessions.append(session)
        return lambda path=self._path, method="GET", **settings: session.request(method, path, **settings)

    def _by_requests(self, scheme: Scheme) -> Ask:
        own = threading.local()

        def ask(path: str = self._path, method: str = "GET", **settings: Any) -> requests.Response:
            if not hasattr(own, "session"):
                own.session = requests.Session()
                self._sessions.append(own.session)
            response: requests.Response = own.session.request(
                method, self._url + path, auth=scheme, verify=self._ca_file, timeout=60, **settings
            )
            return response

        return ask
