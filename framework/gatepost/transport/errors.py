"""What can go wrong between here and a server, as errors of the framework that ``requests`` users can catch as theirs."""

from __future__ import annotations

from typing import Any

from requests import exceptions

from gatepost.errors import GatepostError

__all__ = ["CertificateError", "ConnectionFailed", "DeadlineExceeded", "OriginError", "TimedOut", "TransportError"]


class OriginError(GatepostError):
    """A URL that must not be given this session's credentials, or must not be asked at all."""


class TransportError(GatepostError, exceptions.RequestException):
    """No answer arrived.

    Attributes:
        request: The request without the headers that carried credentials; None when there is none.
        response: Always None.
        attempts: How many times the request was tried.
        hopeless: Whether another try cannot help: an untrusted certificate, say.
    """

    def __init__(
        self, what: str, *, why: str = "", remedy: str = "", request: Any = None, attempts: int = 1, hopeless: bool = False
    ) -> None:
        GatepostError.__init__(self, what, why=why, remedy=remedy)
        self.request = request
        self.response = None
        self.attempts = attempts
        self.hopeless = hopeless


class ConnectionFailed(TransportError, exceptions.ConnectionError):
    """The connection was not made, or broke."""


class CertificateError(TransportError, exceptions.SSLError):
    """TLS failed: most often a certificate that is not trusted."""


class TimedOut(TransportError, exceptions.Timeout):
    """The server did not answer within the timeout."""


class DeadlineExceeded(TransportError, exceptions.Timeout):
    """The call's deadline passed."""
