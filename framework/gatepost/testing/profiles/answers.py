"""Recorded HTTP answers of a profile: what a request is answered with, without a server."""

from __future__ import annotations

import base64
import contextlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gatepost.testing.profiles.profile import Profile

__all__ = ["recorded_answers"]


def recorded_answers(
    profile: Profile, answers: Mapping[str, Sequence[Mapping[str, Any]]], folder: Path | None
) -> tuple[Mapping[str, Any], ...]:
    """Return the answers of a profile with their bodies, as JSON can hold them.

    Args:
        profile: The profile, for errors.
        answers: By method in lower case; templates filled in.
        folder: Where ``output_file`` is looked for.

    Returns:
        For each ``method`` (in upper case), ``url``, ``params``, ``status``, ``headers`` and ``body`` (base64).

    Raises:
        ProfileError: A URL is none, or a file with a body cannot be read; says its line.
    """
    return tuple(
        _recorded(profile, method, entry, ("stage", "request", method, number), folder)
        for method, entries in answers.items()
        for number, entry in enumerate(entries)
    )


def _recorded(
    profile: Profile, method: str, entry: Mapping[str, Any], place: tuple[str | int, ...], folder: Path | None
) -> Mapping[str, Any]:
    try:
        urlsplit(str(entry["url"]))
    except ValueError as error:
        raise profile.error(
            (*place, "url"), "the url of a recorded answer is none", why=str(error), remedy="Correct it"
        ) from None
    params, headers = entry.get("params"), entry.get("headers")
    said = {str(name): str(value) for name, value in headers.items()} if isinstance(headers, dict) else {}
    if isinstance(entry.get("body"), dict | list):
        said.setdefault("Content-Type", "application/json")
    return {
        "method": method.upper(),
        "url": str(entry["url"]),
        "params": {name: value for name, value in params.items() if value is not None} if isinstance(params, dict) else {},
        "status": int(entry.get("status_code") or 200),
        "headers": said,
        "body": base64.b64encode(_body(profile, entry, place, folder)).decode(),
    }


def _body(profile: Profile, entry: Mapping[str, Any], place: tuple[str | int, ...], folder: Path | None) -> bytes:
    body, file = entry.get("body"), entry.get("output_file")
    if body is None and file:
        # Beside the profile, or below the app: nobody knows from where such a path counts.
        homes = [profile.path.parent, profile.path.parent.parent, *([folder] if folder is not None else [])]
        for home in homes:
            with contextlib.suppress(OSError, ValueError):
                return (home / str(file)).read_bytes()
        raise profile.error(place, f"the body {file} cannot be read", remedy=f"Put it beside the profile: {homes[0] / str(file)}")
    if isinstance(body, dict) and set(body) == {"base64"}:
        try:
            return base64.b64decode(str(body["base64"]), validate=True)
        except ValueError:
            raise profile.error(place, "the body is no base64", remedy="Correct it, or name a file: output_file") from None
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()
