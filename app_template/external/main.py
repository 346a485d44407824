"""What the script does: ``python main.py``, wherever there is a Python and a way to the platform."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import gatepost


def count_owners(runtime: gatepost.Runtime[None], kind: str) -> str:
    """Say how many owners of a kind these credentials can see. Begin here."""
    owners = runtime.session.get("/v2/owners").json()["data"]["owner"]
    names = [owner["name"] for owner in owners if kind in ("all", owner["type"].lower())]
    return f"{len(names)} of {len(owners)} owners: {', '.join(names) or 'none'}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, do the work, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=["all", "organization", "community", "source"], default="all", help="which owners")
    options = parser.parse_args(arguments)
    try:
        # The credentials come from the environment, or from .env in the working directory.
        with gatepost.connect(raise_for_status=True) as runtime:
            print(count_owners(runtime, options.kind))
    except gatepost.GatepostError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
