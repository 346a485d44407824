"""What a launch costs: time, CPU and memory of a hello job, and of an import.

The hello job reads its manifest and its typed inputs, asks a platform for the owners with one signed GET, logs a line and ends.
It runs against the emulator, over TLS, beside three others that do the same GET with the same CA file: a bare script of
``requests``; one that adds pydantic and structlog as their first pages show; an app of the real ``tcex``.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from benchmarks.environments import RegistryUnreachable, python_with_gatepost, python_with_tcex
from benchmarks.harness import Options, Result, compare, main, progress
from benchmarks.launching import PROGRAMS, Launcher, Program, counts_instructions, instructions, python
from gatepost.emulator import Emulator

BARE, NAIVE, TCEX, HELLO = "bare requests", "requests + pydantic + structlog", "tcex 5 hello", "gatepost hello"
PASS, IMPORT = "python -c pass", "import gatepost"


def measure(options: Options) -> list[Result]:
    """Measure launches."""
    rounds = options.rounds or 15
    with tempfile.TemporaryDirectory() as directory, Emulator() as platform, Launcher() as launcher:
        programs = _programs(platform, Path(directory))
        imports = {name: programs.pop(name) for name in (PASS, IMPORT)}
        progress(f"launches: {rounds} rounds of {', '.join(programs)}")
        costs = launcher.in_turns(programs, rounds)
        progress("imports")
        import_costs = launcher.in_turns(imports, rounds * 2)
        refused = [request for request in platform.requests if not request.verdict.accepted]
        if refused:
            raise RuntimeError(f"{len(refused)} of the programs' requests were refused: this measured failures")
        counted = _count({**programs, **imports}) if options.instructions and counts_instructions() else {}
    seconds = {name: [cost.seconds for cost in of] for name, of in costs.items()}
    cpu = {name: [cost.cpu_seconds for cost in of] for name, of in costs.items()}
    peak = {name: [float(cost.peak_kib) for cost in of] for name, of in costs.items()}
    import_seconds = {name: [cost.seconds for cost in of] for name, of in import_costs.items()}
    import_cpu = {name: [cost.cpu_seconds for cost in of] for name, of in import_costs.items()}
    results = [compare("cold start, wall", "ms", seconds, HELLO, BARE, target=1.7, scale=1e3)]
    if TCEX in programs:
        results += [
            compare("cold start, wall", "ms", seconds, HELLO, TCEX, target=0.25, scale=1e3),
            compare("cold start, wall", "ms", seconds, TCEX, BARE, scale=1e3),
        ]
    results += [
        compare("cold start, wall", "ms", seconds, NAIVE, BARE, scale=1e3),
        compare("cold start, CPU", "ms", cpu, HELLO, BARE, scale=1e3),
        *([compare("cold start, CPU", "ms", cpu, HELLO, TCEX, scale=1e3)] if TCEX in programs else []),
        compare("peak memory", "MiB", peak, HELLO, NAIVE, target=1.15, scale=1 / 1024),
        *([compare("peak memory", "MiB", peak, TCEX, NAIVE, scale=1 / 1024)] if TCEX in programs else []),
        compare("import, wall", "ms", import_seconds, IMPORT, PASS, target=3, scale=1e3),
        compare("import, CPU", "ms", import_cpu, IMPORT, PASS, scale=1e3),
    ]
    if counted:
        results += [
            compare("cold start, instructions", "million", counted, HELLO, BARE, scale=1e-6),
            compare("cold start, instructions", "million", counted, NAIVE, BARE, scale=1e-6),
            compare("import, instructions", "million", counted, IMPORT, PASS, scale=1e-6),
        ]
    return results


def _programs(platform: Emulator, directory: Path) -> dict[str, Program]:
    ours = python_with_gatepost()
    # Byte code of the programs themselves would be written beside them.
    hello = shutil.copytree(PROGRAMS / "hello", directory / "hello")
    given = {
        "TC_API_PATH": platform.url,
        "API_ACCESS_ID": platform.credentials.access_id,
        "API_SECRET_KEY": platform.credentials.secret_key.reveal(),
        "TC_VERIFY": platform.ca_file,
    }
    programs = {
        BARE: python(ours, str(PROGRAMS / "bare.py"), **given),
        NAIVE: python(ours, str(PROGRAMS / "naive.py"), **given),
        HELLO: python(ours, "run.py", directory=hello, **given),
        PASS: python(ours, "-c", "pass"),
        IMPORT: python(ours, "-c", "import gatepost"),
    }
    try:
        theirs = python_with_tcex()
    except RegistryUnreachable as error:
        progress(f"without tcex: {error}")
        return programs
    folder = directory / "tcex"
    folder.mkdir()
    manifest = json.loads((PROGRAMS / "hello" / "install.json").read_text(encoding="utf-8"))
    (folder / "install.json").write_text(json.dumps({**manifest, "features": []}), encoding="utf-8")
    environment = {**given, "REQUESTS_CA_BUNDLE": platform.ca_file, "HOME": os.fspath(folder)}
    return {**programs, TCEX: python(theirs, str(PROGRAMS / "tcex_hello.py"), directory=folder, **environment)}


def _count(programs: dict[str, Program]) -> dict[str, list[float]]:
    progress("instructions of launches")
    return {name: [float(instructions(program))] for name, program in programs.items() if name != TCEX}


if __name__ == "__main__":
    main(measure, __doc__)
