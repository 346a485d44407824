"""Failures on a tape: what a client must know of one to do the same once more."""

from __future__ import annotations

import ssl
from typing import Any

from requests import exceptions
from urllib3.exceptions import NewConnectionError

from gatepost.sessions.tapes.exchange import Failure
from gatepost.transport.faults import is_hopeless, never_sent

__all__ = ["described", "made_again"]

_REFUSED = "NewConnectionError"
_UNTRUSTED = "SSLCertVerificationError"

_KINDS: dict[str, type[exceptions.RequestException]] = {
    kind.__name__: kind
    for kind in (
        exceptions.ConnectTimeout,
        exceptions.ReadTimeout,
        exceptions.Timeout,
        exceptions.ProxyError,
        exceptions.SSLError,
        exceptions.ChunkedEncodingError,
        exceptions.ContentDecodingError,
        exceptions.ConnectionError,
    )
}


def described(error: Exception) -> Failure:
    """Return what is written down of a failure: its kind, and its innermost words (the outer ones hold the URL)."""
    if isinstance(error, exceptions.SSLError) and is_hopeless(error):
        return Failure(_UNTRUSTED, "the certificate was not accepted")
    if type(error) is exceptions.ConnectionError and never_sent(error):
        return Failure(_REFUSED, "no connection was made")
    kind = next((name for name, known in _KINDS.items() if isinstance(error, known)), "ConnectionError")
    return Failure(kind, _innermost(error))


def made_again(failure: Failure, request: Any) -> exceptions.RequestException:
    """Return the exception of a recorded failure; one of a kind that is not known is a broken connection."""
    text = f"{failure.text} (replayed)"
    if failure.kind == _UNTRUSTED:
        return exceptions.SSLError(ssl.SSLCertVerificationError(text), request=request)
    if failure.kind == _REFUSED:
        return exceptions.ConnectionError(NewConnectionError(None, text), request=request)  # type: ignore[arg-type]
    return _KINDS.get(failure.kind, exceptions.ConnectionError)(text, request=request)


def _innermost(error: BaseException) -> str:
    for _ in range(10):
        inner = next((item for item in (getattr(error, "reason", None), *error.args) if isinstance(item, BaseException)), None)
        if inner is None:
            break
        error = inner
    text = str(error)
    return text if text and "/" not in text else type(error).__name__
