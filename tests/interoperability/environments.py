"""Virtual environments for software that cannot live beside gatepost: made once, kept in the repository's root.

Each has its own folder, ``.venv-<name>-<version>-<python>`` (git ignores it). One test process makes it while the others
wait; a half-made one has no seal and is made again.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# As it was before any test changed it: pip may need the caller's proxy.
_ENVIRONMENT = dict(os.environ)
# What pip prints when it did not reach an index. The last one is also printed when the index does not have the version.
_UNREACHABLE = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "ConnectionError",
    "ProtocolError",
    "IncompleteRead",
    "Connection refused",
    "Connection reset",
    "Connection broken",
    "Server Error",  # 502 or 503 of a registry, or of a proxy on the way
    "Too Many Requests",
    "Network is unreachable",
    "Temporary failure in name resolution",
    "No matching distribution found",
)


class RegistryUnreachable(Exception):
    """The package registry cannot be reached, so there is nothing to test against. The text is pip's."""


def python_with(requirement: str, *, directory: Path = ROOT, options: tuple[str, ...] = ()) -> Path:
    """Return the Python of an environment that has a requirement, made if it is not there yet.

    Args:
        requirement: One pinned requirement, ``tcex==5.0.0``.
        directory: Where environments are kept.
        options: Further options for ``pip install``.

    Raises:
        RegistryUnreachable: It is not there, and cannot be fetched now.
        RuntimeError: It cannot be installed for another reason. The text is pip's.
    """
    name = requirement.replace("==", "-")
    place = directory / f".venv-{name}-python{sys.version_info.major}.{sys.version_info.minor}"
    python = place / "bin" / "python"
    seal = place / "complete"
    with _alone(place.with_name(f"{place.name}.lock")):
        if not (_sealed(seal, requirement) and _works(python)):
            shutil.rmtree(place, ignore_errors=True)
            _make(place, requirement, options)
            seal.write_text(requirement, encoding="utf-8")
    return python


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _sealed(seal: Path, requirement: str) -> bool:
    return seal.is_file() and seal.read_text(encoding="utf-8") == requirement


def _works(python: Path) -> bool:
    """Whether the interpreter runs: the one that it was made of may be gone."""
    return python.exists() and subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0


def _make(place: Path, requirement: str, options: tuple[str, ...]) -> None:
    # Without a pip of its own, which takes longer to unpack than most requirements.
    _run([sys.executable, "-m", "venv", "--without-pip", str(place)])
    pip = [sys.executable, "-m", "pip", f"--python={place / 'bin' / 'python'}", "--disable-pip-version-check"]
    _run([*pip, "install", "--quiet", "--no-input", "--retries=1", "--timeout=30", *options, requirement])


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command,
        env=_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return
    if any(sign in done.stdout for sign in _UNREACHABLE):
        raise RegistryUnreachable(done.stdout.strip().splitlines()[-1])
    raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}")
