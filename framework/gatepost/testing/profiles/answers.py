"""Recorded HTTP answers of a profile: what a request is answered with, without a server."""

from __future__ import annotations

import base64
import contextlib
import json
import threading
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from gatepost.testing.profiles.profile import Profile

__all__ = ["answered"]

_LOCK = threading.RLock()


@contextlib.contextmanager
def answered(profile: Profile, answers: Mapping[str, Sequence[Mapping[str, Any]]], folder: Path | None) -> Iterator[None]:
    """Answer the requests of this process that a profile has answers for; all others are sent.

    How such answers are matched is not known: here by method, by the URL without its query, and by ``params`` and the query of
    the recorded URL, which the request has to have among its own. Of several that match, the first one is given once, then the
    next, and the last one from then on.

    Args:
        profile: The profile, for errors.
        answers: By method in lower case; templates filled in.
        folder: Where ``output_file`` is looked for.

    Raises:
        ProfileError: A file with a body cannot be read; says its line.
    """
    if not any(answers.values()):
        yield
        return
    from requests.adapters import HTTPAdapter

    recorded = {
        method.upper(): [
            _Answer(entry, _body(profile, entry, ("stage", "request", method, number), folder))
            for number, entry in enumerate(entries)
        ]
        for method, entries in answers.items()
    }
    given: set[int] = set()

    def send(adapter: Any, request: Any, *arguments: Any, **settings: Any) -> Any:
        fitting = [answer for answer in recorded.get(str(request.method).upper(), ()) if answer.fits(str(request.url))]
        if not fitting:
            return before(adapter, request, *arguments, **settings)
        answer = next((each for each in fitting if id(each) not in given), fitting[-1])
        given.add(id(answer))
        return answer.response(adapter, request)

    with _LOCK:
        before = HTTPAdapter.send
        HTTPAdapter.send = send  # type: ignore[method-assign, assignment]
        try:
            yield
        finally:
            HTTPAdapter.send = before  # type: ignore[method-assign]


class _Answer:
    """One recorded answer."""

    def __init__(self, entry: Mapping[str, Any], body: bytes) -> None:
        self._url, self._query = _parts(str(entry["url"]))
        params = entry.get("params")
        items = params.items() if isinstance(params, dict) else ()
        self._query |= {(str(name), str(value)) for name, value in items if value is not None}
        self._status = int(entry.get("status_code") or 200)
        headers = entry.get("headers")
        self._headers = {str(name): str(value) for name, value in headers.items()} if isinstance(headers, dict) else {}
        if isinstance(entry.get("body"), dict | list):
            self._headers.setdefault("Content-Type", "application/json")
        self._body = body

    def fits(self, url: str) -> bool:
        place, query = _parts(url)
        return place == self._url and self._query <= query

    def response(self, adapter: Any, request: Any) -> Any:
        from urllib3 import HTTPResponse

        # Of the body as it is recorded; an encoding or length of the wire would not be true of it.
        headers = {name: value for name, value in self._headers.items() if name.lower() not in _OF_THE_WIRE}
        raw = HTTPResponse(BytesIO(self._body), headers, self._status, preload_content=False)
        return adapter.build_response(request, raw)


_OF_THE_WIRE = {"content-encoding", "content-length", "transfer-encoding"}


def _parts(url: str) -> tuple[str, set[tuple[str, str]]]:
    parts = urlsplit(url)
    place = f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path or '/'}"
    return place, set(parse_qsl(parts.query, keep_blank_values=True))


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
