"""An authorization server for tests, with a resource: RFC 6749 sections 2.3.1, 4.4, 5 and 6, RFC 6750."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from tests.transport.scripted_server import Received, ScriptedServer, Step, answer

CLIENT, SECRET = "cli ent:1", "s3cr+t/with=signs&more"


class OAuthServer(ScriptedServer):
    """``POST /token`` by either grant; everything else wants a bearer. A refresh token is good once: each use rotates it."""

    def __init__(self) -> None:
        super().__init__(every=self._reply)
        self.life: Any = 3_600
        self.rotates = True
        self.accepts = ("basic", "body")
        self.public = False
        self.failures: list[Step] = []
        self.extra: dict[str, Any] = {}
        self.refresh_token = "refresh-0"
        self.issued = 0
        self._counting = threading.Lock()

    @property
    def grants(self) -> list[dict[str, str]]:
        return [dict(parse_qsl(request.body.decode())) for request in self.requests if request.target == "/token"]

    @property
    def calls(self) -> list[Received]:
        return [request for request in self.requests if request.target != "/token"]

    def _reply(self, request: Received) -> Step:
        with self._counting:
            if request.target == "/token":
                return self.failures.pop(0) if self.failures else self._grant(request)
            if request.header("Authorization") == f"Bearer access-{self.issued}":
                return answer(200)
            return answer(401, "", WWW_Authenticate='Bearer realm="x", error="invalid_token"')

    def _grant(self, request: Received) -> Step:
        assert request.header("Content-Type") == "application/x-www-form-urlencoded"
        form = dict(parse_qsl(request.body.decode(), strict_parsing=True))
        if not self._knows_client(request, form):
            return _error(401, "invalid_client", "Client authentication failed")
        issued: dict[str, Any] = {}
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] != self.refresh_token:
                return _error(400, "invalid_grant", "The refresh token is used up")
            if self.rotates:
                self.refresh_token = issued["refresh_token"] = f"refresh-{self.issued + 1}"
        elif form["grant_type"] != "client_credentials":
            return _error(400, "unsupported_grant_type", "")
        self.issued += 1
        issued |= {"access_token": f"access-{self.issued}", "token_type": "Bearer", "expires_in": self.life, **self.extra}
        return answer(200, json.dumps({name: value for name, value in issued.items() if value is not None}))

    def _knows_client(self, request: Received, form: dict[str, str]) -> bool:
        if request.has("Authorization"):
            kind, _, encoded = request.header("Authorization").partition(" ")
            client, _, secret = b64decode(encoded).decode().partition(":")
            known = kind == "Basic" and (unquote_plus(client), unquote_plus(secret)) == (CLIENT, SECRET)
            return "basic" in self.accepts and known and "client_secret" not in form
        if self.public:
            return form.get("client_id") == CLIENT and "client_secret" not in form
        return "body" in self.accepts and (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)


def _error(status: int, code: str, description: str) -> Step:
    return answer(status, json.dumps({"error": code, "error_description": description}), Content_Type="application/json")
