"""One request, authorized but not sent: for a person who sends it by another program."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.errors import UsageError
from gatepost.secret import MASK, Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatepost.auth.choice import Choice
    from gatepost.clock import Time
    from gatepost.runtime.options import Options
    from gatepost.transport.settings import Route

__all__ = ["SignedRequest", "sign_request"]

_METHOD = re.compile(r"[A-Z]+")


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request with what authorizes it.

    Attributes:
        method: The method, upper case.
        url: The URL exactly as it must be sent: a signature covers every character of its path and query.
        headers: Header names and values. A token is a `Secret`; a signature is not, since it is good for this one request and
            five minutes (contract/authorization.md section 2.4).
        choice: The credential, and why this one.
        route: How to reach the platform: proxy and certificate authority.
        expired: Whether the token had run out by this machine's clock.
    """

    method: str
    url: str
    headers: Mapping[str, str | Secret]
    choice: Choice
    route: Route
    expired: bool = False

    def header_lines(self, *, show_secrets: bool = False) -> tuple[str, ...]:
        """Return the headers as lines, ``Name: value``.

        Args:
            show_secrets: Whether a token is in it.
        """
        return tuple(f"{name}: {_shown(value, show_secrets=show_secrets)}" for name, value in self.headers.items())

    def curl_line(self, *, show_secrets: bool = False, environment: Mapping[str, str] | None = None) -> str:
        """Return a command line for a POSIX shell that sends the request by curl, each word quoted.

        Args:
            show_secrets: Whether a token, and the password of a proxy, are in it.
            environment: The environment in which curl will run; default is this process's.
        """
        from gatepost.sessions.curl import curl_command

        lines = self.header_lines(show_secrets=show_secrets)
        return curl_command(self.method, self.url, lines, route=self.route, show_secrets=show_secrets, environment=environment)


def sign_request(
    method: str,
    url: str,
    *,
    auth: str = "auto",
    inputs: Mapping[str, object] | None = None,
    folder: str | Path = ".",
    environment: Mapping[str, str] | None = None,
    time: Time | None = None,
) -> SignedRequest:
    """Authorize a request with the credential that an app or script in this folder would use. Sends nothing.

    A token is taken as it is: renewing it here would kill it for whoever else uses it.

    Args:
        method: The HTTP method.
        url: A path, completed with ``tc_api_path``, or a whole URL of the platform.
        auth: ``auto``, or ``token`` or ``hmac`` to force one.
        inputs: Standard inputs by name; they come before everything else.
        folder: Where ``install.json``, ``.env`` and ``app_inputs.json`` are looked for.
        environment: The environment; default is this process's.
        time: The machine's time; a test turns it.

    Raises:
        CredentialError: There is no credential.
        InputError: An input is not what it has to be.
        ManifestError: ``install.json`` cannot be read.
        OriginError: The URL is not the platform's.
        UsageError: The method is none.
    """
    import requests

    from gatepost.auth.choice import choose_scheme
    from gatepost.auth.hmac import HmacAuth
    from gatepost.auth.token import TokenAuth
    from gatepost.clock import SYSTEM_TIME, Clocks
    from gatepost.inputs.collecting import collect
    from gatepost.runtime.authorization import launched_by_platform
    from gatepost.runtime.options import read_options
    from gatepost.sessions import AuthorizedSession
    from gatepost.transport.origin import origin_of
    from gatepost.transport.settings import resolve_route

    if not _METHOD.fullmatch(method.upper()):
        raise UsageError(f"{method!r} is no HTTP method", remedy="Use GET, POST, PUT, DELETE, PATCH, HEAD or OPTIONS")
    environment = os.environ if environment is None else environment
    directory = Path(folder).absolute()
    manifest = None
    if (directory / "install.json").is_file():
        from gatepost.manifest.loading import load

        manifest = load(directory / "install.json")
    collected = collect(explicit=inputs, manifest=manifest, folder=directory, environment=environment, keep_param_file=True)
    options: Options = read_options(collected, manifest)
    choice = choose_scheme(collected, on_platform=launched_by_platform(collected, environment), auth=auth)
    clocks = Clocks(time or SYSTEM_TIME)
    with AuthorizedSession(None, base_url=options.api_path) as session:
        whole = session.url_for(url)
    prepared = requests.Request(method.upper(), whole).prepare()
    sent = (prepared.url or whole).partition("#")[0]
    origin = origin_of(sent)
    route = resolve_route(origin, proxies=options.platform_proxies, verify=options.verify, environment=environment)
    headers: Mapping[str, str | Secret]
    expired = False
    if choice.token is not None:
        token = TokenAuth(choice.token.token, origin=options.api_path, clocks=clocks)
        token.check_origin(sent)
        headers = {name: Secret(value) for name, value in token.headers(prepared).items()}
        expired = choice.token.expires is not None and clocks.time.time() >= choice.token.expires
    elif choice.hmac is not None:
        pair = HmacAuth(choice.hmac.access_id, choice.hmac.secret_key, origin=options.api_path, clocks=clocks)
        pair.check_origin(sent)
        headers = dict(pair.headers(prepared))
    else:
        raise UsageError("The choice holds no credential")
    return SignedRequest(method.upper(), sent, headers, choice, route, expired)


def _shown(value: str | Secret, *, show_secrets: bool) -> str:
    if not isinstance(value, Secret):
        return value
    if show_secrets:
        return value.reveal()
    scheme, space, _ = value.reveal().partition(" ")
    return f"{scheme}{space}{MASK}"
