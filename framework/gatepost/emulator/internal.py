"""What apps ask for at their start and while they run: ``/internal/job``, ``/internal/variable``, ``/v2/logs/app``."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gatepost.emulator.data import LogEntry, PlatformData
from gatepost.emulator.envelope import Refusal
from gatepost.emulator.routing import Route

__all__ = ["InternalApi"]

_MALFORMED = "The request was not properly formed"


class InternalApi:
    """Answers running apps (contract/inputs.md sections 1.4 and 3, contract/logging_and_runtime.md section 2)."""

    def __init__(self, data: PlatformData) -> None:
        self._data = data

    def routes(self) -> list[Route]:
        """Return the routes of this area."""
        return [
            Route("GET", "/internal/job/execution/parameters", self.job_parameters, token_only=True),
            Route("GET", "/internal/variable/runtime/{provider}/{key}", self.variable),
            Route("POST", "/v2/logs/app", self.log),
        ]

    async def job_parameters(self, request: Request) -> Response:  # noqa: ARG002 - every handler is given the request
        """Return the secure params. Any live token will do: the contract does not say that it must be the job's own."""
        return JSONResponse({"inputs": self._data.job_parameters})

    async def variable(self, request: Request) -> Response:
        """Return the value of one variable, a FILE in base64."""
        value = self._data.variable(request.path_params["provider"], request.path_params["key"])
        if value is None:
            raise Refusal(404, "The requested resource was not found")
        return JSONResponse({"data": value})

    async def log(self, request: Request) -> Response:
        """Take log entries.

        All of them or none: an array with one wrong entry is refused. What the platform answers is undocumented;
        this one answers as v2 does to actions without data.
        """
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise Refusal(400, _MALFORMED)
        try:
            entries = json.loads(await request.body())
        except ValueError:
            raise Refusal(400, _MALFORMED) from None
        if not isinstance(entries, list):
            raise Refusal(400, _MALFORMED)
        self._data.append_log([_entry(entry) for entry in entries])
        return JSONResponse({"status": "Success"})


def _entry(entry: Any) -> LogEntry:
    if not isinstance(entry, dict):
        raise Refusal(400, _MALFORMED)
    timestamp, level, message = entry.get("timestamp"), entry.get("level"), entry.get("message")
    if not isinstance(timestamp, int) or isinstance(timestamp, bool):
        raise Refusal(400, _MALFORMED)
    if not isinstance(level, str) or not isinstance(message, str):
        raise Refusal(400, _MALFORMED)
    return LogEntry(timestamp, level or "DEBUG", message)
