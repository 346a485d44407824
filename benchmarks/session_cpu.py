"""What a request costs the client: CPU time per signed GET of a small JSON, on one connection that stays open.

The server is a process of its own; the clients take turns in one process, whose CPU time alone is counted (user and system).
``requests.Session`` signs by an auth object, as a careful script does.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.environments import RegistryUnreachable, python_with_gatepost, python_with_tcex
from benchmarks.harness import Options, Result, compare, main, progress
from benchmarks.launching import PROGRAMS, ask, counts_instructions, fast_server, instructions, python
from gatepost.emulator.certificates import make_certificates

REQUESTS, GATEPOST, TCEX = "requests", "gatepost", "tcex"
NAMES = {REQUESTS: "requests.Session", GATEPOST: "runtime.session", TCEX: "tcex.session.tc"}
TARGET = 0.8  # the stretch is 0.55


def measure(options: Options) -> list[Result]:
    """Measure sessions."""
    rounds = options.rounds or 40
    ours = python_with_gatepost()
    results = []
    with tempfile.TemporaryDirectory() as directory:
        pair, ca_file = _certificates(Path(directory))
        for over, certificates, ca in (("https", pair, ca_file), ("http", None, None)):
            with fast_server(certificates) as port:
                order = {"url": f"{over}://127.0.0.1:{port}/api", "ca_file": ca, "params": None, "rounds": rounds, "count": 200}
                progress(f"sessions over {over}: {rounds} rounds of 200 requests")
                seconds = ask(ours, "many_requests.py", {**order, "clients": [REQUESTS, GATEPOST]}, directory)
                results.append(_cpu(over, seconds, GATEPOST, TARGET))
                if over == "https":
                    paged = {**order, "clients": [REQUESTS, GATEPOST], "params": {"resultStart": 100, "resultLimit": 100}}
                    results.append(_cpu("https with params", ask(ours, "many_requests.py", paged, directory), GATEPOST, TARGET))
                    results += _of_tcex(order, directory)
                if options.instructions and counts_instructions():
                    results.append(_counted(over, order, ours, directory))
    return results


def _cpu(over: str, seconds: dict[str, list[float]], subject: str, target: float | None = None) -> Result:
    named = {NAMES[name]: values for name, values in seconds.items()}
    return compare(f"request over {over}, CPU", "µs", named, NAMES[subject], NAMES[REQUESTS], target=target, scale=1e6)


def _of_tcex(order: Mapping[str, object], directory: str) -> list[Result]:
    try:
        theirs = python_with_tcex()
    except RegistryUnreachable as error:
        progress(f"without tcex: {error}")
        return []
    (Path(directory) / "install.json").write_bytes((PROGRAMS / "hello" / "install.json").read_bytes())
    order = {**order, "clients": [REQUESTS, TCEX], "rounds": 10, "count": 100}
    seconds = ask(theirs, "many_requests.py", order, directory, HOME=directory)
    return [_cpu("https", seconds, TCEX)]


def _counted(over: str, order: Mapping[str, object], ours: Path, directory: str) -> Result:
    """Count the instructions of a request: those of a long run less those of a short one, by the difference in requests."""
    progress(f"instructions of a request over {over}")
    program = python(ours, str(PROGRAMS / "many_requests.py"), directory=directory)
    counted: dict[str, list[float]] = {}
    for client in (REQUESTS, GATEPOST):
        few, many = (
            instructions(program, json.dumps({**order, "clients": [client], "rounds": 1, "count": count})) for count in (20, 100)
        )
        # With the warm-up, a quarter of each count.
        counted[NAMES[client]] = [(many - few) / 100]
    measure = f"request over {over}, instructions"
    return compare(measure, "thousand", counted, NAMES[GATEPOST], NAMES[REQUESTS], scale=1e-3)


def _certificates(directory: Path) -> tuple[tuple[Path, Path], str]:
    made = make_certificates()
    authority, chain, key = (directory / name for name in ("authority.pem", "chain.pem", "key.pem"))
    authority.write_bytes(made.authority)
    chain.write_bytes(made.chain)
    key.write_bytes(made.key)
    return (chain, key), str(authority)


if __name__ == "__main__":
    main(measure, __doc__)
