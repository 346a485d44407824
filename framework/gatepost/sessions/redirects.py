"""The next request of a redirect chain, and what must not travel along."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from requests.cookies import RequestsCookieJar
from requests.utils import requote_uri

from gatepost.transport.bodies import rewind
from gatepost.transport.errors import OriginError
from gatepost.transport.origin import check_plain_http, origin_of
from gatepost.transport.query import holds_any, without_parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from requests import PreparedRequest, Response, Session

__all__ = ["redirected"]

_BODY_HEADERS = ("Content-Length", "Content-Type", "Transfer-Encoding")
_NO_PARAMETERS: Mapping[str, str] = {}
_PRIVATE_HEADERS = ("Authorization", "Cookie", "Proxy-Authorization")


def redirected(
    session: Session,
    response: Response,
    written: Iterable[str],
    parameters: Mapping[str, str] = _NO_PARAMETERS,
    *,
    has_left: bool = False,
) -> PreparedRequest | None:
    """Return the request that a redirect asks for.

    Args:
        session: Decides the method (``rebuild_method``) and holds the cookies.
        response: The redirect.
        written: Names of the headers that a scheme wrote; they do not go to another origin, nor do authorization and cookies.
        parameters: What a scheme wrote into the query; it does not go to another origin either.
        has_left: Whether the chain has been at another origin: then they do not go back to the first one either.

    Returns:
        The next request, without credentials; None when the body cannot be sent again.

    Raises:
        OriginError: The redirect goes to plain HTTP on another machine, or to a URL that is not one, or it would tell another
            origin what a scheme wrote into the query.
    """
    request = response.request
    location = session.get_redirect_target(response) or ""
    before = origin_of(request.url or "")
    url = urljoin(request.url or "", location)
    fragment = urlsplit(request.url or "").fragment
    if fragment and not urlsplit(url).fragment:
        url = f"{url}#{fragment}"
    url = requote_uri(url)
    after = origin_of(url)
    try:
        check_plain_http(after)
    except OriginError as error:
        raise OriginError(f"{before} redirects to {after}, plain HTTP", why=error.why, remedy=error.remedy) from None

    if parameters and (has_left or after != before):
        url = without_parameters(url, parameters)
        if holds_any(url, parameters.values()):
            raise OriginError(
                f"{before} redirects to {after} with the key in the URL",
                why="Credentials are never sent to another origin",
                remedy="Ask the final address itself",
            )
    following = request.copy()
    following.url = url
    session.rebuild_method(following, response)
    if response.status_code not in (307, 308):
        for name in _BODY_HEADERS:
            following.headers.pop(name, None)
        following.body = None
    elif not rewind(following):
        return None
    for name in written:
        following.headers.pop(name, None)
    following.headers.pop("Cookie", None)
    if after == before and not has_left:
        jar = RequestsCookieJar()
        jar.update(getattr(request, "_cookies", None) or {})
        jar.update(session.cookies)
        following._cookies = jar  # type: ignore[attr-defined]
        following.prepare_cookies(jar)
    else:
        for name in _PRIVATE_HEADERS:
            following.headers.pop(name, None)
        following._cookies = RequestsCookieJar()  # type: ignore[attr-defined]
    return following
