"""What ``gatepost --help`` costs, beside a program of typer with one command."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.harness import Options, Result, compare, main, progress
from benchmarks.launching import PROGRAMS, Launcher, python

GATEPOST, TYPER = "gatepost --help", "bare typer --help"


def measure(options: Options) -> list[Result]:
    """Measure the help."""
    rounds = options.rounds or 25
    progress(f"help: {rounds} rounds")
    programs = {
        TYPER: python(sys.executable, str(PROGRAMS / "typer_program.py"), "--help"),
        GATEPOST: python(sys.executable, str(Path(sys.executable).with_name("gatepost")), "--help"),
    }
    with Launcher() as launcher:
        costs = launcher.in_turns(programs, rounds)
    seconds = {name: [cost.seconds for cost in of] for name, of in costs.items()}
    cpu = {name: [cost.cpu_seconds for cost in of] for name, of in costs.items()}
    return [
        compare("help, wall", "ms", seconds, GATEPOST, TYPER, target=1.1, scale=1e3),
        compare("help, CPU", "ms", cpu, GATEPOST, TYPER, scale=1e3),
    ]


if __name__ == "__main__":
    main(measure, __doc__)
