"""What a run asks the platform for before the app's own code begins: held-back inputs and variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gatepost.errors import InputError, PlatformError
from gatepost.transport.answers import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import Response, Session

__all__ = ["fetch_secure_params", "fetch_variable"]


def fetch_secure_params(session: Session) -> Mapping[str, object]:
    """Return the inputs that the platform holds back (contract/inputs.md section 1.4).

    Raises:
        InputError: The platform does not hand them out; in its own words.
    """
    response = session.get("/internal/job/execution/parameters")
    data = _object(response)
    inputs = data.get("inputs") if data is not None else None
    if response.status_code >= 300 or not isinstance(inputs, dict):
        words = words_of(response).message
        raise InputError(
            "The platform did not hand out the app's secure params",
            why=f"It answered {response.status_code}" + (f" and said: {words}" if words and response.status_code >= 300 else ""),
            remedy="Check that the app was started as a job, with the job's own token",
        )
    return inputs


def fetch_variable(session: Session, provider: str, kind: str, key: str) -> object:
    """Return the content of a platform variable (contract/inputs.md section 3).

    Args:
        session: The platform's session.
        provider: ``TC`` or ``Vault``.
        kind: ``TEXT``, ``KEYCHAIN`` or ``FILE``.
        key: The variable's key.

    Returns:
        The member ``data`` of the answer; base64 text for a file.

    Raises:
        PlatformError: The platform does not hand it out; in its own words.
    """
    response = session.get(f"/internal/variable/runtime/{quote(provider, safe='~')}/{quote(key, safe='~')}")
    data = _object(response)
    if response.status_code >= 300 or data is None or "data" not in data:
        words = words_of(response)
        raise PlatformError(
            f"The platform did not hand out the {kind} variable {key}",
            why=f"It answered {response.status_code}"
            + (f" and said: {words.message}" if words.message and response.status_code >= 300 else ""),
            remedy="Check that the variable exists and that the user of this run may read it",
            status=response.status_code,
            message=words.message if response.status_code >= 300 else "",
            code=words.code,
        )
    return data["data"]


def _object(response: Response) -> dict[str, Any] | None:
    try:
        data = response.json()
    except ValueError:
        return None
    return data if isinstance(data, dict) else None
