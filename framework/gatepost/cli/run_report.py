"""How a run went, for people and for programs."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING

from gatepost.cli.output import print_json, print_note, print_table, print_text

if TYPE_CHECKING:
    from gatepost.project.app_folder import AppFolder
    from gatepost.project.launching import Launch

__all__ = ["report_as_json", "report_as_text"]

_SHOWN_REQUESTS = 20


def report_as_text(app: AppFolder, url: str | None, result: Launch) -> None:
    """Say how a run against an emulated platform went. Of another run the app's own output has said it all.

    Args:
        app: The app.
        url: The emulated platform's; None when there was none.
        result: How it went.
    """
    from gatepost.runtime.runtime import EXIT_CODES

    sys.stdout.flush()
    for finding in result.findings:
        print_note(str(finding))
    if url is None:
        return
    print_text()
    count = len(result.requests)
    shown = result.requests[-_SHOWN_REQUESTS:]
    requests = [
        (row.method, row.target, row.status or "none", f"{row.verdict} {row.scheme}".strip(), row.explanation) for row in shown
    ]
    if requests:
        title = "1 request" if count == 1 else f"{count} requests"
        title += f", the last {len(shown)} of them" if count > len(shown) else ""
        why = "why" if any(row.explanation for row in shown) else ""
        print_table(("method", "target", "status", "verdict", why), requests, title=f"{title} to {url}:")
    else:
        print_text("No request reached the platform.")
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
            "log_file": str(result.log_file) if result.log_file else None,
            "session_folder": str(result.session_folder) if result.session_folder else None,
            "requests": [dataclasses.asdict(request) for request in result.requests],
            "findings": [str(finding) for finding in result.findings],
        }
    )
