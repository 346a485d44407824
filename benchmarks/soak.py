"""A soak: many threads share one session for a while, on a platform that fails, with tokens that live for seconds.

Held to afterwards, by the platform's own record: every request whose faults fit the attempts ended in 2xx; nothing that was not
declared repeatable was written twice; the client's memory stays flat. Ends with 1 where one of them does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, TextIO

# Not the emulator, nor what imports it: this is the process whose memory is watched.
import gatepost
from gatepost.sessions.policy import DEFAULT_POLICY
from gatepost.transport import TransportError

PROGRAM = Path(__file__).with_name("programs") / "failing_platform.py"
REPEATS = int(DEFAULT_POLICY.total or 0)
GROWTH = 4.0  # MiB between the second and the last quarter of the run: arenas of threads, not what requests leave behind
NAMES = 50  # tags that are written over and over, so that the platform's own work does not grow

OPERATIONS = (
    ("read", 0.6, "GET", "/v2/owners", None),
    ("write", 0.25, "POST", "/v3/tags", None),
    ("change", 0.1, "PUT", "/v3/tags/1", None),
    ("repeatable", 0.05, "POST", "/v3/tags", True),
)


class Outcomes:
    """How requests ended, kept in a file: the memory of this process is watched."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._lock = threading.Lock()

    def add(self, name: str, ended: str) -> None:
        """Add a request's end."""
        with self._lock:
            self._file.write(json.dumps([name, ended]) + "\n")

    def read(self) -> dict[str, str]:
        """Return them all."""
        self._file.seek(0)
        return dict(json.loads(line) for line in self._file)


def worker(session: Any, number: int, seed: int, end: float, outcomes: Outcomes) -> None:
    """Ask one thing after the other, and write down how each ended."""
    choices = random.Random(f"{seed} {number}")
    weights = [operation[1] for operation in OPERATIONS]
    count = 0
    while time.monotonic() < end:
        kind, _, method, path, repeatable = choices.choices(OPERATIONS, weights)[0]
        name = f"{kind}-{number}-{count}"
        count += 1
        body = None if method == "GET" else {"name": f"tag {choices.randrange(NAMES)}" if method == "POST" else "changed"}
        try:
            ended = str(
                session.request(method, path, json=body, headers={"X-Request-Id": name}, repeatable=repeatable).status_code
            )
        except TransportError as error:
            ended = type(error).__name__
        except Exception as error:  # noqa: BLE001 - any other end is what the soak looks for
            ended = f"{type(error).__name__}: {error}"
        outcomes.add(name, ended)


def resident() -> float:
    """Return the memory that this process holds, in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def soak(seconds: float, threads: int, seed: int, share: float, token_life: float) -> dict[str, Any]:
    """Run the soak; return its report."""
    order = json.dumps({"seed": seed, "share": share, "token_life": token_life})
    with (
        tempfile.TemporaryFile("w+") as file,
        subprocess.Popen([sys.executable, PROGRAM, order], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as platform,
    ):
        assert platform.stdout is not None
        inputs = json.loads(platform.stdout.readline())
        outcomes = Outcomes(file)
        memory: list[float] = []
        with gatepost.connect(auth="token", **inputs) as runtime:
            runtime.session.post("/v3/tags", json={"name": "changed"})
            end = time.monotonic() + seconds
            running = [
                threading.Thread(target=worker, args=(runtime.session, number, seed, end, outcomes)) for number in range(threads)
            ]
            for thread in running:
                thread.start()
            while time.monotonic() < end:
                time.sleep(max(seconds / 200, 0.1))
                memory.append(resident())
            for thread in running:
                thread.join()
        seen = json.loads(platform.communicate()[0])
        ended = outcomes.read()
    quarter = len(memory) // 4
    return {
        "seconds": seconds,
        "threads": threads,
        "seed": seed,
        "share": share,
        "token_life": token_life,
        **judged(ended, seen),
        "memory_mib": {
            "second quarter": round(median(memory[quarter : 2 * quarter]), 1),
            "last quarter": round(median(memory[3 * quarter :]), 1),
        },
    }


def judged(ended: dict[str, str], seen: dict[str, Any]) -> dict[str, Any]:
    """Hold what the client saw against what the platform did."""
    return {
        "requests": len(ended),
        "attempts": sum(len(statuses) for statuses in seen["attempts"].values()),
        "faults": sum(seen["faults"].values()),
        "kinds_of_faults": len(seen["faults"]),
        "renewals": seen["renewals"],
        "struck_beyond_the_attempts": sum(not fits(name, seen) for name in ended),
        "ended": dict(Counter("2xx" if how.startswith("2") else how for how in ended.values()).most_common()),
        "ended_badly": [
            f"{name} ended with {how} after {seen['attempts'].get(name)}"
            for name, how in ended.items()
            if fits(name, seen) and not how.startswith("2")
        ],
        "written_twice": list(written_twice(seen["writes"])),
    }


def fits(name: str, seen: dict[str, Any]) -> bool:
    """Tell whether a request's faults fit the attempts: none at all for a write that was not declared repeatable."""
    return int(seen["costly"].get(name, 0)) <= (0 if name.startswith("write") else REPEATS)


def written_twice(writes: dict[str, int]) -> Iterator[str]:
    """Return what was written more than once though nobody declared it repeatable. PUT is, by its meaning (RFC 9110)."""
    return (name for name, times in writes.items() if times > 1 and name.startswith("write"))


def problems(report: dict[str, Any]) -> list[str]:
    """Return what does not hold."""
    found = [*report["ended_badly"][:20], *(f"{name} was written twice" for name in report["written_twice"][:20])]
    before, after = report["memory_mib"].values()
    if after - before > GROWTH:
        found.append(f"memory grew from {before} to {after} MiB")
    return found


def shown(report: dict[str, Any], found: list[str]) -> str:
    """Return a report as Markdown."""
    memory = report["memory_mib"]
    lines = (
        (
            f"{report['threads']} threads for {report['seconds']:g} s, tokens that live {report['token_life']:g} s, faults at "
            f"{report['share']:.0%} of the attempts (seed {report['seed']}):"
        ),
        "",
        (
            f"- {report['requests']:,} requests, {report['attempts']:,} attempts, {report['faults']:,} faults of "
            f"{report['kinds_of_faults']} kinds, {report['renewals'].get('200', 0)} renewals of the token"
        ),
        (
            f"- ended otherwise than in 2xx though their faults fitted the attempts: {len(report['ended_badly'])}; struck by "
            f"more faults than that, most of them writes that must not be repeated: {report['struck_beyond_the_attempts']}"
        ),
        f"- written twice though not declared repeatable: {len(report['written_twice'])}",
        f"- memory of the client: {memory['second quarter']} MiB in the second quarter, {memory['last quarter']} MiB in the last",
        f"- {'; '.join(found) or 'everything held'}",
    )
    return "\n".join(lines)


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--threads", type=int, default=32)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=0.05, help="of the attempts that a fault strikes")
    parser.add_argument("--token-life", type=float, default=5, help="seconds")
    parser.add_argument("--record", action="store_true", help="keep the report in benchmarks/results and README.md")
    given = parser.parse_args()
    report = soak(given.seconds, given.threads, given.seed, given.share, given.token_life)
    found = problems(report)
    print(json.dumps(report, indent=1))
    print("\n".join(found) or "everything held", file=sys.stderr)
    if given.record:
        from benchmarks.recording import record

        record("soak", {**report, "problems": found}, shown(report, found), "soak")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
