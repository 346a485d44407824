"""The error that stands for a refusal, with the server's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.errors import PlatformError
from gatepost.transport.answers import words_of

if TYPE_CHECKING:
    from requests import Response

__all__ = ["refusal"]

_REMEDIES = {401: "Check the credential: gatepost doctor tries it, and says what to change"}
"""What to do, by status: a server says little about a credential that it refuses."""


def refusal(response: Response) -> PlatformError:
    """Return what to raise for an answer with a status of 400 or more. Its text holds no query."""
    words = words_of(response)
    path = (response.request.path_url or "").split("?", 1)[0]
    return PlatformError(
        f"The server refused {response.request.method} {path} with {response.status_code} {response.reason}".rstrip(),
        why=f"It said: {words.message}" if words.message else "It gave no reason",
        remedy=_REMEDIES.get(response.status_code, ""),
        status=response.status_code,
        message=words.message,
        code=words.code,
    )
