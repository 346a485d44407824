"""Shaking hands with another service: by the run's own settings, and what it means where that fails."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.project.diagnosis.remedies import Advice, Level

if TYPE_CHECKING:
    import socket

    from gatepost.transport.origin import Origin
    from gatepost.transport.settings import Route

__all__ = ["about_handshake", "shake_hands"]


def shake_hands(connection: socket.socket, host: str, route: Route) -> str:
    """Shake hands over a connection, close it, and return the version of TLS that was agreed on: ``TLSv1.3``.

    Args:
        connection: A connection to the service.
        host: Its name, which the certificate has to be for.
        route: Whether the certificate is verified, by which CA, and the client's own certificate.

    Raises:
        OSError: The handshake failed (`ssl.SSLError` is one), or a file of the route cannot be read.
        ValueError: A file of the route cannot be one of its kind.
    """
    with _context(route).wrap_socket(connection, server_hostname=host) as secured:
        return secured.version() or ""


def about_handshake(error: Exception, origin: Origin, verify: str) -> Advice:
    """Return what a handshake that failed means; the reason is its ``why``.

    Args:
        error: What `shake_hands` raised.
        origin: Whom the handshake was with.
        verify: The input that says how its certificate is verified: ``tcap_verify``.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = f"Its certificate was not accepted: {error.verify_message or error.strerror}"
        remedy = f"If the certificate comes from a private CA, let {verify} name the CA's file"
    elif isinstance(error, ssl.SSLError):
        reason = error.reason or str(error)
        remedy = "Check that the port speaks TLS, and that nothing on the way cuts connections"
    else:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        remedy = f"Check the file that {verify} or REQUESTS_CA_BUNDLE names, and that the port speaks TLS"
    return Advice(Level.ERROR, f"TLS with {origin} failed", reason, remedy)


def _context(route: Route) -> ssl.SSLContext:
    from urllib3.util.ssl_ import create_urllib3_context

    context = create_urllib3_context()
    if route.verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        from requests.utils import DEFAULT_CA_BUNDLE_PATH

        authority = DEFAULT_CA_BUNDLE_PATH if route.verify is True else route.verify
        if Path(authority).is_dir():
            context.load_verify_locations(capath=authority)
        else:
            context.load_verify_locations(authority)
    certificate = route.cert
    if isinstance(certificate, str):
        context.load_cert_chain(certificate)
    elif certificate is not None:
        context.load_cert_chain(*certificate)
    return context
