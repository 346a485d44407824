"""What an emulated Timbr answers to who has a token: ontologies and queries (contract/tcap_timbr.md).

Unknown in the contract, and so chosen here: a query that fails is answered with 200 and ``status: error`` by
``/timbr/api/query/``, with 400 and the same body by the other call; ``nested: true`` makes objects of columns with a dot in
their names; a poll URL is absolute, and the answer behind it can be fetched for ten minutes, once.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gatepost.emulator.application import BASE_URL, RECORDED
from gatepost.emulator.clock import PlatformClock
from gatepost.emulator.envelope import Refusal
from gatepost.emulator.routing import Route
from gatepost.emulator.services.ontologies import Ontologies, QueryFailed
from gatepost.emulator.services.reading import read_json, texts

__all__ = ["TimbrApi"]

OPENAPI = "/timbr/openapi/"
_QUERY = f"{OPENAPI}ontology/{{ontology}}/query"
_ANSWER_LIFE = 600


@dataclass(slots=True)
class _Answer:
    """What became of a query that is answered later."""

    rows: list[dict[str, Any]] | None
    error: str
    polls_left: int
    expires: float


class TimbrApi:
    """The calls that need a token.

    Args:
        ontologies: The data.
        clock: The service's clock.
        running_polls: How often a poll finds a query still running.
    """

    def __init__(self, ontologies: Ontologies, clock: PlatformClock, *, running_polls: int) -> None:
        self._ontologies = ontologies
        self._clock = clock
        self._running_polls = running_polls
        self._answers: dict[tuple[str, str], _Answer] = {}
        self._lock = threading.Lock()

    def routes(self) -> list[Route]:
        """Return the routes of this area."""
        return [
            Route("GET", "/timbr/api/get_ontologies/", self.list_ontologies),
            Route("POST", "/timbr/api/query/", self.query),
            Route("POST", _QUERY, self.query_text),
            Route("GET", f"{_QUERY}/{{response_id}}", self.poll),
        ]

    async def list_ontologies(self, request: Request) -> Response:  # noqa: ARG002 - every handler is given the request
        """List the names of the ontologies."""
        return _success(self._ontologies.names())

    async def query(self, request: Request) -> Response:
        """Run a query of JSON."""
        ontology, sql = texts(read_json(request.scope[RECORDED]), "ontology_name", "query")
        nested = request.headers.get("nested", "false").lower()
        if nested not in ("true", "false"):
            raise Refusal(400, "The header nested must be true or false")
        try:
            rows = self._ontologies.query(ontology, sql)
        except QueryFailed as failed:
            return JSONResponse({"data": str(failed), "status": "error"})
        return _success([_nested(row) for row in rows] if nested == "true" else rows)

    async def query_text(self, request: Request) -> Response:
        """Run a query that is the body, at once or (``x-async: true``) for being fetched later."""
        try:
            sql = (await request.body()).decode("utf-8")
        except UnicodeDecodeError:
            raise Refusal(400, "The body is not UTF-8") from None
        if not sql.strip():
            raise Refusal(400, "The body has no query")
        ontology = request.path_params["ontology"]
        if request.headers.get("x-async", "false").lower() == "true":
            return self._later(ontology, sql, request.scope[BASE_URL])
        try:
            return JSONResponse(self._ontologies.query(ontology, sql))
        except QueryFailed as failed:
            raise Refusal(400, str(failed)) from None

    async def poll(self, request: Request) -> Response:
        """Tell how far a query is. The answer is gone once it was fetched."""
        place = (request.path_params["ontology"], request.path_params["response_id"])
        with self._lock:
            answer = self._answers.get(place)
            if answer is None or self._clock.now() >= answer.expires:
                self._answers.pop(place, None)
                raise Refusal(404, "The response does not exist, has expired, or was fetched already")
            running = answer.polls_left > 0
            if running:
                answer.polls_left -= 1
            else:
                del self._answers[place]
        status = "running" if running else "completed" if answer.rows is not None else "error"
        error = answer.error if status == "error" else None
        return JSONResponse(
            {
                "response_id": place[1],
                "status": status,
                "response": answer.rows if status == "completed" else None,
                "error": error,
            }
        )

    def _later(self, ontology: str, sql: str, base_url: str) -> Response:
        identifier = secrets.token_hex(16)
        answer = _Answer(None, "", self._running_polls, self._clock.now() + _ANSWER_LIFE)
        try:
            answer.rows = self._ontologies.query(ontology, sql)
        except QueryFailed as failed:
            answer.error = str(failed)
        with self._lock:
            self._answers[ontology, identifier] = answer
        poll_url = f"{base_url}{_QUERY.format(ontology=ontology)}/{identifier}"
        body = {"async": True, "response_id": identifier, "poll_url": poll_url, "message": "The query was accepted"}
        return JSONResponse(body, 202)


def _success(data: object) -> Response:
    return JSONResponse({"data": data, "status": "success"})


def _nested(row: dict[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, value in row.items():
        *parents, last = name.split(".")
        place = nested
        for parent in parents:
            inner = place.setdefault(parent, {})
            if not isinstance(inner, dict):
                # Another column has that very name: this one stays as it is written.
                place, last = nested, name
                break
            place = inner
        place[last] = value
    return nested
