"""The Python that an app will run on: which wheels fit it, and what markers say there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gatepost.errors import UsageError

__all__ = ["DEFAULT_PLATFORM", "Target"]

DEFAULT_PLATFORM = "manylinux_2_17_x86_64"
"""Linux with glibc 2.17 (2014) or later. The contract does not say what platforms run on; the oldest for which the framework's
own dependencies have wheels runs everywhere."""

_PLATFORM = re.compile(r"(?P<family>manylinux|musllinux)_(?P<major>\d{1,2})_(?P<minor>\d{1,3})_(?P<machine>[a-z0-9_]+)")
_OLD_NAMES = {
    "manylinux2014": "manylinux_2_17",
    "manylinux2010": "manylinux_2_12",
    "manylinux1": "manylinux_2_5",
}  # PEP 600
_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.\d+)*")
_OLDEST_GLIBC = 5


@dataclass(frozen=True, slots=True)
class Target:
    """A Python on a platform.

    Attributes:
        python: Its version, ``major.minor``.
        platform: The platform's tag, as ``manylinux_2_17_x86_64`` (PEP 600) or ``musllinux_1_2_x86_64`` (PEP 656).
    """

    python: str
    platform: str = DEFAULT_PLATFORM

    @classmethod
    def of(cls, language_version: str, platform: str = DEFAULT_PLATFORM) -> Target:
        """Return the target that a manifest asks for.

        Args:
            language_version: ``languageVersion``; a longer version is cut (contract/install_json.md section 1).
            platform: The platform's tag; the older names ``manylinux2014_…`` are known too.

        Raises:
            UsageError: The version or the platform is none.
        """
        version = _VERSION.fullmatch(language_version.strip())
        if version is None:
            raise UsageError(
                f"{language_version!r} is no version of Python"
                if language_version
                else "It is not said which Python the app needs",
                why="languageVersion in install.json chooses the platform's interpreter, and with it the wheels",
                remedy='Write "languageVersion": "3.11" into install.json, or name it: --python-version',
            )
        family, _, machine = platform.partition("_")
        whole = f"{_OLD_NAMES[family]}_{machine}" if family in _OLD_NAMES else platform
        if not _PLATFORM.fullmatch(whole):
            raise UsageError(
                f"{platform!r} is no platform that packages are made for",
                remedy=f"Name one as wheels do: {DEFAULT_PLATFORM}, manylinux_2_28_aarch64, musllinux_1_2_x86_64",
            )
        return cls(f"{version[1]}.{version[2]}", whole)

    @property
    def machine(self) -> str:
        """The machine's architecture, as ``x86_64``."""
        return self._parts["machine"]

    @property
    def platform_tags(self) -> tuple[str, ...]:
        """The tags of the wheels that run there, the newest first: a wheel for an older C library runs with a newer one."""
        parts = self._parts
        family, major, machine = parts["family"], parts["major"], parts["machine"]
        oldest = _OLDEST_GLIBC if family == "manylinux" else 0
        tags = []
        for minor in range(int(parts["minor"]), oldest - 1, -1):
            tag = f"{family}_{major}_{minor}"
            tags.append(f"{tag}_{machine}")
            tags += [f"{old}_{machine}" for old, new in _OLD_NAMES.items() if new == tag]
        return (*tags, f"linux_{machine}")

    @property
    def uv_platform(self) -> str:
        """The platform as uv names it; it has fewer of them."""
        parts = self._parts
        return f"{parts['machine']}-{parts['family']}_{parts['major']}_{parts['minor']}"

    @property
    def marker_environment(self) -> dict[str, str]:
        """What environment markers are compared with there (PEP 508).

        The micro version is not known; with 0, what an older one needs is brought along.
        """
        full = f"{self.python}.0"
        return {
            "implementation_name": "cpython",
            "implementation_version": full,
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": full,
            "python_version": self.python,
            "sys_platform": "linux",
        }

    @property
    def _parts(self) -> dict[str, str]:
        found = _PLATFORM.fullmatch(self.platform)
        if found is None:
            raise UsageError(f"{self.platform!r} is no platform that packages are made for")
        return found.groupdict()
