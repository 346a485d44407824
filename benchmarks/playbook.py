"""What a step of a playbook costs: its launch, and its values on their way through a Redis on this machine.

The hello playbook reads its manifest and one input by way of the store, writes one output and ends. It runs beside the same app
of the real ``tcex``, and beside ``python -c "import requests"``, which it must not need. Values go through one real Redis.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from benchmarks.environments import RegistryUnreachable, python_with_gatepost, python_with_tcex
from benchmarks.harness import Options, Result, compare, main, progress
from benchmarks.launching import PROGRAMS, Launcher, Program, ask, python
from gatepost.emulator.redis import RedisProcess
from gatepost.kvstore import RedisServer, RedisStore

MANY = 10_000
OUTPUTS = 300
BARE = "redis-py"
HELLO, TCEX, REQUESTS = "gatepost hello playbook", "tcex 5 hello playbook", "import requests"


def measure(options: Options) -> list[Result]:
    """Measure launches and values."""
    rounds = options.rounds or 15
    ours = python_with_gatepost("redis")
    try:
        theirs: Path | None = python_with_tcex()
    except RegistryUnreachable as error:
        progress(f"without tcex: {error}")
        theirs = None
    with RedisProcess() as redis, tempfile.TemporaryDirectory() as directory:
        return [
            *_launches(ours, theirs, redis.port, Path(directory), rounds),
            *_values(ours, theirs, redis.port, directory, rounds),
        ]


def _launches(ours: Path, theirs: Path | None, port: int, directory: Path, rounds: int) -> list[Result]:
    store = RedisStore(RedisServer("127.0.0.1", port), "hello")
    store.write_many({"#App:1234:in!String": '"abc"'})
    hello = shutil.copytree(PROGRAMS / "playbook", directory / "playbook")
    given = {
        "TC_API_PATH": "https://platform.invalid/api",
        "TC_TOKEN": "a-token-that-is-never-sent",
        "TC_TOKEN_EXPIRES": "4102444800",
        "TC_KVSTORE_TYPE": "Redis",
        "TC_KVSTORE_HOST": "127.0.0.1",
        "TC_KVSTORE_PORT": str(port),
        "TC_PLAYBOOK_KVSTORE_CONTEXT": "hello",
        "TC_PLAYBOOK_OUT_VARIABLES": "#App:9876:demo.out!String",
        "APP_INPUT_TEXT": "#App:1234:in!String",
    }
    programs: dict[str, Program] = {
        HELLO: python(ours, "run.py", directory=hello, **given),
        REQUESTS: python(ours, "-c", "import requests"),
    }
    if theirs is not None:
        folder = directory / "tcex_playbook"
        folder.mkdir()
        manifest = json.loads((PROGRAMS / "playbook" / "install.json").read_text(encoding="utf-8"))
        (folder / "install.json").write_text(json.dumps({**manifest, "features": []}), encoding="utf-8")
        given["HOME"] = os.fspath(folder)
        programs[TCEX] = python(theirs, str(PROGRAMS / "tcex_playbook.py"), directory=folder, **given)
    progress(f"launches: {rounds} rounds of {', '.join(programs)}")
    with Launcher() as launcher:
        costs = launcher.in_turns(programs, rounds)
    if store.read_many(["#App:9876:demo.out!String"]) != [b'"ABC"']:
        raise RuntimeError("The output was not written: this measured failures")
    store.close()
    seconds = {name: [cost.seconds for cost in of] for name, of in costs.items()}
    cpu = {name: [cost.cpu_seconds for cost in of] for name, of in costs.items()}
    results = []
    for unit, of in (("wall", seconds), ("CPU", cpu)):
        if TCEX in programs:
            results.append(compare(f"playbook, cold start, {unit}", "ms", of, HELLO, TCEX, target=0.3, scale=1e3))
        results.append(compare(f"playbook, cold start, {unit}", "ms", of, HELLO, REQUESTS, scale=1e3))
    return results


def _values(ours: Path, theirs: Path | None, port: int, directory: str, rounds: int) -> list[Result]:
    progress(f"{MANY:,} values")
    order = {"port": port, "values": MANY, "rounds": rounds, "single": 2000, "framework": "gatepost"}
    found = ask(ours, "playbook_values.py", order, directory)
    many = f"{MANY:,} Strings"
    results = [
        compare(f"{many} written", "ms", _of(found, "write"), "gatepost", BARE, target=1.5, scale=1e3),
        compare(f"{many} read", "ms", _of(found, "read"), "gatepost", BARE, target=1.5, scale=1e3),
        compare("one String written", "µs", _of(found, "single"), "gatepost", BARE, target=1.2, scale=1e6),
    ]
    progress(f"{OUTPUTS} outputs")
    few = {**order, "values": OUTPUTS, "single": 0}
    found = ask(ours, "playbook_values.py", few, directory)
    results.append(compare(f"{OUTPUTS} outputs written", "ms", _of(found, "write"), "gatepost", BARE, target=1.5, scale=1e3))
    if theirs is not None:
        progress("values of tcex")
        found = ask(
            theirs, "playbook_values.py", {**few, "single": 50, "rounds": 3, "framework": "tcex"}, directory, HOME=directory
        )
        results += [
            compare(f"{OUTPUTS} outputs written", "ms", _of(found, "write"), "tcex", BARE, scale=1e3),
            compare(f"{OUTPUTS} Strings read", "ms", _of(found, "read"), "tcex", BARE, scale=1e3),
            compare("one String of 300 outputs written", "µs", _of(found, "single"), "tcex", BARE, scale=1e6),
        ]
    return results


def _of(found: dict[str, list[float]], kind: str) -> dict[str, list[float]]:
    return {name.removeprefix(f"{kind} "): values for name, values in found.items() if name.startswith(f"{kind} ")}


if __name__ == "__main__":
    main(measure, __doc__)
