"""Tokens that a service issues on request: got on first use, renewed ahead of their expiry, and once after a refusal."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from gatepost.auth.credentials import checked_secret
from gatepost.auth.expiring import Expiring, RenewalRefused, RenewalUnavailable
from gatepost.auth.jwt import expiry_of
from gatepost.auth.renewal import Renewal
from gatepost.auth.scheme import NOT_OURS, TRY_AGAIN, Final, Recovery, Scheme
from gatepost.errors import CredentialError
from gatepost.named_tuples import NamedTuple
from gatepost.redaction import redact
from gatepost.transport.answers import retry_after, words_in, words_of
from gatepost.transport.errors import DeadlineExceeded, TransportError
from gatepost.transport.origin import check_plain_http, origin_of
from gatepost.transport.plain import Answer, PlainTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from requests import PreparedRequest, Response

    from gatepost.clock import Clocks
    from gatepost.secret import Secret

__all__ = ["Issued", "IssuedTokenAuth", "Refusal"]


class Refusal(Enum):
    """What a refusal says about the token that its request carried."""

    OTHER = "about something else"
    PERHAPS = "perhaps that it is no longer good"
    EXPIRED = "that it is no longer good"


class Issued(NamedTuple):
    """What a service issued.

    Attributes:
        token: The token.
        life: Seconds for which it is good, from when it was asked for; None when that is not known. A token that is a JWT with
            an ``exp`` knows better.
    """

    token: str | Secret
    life: float | None = None


class IssuedTokenAuth(Scheme):
    """A token in a header, issued by a service: the base of `LoginAuth` and of the schemes of OAuth 2.

    Nothing is sent before the first request that needs the token. However many threads need one, one of them asks and all of
    them share the token or the error. What a service refuses in words is not asked again. A subclass says how to ask, by
    `issue`, and what a refusal means, by `judge`.

    Args:
        issuer: The URL that issues tokens. Its clock judges their expiry.
        header: The header that carries the token.
        prefix: What stands before it there, with its space.
        origin: The only server that gets the token; None pins each call to the origin of its request.
        transport: Sends the questions for tokens; default is a plain transport with TLS verification on.
        clocks: The servers' clocks, where they are shared with a session.
        warn: Told about failures that stop nobody: (event, reason).
        in_children: Whether a forked process may ask for a token of its own.

    Raises:
        OriginError: The issuer is not a URL, or is plain HTTP to another machine.
        UsageError: The header has a name that none can have.
    """

    def __init__(
        self,
        issuer: str,
        *,
        header: str = "Authorization",
        prefix: str = "Bearer ",
        origin: str | None = None,
        transport: PlainTransport | None = None,
        clocks: Clocks | None = None,
        warn: Callable[[str, str], None] | None = None,
        in_children: bool = True,
    ) -> None:
        from gatepost.auth.static import checked_header

        super().__init__(origin=origin, clocks=clocks)
        self.issuer = issuer
        self._issuing = origin_of(issuer)
        check_plain_http(self._issuing)
        self.header = checked_header(header)
        self.prefix = prefix
        self.secret_headers = (self.header,)
        self._transport = transport
        self._brought_transport = transport is not None
        self.renewal = Renewal(
            None, None, fetch=self._fetch, clock=self.clocks.of(self._issuing), warn=warn, in_children=in_children
        )

    def __repr__(self) -> str:
        origin = str(self.origin) if self.origin else None
        return f"{type(self).__name__}({origin=}, issuer={str(self._issuing)!r}, expires={self.renewal.snapshot().expires!r})"

    # -- for subclasses ------------------------------------------------------------------------------------------------------

    def issue(self) -> Issued:
        """Ask the service for a token, mostly by `ask`. Called by one thread at a time.

        Raises:
            RenewalRefused: The service refuses; `refused` makes one.
            RenewalUnavailable: No usable answer came; it is tried again. `ask` and `unusable` make them.
        """
        raise NotImplementedError

    def judge(self, response: Response) -> Refusal:
        """Say what an answer means for the token that its request carried. Default: 401 means that perhaps it has expired."""
        return Refusal.PERHAPS if response.status_code == 401 else Refusal.OTHER

    def ask(self, method: str = "POST", url: str | None = None, **arguments: Any) -> Answer:
        """Send one request for a token.

        Args:
            method: HTTP method.
            url: Default is the issuer.
            arguments: As for `PlainTransport.send`: ``headers``, ``json``, ``data``.

        Returns:
            The answer, whatever its status but those of a service in trouble.

        Raises:
            RenewalUnavailable: No answer came, or 408, 429 or 5xx.
            DeadlineExceeded: The caller's own deadline passed.
        """
        if self._transport is None:
            self._transport = PlainTransport()
        try:
            answer = self._transport.send(method, url or self.issuer, **arguments)
        except DeadlineExceeded:
            # This caller's own; it says nothing about the server.
            raise
        except TransportError as error:
            why = f"{error.what}. {error.why}".rstrip(". ")
            raise RenewalUnavailable(
                f"No token could be got from {self._issuing}", why=why, remedy=error.remedy, hopeless=error.hopeless
            ) from None
        if self._transport.verify is not False or self._issuing.is_loopback:
            self.clocks.of(self._issuing).note(answer.headers.get("Date"))
        if answer.status in (408, 429) or answer.status >= 500:
            raise self.unusable(answer, f"It answered {answer.status}")
        return answer

    def refused(self, answer: Answer, *, message: str | None = None, remedy: str = "") -> RenewalRefused:
        """Return the error for an answer that refuses for good, with the service's words.

        Args:
            answer: The answer.
            message: Its words; default is what `words_of` would find.
            remedy: What a person can do.
        """
        words = _words(answer) if message is None else redact(message)
        return RenewalRefused(
            f"{self._issuing} refused to issue a token",
            why=f"It said: {words}" if words else f"It answered {answer.status} and gave no reason",
            remedy=remedy or "Check the user name, the password, and the address of the service",
            message=words,
            status=answer.status,
        )

    def unusable(self, answer: Answer, why: str) -> RenewalUnavailable:
        """Return the error for an answer that a later one may be better than."""
        words = _words(answer)
        said = f" and said: {words}" if words and answer.status >= 400 else ""
        asked = retry_after(answer.headers) if answer.status in (429, 503) else None
        return RenewalUnavailable(f"No token could be got from {self._issuing}", why=f"{why}{said}", retry_after=asked)

    # -- the scheme ----------------------------------------------------------------------------------------------------------

    def use_transport(self, transport: PlainTransport) -> None:
        """Ask for tokens by this transport, unless the scheme was made with one."""
        if not self._brought_transport:
            self._transport = transport

    def headers(self, request: PreparedRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same whatever the request
        """Return the header with a token that is good now, got first if it has to be."""
        return {self.header: self._value(self.renewal.current())}

    def recover(self, request: PreparedRequest, response: Response) -> Recovery:
        """Get a new token where the answer says that the one which was carried is no longer good."""
        current = self.renewal.snapshot()
        mine = bool(current.secret) and request.headers.get(self.header) == self._value(current)
        if 200 <= response.status_code < 300:
            if mine:
                self.renewal.accepted(current)
            return NOT_OURS
        verdict = self.judge(response)
        if verdict is Refusal.OTHER:
            return NOT_OURS
        if not mine:
            return TRY_AGAIN
        certain = verdict is Refusal.EXPIRED
        if not self.renewal.may_replace(current, certain=certain):
            if self.renewal.snapshot() is not current:
                return TRY_AGAIN
            return Final(self._useless(response)) if certain else NOT_OURS
        try:
            self.renewal.force(current)
        except (CredentialError, TransportError) as error:
            return Final(error)
        return TRY_AGAIN

    def _value(self, current: Expiring) -> str:
        return self.prefix + current.secret.reveal()

    def _useless(self, response: Response) -> CredentialError:
        words = redact(words_of(response).message)
        return CredentialError(
            "The service refused a token that it had issued just before",
            why=f"It said: {words}" if words else f"It answered {response.status_code}",
            remedy=f"Check that the token of {self._issuing} is for this service, and this machine's clock",
        )

    def _fetch(self, current: Expiring) -> tuple[Secret, float | None]:  # noqa: ARG002 - a login needs no old token
        clock = self.clocks.of(self._issuing)
        asked_at = clock.time.monotonic()
        issued = self.issue()
        try:
            secret = checked_secret(issued.token, "token")
        except CredentialError as error:
            raise RenewalUnavailable(f"{self._issuing} issued no usable token", why=error.what) from None
        expires = expiry_of(secret.reveal())
        if expires is None and issued.life is not None:
            expires = clock.now() + issued.life - (clock.time.monotonic() - asked_at)
        return secret, expires


def _words(answer: Answer) -> str:
    return redact(words_in(answer.body, answer.headers.get("Content-Type", "")).message)
