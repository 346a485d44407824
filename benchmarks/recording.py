"""Keeping results: as JSON in ``benchmarks/results``, and shown in ``benchmarks/README.md``."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

PLACE = Path(__file__).parent


def circumstances() -> dict[str, object]:
    """Return what a reader of results must know about them."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "load_average": round(os.getloadavg()[1], 1),
        "commit": _git("rev-parse", "--short", "HEAD"),
        "changed_since": bool(_git("status", "--porcelain", "--untracked-files=no", "--", "../framework")),
    }


def record(name: str, report: Mapping[str, object], shown: str, section: str) -> None:
    """Keep a report and show it.

    Args:
        name: The beginning of the file's name.
        report: What goes into the file, below the circumstances.
        shown: Markdown for the README.
        section: The section of the README, between its two comments.
    """
    around = circumstances()
    file = PLACE / "results" / f"{name}-{around['date']}-python{around['python']}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({**around, **report}, indent=1) + "\n", encoding="utf-8")
    caption = (
        f"{around['date']}, Python {around['python']}, {around['machine']}, load average {around['load_average']}, "
        f"commit {around['commit']}{' with changes' if around['changed_since'] else ''}. "
        f"All figures: [{file.name}](results/{file.name})."
    )
    begin, end = f"<!-- {section} -->", f"<!-- end of {section} -->"
    readme = PLACE / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(begin)
    after = rest.split(end)[1]
    readme.write_text(f"{before}{begin}\n{caption}\n\n{shown}\n{end}{after}", encoding="utf-8")


def _git(*arguments: str) -> str:
    return subprocess.run(["git", "-C", PLACE, *arguments], capture_output=True, text=True, check=False).stdout.strip()
