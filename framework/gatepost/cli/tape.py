"""``gatepost tape``: look at a tape, and turn it into what other programs read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gatepost.sessions.tapes import Exchange

__all__ = ["tape"]

tape = typer.Typer(help="Look at a tape of gatepost run --record, and export it.", no_args_is_help=True)

TapeFile = Annotated[Path, typer.Argument(help="The tape.", metavar="FILE")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it to a new file.", show_default="stdout")
]


@tape.command()
def show(
    file: TapeFile,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List what is on a tape: what was asked, and what came of it."""
    from gatepost.cli.output import print_json, print_table, print_text
    from gatepost.sessions.tapes import Tape

    loaded = Tape.load(file)
    if json:
        rows = [
            {
                "number": exchange.number,
                "method": exchange.request.method,
                "url": exchange.request.url,
                "status": exchange.response.status if exchange.response is not None else None,
                "outcome": _outcome(exchange),
                "seconds": exchange.seconds,
            }
            for exchange in loaded.exchanges
        ]
        print_json({"file": str(loaded.path), "about": loaded.about, "exchanges": rows})
        return
    print_table(("", ""), [("tape", loaded.path), *loaded.about.items()])
    print_text()
    if not loaded.exchanges:
        print_text("It is empty.")
        return
    print_table(
        ("number", "method", "URL", "outcome", "seconds"),
        [
            (exchange.number, exchange.request.method, exchange.request.url, _outcome(exchange), f"{exchange.seconds:.3f}")
            for exchange in loaded.exchanges
        ],
    )


@tape.command()
def har(file: TapeFile, *, output: Output = None) -> None:
    """Export a tape as an HTTP Archive (HAR 1.2), which browsers and proxies read."""
    import json

    from gatepost.sessions.tapes import Tape, to_har

    _write(json.dumps(to_har(Tape.load(file)), indent=2, ensure_ascii=False) + "\n", output)


@tape.command()
def curl(file: TapeFile, *, output: Output = None) -> None:
    """Export a tape as a shell script with one curl command for each request, without credentials."""
    from gatepost.sessions.tapes import Tape, to_curl

    _write(to_curl(Tape.load(file)), output)


@tape.command("test")
def make_test(file: TapeFile, *, output: Output = None) -> None:
    """Export a tape as the beginning of a test, in Python, that replays it."""
    import os

    from gatepost.sessions.tapes import Tape, to_test

    folder = output.absolute().parent if output is not None else Path.cwd()
    # As seen from the test, so that the two can be moved together.
    path = Path(os.path.relpath(file.absolute(), folder)).as_posix()
    _write(to_test(Tape.load(file), path=path), output)


def _outcome(exchange: Exchange) -> str:
    if exchange.response is not None:
        return f"{exchange.response.status} {exchange.response.reason}".strip()
    return exchange.failure.kind if exchange.failure is not None else "no answer"


def _write(text: str, output: Path | None) -> None:
    """Write an export. What exports write is masked already.

    Raises:
        GatepostError: The file exists, or cannot be written.
    """
    import sys

    from gatepost.errors import GatepostError

    if output is None:
        # The locale's encoding may not have every letter of an answer.
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.flush()
        return
    try:
        with output.open("x", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except FileExistsError:
        raise GatepostError(f"{output} exists already", remedy="Remove it, or name another file") from None
    except OSError as error:
        raise GatepostError(
            f"{output} cannot be written", why=error.strerror or str(error), remedy="Name a file in a folder that you can write"
        ) from None
