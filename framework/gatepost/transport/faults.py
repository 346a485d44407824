"""Which failures of ``requests`` mean what: never sent, sent and lost, hopeless. And the errors that a person gets to read."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, Any

from requests import exceptions
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ReadTimeoutError

from gatepost.transport.errors import CertificateError, ConnectionFailed, TimedOut, TransportError

if TYPE_CHECKING:
    from requests import PreparedRequest

__all__ = ["is_hopeless", "never_sent", "readable", "root_cause"]


def never_sent(error: Exception) -> bool:
    """Tell whether the connection was never made, so that the server cannot have seen the request.

    A failure of TLS does not show that: it may come after the request was sent.
    """
    if isinstance(error, exceptions.ConnectTimeout | exceptions.ProxyError):
        return True
    if isinstance(error, exceptions.ConnectionError):
        return any(isinstance(cause, NewConnectionError | ConnectTimeoutError) for cause in _causes(error))
    return False


def is_hopeless(error: Exception) -> bool:
    """Tell whether trying again cannot help: an untrusted certificate, a missing CA file, a URL or header that cannot be sent."""
    if isinstance(error, OSError) and not isinstance(error, exceptions.RequestException):
        # What the line does arrives as an error of requests: this is a file on this machine.
        return True
    if isinstance(error, exceptions.SSLError):
        # A handshake cut short is a fault of the line; a refused certificate is not.
        return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error))
    return isinstance(
        error,
        exceptions.InvalidURL
        | exceptions.InvalidSchema
        | exceptions.InvalidHeader
        | exceptions.MissingSchema
        | exceptions.TooManyRedirects
        | exceptions.InvalidProxyURL,
    )


def readable(error: Exception, *, host: str, attempts: int = 1, request: PreparedRequest | None = None) -> TransportError:
    """Turn a failure of ``requests`` into one that says what happened, why, and what to do. It holds no URL and no credential."""
    reason = _reason(error)
    times = "" if attempts == 1 else f", tried {attempts} times"
    arguments: dict[str, Any] = {"request": request, "attempts": attempts, "hopeless": is_hopeless(error)}
    if isinstance(error, exceptions.SSLError):
        refused = any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error))
        return CertificateError(
            f"TLS with {host} failed{times}",
            why=reason,
            remedy="If the server's certificate comes from a private CA, name the CA's file in tc_verify (or REQUESTS_CA_BUNDLE)"
            if refused
            else "Check that the port speaks TLS, and that nothing on the way cuts connections",
            **arguments,
        )
    if isinstance(error, exceptions.ProxyError):
        return ConnectionFailed(
            f"The proxy on the way to {host} did not let the request through{times}",
            why=reason,
            remedy="Check tc_proxy_host, tc_proxy_port and its credentials, or HTTPS_PROXY and NO_PROXY in the environment",
            **arguments,
        )
    if isinstance(error, exceptions.ConnectTimeout):
        return TimedOut(
            f"{host} did not accept a connection in time{times}",
            why=reason,
            remedy="Check the host and port, and that no firewall is in the way",
            **arguments,
        )
    if isinstance(error, exceptions.Timeout) or any(isinstance(cause, ReadTimeoutError) for cause in _causes(error)):
        return TimedOut(
            f"{host} did not answer in time{times}",
            why=reason,
            remedy="Give the call a longer timeout=, or ask for less",
            **arguments,
        )
    if isinstance(error, OSError) and not isinstance(error, exceptions.RequestException):
        return TransportError(
            f"The request to {host} could not be sent",
            why=reason,
            remedy="Check the file that tc_verify, REQUESTS_CA_BUNDLE or cert= names, and that the body can be read",
            **arguments,
        )
    if never_sent(error):
        return ConnectionFailed(
            f"{host} cannot be reached{times}", why=reason, remedy="Check the host, the port and the network", **arguments
        )
    return ConnectionFailed(f"The connection to {host} broke{times}", why=reason, **arguments)


def root_cause(error: BaseException) -> OSError | None:
    """Return what the operating system said, if that was the cause, without the frames that it was raised in.

    Those hold the request, and so its URL and its credentials.
    """
    return next(
        (
            cause.with_traceback(None)
            for cause in reversed(_causes(error))
            if isinstance(cause, OSError) and not isinstance(cause, exceptions.RequestException)
        ),
        None,
    )


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    queue: list[object] = [error]
    while queue and len(found) < 20:
        item = queue.pop(0)
        if isinstance(item, BaseException) and item not in found:
            found.append(item)
            # Not __context__: a caller who asks again while handling an error would be told of that older one.
            queue += [item.__cause__, getattr(item, "reason", None), *item.args]
    return found


def _reason(error: Exception) -> str:
    """Return the innermost cause in words; the outer ones repeat it around the URL, which may hold a secret."""
    causes = _causes(error)
    for kind in (ssl.SSLCertVerificationError, ssl.SSLError, socket.gaierror, OSError):
        for cause in causes:
            if isinstance(cause, kind) and not isinstance(cause, exceptions.RequestException):
                if isinstance(cause, ssl.SSLCertVerificationError):
                    # Only errors of a handshake carry the message; one that somebody else made may not.
                    return f"Its certificate was not accepted: {getattr(cause, 'verify_message', None) or cause.strerror}"
                text = cause.strerror or str(cause)
                if text:
                    return text
    innermost = causes[-1]
    text = str(innermost)
    holds_a_url = "http" in text.lower() or "/" in text or "?" in text
    return type(innermost).__name__ if holds_a_url or not text else text
