"""Credentials: frozen snapshots, so that nobody ever holds the id of one and the secret of another."""

from __future__ import annotations

from gatepost.errors import CredentialError
from gatepost.named_tuples import NamedTuple
from gatepost.secret import Secret

__all__ = ["HmacCredential", "TokenCredential", "checked_secret"]


class HmacCredential(NamedTuple):
    """An access id with its secret key."""

    access_id: str
    secret_key: Secret


class TokenCredential(NamedTuple):
    """A token with its expiry.

    Attributes:
        token: The token.
        expires: Seconds since the epoch; None when it does not expire by time, or its expiry is not known.
    """

    token: Secret
    expires: float | None


def checked_secret(text: str | Secret, name: str) -> Secret:
    """Return a secret that can go into a header.

    Args:
        text: The secret.
        name: What it is, for the error: ``API key``.

    Raises:
        CredentialError: It is empty, or holds white space, a control character or one outside ASCII.
    """
    secret = Secret(text)
    revealed = secret.reveal()
    if not revealed:
        raise CredentialError(f"The {name} is empty", remedy="Check the input that it comes from")
    if not revealed.isascii() or not revealed.isprintable() or " " in revealed:
        raise CredentialError(
            f"The {name} holds a character that it cannot have",
            why="It goes into a header",
            remedy="Copy it once more, without line breaks",
        )
    return secret
