"""A runtime for plain scripts: no manifest, no app, the same authorization."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatepost.errors import UsageError
from gatepost.inputs.collecting import collect
from gatepost.inputs.standard import ALIASES, STANDARD_INPUTS, canonical_name

if TYPE_CHECKING:
    from gatepost.runtime.runtime import Runtime

__all__ = ["connect"]


def connect(*, auth: str | None = "auto", raise_for_status: bool = False, **inputs: Any) -> Runtime[None]:
    """Return a runtime for a script, outside the platform or inside.

    Takes any standard input by its name (``tc_api_path``, ``api_access_id``, ``api_secret_key``, ``tc_token``,
    ``tc_token_expires``, ``tc_verify``…) before it looks elsewhere: a param file of the platform, the environment
    (``TC_TOKEN``, ``API_ACCESS_ID``…), and the ``.env`` of the working directory. Opens no connection. Arguments of the
    script are its own business.

    Use it as a context manager: ``with gatepost.connect() as runtime: …`` closes the connections at the end.

    Args:
        auth: ``auto``, or ``token`` or ``hmac`` to force one; None for a script that talks to other services only
            (``runtime.external``, ``runtime.service``) and needs no credential of the platform.
        raise_for_status: Whether ``runtime.session`` raises `PlatformError` for refusals.
        **inputs: Standard inputs by name.

    Raises:
        CredentialError: There is no credential; the message lists every place that was looked at.
        InputError: An input is not what it has to be.
        UsageError: An input has a name that is none of the standard ones.
    """
    from gatepost.auth.choice import choose_scheme
    from gatepost.log import LogSettings, configure, install_redaction
    from gatepost.runtime.authorization import launched_by_platform
    from gatepost.runtime.options import read_options
    from gatepost.runtime.runtime import Runtime

    for name in inputs:
        if canonical_name(name) not in STANDARD_INPUTS and canonical_name(name) not in ALIASES:
            near = get_close_matches(name, [*STANDARD_INPUTS, *ALIASES], n=1)
            raise UsageError(
                f"{name!r} is no standard input",
                remedy=f"Did you mean {near[0]}?" if near else "See the reference of standard inputs",
            )
    collected = collect(explicit=inputs, folder=Path.cwd())
    options = read_options(collected)
    choice = None if auth is None else choose_scheme(collected, on_platform=launched_by_platform(collected), auth=auth)
    # Stays until the process ends: an exception that leaves the script is shown after the runtime was closed.
    install_redaction()
    logging = configure(
        LogSettings(
            level=options.log.level or "warning",
            path=options.log.path,
            file=options.log.file,
            max_bytes=options.log.max_bytes,
            backup_count=options.log.backup_count,
        )
    )
    runtime: Runtime[None] = Runtime(
        collected=collected,
        options=options,
        choice=choice,
        logging=logging,
        results={},
        raise_for_status=raise_for_status,
    )
    runtime.inputs = None
    for finding in (*collected.findings, *(choice.findings if choice is not None else ())):
        logging.get_logger("gatepost").debug("finding", about=str(finding))
    return runtime
