"""Requests as command lines for curl: for logs, with every credential masked, and for a person who sends one by hand."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.redaction import redact
from gatepost.secret import MASK
from gatepost.secret_names import is_secret_header, looks_secret, masked_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from requests import PreparedRequest

    from gatepost.transport.settings import Route

__all__ = ["curl_command", "curl_line", "without_password"]

_PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy")

_SCHEME_HEADERS = ("authorization", "proxy-authorization")
_PAIR = re.compile(r"([^&;=?#\s]+)=([^&;#]*)")
_MEMBER = re.compile(r'("((?:[^"\\]|\\.)*)"\s*:\s*)("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*)', re.DOTALL)

_WRITTEN_BY_CURL = ("accept-encoding", "connection", "content-length")


def curl_line(prepared: PreparedRequest, *, show_secrets: bool = False, longest_body: int | None = None) -> str:
    """Return a command line for a POSIX shell that sends a request, each word quoted.

    Masked are headers, query parameters, form fields and members of JSON whose names say that they hold a credential, cookies,
    and every known `gatepost.secret.Secret` anywhere, encoded ones too. A secret below an innocent name is found only when it is
    a `Secret` of six characters or more.

    Args:
        prepared: The request, as it was sent.
        show_secrets: Whether nothing is masked. Not for a log.
        longest_body: Characters; a longer body is named, not shown. Never shown are bodies that are no text, multipart bodies and
            those that are read while they are sent.
    """
    headers = [(_text(name), _text(value)) for name, value in prepared.headers.items()]
    content_type = next((value for name, value in headers if name.lower() == "content-type"), "")
    body, body_file = _shown_body(prepared.body, content_type, longest_body)
    url = (prepared.url or "").partition("#")[0]
    if not show_secrets:
        headers = [(name, _masked_header(name, value)) for name, value in headers]
        url = _masked_url(url)
        body = None if body is None else _masked_body(body)
    has_body = body is not None or body_file is not None
    left_out = _WRITTEN_BY_CURL if has_body else _WRITTEN_BY_CURL[:2]
    lines = [f"{name}: {value}" if value else f"{name};" for name, value in headers if name.lower() not in left_out]
    if has_body and not content_type:
        lines.append("Content-Type:")  # or curl would say that it is a form
    return curl_command(prepared.method or "GET", url, lines, body=body, body_file=body_file)


def curl_command(
    method: str,
    url: str,
    header_lines: Iterable[str],
    *,
    body: str | None = None,
    body_file: str | None = None,
    route: Route | None = None,
    show_secrets: bool = False,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Return a command line of these parts, each word quoted for a POSIX shell. Masks nothing but the password of a proxy.

    Args:
        method: HTTP method.
        url: The whole URL; curl sends it as it is.
        header_lines: As curl takes them: ``Name: value``.
        body: The body, in UTF-8. Left out for HEAD, where curl takes none.
        body_file: The name of a file with the body; ``-`` is standard input.
        route: Proxy and certificate authority; None leaves them to curl.
        show_secrets: Whether the password of a proxy is in it.
        environment: The environment in which curl will run, for its proxies; default is this process's.
    """
    # No squeezing of /../ and no reading of [] and {}: a signature covers every character.
    words = ["curl", "--path-as-is", "--globoff"]
    words += ["--head"] if method == "HEAD" else ["--request", method]
    for line in header_lines:
        words += ["--header", line]
    if body_file is not None and method != "HEAD":
        words += ["--data-binary", f"@{body_file}"]
    elif body is not None and method != "HEAD":
        words += ["--data-raw", body]
    if route is not None:
        words += _route_words(route, os.environ if environment is None else environment, show_secrets=show_secrets)
    return shlex.join([*words, url])


def without_password(proxy: str) -> str:
    """Return the URL of a proxy with a mask for its password."""
    scheme, separator, rest = proxy.partition("://")
    user, at, host = rest.rpartition("@")
    if not at:
        return proxy
    name, colon, _ = user.partition(":")
    return f"{scheme}{separator}{name}{colon}{MASK if colon else ''}@{host}"


def _route_words(route: Route, environment: Mapping[str, str], *, show_secrets: bool) -> list[str]:
    words = []
    if route.verify is False:
        words.append("--insecure")
    elif isinstance(route.verify, str):
        words += ["--capath" if Path(route.verify).is_dir() else "--cacert", route.verify]
    proxy = next(iter(route.proxies.values()), None)
    if proxy is not None:
        words += ["--proxy", proxy if show_secrets else without_password(proxy)]
    elif any(name.lower() in _PROXY_VARIABLES for name in environment):
        words += ["--noproxy", "*"]
    return words


def _shown_body(body: object, content_type: str, longest: int | None) -> tuple[str | None, str | None]:
    """Return a body, or where it cannot be shown a name for it."""
    if body is None or body in ("", b""):
        return None, None
    if not isinstance(body, str | bytes):
        return None, "-"
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    name = f"body-of-{len(data)}-bytes"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None, name
    hidden = "\0" in text or content_type.lower().startswith("multipart/") or (longest is not None and len(text) > longest)
    return (None, name) if hidden else (text, None)


def _masked_header(name: str, value: str) -> str:
    if not is_secret_header(name):
        return redact(_PAIR.sub(_masked_pair, value) if name.lower() in ("referer", "location") else value)
    return masked_header(value, MASK) if name.lower() in _SCHEME_HEADERS else MASK


def _masked_url(url: str) -> str:
    head, mark, query = url.partition("?")
    scheme, separator, rest = head.partition("://")
    authority, slash, path = rest.partition("/")
    user, at, host = authority.rpartition("@")
    return redact(f"{scheme}{separator}{MASK if user else ''}{at}{host}{slash}{path}{mark}{_PAIR.sub(_masked_pair, query)}")


def _masked_body(body: str) -> str:
    if body.lstrip()[:1] in {"{", "["}:
        return redact(_MEMBER.sub(_masked_member, body))
    return redact(_PAIR.sub(_masked_pair, body))


def _masked_pair(pair: re.Match[str]) -> str:
    name, value = pair.groups()
    return f"{name}={MASK}" if value and _says_secret(name) else pair.group()


def _masked_member(member: re.Match[str]) -> str:
    return f'{member.group(1)}"{MASK}"' if _says_secret(member.group(2)) else member.group()


def _says_secret(name: str) -> bool:
    from urllib.parse import unquote_plus

    return looks_secret(unquote_plus(name))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
