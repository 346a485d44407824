"""``gatepost emulator``: a platform in this process, until Ctrl-C."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gatepost.emulator import Emulator, RecordedRequest

__all__ = ["OutputFormat", "emulator", "request_line"]


class OutputFormat(enum.StrEnum):
    """How the credentials are printed."""

    TEXT = "text"
    ENV = "env"
    JSON = "json"


def emulator(
    *,
    port: Annotated[int, typer.Option(help="The TCP port; 0 takes a free one.")] = 0,
    host: Annotated[str, typer.Option(help="Where to listen: 127.0.0.1, ::1 or localhost.")] = "127.0.0.1",
    prefix: Annotated[str, typer.Option(help="The path of the API; empty for the legacy one.")] = "/api",
    token_life: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="How long a token lives.", show_default="14400")
    ] = None,
    clock_offset: Annotated[float, typer.Option(metavar="SECONDS", help="How far the platform's clock is ahead.")] = 0.0,
    no_tokens: Annotated[bool, typer.Option("--no-tokens", help="Be a server that knows no tokens.")] = False,
    format: Annotated[
        OutputFormat, typer.Option("--format", "-f", help="How to print the credentials; env is for a shell.")
    ] = OutputFormat.TEXT,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    chaos: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A chaos profile (JSON): the faults that the platform has.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not show the requests.")] = False,
) -> None:
    """Run a platform in this process until Ctrl-C: HTTPS on this machine, with made-up credentials that it prints.

    The credentials go to stdout, each request with the platform's verdict to stderr.
    """
    import tempfile
    import threading

    from gatepost.cli.signals import ends_by_signal
    from gatepost.project.ca_bundle import write_ca_bundle
    from gatepost.project.emulated import load_chaos, make_emulator

    with ends_by_signal(), tempfile.TemporaryDirectory(prefix="gatepost-") as folder:
        bundle = Path(folder) / "ca.pem"
        profile = load_chaos(chaos) if chaos is not None else None
        settings = {"port": port, "host": host, "prefix": prefix, "token_life": token_life, "clock_offset": clock_offset}
        with make_emulator(**settings, tokens_known=not no_tokens, chaos=profile) as platform:
            write_ca_bundle(bundle, platform.ca_file)
            # It may run for days: what was shown is forgotten.
            platform.listen(_hide if quiet else _show, keep=False)
            try:
                _introduce(platform, bundle, OutputFormat.JSON if json else format, tokens=not no_tokens)
                threading.Event().wait()
            except KeyboardInterrupt:
                pass  # the way to end it


def _introduce(platform: Emulator, bundle: Path, form: OutputFormat, *, tokens: bool) -> None:
    """Print how to reach the platform. The credentials are printed in clear: they are made up, and printed for being used."""
    import shlex
    import sys

    from gatepost.project.ca_bundle import CA_VARIABLES

    variables = platform.environment("both" if tokens else "hmac") | dict.fromkeys(CA_VARIABLES, str(bundle))
    if form is OutputFormat.JSON:
        import json

        text = json.dumps(
            {"url": platform.url, "ca_file": platform.ca_file, "ca_bundle": str(bundle), "environment": variables}, indent=2
        )
    elif form is OutputFormat.ENV:
        text = "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items())
    else:
        width = max(map(len, variables))
        lines = [f"  {name:{width}}  {value}" for name, value in variables.items()]
        text = "\n".join(
            [f"A platform at {platform.url}. In the environment of what uses it:", "", *lines, "", "Ctrl-C ends it."]
        )
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _show(request: RecordedRequest) -> None:
    from gatepost.cli.output import print_note

    print_note(request_line(request))


def _hide(_: RecordedRequest) -> None:
    """Show nothing of a request."""


def request_line(request: RecordedRequest) -> str:
    """Return one request and what became of it, in a line without secrets."""
    from gatepost.project.launching import shown_target

    who = f"{request.scheme} {request.access_id or request.token_fingerprint}".strip() or "no credential"
    words = "".join(f" ({text})" for text in (request.explanation, request.fault) if text)
    asked = f"{request.method} {shown_target(request.target)}".strip() or "a connection"
    return f"{request.number} {asked} {request.status or 'no answer'} {request.verdict.outcome}, {who}{words}"
