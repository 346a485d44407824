"""The files by which an app tells how it ended: message, results, log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.errors import GatepostError
from gatepost.inputs.standard import STANDARD_INPUTS
from gatepost.inputs.values import Source
from gatepost.redaction import redact, redact_value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gatepost.project.app_folder import AppFolder

__all__ = ["left_message", "left_results", "message_stamp", "places_of_files"]


def places_of_files(app: AppFolder, environment: Mapping[str, str]) -> tuple[Path | None, Path | None]:
    """Return where an app with this environment leaves its files: folder of the message, log file."""
    from gatepost.inputs.collecting import collect

    try:
        collected = collect(manifest=app.manifest, folder=app.folder, environment=environment, keep_param_file=True)
    except GatepostError:
        return None, None  # the app will say so itself

    def asked(name: str) -> str:
        found = collected.best.get(name)
        return "" if found is None or found.empty or found.source == Source.STANDARD else found.text

    out_path, log_path = asked("tc_out_path"), asked("tc_log_path")
    log_file = asked("tc_log_file") or str(STANDARD_INPUTS["tc_log_file"].default)
    return (
        app.folder / out_path if out_path else None,
        app.folder / log_path / log_file if log_path else None,
    )


def message_stamp(out_path: Path) -> tuple[int, int] | None:
    """Return what tells a message in a folder from an earlier one; None when there is none."""
    try:
        status = (out_path / "message.tc").stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino


def left_message(out_path: Path) -> str | None:
    """Return the message in a folder, without its line end and without secrets; None when there is none."""
    try:
        return redact((out_path / "message.tc").read_text(encoding="utf-8", errors="replace").removesuffix("\n"))
    except OSError:
        return None


def left_results(out_path: Path) -> dict[str, str]:
    """Return the results in a folder, without secrets; none where they cannot be read."""
    from gatepost.runtime.files import Results

    try:
        return {key: str(redact_value(value)) for key, value in Results(out_path).items()}
    except GatepostError:
        return {}
