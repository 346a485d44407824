"""How a run went, for people and for programs."""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import TYPE_CHECKING

from gatepost.cli.output import print_json, print_note, print_table, print_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatepost.project.app_folder import AppFolder
    from gatepost.project.launching.launch import Launch
    from gatepost.project.launching.tape import TapeUse

__all__ = ["report_as_json", "report_as_text"]

_SHOWN_REQUESTS = 20
_SHOWN_UNUSED = 5
_SHOWN_CHARACTERS = 500


def report_as_text(app: AppFolder, url: str | None, result: Launch) -> None:
    """Say how a run against an emulated platform went, or that of a playbook app. Of another run its own output has said it all.

    Args:
        app: The app.
        url: The emulated platform's; None when there was none.
        result: How it went.
    """
    from gatepost.runtime.runtime import EXIT_CODES

    sys.stdout.flush()
    for finding in result.findings:
        print_note(str(finding))
    if result.tape is not None:
        _print_tape(result.tape)
    if url is not None:
        _print_requests(url, result)
    elif result.outputs is None:
        return
    if result.outputs is not None:
        _print_outputs(result.outputs)
    print_text()
    name = app.manifest.display_name or app.folder.name
    ended = f"{result.exit_code} ({EXIT_CODES.get(result.exit_code, 'unknown to the platform')})"
    print_table(
        ("", ""),
        [
            ("app", name),
            ("message", result.message if result.message is not None else "(none: the app wrote no message.tc)"),
            *(("result", f"{key} = {value}") for key, value in (result.results or {}).items()),
            *([("log", str(result.log_file))] if result.log_file else []),
            *([("session", str(result.session_folder))] if result.session_folder else []),
            ("exit code", ended),
        ],
    )
    sys.stdout.flush()


def _print_outputs(outputs: Mapping[str, object]) -> None:
    """Print what a playbook app gave out; of the rest, how much it is."""
    print_text()
    given = {variable: value for variable, value in outputs.items() if value is not None}
    if not given:
        print_text(f"No output was given out, of {len(outputs)} that were asked for." if outputs else "No output was asked for.")
        return
    rows = []
    for variable, value in given.items():
        name, _, kind = variable.rpartition(":")[2].rpartition("!")
        rows.append((name, kind, _cell(value)))
    left = len(outputs) - len(given)
    title = f"{len(given)} of {len(outputs)} outputs" if left else "1 output" if len(given) == 1 else f"{len(given)} outputs"
    print_table(("output", "type", "value"), rows, title=f"{title}:")


def _cell(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}… ({len(text)} characters)"


def _print_requests(url: str, result: Launch) -> None:
    """Print what the app asked the servers for, the last of it."""
    print_text()
    count = len(result.requests)
    shown = result.requests[-_SHOWN_REQUESTS:]
    requests: list[tuple[object, ...]] = [
        (row.method, row.target, row.status or "none", f"{row.verdict} {row.scheme}".strip(), row.explanation) for row in shown
    ]
    if requests:
        title = "1 request" if count == 1 else f"{count} requests"
        title += f", the last {len(shown)} of them" if count > len(shown) else ""
        header = ("method", "target", "status", "verdict", "why" if any(row.explanation for row in shown) else "")
        if all(row.server == "platform" for row in shown):
            print_table(header, requests, title=f"{title} to {url}:")
        else:
            named = [(row.server, *cells) for row, cells in zip(shown, requests, strict=True)]
            print_table(("server", *header), named, title=f"{title}:")
    elif result.tape is None or result.tape.mode == "record":
        print_text("No request reached the platform.")
    else:
        print_text("No request reached the platform: the tape answered.")


def report_as_json(app: AppFolder, url: str | None, result: Launch) -> None:
    """Print how a run went as one JSON object. Arguments as for `report_as_text`."""
    print_json(
        {
            "app": app.manifest.display_name,
            "folder": str(app.folder),
            "platform": url,
            "exit_code": result.exit_code,
            "interrupted": result.interrupted,
            "message": result.message,
            "results": dict(result.results or {}),
            "outputs": None if result.outputs is None else dict(result.outputs),
            "log_file": str(result.log_file) if result.log_file else None,
            "session_folder": str(result.session_folder) if result.session_folder else None,
            "requests": [dataclasses.asdict(request) for request in result.requests],
            "tape": _tape_as_data(result.tape) if result.tape is not None else None,
            "findings": [str(finding) for finding in result.findings],
        }
    )


def _print_tape(tape: TapeUse) -> None:
    """Say what came of a tape; what differs comes last, where a person looks first."""
    if tape.mode == "record":
        if tape.exchanges:
            print_note(f"recorded {_exchanges(tape.exchanges)} on {tape.path}")
        else:
            print_note(f"recorded nothing on {tape.path}: the app asked for nothing, or not by gatepost's sessions")
        return
    print_note(f"replayed {tape.replayed} of {_exchanges(tape.exchanges)} on {tape.path}")
    if tape.untold:
        print_note("which ones is not known: the app was killed")
    if tape.unused:
        shown = [f"  {text}" for text in tape.unused[:_SHOWN_UNUSED]]
        if len(tape.unused) > _SHOWN_UNUSED:
            shown.append(f"  and {len(tape.unused) - _SHOWN_UNUSED} more")
        print_note("\n".join([f"{_exchanges(len(tape.unused))} on the tape not asked for:", *shown]))
    for text in tape.mismatches:
        lines = [line for line in text.split("\n") if line.strip()]
        print_note("\n  ".join(lines))


def _exchanges(count: int) -> str:
    return "1 exchange" if count == 1 else f"{count} exchanges"


def _tape_as_data(tape: TapeUse) -> dict[str, object]:
    return {**dataclasses.asdict(tape), "path": str(tape.path), "matches": not tape.mismatches}
