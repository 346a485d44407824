"""A file that keeps one secret between runs: the refresh token that the next run begins with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.atomic import write_atomically
from gatepost.errors import CredentialError
from gatepost.secret import Secret

if TYPE_CHECKING:
    import os

__all__ = ["TokenFile"]


class TokenFile:
    """A file with one secret, written whole or not at all, and readable by its owner only.

    ```python
    kept = TokenFile("refresh_token")
    auth = RefreshTokenAuth(url, kept.load(), client_id="app", save=kept.save)
    ```

    Args:
        path: The file; its folder exists.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def __repr__(self) -> str:
        return f"TokenFile({str(self.path)!r})"

    def load(self) -> Secret:
        """Return the secret, without the line break that an editor leaves.

        Raises:
            CredentialError: The file cannot be read, or is empty.
        """
        try:
            text = self.path.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else "") or "It is not text in UTF-8"
        else:
            reason = "" if text else "It is empty"
            if text:
                return Secret(text)
        raise CredentialError(
            f"The token in {self.path} cannot be read", why=reason, remedy="Write the first one into the file, for this user only"
        )

    def save(self, secret: Secret) -> None:
        """Write the secret in place of the old one.

        Raises:
            OSError: It could not be written; the file is as it was.
        """
        write_atomically(self.path, secret.reveal().encode(), mode=0o600)
