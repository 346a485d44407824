"""What a run asks the platform for before the app's own code begins: held-back inputs and variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gatepost.errors import InputError, PlatformError
from gatepost.secret import Secret
from gatepost.transport.answers import words_of

if TYPE_CHECKING:
    from requests import Response, Session

__all__ = ["fetch_choices", "fetch_secure_params", "fetch_variable"]

_MOST = 10_000
"""Entries of one page: the most that the platform gives (contract/rest_v3.md section 3)."""

_LISTS: dict[str, tuple[str, str, Mapping[str, str]]] = {
    "OWNERS": ("/v3/security/owners", "name", {}),
    "USERS": ("/v3/security/users", "userName", {}),
    "API_USERS": ("/v3/security/users", "userName", {}),
    "USER_GROUPS": ("/v3/security/userGroups", "name", {}),
    "ATTRIBUTES": ("/v3/attributeTypes", "name", {}),
    "ARTIFACT_TYPES": ("/v3/artifactTypes", "name", {}),
    "WORKFLOW_TEMPLATES": ("/v3/workflowTemplates", "name", {"tql": "active = true"}),
}
"""Where the names behind a magic value are: path, member of an entry, further params (contract/inputs.md section 8)."""


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
        The member ``data`` of the answer: text, of a keychain variable as a `Secret`; base64 text for a file.

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
    content = data["data"]
    return Secret(content) if kind == "KEYCHAIN" and isinstance(content, str) else content


def fetch_choices(session: Session, magic: str) -> tuple[str, ...]:
    """Return the names behind a magic value of ``validValues`` (contract/inputs.md section 8).

    Every page is read. ``${ATTRIBUTES:<Type>}`` gives all attribute types, as incumbents do: the list does not say what
    a type is for.

    Args:
        session: The platform's session.
        magic: ``${OWNERS}``, say.

    Raises:
        InputError: Nobody knows this value.
        PlatformError: The platform does not hand out the list; in its own words.
    """
    kind = magic.strip().removeprefix("${").removesuffix("}").partition(":")[0]
    if kind == "GROUP_TYPES":
        from gatepost.inputs.group_types import GROUP_TYPES

        return GROUP_TYPES
    if kind == "INDICATOR_TYPES":
        data = _list(session.get("/v2/types/indicatorTypes"), magic).get("data")
        entries = data.get("indicatorType") if isinstance(data, dict) else None
        return _names(entries, "name")
    if kind not in _LISTS:
        known = [f"${{{name}}}" for name in (*_LISTS, "INDICATOR_TYPES", "GROUP_TYPES")]
        raise InputError(f"{magic} stands for no list", remedy=f"Known are {', '.join(known)}")
    path, member, params = _LISTS[kind]
    names: list[str] = []
    while True:
        asked = {"resultLimit": str(_MOST), "resultStart": str(len(names)), **params}
        page = _list(session.get(path, params=asked), magic)
        entries = page.get("data")
        found = _names(entries, member)
        names += found
        if not found or not page.get("next"):
            return tuple(dict.fromkeys(names))


def _list(response: Response, magic: str) -> dict[str, Any]:
    data = _object(response)
    if response.status_code >= 300 or data is None:
        words = words_of(response)
        raise PlatformError(
            f"The platform did not hand out the list that {magic} stands for",
            why=f"It answered {response.status_code}" + (f" and said: {words.message}" if words.message else ""),
            remedy="Check that the user of this run may read it",
            status=response.status_code,
            message=words.message,
            code=words.code,
        )
    return data


def _names(entries: object, member: str) -> tuple[str, ...]:
    if not isinstance(entries, list):
        return ()
    names = (entry.get(member) for entry in entries if isinstance(entry, dict))
    return tuple(name for name in names if isinstance(name, str) and name)


def _object(response: Response) -> dict[str, Any] | None:
    try:
        data = response.json()
    except ValueError:
        return None
    return data if isinstance(data, dict) else None
