"""Origins: who gets the credentials. An origin is scheme, host and port, compared after normalization (RFC 6454)."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from gatepost.named_tuples import NamedTuple
from gatepost.transport.errors import OriginError

__all__ = ["Origin", "check_plain_http", "origin_of"]

_DEFAULT_PORTS = {"https": 443, "http": 80}
_MISREAD = re.compile(r"[\\\x00-\x20\x7f]")
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")


class Origin(NamedTuple):
    """Scheme, host and port of a server; default ports are written out."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        if self.port == _DEFAULT_PORTS.get(self.scheme):
            return f"{self.scheme}://{self.host}"
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether the server is this machine: ``localhost`` or a loopback address."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False


def origin_of(url: str) -> Origin:
    """Return the origin of an absolute URL.

    Raises:
        OriginError: The URL is relative, has no host, names a user, holds a backslash or a control character, or is neither
            ``https`` nor ``http``. Such URLs are read differently by different parsers, and the wrong reading sends a
            credential to the wrong host.
    """
    if url.startswith("//"):
        raise OriginError(
            f"The URL {_shown(url)} names a host but no scheme",
            remedy="Write the whole URL, or a path that starts with one slash",
        )
    if _MISREAD.search(url):
        raise OriginError(
            f"The URL {_shown(url)} holds a backslash, a space or a control character",
            why="Parsers disagree about such URLs",
            remedy="Percent-encode the character",
        )
    authority = _AUTHORITY.match(url)
    if authority is None:
        raise OriginError(
            f"{_shown(url)} is not a URL of a web server", remedy="Write https://host/path, or a path that starts with a slash"
        )
    return _origin_of(authority.group())


# Of the beginning only: paths and queries are many, and hold what should not be kept.
@lru_cache(maxsize=256)
def _origin_of(url: str) -> Origin:
    try:
        parsed = parse_url(url)
    except LocationParseError:
        raise OriginError(f"{_shown(url)} is not a URL", remedy="Write https://host/path") from None
    scheme = (parsed.scheme or "").lower()
    if scheme not in _DEFAULT_PORTS or not parsed.host:
        raise OriginError(
            f"{_shown(url)} is not a URL of a web server", remedy="Write https://host/path, or a path that starts with a slash"
        )
    if parsed.auth is not None:
        raise OriginError(
            f"The URL of {parsed.host} holds a user name",
            why="Credentials in a URL end up in logs, and a host may hide behind them",
            remedy="Give the credentials as inputs or as auth=",
        )
    return Origin(scheme, parsed.host.lower(), parsed.port or _DEFAULT_PORTS[scheme])


def check_plain_http(origin: Origin) -> None:
    """Refuse plain HTTP to any other machine than this one.

    Raises:
        OriginError: The origin is ``http`` and not loopback.
    """
    if origin.scheme != "https" and not origin.is_loopback:
        raise OriginError(
            f"{origin} would be asked over plain HTTP",
            why="Everybody on the way could read the credentials and the answer",
            remedy=f"Use https://{origin.host}",
        )


def _shown(url: str) -> str:
    """Return what of a URL may be shown: no query, no user, no endless text."""
    head = url.split("?", 1)[0].split("#", 1)[0]
    return repr(re.sub(r"[^/\\]*@", "…@", head)[:200])
