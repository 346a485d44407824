"""The example app, run twice as the platform runs it: by a token that has to be renewed, and by HMAC. ``make demo``.

Beside the app that it shows, and no part of the package: it is about this repository. Every claim that it prints is checked
against the platform's record of requests; the exit code is 1 when one of them does not hold.
"""

# ruff: noqa: T201  this program is for what it prints
from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gatepost.emulator import Emulator, Outcome, OwnerKind, RecordedRequest, fingerprint
from gatepost.inputs.param_file import KEY_VARIABLE, PATH_VARIABLE, make_param_key, write_param_file
from gatepost.project.launching.made_environment import made_environment

FOLDER = Path(__file__).resolve().parent
OWNERS = (("Phishing Reports", OwnerKind.SOURCE), ("Sector Exchange", OwnerKind.COMMUNITY))
TIMEOUT = 120.0
"""Seconds for one run; one takes less than two."""


@dataclass(frozen=True)
class Run:
    """What one run left behind."""

    exit_code: int
    message: str
    results: str
    log: str
    requests: Sequence[RecordedRequest]


def main() -> int:
    """Run the app in both ways and say whether each did what is claimed."""
    with Emulator() as platform:
        for name, kind in OWNERS:
            platform.add_owner(name, kind)
        print(f"A platform in this process: {platform.url}, with {len(platform.owners)} owners.")
        failures = by_token(platform) + by_hmac(platform)
    print()
    for failure in failures:
        print(f"FAILED: {failure}")
    if not failures:
        print("Both runs read every owner, and the platform's record bears out each claim above.")
    return 1 if failures else 0


def by_token(platform: Emulator) -> list[str]:
    """Hand the app a token that has run out, as after a long wait in the queue, and see it renewed."""
    print("\n1. By token. The one that the app is handed ran out while the job waited for its turn.\n")
    inputs = platform.inputs("token")
    stale = platform.issue_token("JOB", life=-60)
    inputs |= {"tc_token": stale.token.reveal(), "tc_token_expires": stale.expires, "tc_log_to_api": True}
    run = launch(platform, inputs)
    show(run)
    renewals = [request for request in run.requests if is_renewal(request) and request.status == 200]
    used = {request.token_fingerprint for request in run.requests if request.scheme == "TC-Token"}
    return [
        *failures_of(run, platform, "by token", lambda request: request.scheme == "TC-Token"),
        *claim(len(renewals) == 1, f"the token is renewed once, not {len(renewals)} times"),
        *claim(
            len(used) == 1 and fingerprint(stale.token.reveal()) not in used,
            "every request carries the renewed token, and no other",
        ),
        *claim(run.requests[:1] == tuple(renewals[:1]), "the token is renewed before the first request"),
    ]


def by_hmac(platform: Emulator) -> list[str]:
    """Give the app the access id and secret key of an API user."""
    print("\n2. By HMAC, with an access id and its secret key. Nothing to renew.\n")
    run = launch(platform, platform.inputs("hmac"))
    show(run)
    return [
        *failures_of(run, platform, "by HMAC", lambda request: request.scheme == "TC"),
        *claim(not any(map(is_renewal, run.requests)), "no token is asked for"),
    ]


def launch(platform: Emulator, inputs: dict[str, object]) -> Run:
    """Start ``python run.py`` in the app's folder, with the inputs in an encrypted file, as the platform does."""
    before = len(platform.requests)
    with tempfile.TemporaryDirectory(prefix="gatepost-demo-") as directory:
        out = Path(directory) / "out"
        out.mkdir()
        params, key = Path(directory) / "params", make_param_key()
        write_param_file(params, key, {**inputs, "tc_out_path": out})
        environment = made_environment(os.environ) | {PATH_VARIABLE: str(params), KEY_VARIABLE: key.reveal()}
        process = subprocess.run(
            [sys.executable, "run.py"], cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
        return Run(
            process.returncode,
            read(out / "message.tc"),
            read(out / "results.tc"),
            process.stdout + process.stderr,
            platform.requests[before:],
        )


def show(run: Run) -> None:
    """Print what a run left behind, and what the platform saw of it."""
    print(f"   python run.py   exit code {run.exit_code}")
    print(f"   message.tc      {run.message}")
    print(f"   results.tc      {run.results}\n")
    for request in run.requests:
        if is_renewal(request):
            credential, verdict = "the old token", "renewed" if request.status == 200 else "refused"
        else:
            credential = f"{request.scheme} {request.token_fingerprint[:6] or request.access_id}"
            verdict = str(request.verdict.outcome)
        print(f"   {request.method:4} {request.path:22} {credential:24} {verdict:8} {request.status}")
    if run.exit_code:
        print(run.log)


def failures_of(run: Run, platform: Emulator, name: str, by_scheme: Callable[[RecordedRequest], bool]) -> list[str]:
    """Return what does not hold of what every run claims."""
    reads = [request for request in run.requests if request.path.endswith("/v2/owners") and request.status == 200]
    others = [request for request in run.requests if not is_renewal(request)]
    return [
        f"{name}: {failure}"
        for failure in (
            *claim(run.exit_code == 0, f"the app ends with exit code 0, not {run.exit_code}"),
            *claim(len(reads) == 1, "the owners are read"),
            *claim(all(owner.name in run.message for owner in platform.owners), "the message names every owner"),
            *claim(all(map(by_scheme, others)), f"every request is authorized {name}"),
            *claim(all(request.verdict.outcome is Outcome.ACCEPTED for request in others), "the platform accepts every request"),
            *claim(run.results.startswith("last_run = "), "the time of the run is kept for the next one"),
        )
    ]


def claim(holds: bool, what: str) -> list[str]:
    """Return the claim when it does not hold."""
    return [] if holds else [what]


def is_renewal(request: RecordedRequest) -> bool:
    """Tell whether a request asks for a new token."""
    return request.path.endswith("/appAuth")


def read(path: Path) -> str:
    """Return the text of a file that may be missing."""
    return path.read_text(encoding="utf-8").strip() if path.is_file() else "(missing)"


if __name__ == "__main__":
    sys.exit(main())
