"""TCAP, the services of Tech Against Terrorism: a bearer token from a login, good for five minutes (contract/tcap_timbr.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.auth.login import LoginAuth
from gatepost.errors import CredentialError
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from gatepost.clock import Clocks
    from gatepost.transport.plain import PlainTransport

__all__ = ["TcapAuth"]

_EXPIRED = "Authentication error: Token has expired. Please refresh."


class TcapAuth(LoginAuth):
    """Log in to TCAP on first use, and send ``Authorization: Bearer …`` (seeds/000, contract/tcap_timbr.md).

    The token is renewed ahead of its ``exp``, or of five minutes where it has none; and once, with the request repeated, after
    the 403 that says ``Authentication error: Token has expired. Please refresh.`` Any other 403 is a missing permission, and is
    returned as it is. It goes to the origin of ``base_url`` only: a ``next`` link to another host is asked without it by a
    session, and is an `OriginError` with plain ``requests``.

    What a refused login looks like is not known: every 4xx but 408 and 429 is taken as final, and so is JSON without a token.
    How long an account token is good is not known either: it is taken to be five minutes, too.

    Args:
        username: The TCAP user.
        password: The password.
        service: The name of the service, with its spaces; each service wants a token of its own.
        base_url: The host: ``beta.``, ``app.`` and ``staging.`` exist.
        account: Whether to get the account token of the older services instead, at ``/token-auth/tcap/``; the service is not
            named then.
        form: Whether that login is sent as a form; some servers take no JSON there. For the account token only.
        transport: Sends the logins; default is a plain transport with TLS verification on.
        clocks: The servers' clocks, where they are shared with a session.
        warn: Told about failures that stop nobody: (event, reason).

    Raises:
        CredentialError: The user name or the password is empty.
        OriginError: ``base_url`` is not a URL, or is plain HTTP to another machine.
    """

    def __init__(
        self,
        username: str,
        password: str | Secret,
        *,
        service: str = "Hash Verification",
        base_url: str = "https://beta.terrorismanalytics.org",
        account: bool = False,
        form: bool = False,
        transport: PlainTransport | None = None,
        clocks: Clocks | None = None,
        warn: Callable[[str, str], None] | None = None,
    ) -> None:
        if not username or not password:
            missing = "password" if username else "user name"
            raise CredentialError(f"The {missing} for TCAP is empty", remedy="Check the inputs that it comes from")
        base = base_url.rstrip("/")
        body: dict[str, str | Secret] = {"username": username, "password": Secret(password)}
        if not account:
            body["requested_service"] = service
        super().__init__(
            f"{base}/token-auth/tcap/" if account else f"{base}/token-auth/api/login",
            json=None if account and form else body,
            form=body if account and form else None,
            token="token" if account else ("service_token", "token"),
            life=300.0,
            expired=(403, _EXPIRED),
            transport=transport,
            clocks=clocks,
            warn=warn,
        )
