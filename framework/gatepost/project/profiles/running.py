"""The tests of an app by profiles, without pytest: found, run, and brought up to date."""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatepost.errors import GatepostError, UsageError
from gatepost.project.profiles.process import TIMEOUT, in_a_process
from gatepost.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gatepost.app import App
    from gatepost.project.app_folder import AppFolder
    from gatepost.testing.profiles import Check, Profile, ProfilePlatform, ProfileResult
    from gatepost.testing.profiles.running import Finished, Launch

__all__ = ["ProfileOutcome", "run_profiles"]


@dataclass(frozen=True, slots=True)
class ProfileOutcome:
    """How one profile came out. There is no secret in it.

    Attributes:
        name: The profile's name, with its feature: ``text/upper``.
        path: Its file.
        status: ``passed``, ``failed``, ``error`` (it could not be run), ``skipped`` (it is for another environment),
            ``uninitialized`` (nobody has said yet what is expected), ``updated``.
        report: What came out otherwise, or why it was not run; empty when it passed.
        exit_code: The app's exit code; None when it was not run.
        message: The app's message.
        checks: Every expectation.
        findings: What is off in the file and was tolerated; what was noticed while it was written.
    """

    name: str
    path: Path
    status: str
    report: str = ""
    exit_code: int | None = None
    message: str = ""
    checks: tuple[Check, ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether it is no reason to fail."""
        return self.status in {"passed", "skipped", "updated"}


def run_profiles(
    folder: str | Path = ".",
    *,
    names: Iterable[str] = (),
    environments: Sequence[str] = ("build",),
    real_platform: bool = False,
    process: bool = False,
    python: str = sys.executable,
    timeout: float = TIMEOUT,
    update: bool = False,
    overwrite: bool = False,
    progress: Callable[[str, int, int], object] = lambda *_: None,
) -> tuple[ProfileOutcome, ...]:
    """Run the profiles of an app, one after the other.

    Args:
        folder: The app's folder.
        names: The profiles, as for `gatepost.testing.profiles.find_profiles`; none: all.
        environments: Profiles that name environments run in one of these.
        real_platform: Run on the platform that the environment names, not on an emulated one.
        process: Start the app as the platform does, in a process for each profile. An app that is not written with gatepost is
            always started so.
        python: The interpreter of such a process.
        timeout: Seconds after which such a process is stopped, and its profile could not be run.
        update: Write what came out into profiles that are not initialized, as their expectation, and initialize them.
        overwrite: With `update`: into initialized ones, too.
        progress: Told the profile's name, how many are done, and how many there are.

    Raises:
        UsageError: There is no app, or no profile.
        GatepostError: The app cannot be imported.
    """
    from gatepost.project.app_folder import open_app
    from gatepost.testing.profiles import ProfilePlatform, find_profiles

    app = open_app(folder)
    paths = find_profiles(app.folder, names)
    if not paths:
        raise UsageError(
            f"The app in {app.folder} has no profiles",
            why="There is no file tests/**/profiles.d/*.json",
            remedy="Make some: gatepost test --generate",
        )
    outcomes = []
    with ProfilePlatform(dict(os.environ) if real_platform else None) as platform:
        launch = _launch(app, platform, process=process, python=python, timeout=timeout)
        for number, path in enumerate(paths):
            progress(profile_name(app.folder, path), number, len(paths))
            outcomes.append(_run(app, path, launch, platform, environments, update=update, overwrite=overwrite))
    return tuple(outcomes)


def profile_name(folder: Path, path: Path) -> str:
    """Return the name of a profile with its feature, the folder around ``profiles.d``: ``text/upper``."""
    feature = path.parent.parent
    if not feature.is_relative_to(folder / "tests") or feature == folder / "tests":
        return path.stem
    return f"{feature.relative_to(folder / 'tests').as_posix()}/{path.stem}"


def _launch(
    app: AppFolder, platform: ProfilePlatform, *, process: bool, python: str, timeout: float
) -> App[Any] | Callable[[Launch], Finished]:
    from gatepost.testing.profiles.app_import import NotGatepostError, import_app

    if not process:
        with contextlib.suppress(NotGatepostError), contextlib.redirect_stdout(sys.stderr):
            return import_app(app.folder)
    return in_a_process(app, platform, python=python, timeout=timeout, stdout=_descriptor_of_errors())


def _descriptor_of_errors() -> int | None:
    """Return where the app's own output goes: not among the results."""
    try:
        return sys.stderr.fileno()
    except (OSError, ValueError):
        return None


def _run(
    app: AppFolder,
    path: Path,
    launch: App[Any] | Callable[[Launch], Finished],
    platform: ProfilePlatform,
    environments: Sequence[str],
    *,
    update: bool,
    overwrite: bool,
) -> ProfileOutcome:
    from gatepost.testing.profiles import read_profile, run_profile

    name = profile_name(app.folder, path)
    try:
        profile = read_profile(path)
        if not profile.is_for(environments):
            why = f"it is for {', '.join(profile.environments)}; this is {', '.join(environments)}"
            return ProfileOutcome(name, path, "skipped", why, findings=profile.findings)
        with contextlib.redirect_stdout(sys.stderr):
            result = run_profile(profile, launch, platform, folder=app.folder)
        if update and (overwrite or not profile.initialized):
            return _updated(name, profile, result)
    except GatepostError as error:
        return ProfileOutcome(name, path, "error", redact(str(error)))
    status = "passed" if result.passed else "failed" if profile.initialized else "uninitialized"
    return ProfileOutcome(name, path, status, result.report(), result.exit_code, result.message, result.checks, profile.findings)


def _updated(name: str, profile: Profile, result: ProfileResult) -> ProfileOutcome:
    """Write what came out, unless the exit code is wrong: a failure is nothing to expect from now on."""
    from gatepost.project.profiles.updating import update_profile
    from gatepost.testing.profiles.checks import report

    if result.exit_code not in profile.exit_codes:
        # What else is expected is what this run was to say.
        why = report(check for check in result.checks if check.what == "exit code")
        return ProfileOutcome(name, profile.path, "failed", why, result.exit_code, result.message, result.checks)
    notes = update_profile(profile, result)
    return ProfileOutcome(
        name, profile.path, "updated", "", result.exit_code, result.message, result.checks, (*profile.findings, *notes)
    )
