"""Authorization for requests that an app's code sends by itself, past the run's sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from requests import PreparedRequest

from gatepost.auth.choice import choose_scheme
from gatepost.auth.hmac import HmacAuth
from gatepost.errors import CredentialError

if TYPE_CHECKING:
    from gatepost.auth.choice import Choice
    from gatepost.auth.scheme import Scheme
    from gatepost.clock import Clocks
    from gatepost.inputs.values import Collected

__all__ = ["headers_for", "make_hmac"]


def headers_for(prepared_request: PreparedRequest, scheme: Scheme) -> dict[str, str]:
    """Return the headers that authorize a prepared request, which is not altered.

    Args:
        prepared_request: A request to the scheme's origin.
        scheme: The scheme.

    Raises:
        TypeError: It is not a prepared request.
        OriginError: It goes to another origin than the scheme's.
        CredentialError: The credential cannot be renewed.
    """
    if not isinstance(prepared_request, PreparedRequest):
        raise TypeError(
            f"authorization() takes a requests.PreparedRequest, not {type(prepared_request).__name__}. "
            "Make one with requests.Request(method, url, …).prepare()"
        )
    if not prepared_request.url or not prepared_request.method:
        raise TypeError("The prepared request has no URL or no method: call prepare() on it first")
    scheme.check_origin(prepared_request.url)
    return dict(scheme.headers(prepared_request))


def make_hmac(choice: Choice | None, collected: Collected, api_path: str, clocks: Clocks) -> HmacAuth:
    """Return HMAC for a run, whatever the run itself uses.

    Args:
        choice: The run's choice, whose pair comes first; None for an app that needs no credential.
        collected: Where the most trusted pair is looked for else.
        api_path: The platform's API path.
        clocks: The servers' clocks.

    Raises:
        CredentialError: There is no pair.
    """
    pair = choice.hmac if choice is not None else None
    if pair is None:
        pair = choose_scheme(collected, on_platform=False, auth="hmac").hmac
    if pair is None:
        raise CredentialError("There is no HMAC pair", remedy="Set api_access_id and api_secret_key")
    return HmacAuth(pair.access_id, pair.secret_key, origin=api_path, clocks=clocks)
