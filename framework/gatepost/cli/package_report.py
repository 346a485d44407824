"""What was packed, how a package did, and what a platform installed: for people and for programs."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from gatepost.cli.output import print_json, print_note, print_table, print_text

if TYPE_CHECKING:
    from gatepost.project.deploying import Deployed
    from gatepost.project.package.building import Package
    from gatepost.project.package.trying import CheckedPackage

__all__ = ["report_check", "report_deployed", "report_package"]

_SHOWN = 6


def report_package(made: Package, *, json: bool = False) -> None:
    """Say what was packed.

    Args:
        made: The package.
        json: As one JSON object.
    """
    if json:
        data = {field.name: getattr(made, field.name) for field in dataclasses.fields(made)}
        paths = {name: str(data[name]) for name in ("path", "bill_of_materials", "checksums")}
        print_json(
            {
                **data,
                **paths,
                "source": str(made.source) if made.source else None,
                "distributions": [{"name": item.name, "version": item.version} for item in made.distributions],
                "largest": [{"name": name, "size": size} for name, size in made.largest],
                "notes": list(made.notes),
            }
        )
        return
    for note in made.notes:
        print_note(note)
    print_table(
        ("", ""),
        [
            ("package", made.path),
            ("app", f"{made.name}, version {made.version or '(none)'}"),
            ("for", f"Python {made.python}, {made.platform}"),
            ("size", f"{_bytes(made.size)}; unpacked {_bytes(made.unpacked_size)} in {made.files} files"),
            ("dependencies", f"{len(made.distributions)} packages, unpacked {_bytes(made.dependencies_size)}"),
            *[("", f"{_bytes(size):>9}  {name}") for name, size in made.largest[:_SHOWN]],
            ("SHA-256", made.sha256),
            ("beside it", f"{made.bill_of_materials.name}, {made.checksums.name}"),
        ],
    )


def report_check(checked: CheckedPackage, *, json: bool = False) -> None:
    """Say how a package did.

    Args:
        checked: What came of it.
        json: As one JSON object.
    """
    from gatepost.runtime.runtime import EXIT_CODES

    run = checked.launch
    ended = f"{run.exit_code} ({EXIT_CODES.get(run.exit_code, 'unknown to the platform')})"
    if json:
        print_json(
            {
                "package": str(checked.path),
                "name": checked.name,
                "display_name": checked.display_name,
                "version": checked.version,
                "exit_code": run.exit_code,
                "message": run.message,
                "results": dict(run.results or {}),
                "requests": [dataclasses.asdict(request) for request in run.requests],
                "findings": [str(finding) for finding in run.findings],
            }
        )
        return
    for finding in run.findings:
        print_note(str(finding))
    print_text()
    print_table(
        ("", ""),
        [
            ("package", checked.path),
            ("app", f"{checked.display_name}, version {checked.version}"),
            ("message", run.message if run.message is not None else "(none: the app wrote no message.tc)"),
            ("requests", f"{len(run.requests)}, {sum(request.verdict == 'refused' for request in run.requests)} of them refused"),
            ("exit code", ended),
        ],
    )


def report_deployed(deployed: Deployed, *, json: bool = False) -> None:
    """Say what a platform installed.

    Args:
        deployed: What it answered.
        json: As one JSON object.
    """
    if json:
        print_json({"url": deployed.url, "apps": [dict(app) for app in deployed.apps], "notes": list(deployed.notes)})
        return
    for note in deployed.notes:
        print_note(note)
    print_table(
        ("installed", "version", "program", "id"),
        [
            tuple(
                app.get(name) if app.get(name) is not None else ""
                for name in ("displayName", "programVersion", "programName", "id")
            )
            for app in deployed.apps
        ],
        title=f"at {deployed.url}:",
    )


def _bytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{size / 1000:.1f} kB"
