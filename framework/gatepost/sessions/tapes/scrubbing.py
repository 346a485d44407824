"""Taking the secrets out of what goes onto a tape.

What is taken out, and what stands for it:

* headers that carry credentials, by their names: ``***``, after the scheme where there is one (``TC-Token ***``);
* members of JSON bodies, fields of forms and multipart bodies, and query parameters whose names say that they are secret:
  ``***``;
* tokens that a server hands out: a placeholder with the token's kind, as ``SVC:tape:1``, the same one for the same token. It
  works when the tape is replayed: a program puts it into its next request, and a tape does not compare credentials;
* the text of every `gatepost.secret.Secret` of the process, wherever it is, in every form that `gatepost.redaction` knows:
  ``***``.

A secret stays known to the tape for as long as that lives, so that one which is met early and known late, or the other way
round, is found. Compressed answers are decoded before they are searched; an archive that an app uploads is not opened.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from requests.structures import CaseInsensitiveDict

from gatepost.errors import GatepostError
from gatepost.redaction import REDACTED, redact
from gatepost.secret import Secret, known_texts, known_version
from gatepost.secret_names import is_secret, is_secret_header, is_secret_in_request, masked_header, plain_name
from gatepost.sessions.tapes.bodies import read, uncompressed, with_fixed_boundary
from gatepost.sessions.tapes.exchange import Body, Failure, Pairs, Request, Response, encoded_pairs
from gatepost.sessions.tapes.housekeeping import hands_out_tokens
from gatepost.transport.origin import origin_of
from gatepost.transport.target import request_target

if TYPE_CHECKING:
    from requests import PreparedRequest

__all__ = ["Scrubber", "scrubbed"]

_PLAIN_HEADERS = frozenset({"access-control-allow-credentials", "access-control-allow-headers", "access-control-expose-headers"})

_HANDED_OUT = frozenset(
    {"apitoken", "servicetoken", "accesstoken", "refreshtoken", "idtoken", "sessiontoken", "authtoken", "jwt"}
)
"""Members that hold a token in whatever answer: as all names here in lower case, without what joins their words."""

_HANDED_OUT_AT_TOKEN_ENDPOINTS = _HANDED_OUT | {"token", "data"}

_PLACEHOLDER = re.compile(r"[A-Z0-9]+:tape:\d+")
_KIND = re.compile(r"([A-Z][A-Z0-9]{1,9}):")
_BARE_TOKEN = re.compile(r"[\x21-\x7e]{16,}")
_PART = re.compile(rb'(name="?([^";\r\n]+)"?[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n)(.*?)(?=\r\n--)', re.DOTALL)

_DROPPED = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection", "keep-alive"})


class Scrubber:
    """Makes entries of a tape out of requests and responses. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._placeholders: dict[Secret, str] = {}
        self._held: dict[str, Secret] = {}
        self._held_version = -1

    def hold(self) -> None:
        """Keep the secrets of this moment known for as long as this object lives."""
        with self._lock:
            while self._held_version != (version := known_version()):
                for text in known_texts():
                    if text not in self._held:
                        self._held[text] = Secret(text)
                self._held_version = version

    def request(self, request: PreparedRequest, data: bytes, *, left_out: str = "") -> Request:
        """Make the entry of a request.

        Args:
            request: The request.
            data: Its body.
            left_out: Why the body is not to be written; empty when it is.
        """
        self.hold()
        headers = CaseInsensitiveDict({str(name): _text(value) for name, value in request.headers.items()})
        content_type = headers.get("Content-Type", "")
        data, content_type = with_fixed_boundary(uncompressed(data, headers), content_type)
        if content_type:
            headers["Content-Type"] = content_type
        path, _, query = request_target(request).partition("?")
        if left_out:
            body = Body("left out", left_out)
        else:
            body = self._body(read(_without_secret_parts(data, content_type), content_type), is_secret_in_request)
        return Request(
            method=(request.method or "GET").upper(),
            origin=_origin(request.url or ""),
            path=redact(path),
            query=_pairs(tuple(parse_qsl(query, keep_blank_values=True))),
            headers=_headers(headers),
            body=body,
        )

    def response(
        self, request: Request, status: int, reason: str, headers: Mapping[str, str], data: bytes, *, left_out: str = ""
    ) -> Response:
        """Make the entry of a response.

        Args:
            request: The entry of its request.
            status: HTTP status code.
            reason: The words after it.
            headers: Its headers.
            data: Its body, decoded from its content encoding.
            left_out: Why the body is not to be written; empty when it is.
        """
        self.hold()
        kept = {
            name: value
            for name, value in headers.items()
            if name.lower() not in _DROPPED or (request.method == "HEAD" and name.lower() == "content-length")
        }
        body = Body("left out", left_out) if left_out else read(data, CaseInsensitiveDict(headers).get("Content-Type", ""))
        if status < 400:
            body = self._without_tokens(body, at_token_endpoint=hands_out_tokens(request.path))
        return Response(status, redact(reason), _headers(kept), self._body(body, is_secret))

    def failure(self, failure: Failure) -> Failure:
        """Make the entry of a failure."""
        self.hold()
        return Failure(failure.kind, redact(failure.text))

    def _without_tokens(self, body: Body, *, at_token_endpoint: bool) -> Body:
        names = _HANDED_OUT_AT_TOKEN_ENDPOINTS if at_token_endpoint else _HANDED_OUT
        if body.kind == "json":
            if isinstance(body.content, str) and at_token_endpoint:
                return Body("json", self._placeholder(body.content))
            return Body("json", self._tokens_replaced(body.content, names))
        if body.kind == "text" and at_token_endpoint and _BARE_TOKEN.fullmatch(body.content.strip()):
            return Body("text", self._placeholder(body.content.strip()))
        return body

    def _tokens_replaced(self, data: Any, names: frozenset[str]) -> Any:
        if isinstance(data, list):
            return [self._tokens_replaced(item, names) for item in data]
        if not isinstance(data, dict):
            return data
        replaced = {}
        for name, value in data.items():
            if plain_name(name) not in names:
                replaced[name] = self._tokens_replaced(value, names)
            elif isinstance(value, str):
                replaced[name] = self._placeholder(value)
            elif isinstance(value, list):
                replaced[name] = [
                    self._placeholder(item) if isinstance(item, str) else self._tokens_replaced(item, names) for item in value
                ]
            else:
                replaced[name] = self._tokens_replaced(value, names)
        return replaced

    def _placeholder(self, token: str) -> str:
        if not token or _PLACEHOLDER.fullmatch(token):
            return token
        with self._lock:
            secret = Secret(token)
            if secret not in self._placeholders:
                kind = _KIND.match(token)
                self._placeholders[secret] = f"{kind.group(1) if kind else 'TOKEN'}:tape:{len(self._placeholders) + 1}"
            return self._placeholders[secret]

    @staticmethod
    def _body(body: Body, says_secret: Callable[[str], bool]) -> Body:
        if body.kind == "json":
            return Body("json", scrubbed(_named_removed(body.content, says_secret)))
        if body.kind == "form":
            return Body("form", _pairs(body.content))
        if body.kind == "text":
            return Body("text", scrubbed(body.content))
        if body.kind == "base64":
            return Body("base64", redact_bytes(body.content))
        return body


def scrubbed(data: Any) -> Any:
    """Return JSON data without the text of any known secret, in member names and numbers too.

    A placeholder stays: where a tape was replayed in the same process, it is known as a secret, too.
    """
    if isinstance(data, str):
        return data if _PLACEHOLDER.fullmatch(data) else redact(data)
    if isinstance(data, list):
        return [scrubbed(item) for item in data]
    if isinstance(data, dict):
        return {redact(name): scrubbed(value) for name, value in data.items()}
    if isinstance(data, bool) or not isinstance(data, int | float):
        return data
    text = repr(data)
    return data if redact(text) == text else REDACTED


def redact_bytes(data: bytes) -> bytes:
    """Return bytes without the text of any known secret, in UTF-8 or Latin-1."""
    text = data.decode("utf-8", "surrogateescape")
    clean = redact(text)
    if clean != text:
        data = clean.encode("utf-8", "surrogateescape")
    text = data.decode("latin-1")
    clean = redact(text)
    return data if clean == text else clean.encode("latin-1")


def _named_removed(data: Any, says_secret: Callable[[str], bool]) -> Any:
    if isinstance(data, list):
        return [_named_removed(item, says_secret) for item in data]
    if not isinstance(data, dict):
        return data
    return {
        name: REDACTED
        if isinstance(value, str) and value and not _PLACEHOLDER.fullmatch(value) and says_secret(name)
        else _named_removed(value, says_secret)
        for name, value in data.items()
    }


def _pairs(pairs: Pairs) -> Pairs:
    return tuple((redact(name), REDACTED if value and is_secret_in_request(name) else redact(value)) for name, value in pairs)


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    kept = {}
    for name, value in headers.items():
        if name.lower().startswith("timestamp"):
            kept[name] = REDACTED
        elif is_secret_header(name) and name.lower() not in _PLAIN_HEADERS:
            kept[name] = masked_header(value, REDACTED)
        elif name.lower() in {"location", "content-location", "referer"}:
            kept[name] = _location(value)
        else:
            kept[name] = redact(value)
    return kept


def _location(url: str) -> str:
    head, mark, query = url.partition("?")
    query, hash_mark, fragment = query.partition("#")
    pairs = tuple(parse_qsl(query, keep_blank_values=True))
    if mark and _pairs(pairs) != pairs:
        query = encoded_pairs(_pairs(pairs))
    return redact(f"{head}{mark}{query}{hash_mark}{fragment}")


def _without_secret_parts(data: bytes, content_type: str) -> bytes:
    if not content_type.lower().startswith("multipart/"):
        return data

    def part(match: re.Match[bytes]) -> bytes:
        secret = is_secret_in_request(match.group(2).decode("latin-1"))
        return match.group(1) + (REDACTED.encode() if secret else match.group(3))

    return _PART.sub(part, data)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _origin(url: str) -> str:
    try:
        return str(origin_of(url))
    except GatepostError:
        # A plain session may send what ours refuses: a user name in the URL, say.
        from urllib.parse import urlsplit

        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
