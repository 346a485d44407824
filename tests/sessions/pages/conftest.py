"""A service that splits its answer into pages, in every way that services do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from gatepost.clock import Clocks
from gatepost.sessions import AuthorizedSession
from gatepost.testing import TurnedTime
from tests.transport.scripted_server import Received, ScriptedServer, Step, answer


class Service(ScriptedServer):
    """Has items ``0`` to ``count - 1``; what a page looks like says the path: ``/offset``, ``/page``, ``/cursor``, ``/link``."""

    def __init__(self, count: int = 7, size: int = 3) -> None:
        super().__init__(every=self.give)
        self.items = list(range(count))
        self.size = size
        self.most = size

    @property
    def asked(self) -> list[str]:
        """The queries that arrived."""
        return [urlsplit(request.target).query for request in self.requests]

    def give(self, request: Received) -> Step:
        """Answer with a page."""
        target = urlsplit(request.target)
        query = dict(parse_qsl(target.query))
        if request.body:
            query |= json.loads(request.body)
        size = min(int(query.get("limit", self.size)), self.most)
        kind = target.path.strip("/")
        first = {"offset": int(query.get("offset", 0)), "page": (int(query.get("page", 1)) - 1) * size}.get(
            kind, int(str(query.get("cursor", "c0"))[1:])
        )
        page, after = self.items[first : first + size], first + size
        more = after < len(self.items)
        body: dict[str, Any] = {"data": {"rows": page}, "count": len(self.items), "pages": -(-len(self.items) // size)}
        headers = {}
        if kind == "cursor":
            body["next_cursor"] = f"c{after}" if more else None
        if kind == "link" and more:
            body["next"] = f"{target.path}?cursor=c{after}"
            headers["Link"] = f'<{target.path}>; rel="first", <{target.path}?cursor=c{after}>; rel="next"'
        return answer(200, json.dumps(body), Content_Type="application/json", **headers)


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as service:
        yield service


@pytest.fixture
def time() -> TurnedTime:
    return TurnedTime()


@pytest.fixture
def to(time: TurnedTime) -> Iterator[Callable[..., AuthorizedSession]]:
    """Make a session with a server, that may be led to other origins as those of ``runtime.external`` may."""
    with ExitStack() as stack:

        def make(server: ScriptedServer, scheme: Any = None, **settings: Any) -> AuthorizedSession:
            settings = {"base_url": server.url, "clocks": Clocks(time), "other_origins": True, **settings}
            return stack.enter_context(AuthorizedSession(scheme, **settings))

        yield make
