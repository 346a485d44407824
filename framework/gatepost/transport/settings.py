"""How to reach an origin: proxy, certificates, timeouts. Resolved once per origin, not once per request."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gatepost.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatepost.transport.origin import Origin

__all__ = ["CONNECT_TIMEOUT", "READ_TIMEOUT", "Route", "Verify", "proxy_url", "resolve_route"]

CONNECT_TIMEOUT = 10.0
"""Seconds to wait for a connection, by default."""

READ_TIMEOUT = 60.0
"""Seconds to wait for the next piece of an answer, by default."""

Verify = bool | str | None
"""Whether to verify the server's certificate, or the path of the CA file or folder to do it with."""

Certificate = str | tuple[str, str] | None
"""The client certificate: one file, or (certificate, key)."""

_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


class Route(NamedTuple):
    """The way to one origin.

    Attributes:
        proxies: For ``requests``: scheme to proxy URL; empty means a direct connection.
        verify: True, False, or the path of a CA file or folder.
        cert: Client certificate, or None.
        proxy_source: Where the proxy setting came from (``tc_proxy_host``, ``HTTPS_PROXY``…), or why there is none.
        verify_source: Where the setting of verification came from.
    """

    proxies: Mapping[str, str]
    verify: bool | str
    cert: Certificate
    proxy_source: str
    verify_source: str

    def __repr__(self) -> str:
        # Without the proxies: the URL of one may hold its password.
        return f"Route(verify={self.verify!r} ({self.verify_source}), proxy: {self.proxy_source})"


def resolve_route(
    origin: Origin,
    *,
    proxies: Mapping[str, str] | None = None,
    verify: Verify = True,
    cert: Certificate = None,
    trust_env: bool = True,
    environment: Mapping[str, str] | None = None,
) -> Route:
    """Decide proxy and certificates for an origin. What was said explicitly beats the environment.

    Args:
        origin: The server.
        proxies: As ``requests`` takes them (``{"https": url}``, also ``{"https://host": url}``, ``all``); they beat the
            environment. None or empty text instead of a URL means a direct connection.
        verify: False turns verification off, a path names the CA; both beat the environment. True (None too) means *verify*, and
            then ``REQUESTS_CA_BUNDLE``, ``CURL_CA_BUNDLE`` or ``SSL_CERT_FILE``, the first that is set, names the CA.
        cert: Client certificate.
        trust_env: Whether the environment is asked at all.
        environment: The environment; default is the process's.

    Plain HTTP to this machine never goes through a proxy, and the environment's proxies are not used for this machine.
    """
    environment = os.environ if environment is None else environment
    chosen: dict[str, str] = {}
    proxy_source = "direct connection: no proxy is set"
    if origin.is_loopback and origin.scheme == "http":
        proxy_source = "direct connection: plain HTTP to this machine takes no proxy"
    elif proxies and (explicit := _select(origin, proxies)) is not None:
        chosen, proxy_source = ({origin.scheme: explicit} if explicit else {}), "explicit"
    elif trust_env and not origin.is_loopback:
        found = _environment_proxy(origin, environment)
        if found is not None:
            chosen, proxy_source = {origin.scheme: found[0]}, f"environment {found[1]}"

    bundle: bool | str = True if verify is None else verify
    verify_source = "explicit" if verify not in (True, None) else "default"
    if bundle is True and trust_env:
        for name in _CA_VARIABLES:
            if environment.get(name):
                bundle, verify_source = environment[name], f"environment {name}"
                break
    return Route(chosen, bundle, cert, proxy_source, verify_source)


def proxy_url(host: str, port: int, username: str = "", password: str = "") -> str:
    """Return the URL of an HTTP proxy, user and password percent-encoded (contract/logging_and_runtime.md section 4)."""
    from urllib.parse import quote

    user = ""
    if username:
        user = quote(username, safe="~") + (f":{quote(password, safe='~')}" if password else "") + "@"
    return f"http://{user}{host}:{port}"


def _select(origin: Origin, proxies: Mapping[str, str]) -> str | None:
    keys = (f"{origin.scheme}://{origin.host}", origin.scheme, f"all://{origin.host}", "all")
    # None or empty text says as explicitly that there is to be no proxy.
    return next((proxies[key] or "" for key in keys if key in proxies), None)


def _environment_proxy(origin: Origin, environment: Mapping[str, str]) -> tuple[str, str] | None:
    names = (f"{origin.scheme}_proxy", "all_proxy")
    for name in names:
        for spelled in (name, name.upper()):
            if environment.get(spelled):
                if _bypassed(origin, environment):
                    return None
                return environment[spelled], spelled
    return None


def _bypassed(origin: Origin, environment: Mapping[str, str]) -> bool:
    """Tell whether ``NO_PROXY`` names the origin: names cover their subdomains, addresses may be CIDR blocks, ``*`` is all."""
    import ipaddress

    entries = (environment.get("no_proxy") or environment.get("NO_PROXY") or "").replace(" ", "").lower().split(",")
    host = origin.host.strip("[]")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    for entry in filter(None, entries):
        if entry == "*":
            return True
        name, _, port = entry.partition(":") if entry.count(":") == 1 else (entry.strip("[]"), "", "")
        if port and port != str(origin.port):
            continue
        if address is not None:
            try:
                if address in ipaddress.ip_network(name, strict=False):
                    return True
            except ValueError:
                continue
        elif host == name.lstrip(".") or host.endswith("." + name.lstrip(".")):
            return True
    return False
