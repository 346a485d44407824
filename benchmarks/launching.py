"""Whole programs: started, waited for, and measured from outside."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

PROGRAMS = Path(__file__).with_name("programs")


@dataclass(frozen=True, slots=True)
class Program:
    """A program to start.

    Attributes:
        command: The absolute path of the executable, and its arguments.
        environment: All of its environment variables.
        directory: Where it runs.
    """

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    directory: str = "/"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a program has cost.

    Attributes:
        seconds: From its start to its end.
        cpu_seconds: CPU time, user and system.
        peak_kib: The most memory that it held, in KiB.
    """

    seconds: float
    cpu_seconds: float
    peak_kib: int


class Launcher:
    """The small process that starts the programs. A context manager."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", PROGRAMS / "launcher.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, program: Program) -> Cost:
        """Run a program once.

        Raises:
            RuntimeError: It failed. The text is what it wrote to its standard error.
        """
        order = {
            "command": program.command,
            "environment": dict(program.environment),
            "directory": program.directory,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if answer["status"] != 0:
            raise RuntimeError(f"{' '.join(program.command)} ended with {answer['status']}:\n{answer['errors']}")
        return Cost(answer["seconds"], answer["cpu_seconds"], answer["peak_kib"])

    def in_turns(self, programs: Mapping[str, Program], rounds: int, warm_up: int = 2) -> dict[str, list[Cost]]:
        """Run the programs in turns, A B A B, so that whatever else the machine does meets all of them."""
        costs: dict[str, list[Cost]] = {name: [] for name in programs}
        for turn in range(warm_up + rounds):
            for name, program in programs.items():
                cost = self.run(program)
                if turn >= warm_up:
                    costs[name].append(cost)
        return costs


def ask(
    python: Path | str, program: str, order: Mapping[str, object], directory: str, **environment: str
) -> dict[str, list[float]]:
    """Run one of the programs that measure themselves; return its seconds by subject."""
    done = subprocess.run(
        [str(python), str(PROGRAMS / program)],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        cwd=directory,
        env={"PATH": "/usr/bin:/bin", **environment},
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{program} failed:\n{done.stderr}")
    found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def counts_instructions() -> bool:
    """Tell whether instructions can be counted here."""
    return shutil.which("valgrind") is not None


def instructions(program: Program, standard_input: str | None = None) -> int:
    """Return how many instructions a run of a program retires, by valgrind's callgrind: the same at each run, nearly.

    The kernel's own are not among them. The program runs once before, so that its byte code is on the disk.
    """
    environment = {**program.environment, "PYTHONHASHSEED": "0"}

    def run(*command: str) -> str:
        done = subprocess.run(
            command,
            input=standard_input or "",
            capture_output=True,
            text=True,
            env=environment,
            cwd=program.directory,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-4000:]}")
        return done.stderr

    run(*program.command)
    said = run("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *program.command)
    found = re.search(r"Collected : (\d+)", said)
    if found is None:
        raise RuntimeError(f"valgrind did not count:\n{said[-4000:]}")
    return int(found.group(1))


@contextmanager
def fast_server(certificates: tuple[Path, Path] | None = None) -> Iterator[int]:
    """Run the server that costs next to nothing, in a process of its own; yields its port.

    Args:
        certificates: Chain and key, for TLS.
    """
    process = subprocess.Popen(
        [sys.executable, PROGRAMS / "fast_server.py", *(certificates or ())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.communicate()


def python(executable: Path | str, *arguments: str, directory: Path | str = "/", **environment: str) -> Program:
    """Return a program of an interpreter, with a bare environment."""
    command: Sequence[str] = (str(executable), *arguments)
    return Program(tuple(command), {"PATH": "/usr/bin:/bin", **environment}, str(directory))
