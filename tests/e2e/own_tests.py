"""Runs the tests that projects bring along, as somebody runs them: by pytest, in their folder.

One process for several projects: starting Python and importing everything takes longer than their tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.e2e.processes import SECONDS

_RUN = """
import os, sys
import pytest

OPTIONS = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", "-W", "error"]
# Said from the second project on, of plugins that are there already.
OPTIONS += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]

worst = 0
for folder in sys.argv[1:]:
    os.chdir(folder)
    path = list(sys.path)
    print("==", folder, flush=True)
    worst = max(worst, pytest.main(OPTIONS))
    own = os.path.join(folder, "")
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(own):
            del sys.modules[name]
    sys.path[:] = path
sys.exit(worst)
"""


def run_own_tests(folders: Iterable[Path], temporary: Path) -> list[str]:
    """Run the tests of projects; they must not write into their folders.

    Args:
        folders: The projects.
        temporary: Where temporary files go.

    Returns:
        pytest's last line for each, ``3 passed in 0.2s`` say.
    """
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *map(str, folders)],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [part.strip().splitlines()[-1] for part in done.stdout.split("== ")[1:]]
