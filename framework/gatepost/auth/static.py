"""Credentials that are sent as they are with every request: an API key, a user with a password, a token that never changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gatepost.auth.credentials import checked_secret
from gatepost.auth.scheme import NOT_OURS, TRY_AGAIN, Recovery, Scheme
from gatepost.errors import CredentialError, UsageError
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import PreparedRequest, Response

    from gatepost.clock import Clocks

__all__ = ["ApiKeyAuth", "BasicAuth", "BearerAuth"]

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110 section 5.6.2


class _HeaderAuth(Scheme):
    """One header whose value never changes. A refusal cannot be recovered from: the answer is the caller's."""

    def __init__(self, name: str, value: Secret, *, origin: str | None, clocks: Clocks | None) -> None:
        super().__init__(origin=origin, clocks=clocks)
        self.secret_headers = (name,)
        self._value = value

    def __repr__(self) -> str:
        return f"{type(self).__name__}(origin={str(self.origin) if self.origin else None!r})"

    def headers(self, request: PreparedRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same whatever the request
        """Return the header."""
        return {self.secret_headers[0]: self._value.reveal()}

    def recover(self, request: PreparedRequest, response: Response) -> Recovery:  # noqa: ARG002 - nothing can be done
        """Leave the answer to the caller."""
        return NOT_OURS


class BearerAuth(_HeaderAuth):
    """Send a token that does not expire, or that somebody else renews: ``Authorization: Bearer …`` (RFC 6750 section 2.1).

    Args:
        token: The token.
        origin: The only server that gets it; None pins each call to the origin of its request.
        clocks: The servers' clocks, where they are shared with a session.

    Raises:
        CredentialError: The token is empty, or holds a character that no header can hold.
    """

    def __init__(self, token: str | Secret, *, origin: str | None = None, clocks: Clocks | None = None) -> None:
        self.token = checked_secret(token, "token")
        super().__init__("Authorization", Secret(f"Bearer {self.token.reveal()}"), origin=origin, clocks=clocks)


class BasicAuth(_HeaderAuth):
    """Send a user name and a password: ``Authorization: Basic …``, both in UTF-8 (RFC 7617).

    Args:
        username: The user; without a colon.
        password: The password.
        origin: The only server that gets them; None pins each call to the origin of its request.
        clocks: The servers' clocks, where they are shared with a session.

    Raises:
        CredentialError: Both are empty, or the user name holds a colon, or one of them a control character.
    """

    def __init__(self, username: str, password: str | Secret, *, origin: str | None = None, clocks: Clocks | None = None) -> None:
        self.username = username
        self.password = Secret(password)
        super().__init__("Authorization", basic_value(username, self.password), origin=origin, clocks=clocks)


def basic_value(username: str, password: Secret) -> Secret:
    """Return the value of ``Authorization`` for a user and a password (RFC 7617 section 2).

    Raises:
        CredentialError: See `BasicAuth`.
    """
    from base64 import b64encode

    if not username and not password:
        raise CredentialError("The user name and the password are empty", remedy="Check the inputs that they come from")
    if ":" in username:
        raise CredentialError(
            "The user name holds a colon",
            why="It ends where the first colon is (RFC 7617 section 2)",
            remedy="Give the user name and the password apart",
        )
    try:
        joined = f"{username}:{password.reveal()}".encode()
    except UnicodeEncodeError:
        joined = b"\0"
    if any(byte < 0x20 or byte == 0x7F for byte in joined):
        raise CredentialError(
            "The user name or the password holds a character that it cannot have",
            why="Control characters, and text that is not UTF-8, are not allowed (RFC 7617 section 2)",
            remedy="Copy both once more, without line breaks",
        )
    return Secret(f"Basic {b64encode(joined).decode('ascii')}")


class ApiKeyAuth(Scheme):
    """Send an API key in a header, or in the query of the URL.

    A key in a URL is the worse of the two: servers and proxies log URLs. It is written for each attempt and taken out again, so
    that ``response.url``, errors and redirects to other origins do not hold it. Where a service takes both, use the header.

    Args:
        key: The key.
        header: The name of the header; ``X-API-Key`` where neither this nor ``query`` is given.
        query: The name of the parameter of the query, instead of a header.
        prefix: What stands before the key in the header, with its space: ``"ApiKey "``.
        origin: The only server that gets the key; None pins each call to the origin of its request.
        clocks: The servers' clocks, where they are shared with a session.

    Raises:
        UsageError: Both a header and a query are named, or the name of the header is none.
        CredentialError: The key is empty, or holds a character that no header can hold.
    """

    def __init__(
        self,
        key: str | Secret,
        *,
        header: str | None = None,
        query: str | None = None,
        prefix: str = "",
        origin: str | None = None,
        clocks: Clocks | None = None,
    ) -> None:
        super().__init__(origin=origin, clocks=clocks)
        if header and query:
            raise UsageError("An API key goes into a header or into the query", remedy="Give header= or query=, not both")
        if query and prefix:
            raise UsageError("A prefix is for a header", remedy="Leave prefix= out, or use header=")
        if not query:
            header = checked_header(header or "X-API-Key")
        self.key = checked_secret(key, "API key")
        self.header = None if query else header
        self.parameter = query or None
        self._value = Secret(prefix + self.key.reveal())
        self.secret_headers = () if query or not header else (header,)
        self.secret_query = (query,) if query else ()

    def __repr__(self) -> str:
        place = f"query={self.parameter!r}" if self.parameter else f"header={self.header!r}"
        return f"ApiKeyAuth({place}, origin={str(self.origin) if self.origin else None!r})"

    def headers(self, request: PreparedRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same whatever the request
        """Return the header; nothing for a key in the query."""
        return {self.header: self._value.reveal()} if self.header else {}

    def query(self, request: PreparedRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same whatever the request
        """Return the parameter; nothing for a key in a header."""
        return {self.parameter: self.key.reveal()} if self.parameter else {}

    def recover(self, request: PreparedRequest, response: Response) -> Recovery:
        """Send the key once more where a redirect of plain ``requests`` lost it; else leave the answer to the caller."""
        if self.parameter and response.status_code in (401, 403):
            from gatepost.transport.query import without_parameters

            url = request.url or ""
            return TRY_AGAIN if without_parameters(url, (self.parameter,)) == url else NOT_OURS
        return NOT_OURS


def checked_header(name: str) -> str:
    """Return the name of a header (RFC 9110 section 5.6.2).

    Raises:
        UsageError: It is none.
    """
    if not _HEADER_NAME.fullmatch(name):
        raise UsageError(f"{name!r} is not the name of a header", remedy="Letters, digits and hyphens, as in X-API-Key")
    return name
