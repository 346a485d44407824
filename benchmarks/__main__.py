"""Run all benchmarks but the soak: ``python -m benchmarks``, from the repository's root.

With ``--record`` the results are kept in ``benchmarks/results`` and shown in ``benchmarks/README.md``.
"""

from __future__ import annotations

import argparse
import json

from benchmarks import command_help, playbook, session_cpu, small_things, startup
from benchmarks.harness import Options, add_options, table
from benchmarks.recording import circumstances, record


def main() -> None:
    """Run, print, and perhaps keep."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    add_options(parser)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--record", action="store_true", help="keep the results in benchmarks/results and README.md")
    given = parser.parse_args()
    options = Options(given.rounds, given.instructions)
    results = [
        result for room in (startup, session_cpu, small_things, playbook, command_help) for result in room.measure(options)
    ]
    listed = [result.as_json() for result in results]
    print(json.dumps({**circumstances(), "results": listed}, indent=1) if given.json else table(results))
    if given.record:
        record("benchmarks", {"results": listed}, table(results), "results")


if __name__ == "__main__":
    main()
