"""Whether a request carries a credential that the platform accepts.

This is the emulator's own reading of contract/authorization.md sections 2 and 3. It shares no code with the schemes of
``gatepost.auth``, so that a mistake there cannot be repeated here.
"""

from __future__ import annotations

import base64
import enum
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gatepost.emulator.clock import PlatformClock
from gatepost.emulator.tokens import Tokens, TokenState, fingerprint
from gatepost.secret import Secret

__all__ = ["NOT_ASKED", "Message", "Outcome", "Verdict", "Verifier"]


class Message:
    """The platform's words for a refusal (contract/authorization.md section 2.5)."""

    ACCESS_DENIED = "Access Denied"
    INVALID_TIMESTAMP = "Invalid timestamp"
    TIMESTAMP_OUT_OF_RANGE = "Timestamp out of acceptable time range"
    WRONG_SIGNATURE = "Signature data did not match expected result"
    UNAUTHORIZED = "Unauthorized"
    NOT_LICENSED = "API access has not been licensed for this system, please contact sales"


class Outcome(enum.StrEnum):
    """The three things that can become of a request's credential."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the platform thinks of the credential of one request.

    Attributes:
        outcome: ``accepted``, ``refused``, or ``not asked`` where the path needs no credential.
        scheme: ``TC`` (HMAC), ``TC-Token``, or empty when the request named neither. Other services have schemes of their own:
            ``Bearer``, ``x-api-key``, ``login``, say.
        access_id: The access id that the request named; empty when none. Of other services the user or client.
        token_fingerprint: What tells the carried token from others (`gatepost.emulator.tokens.fingerprint`); empty when none.
        message: The platform's words for a refusal; empty when there was none.
        explanation: What a developer wants to know about a refusal, such as the string that the platform would have signed. It
            is recorded and never sent.
    """

    outcome: Outcome
    scheme: str = ""
    access_id: str = ""
    token_fingerprint: str = ""
    message: str = ""
    explanation: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the credential was accepted."""
        return self.outcome is Outcome.ACCEPTED


NOT_ASKED = Verdict(Outcome.NOT_ASKED)


class Verifier:
    """Judges credentials.

    Args:
        clock: The platform's clock.
        tokens: The platform's tokens; None for a platform that knows no tokens.
        keys: The secret key of each access id.
        timestamp_window: Seconds that a ``Timestamp`` may be off, in both directions. The bound itself is accepted.
    """

    def __init__(self, clock: PlatformClock, tokens: Tokens | None, keys: Mapping[str, Secret], timestamp_window: float) -> None:
        self._clock = clock
        self._tokens = tokens
        self._keys = keys
        self._timestamp_window = timestamp_window

    def judge(self, method: str, target: str, headers: Sequence[tuple[str, str]]) -> Verdict:
        """Judge the credential of a request.

        The keyword of the scheme is compared exactly, and a header that is there twice is refused: the contract says neither, a
        careful platform does both.

        Args:
            method: The method as on the wire.
            target: Path and query exactly as on the wire, from the first slash.
            headers: The headers; names in any case.
        """
        values = [value for name, value in headers if name.lower() == "authorization"]
        if not values:
            return _refused("", Message.ACCESS_DENIED, "there is no Authorization header")
        if len(values) > 1:
            return _refused("", Message.ACCESS_DENIED, "there is more than one Authorization header")
        scheme, _, credential = values[0].partition(" ")
        if scheme == "TC":
            timestamps = [value for name, value in headers if name.lower() == "timestamp"]
            return self._judge_signature(method, target, credential, timestamps)
        if scheme == "TC-Token":
            return self._judge_token(credential)
        return _refused("", Message.ACCESS_DENIED, "the scheme is neither TC nor TC-Token, written exactly so")

    def _judge_signature(self, method: str, target: str, credential: str, timestamps: Sequence[str]) -> Verdict:
        access_id, _, signature = credential.partition(":")
        key = self._keys.get(access_id)
        if key is None:
            return _refused("TC", Message.ACCESS_DENIED, "the access id is unknown", access_id)
        if len(timestamps) != 1 or not re.fullmatch(r"[0-9]{1,18}", timestamps[0]):
            return _refused(
                "TC", Message.INVALID_TIMESTAMP, "there must be one Timestamp header, in whole epoch seconds", access_id
            )
        timestamp = timestamps[0]
        skew = int(timestamp) - self._clock.now()
        if abs(skew) > self._timestamp_window:
            explanation = f"the timestamp is {skew:+.0f} s from the platform's clock, {self._timestamp_window:g} s are allowed"
            return _refused("TC", Message.TIMESTAMP_OUT_OF_RANGE, explanation, access_id)
        text = f"{target}:{method.upper()}:{timestamp}"
        digest = hmac.new(key.reveal().encode("utf-8"), text.encode("utf-8"), hashlib.sha256).digest()
        if not hmac.compare_digest(base64.b64encode(digest), signature.encode("utf-8")):
            return _refused(
                "TC", Message.WRONG_SIGNATURE, f"the platform signs {text!r} with the key of this access id", access_id
            )
        return Verdict(Outcome.ACCEPTED, "TC", access_id=access_id)

    def _judge_token(self, token: str) -> Verdict:
        mark = fingerprint(token)
        if self._tokens is None:
            return _refused("TC-Token", Message.ACCESS_DENIED, "this platform knows no tokens", mark=mark)
        state = self._tokens.state(token)
        if state is TokenState.LIVE:
            return Verdict(Outcome.ACCEPTED, "TC-Token", token_fingerprint=mark)
        message = Message.ACCESS_DENIED if state is TokenState.UNKNOWN else Message.UNAUTHORIZED
        return _refused("TC-Token", message, f"the token is {state.value}", mark=mark)


def _refused(scheme: str, message: str, explanation: str, access_id: str = "", mark: str = "") -> Verdict:
    return Verdict(
        Outcome.REFUSED,
        scheme,
        access_id=access_id,
        token_fingerprint=mark,
        message=message,
        explanation=explanation,
    )
