"""What an answer of Timbr says: success and failure are told in its body, whatever the status (contract/tcap_timbr.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gatepost.errors import PlatformError
from gatepost.redaction import redact
from gatepost.transport.answers import words_of

if TYPE_CHECKING:
    from requests import Response

__all__ = ["timbr_data", "timbr_words"]


def timbr_data(response: Response) -> list[Any]:
    """Return what Timbr answered, if it was a success.

    Timbr answers ``{"data": [...], "status": "success"}``; where ``status`` is something else, the words of the error are in
    ``data``. The OpenAPI's query answers a bare list.

    Args:
        response: An answer of Timbr.

    Returns:
        The list: rows of a query, names of ontologies.

    Raises:
        PlatformError: The HTTP status, or ``status`` in the body, is not that of a success, with the service's words; or the
            answer is nothing of the kind.
    """
    try:
        answer = response.json() if response.content else None
    except (ValueError, RecursionError):
        answer = None
    status = answer.get("status") if isinstance(answer, dict) else None
    if response.status_code < 400:
        if isinstance(answer, list):
            return answer
        if isinstance(answer, dict) and status == "success":
            data = answer.get("data")
            return data if isinstance(data, list) else [] if data is None else [data]
    words = redact((_words(answer.get("data")) if isinstance(answer, dict) else "") or words_of(response).message)
    if words:
        why = f"It said: {words}"
    elif response.status_code >= 400:
        why = "It gave no reason"
    else:
        why = "Its answer is not what Timbr answers: JSON with data and status"
    raise PlatformError(
        f"Timbr did not succeed: {response.status_code}" + (f", status {redact(status)!r}" if isinstance(status, str) else ""),
        why=why,
        status=response.status_code,
        message=words,
    )


def timbr_words(answer: object) -> str:
    """Return the words of an answer to ``get_token``: those in its ``data``; empty when there are none.

    The ``data`` of a success is never taken for words: it may be a token.
    """
    return _words(answer.get("data")) if isinstance(answer, dict) and answer.get("status", "success") != "success" else ""


def _words(data: object) -> str:
    """Return the words of an error: a text, or a list of some, or an object with a message."""
    if isinstance(data, str):
        return data[:500]
    if isinstance(data, list):
        return "; ".join(filter(None, map(_words, data)))[:500]
    if isinstance(data, dict):
        return next((value[:500] for value in map(data.get, ("message", "error", "detail")) if isinstance(value, str)), "")
    return ""
