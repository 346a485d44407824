"""Apps as processes of their own, launched the platform's way: inputs in an encrypted file, a folder for what they leave."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gatepost.inputs.param_file import KEY_VARIABLE, PATH_VARIABLE, make_param_key, write_param_file
from tests.conftest import is_a_setting

SECONDS = 300.0
"""After these a process that hangs is given up; none of them takes more than a few."""


@dataclass(frozen=True)
class Ended:
    """A run that is over.

    Attributes:
        exit_code: Of the process; negative for a signal.
        message: Text of ``message.tc`` without its newline; None when there is no such file.
        results: Text of ``results.tc``; None when there is no such file.
        output: Standard output and standard error.
        out: The run's ``tc_out_path``.
    """

    exit_code: int
    message: str | None
    results: str | None
    output: str
    out: Path


class Launch:
    """One launch of an app's program. ``start`` it to do something meanwhile, or ``run`` it to its end."""

    def __init__(
        self,
        folder: Path,
        inputs: Mapping[str, Any],
        session: Path,
        *,
        program: Sequence[str] = ("run.py",),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.out = session / "out"
        self.out.mkdir(parents=True, exist_ok=True)
        params, key = session / "params", make_param_key()
        write_param_file(params, key, {"tc_out_path": self.out, **inputs})
        self.command = [sys.executable, *program]
        self.environment = {name: value for name, value in os.environ.items() if not is_a_setting(name)}
        self.environment |= {PATH_VARIABLE: str(params), KEY_VARIABLE: key.reveal(), **(environment or {})}

    def start(self) -> subprocess.Popen[str]:
        """Start the process."""
        return subprocess.Popen(
            self.command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def end(self, process: subprocess.Popen[str]) -> Ended:
        """Wait for the process and gather what it left behind."""
        try:
            output, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            raise AssertionError(f"The app hangs. It said:\n{output}") from None
        message = _read(self.out / "message.tc")
        if message is not None:
            assert message.endswith("\n")
            assert len(message) <= 255
        return Ended(
            process.returncode, None if message is None else message[:-1], _read(self.out / "results.tc"), output, self.out
        )

    def run(self) -> Ended:
        """Start the process and wait for its end."""
        return self.end(self.start())


def write_app(folder: Path, body: str, *, manifest: str | None = '{"params": []}') -> Path:
    """Write an app whose function has this body, as ``run.py``; ``runtime`` is its argument.

    Args:
        folder: Where to; made when it is missing.
        body: Lines of the function.
        manifest: Text of ``install.json``; None for none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if manifest is not None:
        (folder / "install.json").write_text(manifest, encoding="utf-8")
    lines = textwrap.indent(textwrap.dedent(body).strip(), "    ")
    (folder / "run.py").write_text(
        "from gatepost import *\n\napp = App()\n\n\n@app.job\ndef job(runtime):\n"
        f'{lines}\n\n\nif __name__ == "__main__":\n    app.run()\n',
        encoding="utf-8",
    )
    return folder


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
