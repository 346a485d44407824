"""From the choice of a credential to the scheme that sends it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gatepost.errors import UsageError
from gatepost.inputs.values import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gatepost.auth.choice import Choice
    from gatepost.auth.scheme import Scheme
    from gatepost.clock import Clocks
    from gatepost.inputs.values import Collected
    from gatepost.transport.plain import PlainTransport

__all__ = ["launched_by_platform", "make_scheme"]


def launched_by_platform(collected: Collected, environment: Mapping[str, str] | None = None) -> bool:
    """Tell whether the platform launched this process.

    It did when it handed over a param file, or set off an app that it had launched ahead of time, or, in the way of its older
    versions, gave a token together with the folder for the run's files among the arguments (contract/inputs.md section 1,
    contract/logging_and_runtime.md section 6).
    """
    environment = os.environ if environment is None else environment
    if environment.get("TC_APP_PARAM_FILE") and environment.get("TC_APP_PARAM_KEY"):
        return True
    if collected.from_source(Source.AOT):
        return True
    arguments = collected.from_source(Source.ARGUMENTS)
    return "tc_token" in arguments and "tc_out_path" in arguments


def make_scheme(
    choice: Choice,
    api_path: str,
    *,
    transport: Callable[[], PlainTransport],
    clocks: Clocks,
    warn: Callable[[str, str], None],
) -> Scheme:
    """Make the scheme of a choice.

    Args:
        choice: The chosen credential.
        api_path: The API's base URL: the only origin that gets the credential.
        transport: Makes what renewals are sent with; called when there is a token.
        clocks: The servers' clocks, shared with the session.
        warn: Told about failures that stop nobody.
    """
    from gatepost.auth.hmac import HmacAuth

    hmac = None
    if choice.hmac is not None:
        hmac = HmacAuth(choice.hmac.access_id, choice.hmac.secret_key, origin=api_path, clocks=clocks)
    if choice.token is None:
        if hmac is None:
            raise UsageError("The choice holds no credential")
        return hmac
    from gatepost.auth.token import TokenAuth, renewal_url

    token = TokenAuth(
        choice.token.token,
        choice.token.expires,
        renew_url=renewal_url(api_path),
        transport=transport(),
        clocks=clocks,
        warn=warn,
    )
    if hmac is None:
        return token
    from gatepost.auth.fallback import FallbackAuth

    return FallbackAuth(token, hmac, when_fallen_back=lambda reason: warn("fell back from token to HMAC", reason))
