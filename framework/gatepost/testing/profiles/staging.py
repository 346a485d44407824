"""What a profile puts in place before a run: values of variables, objects on the platform, secrets of a vault."""

from __future__ import annotations

import base64
import binascii
import contextlib
import time
import uuid
from typing import TYPE_CHECKING, Any

from gatepost.errors import GatepostError, PlatformError
from gatepost.playbook.serialization import serialize
from gatepost.testing.profiles.templates import evaluate, fill_in
from gatepost.variables import parse_playbook_variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests

    from gatepost.testing.profiles.platform import ProfilePlatform
    from gatepost.testing.profiles.profile import Profile
    from gatepost.testing.profiles.templates import Variables

__all__ = ["STAGED_ID", "always_staged", "staged_values", "staging"]

STAGED_ID = "1234"
"""The app's id in variables that are staged."""


def always_staged() -> dict[str, object]:
    """Return the values that every profile has, by the whole texts of their variables.

    Their names are the contract's; the text of ``non-ascii`` is not known, and is one of several scripts here.
    """
    values: dict[str, object] = {
        "empty!Binary": b"",
        "empty!BinaryArray": [],
        "empty!String": "",
        "empty!StringArray": [],
        "non-ascii!String": "ünïcödé — Ελληνικά, русский, 日本語, 🙂",
        "epoch!String": str(int(time.time())),
        "uuid!String": str(uuid.uuid4()),
    }
    return {f"#App:{STAGED_ID}:{name}": value for name, value in values.items()}


def staged_values(profile: Profile, kvstore: Mapping[str, Any]) -> dict[str, object]:
    """Return the values to stage, typed: Binary ones are base64 in a profile, nulls are not staged.

    Args:
        profile: The profile, for errors.
        kvstore: Its values, templates filled in.

    Raises:
        ProfileError: A value is none for its variable, or no base64; says its line.
    """
    values = always_staged()
    for name, value in kvstore.items():
        variable = parse_playbook_variable(name)
        if value is None:
            continue
        if variable is not None and variable.type in {"Binary", "BinaryArray"}:
            items = value if isinstance(value, list) else [value]
            try:
                decoded = [None if item is None else base64.b64decode(str(item), validate=True) for item in items]
            except (binascii.Error, ValueError):
                place = ("stage", "kvstore", name)
                raise profile.error(place, f"{name} is no base64", remedy="Write binary values in base64") from None
            values[name] = decoded if variable.type == "BinaryArray" else decoded[0] if decoded else b""
        else:
            values[name] = value
        try:
            serialize(variable.type if variable is not None else "String", values[name], name)
        except GatepostError as error:
            place = ("stage", "kvstore", name)
            raise profile.error(place, error.what, why=error.why, remedy=error.remedy) from None
    return values


@contextlib.contextmanager
def staging(profile: Profile, variables: Variables, platform: ProfilePlatform) -> Iterator[dict[str, Any]]:
    """Make a profile's objects on the platform and read its paths of the vault; remove the objects afterwards.

    Yields:
        What JMESPath expressions may ask for: ``env``, ``vault`` and ``tc``.

    Raises:
        ProfileError: Something cannot be staged; says its line.
    """
    staged: dict[str, Any] = {"env": dict(variables.environment), "vault": {}, "tc": {}}
    for name, path in profile.vault.items():
        staged["vault"][name] = _secrets(profile, name, fill_in(profile, path, variables, ("stage", "vault", name)), variables)
    if not profile.threatconnect:
        yield staged
        return
    with platform.session() as session, contextlib.ExitStack() as made:
        for kind, objects in profile.threatconnect.items():
            for name, body in objects.items():
                place = ("stage", "threatconnect", kind, name)
                filled = evaluate(profile, fill_in(profile, body, variables, place), staged, place)
                try:
                    found = _make(session, kind, filled)
                except GatepostError as error:
                    raise profile.error(place, error.what, why=error.why, remedy=error.remedy) from None
                staged["tc"].setdefault(kind, {})[name] = found
                if "id" in found:
                    made.callback(_remove, session, kind, found["id"])
        yield staged


def _secrets(profile: Profile, name: str, path: object, variables: Variables) -> dict[str, Any]:
    from gatepost.secret import Secret

    place = ("stage", "vault", name)
    if variables.vault is None:
        raise profile.error(place, "There is no vault to ask", why="VAULT_ADDR and VAULT_TOKEN are not set", remedy="Set both")
    if not isinstance(path, str):
        raise profile.error(place, f"{name} is no path in the vault", remedy="Write a text: /company/product")
    try:
        found = variables.vault.read(path)
    except GatepostError as error:
        raise profile.error(place, error.what, why=error.why, remedy=error.remedy) from None
    variables.secrets += [Secret(value) for value in found.values() if isinstance(value, str)]
    return found


def _make(session: requests.Session, kind: str, body: object) -> dict[str, Any]:
    answer = session.post(f"/v3/{kind}", params={"fields": "all"}, json=body)
    if answer.status_code in {404, 405, 501}:
        raise PlatformError(
            f"The platform makes no {kind}",
            why=f"POST /v3/{kind} was answered with {answer.status_code}",
            remedy="Emulated platforms make none: run the profile on a real one (--platform environment), or do without",
            status=answer.status_code,
        )
    if not answer.ok:
        raise PlatformError(
            f"The platform did not make one of the {kind}",
            why=f"Status {answer.status_code}: {answer.text[:300]}",
            remedy="Correct what is staged",
            status=answer.status_code,
        )
    data = answer.json()
    found = data.get("data") if isinstance(data, dict) else None
    if not isinstance(found, dict):
        raise PlatformError(f"The platform's answer for one of the {kind} has no data", status=answer.status_code)
    return found


def _remove(session: requests.Session, kind: str, number: object) -> None:
    # Whatever the test said about itself is more important than an object that stays.
    with contextlib.suppress(Exception):
        session.delete(f"/v3/{kind}/{number}")
