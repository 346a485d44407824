"""Mutual TLS: a client certificate, presented to one origin."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from gatepost.auth.scheme import NOT_OURS, Recovery, Scheme
from gatepost.errors import CredentialError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import PreparedRequest, Response

    from gatepost.clock import Clocks
    from gatepost.transport.adapter import PooledAdapter

__all__ = ["MutualTlsAuth"]


class MutualTlsAuth(Scheme):
    """Present a client certificate (RFC 8446 section 4.4.2). A session presents it to the scheme's origin alone.

    Plain ``requests`` cannot be told by ``auth=`` which certificate to present, and with ``cert=`` it presents it to every server
    that it is redirected to. So mount what `adapter` returns, on the origin: ``session.mount("https://service.example/",
    auth.adapter())``.

    Args:
        certificate: The path of the certificate, in PEM; with its intermediates, and with the key where ``key`` is None.
        key: The path of its private key, in PEM, not encrypted.
        origin: The only server that it is presented to; None pins each call of a session to the origin of its request.
        clocks: The servers' clocks, where they are shared with a session.

    Raises:
        CredentialError: A file cannot be read, the key is encrypted, or the two do not belong together.
    """

    secret_headers = ()

    def __init__(
        self,
        certificate: str | os.PathLike[str],
        key: str | os.PathLike[str] | None = None,
        *,
        origin: str | None = None,
        clocks: Clocks | None = None,
    ) -> None:
        super().__init__(origin=origin, clocks=clocks)
        path = os.fspath(certificate)
        self.certificate = path if key is None else (path, os.fspath(key))
        _check(path, None if key is None else os.fspath(key))

    def __repr__(self) -> str:
        return f"MutualTlsAuth(certificate={self.certificate!r}, origin={str(self.origin) if self.origin else None!r})"

    def headers(self, request: PreparedRequest) -> Mapping[str, str]:  # noqa: ARG002 - none, whatever the request
        """Return nothing: the certificate is no header."""
        return {}

    def recover(self, request: PreparedRequest, response: Response) -> Recovery:  # noqa: ARG002 - nothing can be done
        """Leave the answer to the caller."""
        return NOT_OURS

    def adapter(self) -> PooledAdapter:
        """Return an adapter for a plain ``requests.Session`` that presents the certificate; mount it on the origin."""
        from gatepost.transport.adapter import PooledAdapter

        certificate = self.certificate
        check_origin = self.check_origin

        class Presenting(PooledAdapter):
            """Presents the certificate, wherever it is mounted."""

            def send(self, request: PreparedRequest, *arguments: Any, **settings: Any) -> Response:
                check_origin(request.url or "")
                return super().send(request, *arguments, **{**settings, "cert": certificate})

        return Presenting()

    def __call__(self, request: PreparedRequest) -> PreparedRequest:  # noqa: ARG002 - refused, whatever the request
        """Refuse: plain ``requests`` would send the request without the certificate.

        Raises:
            UsageError: Always.
        """
        raise UsageError(
            "Plain requests cannot present a client certificate by auth=",
            why="It chooses the certificate before it asks auth=",
            remedy="session.mount('https://service.example/', auth.adapter()), or use a session of gatepost",
        )


def _check(certificate: str, key: str | None) -> None:
    """Load both once: what is wrong is told before the first request, and OpenSSL never asks a person for a passphrase."""
    import ssl

    def no_passphrase() -> str:
        raise CredentialError(
            "The private key of the client certificate is encrypted",
            why=f"{key or certificate} needs a passphrase",
            remedy="Decrypt it into a file that only this user can read: openssl pkey -in KEY -out PLAIN",
        )

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_cert_chain(certificate, key, password=no_passphrase)
    except ssl.SSLError as error:
        reason = error.reason or str(error)
    except OSError as error:
        reason = error.strerror or type(error).__name__
    else:
        return
    raise CredentialError(
        "The client certificate cannot be used",
        why=f"{certificate}{'' if key is None else f' with {key}'}: {reason}",
        remedy="Give the paths of a certificate and of its private key, both in PEM",
    )
