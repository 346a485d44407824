"""Profiles: tests of an app as JSON files, ``tests/**/profiles.d/*.json`` (contract/logging_and_runtime.md section 9).

A profile says what is staged, which inputs the app gets, and what it has to leave: outputs, exit code, message. pytest runs each
as one test (`gatepost.testing.plugin`), and so does ``gatepost test`` without pytest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.testing.profiles.app_import import import_app as import_app
    from gatepost.testing.profiles.checks import Check as Check
    from gatepost.testing.profiles.checks import check_output as check_output
    from gatepost.testing.profiles.operators import OPERATORS as OPERATORS
    from gatepost.testing.profiles.operators import mismatch as mismatch
    from gatepost.testing.profiles.platform import ProfilePlatform as ProfilePlatform
    from gatepost.testing.profiles.profile import Expectation as Expectation
    from gatepost.testing.profiles.profile import Profile as Profile
    from gatepost.testing.profiles.profile import ProfileError as ProfileError
    from gatepost.testing.profiles.profile import find_profiles as find_profiles
    from gatepost.testing.profiles.profile import read_profile as read_profile
    from gatepost.testing.profiles.running import ProfileResult as ProfileResult
    from gatepost.testing.profiles.running import run_profile as run_profile

__all__ = [
    "OPERATORS",
    "Check",
    "Expectation",
    "Profile",
    "ProfileError",
    "ProfilePlatform",
    "ProfileResult",
    "check_output",
    "find_profiles",
    "import_app",
    "mismatch",
    "read_profile",
    "run_profile",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "app_import": ("import_app",),
        "checks": ("Check", "check_output"),
        "operators": ("OPERATORS", "mismatch"),
        "platform": ("ProfilePlatform",),
        "profile": ("Expectation", "Profile", "ProfileError", "find_profiles", "read_profile"),
        "running": ("ProfileResult", "run_profile"),
    },
    extra="testing",
)
