"""Filling a folder with an app's dependencies: by uv or by pip, each as a program of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gatepost.errors import GatepostError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gatepost.project.package.target import Target

__all__ = ["InstallFailed", "Installer", "InstallerName", "Sources", "choose_installer", "without_credentials"]

InstallerName = Literal["auto", "uv", "pip"]

_USER_INFO = re.compile(r"(?<=://)[^/@\s'\"]+@")
_MISSING = re.compile(
    r"(?:No matching distribution found for|satisfies the requirement|Because(?: only)? )\s*(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)"
)
_NO_WHEEL = re.compile(
    r"No matching distribution found|not a supported wheel|no usable wheels|no wheels? with a matching|building.*is disabled",
    re.IGNORECASE,
)
_SHOWN_LINES = 6


class InstallFailed(GatepostError):
    """An installer could not install what it was asked for.

    Attributes:
        output: All that it said, without credentials.
        name: The package that it is about; empty when that cannot be told.
        no_wheel: Whether there is no wheel of it that fits.
    """

    def __init__(self, what: str, *, why: str, remedy: str, output: str, name: str, no_wheel: bool) -> None:
        super().__init__(what, why=why, remedy=remedy)
        self.output = output
        self.name = name
        self.no_wheel = no_wheel


@dataclass(frozen=True, slots=True)
class Sources:
    """Where an installer looks for packages, besides the registry that it is configured for.

    Attributes:
        find_links: Folders or pages with wheels.
        no_index: Whether it must not ask a registry.
        constraints: Lines that say which file of a package is to be taken, ``name @ file:///…``.
    """

    find_links: tuple[str, ...] = ()
    no_index: bool = False
    constraints: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Installer:
    """uv or pip.

    Attributes:
        name: ``uv`` or ``pip``.
        command: How it is started.
    """

    name: Literal["uv", "pip"]
    command: tuple[str, ...]

    def install(self, lines: Sequence[str], into: Path, target: Target, sources: Sources, *, complete: bool = False) -> None:
        """Install wheels for a Python into a folder; nothing is built, and nothing is compiled to bytecode.

        Args:
            lines: Requirements and options, as in a file of requirements.
            into: The folder; it may hold packages already.
            target: The Python.
            sources: Where to look.
            complete: Whether nothing else may be installed, because `lines` is all.

        Raises:
            InstallFailed: It could not.
        """
        with tempfile.TemporaryDirectory(prefix="gatepost-package-") as made:
            file = Path(made) / "requirements.txt"
            file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            options = ["-r", str(file), "--target", str(into), "--only-binary", ":all:", *_options(sources, Path(made))]
            options += ["--no-deps"] if complete else []
            self._run([*self._target_options(target), *options])

    def build(self, projects: Sequence[str], into: Path, sources: Sources) -> None:
        """Build wheels of projects or source distributions, without what they depend on.

        Args:
            projects: Folders, or requirements that a registry has only the source of.
            into: The folder for the wheels.
            sources: Where to look.

        Raises:
            InstallFailed: It could not.
        """
        with tempfile.TemporaryDirectory(prefix="gatepost-package-") as made:
            pip = self if self.name == "pip" else Installer("pip", _pip_command())
            options = ["wheel", "--no-deps", "--quiet", "--wheel-dir", str(into), *_options(sources, Path(made))]
            pip._start([*pip.command, *options, *projects])

    def _target_options(self, target: Target) -> list[str]:
        if self.name == "uv":
            options = [
                "--python-version",
                target.python,
                "--python-platform",
                target.uv_platform,
                "--link-mode",
                "copy",
                "--quiet",
            ]
            return ["pip", "install", "--python", sys.executable, *options]
        tags = [option for tag in target.platform_tags for option in ("--platform", tag)]
        version = target.python.replace(".", "")
        abis = [option for abi in (f"cp{version}", "abi3", "none") for option in ("--abi", abi)]
        return [
            "install", "--python-version", target.python, "--implementation", "cp", *abis, *tags, "--no-compile", "--upgrade",
            "--quiet",
        ]  # fmt: skip

    def _run(self, arguments: Sequence[str]) -> None:
        self._start([*self.command, *arguments])

    def _start(self, command: Sequence[str]) -> None:
        environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "NO_COLOR": "1"}
        try:
            ended = subprocess.run(  # noqa: S603 - running the installer is the purpose
                list(command),
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
        except OSError as error:
            raise GatepostError(f"{command[0]} cannot be started", why=error.strerror or str(error)) from None
        if ended.returncode != 0:
            raise self._failed(without_credentials(ended.stderr + ended.stdout))

    def _failed(self, output: str) -> InstallFailed:
        errors = [line.strip() for line in output.splitlines() if line.strip() and not line.startswith("WARNING")]
        shown = [line.removeprefix("ERROR: ") for line in errors if line.startswith("ERROR")] or errors
        if self.name == "uv" and "--python-platform" in output:
            return InstallFailed(
                "uv does not know the platform", why=shown[0], remedy="Let pip collect the dependencies: --installer pip",
                output=output, name="", no_wheel=False,
            )  # fmt: skip
        names = [found["name"] for line in shown if (found := _MISSING.search(line))]
        return InstallFailed(
            "The dependencies cannot be collected",
            why=f"{self.name} says:\n" + "\n".join(shown[-_SHOWN_LINES:]),
            remedy="Correct what the app says it needs, or name folders with wheels: --find-links",
            output=output,
            name=names[-1] if names else "",
            no_wheel=bool(_NO_WHEEL.search(output)),
        )


def choose_installer(name: InstallerName, target: Target) -> Installer:
    """Return an installer: uv where it is on the PATH and knows the platform, else pip.

    Args:
        name: ``uv`` or ``pip`` to have just this one.
        target: What it will install for.

    Raises:
        UsageError: There is no such installer here.
    """
    uv = shutil.which("uv")
    if name == "uv" and uv is None:
        raise UsageError("uv cannot be found", why="It is not on the PATH", remedy="Install uv, or use pip: --installer pip")
    if uv is not None and (name == "uv" or (name == "auto" and _uv_knows(target))):
        return Installer("uv", (uv,))
    return Installer("pip", _pip_command())


def without_credentials(text: str) -> str:
    """Return a text without the user and password that a URL in it may hold."""
    return _USER_INFO.sub("***@", text)


def _pip_command() -> tuple[str, ...]:
    import importlib.util

    if importlib.util.find_spec("pip") is None:
        raise UsageError(
            "The dependencies cannot be collected",
            why=f"There is neither uv on the PATH nor pip in {sys.prefix}",
            remedy="Install one of them: python -m ensurepip",
        )
    return (sys.executable, "-m", "pip")


def _uv_knows(target: Target) -> bool:
    """Tell whether uv has a name for the platform: it has manylinux only, and not each version of it."""
    family, _, minor = target.platform.removesuffix(f"_{target.machine}").rpartition("_")
    return (
        family == "manylinux_2" and (minor in ("17", "28") or 31 <= int(minor) <= 40) and target.machine in ("x86_64", "aarch64")
    )


def _options(sources: Sources, folder: Path) -> list[str]:
    options = [option for place in sources.find_links for option in ("--find-links", place)]
    options += ["--no-index"] if sources.no_index else []
    if sources.constraints:
        file = folder / "constraints.txt"
        file.write_text("".join(f"{line}\n" for line in sources.constraints), encoding="utf-8")
        options += ["--constraint", str(file)]
    return options
