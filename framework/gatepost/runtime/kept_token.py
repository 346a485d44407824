"""A file for the refresh tokens that a service hands out in the place of the one before."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatepost.atomic import write_atomically
from gatepost.errors import CredentialError
from gatepost.secret import Secret

if TYPE_CHECKING:
    import os

__all__ = ["KeptRefreshToken"]

_LONGEST = 65_536  # bytes; a token takes some hundred


class KeptRefreshToken:
    """Keeps the newest refresh token of a service from one run to the next; only this user can read the file.

    It also remembers which token of the inputs it began with: when somebody has entered a new one, that counts, and the file is
    about the past.

    Args:
        path: The file; its folder exists.
        entered: The token of the inputs.
    """

    def __init__(self, path: str | os.PathLike[str], entered: Secret) -> None:
        self.path = Path(path)
        self._entered = entered

    def __repr__(self) -> str:
        return f"KeptRefreshToken({str(self.path)!r})"

    def newest(self) -> Secret:
        """Return the token to use: the file's, where it began with the entered one; else that.

        Raises:
            CredentialError: The file is there and cannot be read, or is damaged. To go on with the entered token would be to
                use one that was replaced, which some services answer by ending all tokens of the user (RFC 9700 section 4.14).
        """
        try:
            with self.path.open("rb") as file:
                content = file.read(_LONGEST)
        except FileNotFoundError:
            return self._entered
        except OSError as error:
            raise CredentialError(
                f"The file of the refresh token cannot be read: {self.path}",
                why=error.strerror or str(error),
                remedy="Let this user read it; or remove it, and enter a new refresh token",
            ) from None
        held = _read(content)
        if held is None:
            raise CredentialError(
                f"The file of the refresh token is damaged: {self.path}",
                why="The newest refresh token was in it",
                remedy="Remove it, and enter a new refresh token",
            )
        return Secret(held["refresh_token"]) if held["began_with"] == _fingerprint(self._entered) else self._entered

    def save(self, token: Secret) -> None:
        """Keep a token that the service has just handed out.

        Raises:
            CredentialError: The file cannot be written: the old token may be worthless by now, so this is not to be overlooked.
        """
        held = {"began_with": _fingerprint(self._entered), "refresh_token": token.reveal()}
        try:
            write_atomically(self.path, json.dumps(held).encode(), mode=0o600)
        except OSError as error:
            raise CredentialError(
                f"The new refresh token cannot be kept: {self.path}",
                why=error.strerror or str(error),
                remedy="Name a file that this user can write, in a folder that is there; then enter a new refresh token",
            ) from None


def _read(content: bytes) -> dict[str, str] | None:
    try:
        held: Any = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(held, dict) or not isinstance(held.get("began_with"), str):
        return None
    token = held.get("refresh_token")
    return held if isinstance(token, str) and token else None


def _fingerprint(token: Secret) -> str:
    return hashlib.sha256(b"gatepost refresh token\0" + token.reveal().encode()).hexdigest()
