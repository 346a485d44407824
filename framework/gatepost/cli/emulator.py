"""``gatepost emulator``: a platform in this process, until Ctrl-C."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatepost.cli.options import seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gatepost.emulator import Emulator, RecordedRequest
    from gatepost.emulator.services.server import ServiceServer

__all__ = ["OutputFormat", "emulator", "request_line"]


_LOOK_SECONDS = 0.5
"""Between two looks whether a signal came."""


class OutputFormat(enum.StrEnum):
    """How the credentials are printed."""

    TEXT = "text"
    ENV = "env"
    JSON = "json"


def emulator(
    *,
    services: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="NAMES", help="Run other services beside it: tcap, timbr, oauth; commas between."),
    ] = None,
    port: Annotated[int, typer.Option(help="The TCP port; 0 takes a free one.")] = 0,
    host: Annotated[str, typer.Option(help="Where to listen: 127.0.0.1, ::1 or localhost.")] = "127.0.0.1",
    prefix: Annotated[str, typer.Option(help="The path of the API; empty for the legacy one.")] = "/api",
    token_life: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="How long a token lives.", show_default="14400", callback=seconds)
    ] = None,
    clock_offset: Annotated[float, typer.Option(metavar="SECONDS", help="How far the clocks are ahead.", callback=seconds)] = 0.0,
    no_tokens: Annotated[bool, typer.Option("--no-tokens", help="Be a server that knows no tokens.")] = False,
    redis: Annotated[
        bool, typer.Option("--redis", help="Keep the values of playbooks in a Redis beside it, not in its REST store.")
    ] = False,
    format: Annotated[
        OutputFormat, typer.Option("--format", "-f", help="How to print the credentials; env is for a shell.")
    ] = OutputFormat.TEXT,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    chaos: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A chaos profile (JSON): the faults that each server has.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not show the requests.")] = False,
) -> None:
    """Run a platform in this process until Ctrl-C: HTTPS on this machine, with made-up credentials that it prints.

    The credentials go to stdout, each request with the server's verdict to stderr. Services beside the platform have each a
    URL, an authority and credentials of their own.
    """
    import contextlib
    import tempfile
    import time

    from gatepost.cli.signals import ends_by_signal
    from gatepost.project.ca_bundle import write_ca_bundle
    from gatepost.project.launching.emulated import load_chaos, make_emulator, make_service, service_names

    names = service_names(services or ())
    with ends_by_signal(), tempfile.TemporaryDirectory(prefix="gatepost-") as folder, contextlib.ExitStack() as stack:
        bundle = Path(folder) / "ca.pem"
        shared = {"host": host, "clock_offset": clock_offset, "chaos": load_chaos(chaos) if chaos is not None else None}
        settings = {"port": port, "prefix": prefix, "token_life": token_life, "tokens_known": not no_tokens, "redis": redis}
        platform = stack.enter_context(make_emulator(**shared, **settings))
        beside = [stack.enter_context(make_service(name, **shared)) for name in names]
        write_ca_bundle(bundle, *(server.ca_file for server in (platform, *beside)))
        for server in (platform, *beside):
            # It may run for days: what was shown is forgotten.
            server.listen(_hide if quiet else _shower(server.name if beside else ""), keep=False)
        try:
            _introduce(platform, beside, bundle, OutputFormat.JSON if json else format, tokens=not no_tokens)
            # Not for ever at once: a signal that comes when this is just about to begin is seen only when it is over.
            while True:
                time.sleep(_LOOK_SECONDS)
        except KeyboardInterrupt:
            pass  # the way to end it


def _introduce(platform: Emulator, services: Sequence[ServiceServer], bundle: Path, form: OutputFormat, *, tokens: bool) -> None:
    """Print how to reach the platform and the services. Credentials are printed in clear: made up, and printed for being used."""
    import shlex
    import sys

    from gatepost.project.ca_bundle import CA_VARIABLES

    trust = dict.fromkeys(CA_VARIABLES, str(bundle))
    own = {server.name: _without_trust(server.environment()) for server in services}
    variables = platform.environment("both" if tokens else "hmac") | trust
    every = {**variables, **{name: value for chosen in own.values() for name, value in chosen.items()}}
    if form is OutputFormat.JSON:
        import json

        data: dict[str, object] = {
            "url": platform.url,
            "ca_file": platform.ca_file,
            "ca_bundle": str(bundle),
            "environment": every,
        }
        if services:
            data["services"] = {
                server.name: {
                    "url": server.url,
                    "ca_file": server.ca_file,
                    "environment": own[server.name],
                    "schemes": {scheme: _without_trust(server.environment(scheme=scheme)) for scheme in server.schemes},
                }
                for server in services
            }
        text = json.dumps(data, indent=2)
    elif form is OutputFormat.ENV:
        text = "\n".join(f"export {name}={shlex.quote(value)}" for name, value in every.items())
    else:
        blocks = {f"A platform at {platform.url}. In the environment of what uses it:": variables}
        blocks |= {f"{server.name} at {server.url}:": own[server.name] for server in services}
        lines = [line for title, chosen in blocks.items() for line in (title, "", *_columns(chosen), "")]
        text = "\n".join([*lines, "Ctrl-C ends it." if not services else "Ctrl-C ends them."])
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _without_trust(variables: dict[str, str]) -> dict[str, str]:
    """Leave out which authorities to trust: that is one file for all servers."""
    from gatepost.project.ca_bundle import CA_VARIABLES

    return {name: value for name, value in variables.items() if name not in CA_VARIABLES}


def _columns(variables: dict[str, str]) -> list[str]:
    width = max(map(len, variables))
    return [f"  {name:{width}}  {value}" for name, value in variables.items()]


def _shower(name: str) -> Callable[[RecordedRequest], None]:
    """Return what shows the requests of a server; with its name where there are several."""

    def show(request: RecordedRequest) -> None:
        from gatepost.cli.output import print_note

        print_note(f"{name} {request_line(request)}".strip())

    return show


def _hide(_: RecordedRequest) -> None:
    """Show nothing of a request."""


def request_line(request: RecordedRequest) -> str:
    """Return one request and what became of it, in a line without secrets."""
    from gatepost.project.launching.launched_requests import shown_target

    who = f"{request.scheme} {request.access_id or request.token_fingerprint}".strip() or "no credential"
    words = "".join(f" ({text})" for text in (request.explanation, request.fault) if text)
    asked = f"{request.method} {shown_target(request.target)}".strip() or "a connection"
    return f"{request.number} {asked} {request.status or 'no answer'} {request.verdict.outcome}, {who}{words}"
