"""Requests in the log, as command lines for curl (contract/authorization.md section 6, contract/inputs.md section 5)."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from requests import Response

from gatepost.sessions.curl import curl_line

if TYPE_CHECKING:
    from requests import PreparedRequest

    from gatepost.log import Logger

__all__ = ["RequestLog"]

LONGEST_BODY: Final = 4096
"""Characters of a body that is shown; of a longer one, its size."""

_LOG_ENDPOINT: Final = "/v2/logs/app"


class RequestLog:
    """Logs attempts as curl lines, every credential masked: the ``exchange_hook`` of a session. Never raises.

    What is posted to the platform's log is not logged, or that would never end.

    Args:
        log: Where to.
        everything: Whether all attempts are logged, at level info (``tc_log_curl``); else only those that were refused or brought
            no answer, at level debug.
    """

    def __init__(self, log: Logger, *, everything: bool) -> None:
        self._log = log
        self._everything = everything

    def __call__(self, request: PreparedRequest, result: Response | BaseException | None) -> None:
        """Log one attempt."""
        status = result.status_code if isinstance(result, Response) else None
        if not self._everything and status is not None and status < 400:
            return
        if not self._log.is_enabled_for("info" if self._everything else "debug"):
            return
        with contextlib.suppress(Exception):  # a request that cannot be shown is no reason to end the run
            if request.path_url.partition("?")[0].rstrip("/").endswith(_LOG_ENDPOINT):
                return
            values: dict[str, object] = {"curl": curl_line(request, longest_body=LONGEST_BODY)}
            if status is not None:
                values["status"] = status
            elif result is not None:
                values["error"] = type(result).__name__
            if self._everything:
                self._log.info("request", **values)
            else:
                self._log.debug("request", **values)
