"""A service with a login, for tests: issues tokens, takes the last one, and fails as it is told."""

from __future__ import annotations

import json
import threading
from typing import Any

from tests.transport.scripted_server import Received, ScriptedServer, Step, answer

EXPIRED = "Token has expired. Please refresh."


class LoginServer(ScriptedServer):
    """``POST /login`` issues a token; everything else wants ``Authorization: Bearer`` with the last one."""

    def __init__(self) -> None:
        super().__init__(every=self._reply)
        self.failures: list[Step] = []
        self.issued = 0
        self.refusal = answer(403, EXPIRED, Content_Type="text/plain")
        self.extra: dict[str, Any] = {}
        self._counting = threading.Lock()

    @property
    def logins(self) -> list[Received]:
        return [request for request in self.requests if request.target == "/login"]

    @property
    def calls(self) -> list[Received]:
        return [request for request in self.requests if request.target != "/login"]

    def end_token(self) -> None:
        self.issued += 1

    def _reply(self, request: Received) -> Step:
        with self._counting:
            if request.target == "/login":
                if self.failures:
                    return self.failures.pop(0)
                self.issued += 1
                return answer(200, json.dumps({"data": {"token": f"token-{self.issued}"}, **self.extra}))
            if request.header("Authorization") == f"Bearer token-{self.issued}":
                return answer(200, '{"ok": true}')
            return self.refusal
