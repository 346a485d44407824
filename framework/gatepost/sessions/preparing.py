"""Preparing a request as ``requests`` does, less what comes out the same for every request of a session.

``PreparedRequest.prepare`` takes a URL apart and puts it together again, asks an empty cookie jar for cookies and looks for a
user in the URL; that is a fifth of what a request costs. The steps are the public ones of ``PreparedRequest``, in its order;
one is left out only where it would change nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from requests import PreparedRequest
from requests.cookies import RequestsCookieJar, cookiejar_from_dict, merge_cookies
from requests.sessions import merge_hooks, merge_setting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import Request, Session

__all__ = ["prepare", "prepared_prefix"]

# A path and query that ``requests`` and urllib3 leave alone: nothing to escape or to unescape, no empty query, no fragment.
_UNTOUCHED = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/-]*(?:\?[A-Za-z0-9._~!$&'()*+,;=:@/?-]+)?")


def prepared_prefix(base_url: str) -> str:
    """Return what every URL below a base URL begins with once it is prepared."""
    prepared = PreparedRequest()
    prepared.prepare_url(f"{base_url}/", None)
    return prepared.url or ""


def prepare(session: Session, request: Request, url: str, auth: Any, prefix: str) -> PreparedRequest:
    """Return the prepared form of a request.

    Args:
        session: Its headers, params, cookies and hooks are merged in.
        request: What was asked for.
        url: The absolute URL; it names no user.
        auth: Anything that ``requests`` takes; None for a request that gets its credentials later, or never.
        prefix: What `prepared_prefix` returned for the session's base URL; empty for none.
    """
    prepared = PreparedRequest()
    prepared.prepare_method((request.method or "GET").upper())
    params = merge_setting(request.params, session.params) if session.params else request.params  # type: ignore[no-untyped-call]
    if params or not _is_prepared(url, prefix):
        prepared.prepare_url(url, params)
    else:
        prepared.url = url
    prepared.prepare_headers(_merged(session.headers, request.headers))
    cookies = request.cookies or {}
    jar = RequestsCookieJar()
    if cookies or len(session.cookies):
        if isinstance(cookies, dict):
            cookies = cookiejar_from_dict(cookies)  # type: ignore[no-untyped-call]
        jar = merge_cookies(merge_cookies(jar, session.cookies), cookies)  # type: ignore[no-untyped-call]
        prepared.prepare_cookies(jar)
    else:
        prepared._cookies = jar  # type: ignore[attr-defined]  # where a redirect of requests looks for one
    prepared.prepare_body(request.data, request.files, request.json)
    if auth is not None:
        prepared.prepare_auth(auth, url)
    prepared.prepare_hooks(merge_hooks(request.hooks, session.hooks))  # type: ignore[no-untyped-call]
    return prepared


def _is_prepared(url: str, prefix: str) -> bool:
    """Tell whether preparing would return this very URL. Where in doubt, it would not."""
    # Segments of dots are resolved.
    return bool(prefix) and url.startswith(prefix) and "/." not in url and _UNTOUCHED.fullmatch(url, len(prefix)) is not None


def _merged(ours: Mapping[str, Any], given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the session's headers with those of the request over them. None removes one; names are compared without case."""
    if not given and None not in ours.values():
        return dict(ours.items())
    merged = {name.lower(): (name, value) for name, value in ours.items()}
    for name, value in (given or {}).items():
        merged[name.lower()] = (name, value)
    return {name: value for name, value in merged.values() if value is not None}
