"""HMAC authorization: an access id, and a signature made anew for every attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.auth.credentials import HmacCredential
from gatepost.auth.scheme import NOT_OURS, TRY_AGAIN, Final, Recovery, Scheme
from gatepost.auth.signature import sign
from gatepost.clock import ADOPTED_SKEW
from gatepost.errors import CredentialError
from gatepost.secret import Secret
from gatepost.transport.answers import words_of
from gatepost.transport.origin import origin_of
from gatepost.transport.target import request_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import PreparedRequest, Response

    from gatepost.clock import Clock, Clocks

__all__ = ["HmacAuth"]

_WRONG_SIGNATURE = "signature data did not match"
_WRONG_TIME = "timestamp out of acceptable"
_TOLERANCE = 300  # seconds, contract/authorization.md section 2.4


class HmacAuth(Scheme):
    """Sign every request (contract/authorization.md section 2). Works with ``requests`` on its own: ``requests.get(url,
    auth=…)``.

    Args:
        access_id: The access id. Not secret.
        secret_key: The secret key.
        origin: The only server that gets signatures; None pins each call to the origin of its request.
        clocks: The servers' clocks, where they are shared with a session.

    Raises:
        CredentialError: The access id or the key is empty, the access id holds a colon or a character that no header can
            hold, or the key is not text that UTF-8 can encode.
    """

    def __init__(
        self, access_id: str, secret_key: str | Secret, *, origin: str | None = None, clocks: Clocks | None = None
    ) -> None:
        super().__init__(origin=origin, clocks=clocks)
        key = Secret(secret_key)
        if not access_id or not key:
            missing = "secret key" if access_id else "access id"
            raise CredentialError(f"The {missing} is empty", remedy="Give both api_access_id and api_secret_key")
        if ":" in access_id or not access_id.isprintable() or not access_id.isascii() or " " in access_id:
            raise CredentialError(
                "The access id holds a character that it cannot have",
                why="It goes into a header, up to the first colon",
                remedy="Copy api_access_id once more; perhaps it was swapped with the secret key",
            )
        if not _encodes(key):
            raise CredentialError(
                "The secret key holds a character that it cannot have",
                why="It is not text in UTF-8",
                remedy="Copy api_secret_key once more; if it comes from a file, save the file as UTF-8",
            )
        self.credential = HmacCredential(access_id, key)

    def __repr__(self) -> str:
        return f"HmacAuth(access_id={self.credential.access_id!r}, origin={str(self.origin) if self.origin else None!r})"

    def headers(self, request: PreparedRequest) -> Mapping[str, str]:
        """Return ``Timestamp`` and ``Authorization`` for this very request, now."""
        origin = self.origin or origin_of(request.url or "")
        timestamp = self.clocks.of(origin).timestamp()
        return self._signed(request, timestamp)

    def _signed(self, request: PreparedRequest, timestamp: int) -> dict[str, str]:
        access_id, secret_key = self.credential
        signature = sign(secret_key.reveal(), request_target(request), request.method or "GET", timestamp)
        return {"Timestamp": str(timestamp), "Authorization": f"TC {access_id}:{signature}"}

    def recover(self, request: PreparedRequest, response: Response) -> Recovery:
        """Correct the clock after a refused timestamp; sign anew what a redirect carried to another target."""
        if response.status_code not in (401, 403):
            return NOT_OURS
        sent = str(request.headers.get("Timestamp", ""))
        timestamp = int(sent) if sent.isdecimal() else 0
        if request.headers.get("Authorization") != self._signed(request, timestamp)["Authorization"]:
            # The signature of another target: plain requests copies headers along a redirect.
            return TRY_AGAIN
        clock = self.clocks.of(self.origin or origin_of(request.url or ""))
        message = words_of(response).message
        about_time = _WRONG_TIME in message.lower()
        if about_time or self._was_far_off(clock, timestamp, response):
            clock.adopt()
            # Not what adopt() returns: another thread may have adopted the same time just before.
            if abs(clock.timestamp() - timestamp) > ADOPTED_SKEW:
                return TRY_AGAIN
        if about_time:
            return Final(
                CredentialError(
                    "The platform refused the time of a signature",
                    why=f"It said: {message}. {self._measured(clock.skew)}",
                    remedy="Set this machine's clock",
                )
            )
        if _WRONG_SIGNATURE in message.lower():
            return Final(
                CredentialError(
                    "The platform refused the signature of a request",
                    why=f"It said: {message}. The secret key does not belong to access id {self.credential.access_id}, "
                    "or a proxy between here and the platform rewrites the path",
                    remedy="Copy the secret key once more, and check that tc_api_path is the platform's own address",
                )
            )
        return NOT_OURS

    @staticmethod
    def _was_far_off(clock: Clock, timestamp: int, response: Response) -> bool:
        """Tell whether the platform cannot have accepted the timestamp, whatever it says. How long it took to answer does not
        count.
        """
        return abs(clock.now() - response.elapsed.total_seconds() - timestamp) > _TOLERANCE

    @staticmethod
    def _measured(skew: float | None) -> str:
        if skew is None:
            return "It did not say what time it is there"
        return f"Its clock is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} this one"


def _encodes(key: Secret) -> bool:
    try:
        key.reveal().encode()
    except UnicodeEncodeError:
        return False
    return True
