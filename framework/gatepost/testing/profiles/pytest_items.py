"""Profiles as tests of pytest: each file is one test."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from gatepost.errors import GatepostError
from gatepost.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gatepost.app import App
    from gatepost.testing.profiles.platform import ProfilePlatform

__all__ = ["ProfileFailed", "ProfileFile", "ProfileItem"]


class ProfileFailed(Exception):
    """A profile did not come out as expected; the text tells how."""


_PLATFORM: pytest.StashKey[ProfilePlatform] = pytest.StashKey()
_APPS: pytest.StashKey[dict[Path, App[Any]]] = pytest.StashKey()


class ProfileFile(pytest.File):
    """A file in a folder ``profiles.d``."""

    def collect(self) -> Iterator[ProfileItem]:
        """Yield its one test. The file is read when the test runs, so that a broken one fails alone."""
        yield ProfileItem.from_parent(self, name=self.path.stem)


class ProfileItem(pytest.Item):
    """One profile."""

    def runtest(self) -> None:
        """Run the profile."""
        from gatepost.testing.profiles.profile import app_folder, read_profile
        from gatepost.testing.profiles.running import run_profile

        profile = read_profile(self.path)
        environments = self.config.getoption("--profile-environment") or ["build"]
        if not profile.is_for(environments):
            pytest.skip(f"it is for {', '.join(profile.environments)}; this is {', '.join(environments)}")
        folder = app_folder(self.path)
        if folder is None:
            raise profile.error((), "no app is above it", remedy="Put it below the folder of the app's install.json")
        result = run_profile(profile, self._app(folder), self._platform())
        if result.log:
            self.add_report_section(
                "call", "app log", redact("\n".join(f"{record.level_name:8} {record.message}" for record in result.log))
            )
        if not result.passed:
            raise ProfileFailed(f"{result.report()}\n{self.path}")  # pytest's summary shows the first line

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the words of a failure: no traceback for what a person can put right in the profile."""
        error = excinfo.value
        if isinstance(error, ProfileFailed | GatepostError):
            return redact(str(error))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Return where the test is."""
        return self.path, 0, f"profile {self.name}"

    def _platform(self) -> ProfilePlatform:
        """Return the platform of all profiles of this pytest process."""
        stash = self.config.stash
        if _PLATFORM not in stash:
            from gatepost.testing.profiles.platform import ProfilePlatform

            real = self.config.getoption("--profile-platform") == "environment"
            platform = ProfilePlatform(dict(os.environ) if real else None)
            platform.__enter__()
            stash[_PLATFORM] = platform
            self.config.add_cleanup(lambda: platform.__exit__(None, None, None))
        return stash[_PLATFORM]

    def _app(self, folder: Path) -> App[Any]:
        apps = self.config.stash.setdefault(_APPS, {})
        if folder not in apps:
            from gatepost.testing.profiles.app_import import import_app

            apps[folder] = import_app(folder)
        return apps[folder]
