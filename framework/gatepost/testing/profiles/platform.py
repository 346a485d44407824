"""The platform on which profiles run: an emulated one that starts when it is first needed, or the one of the environment."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Self

from gatepost.errors import GatepostError, InputError
from gatepost.inputs.standard import ALIASES, STANDARD_INPUTS, canonical_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests

    from gatepost.emulator import Emulator

__all__ = ["ProfilePlatform"]

_EXTRA_PACKAGES = ("starlette", "uvicorn", "h11", "anyio", "python_multipart")
_TAKEN = frozenset(
    {
        "tc_api_path",
        "tc_token",
        "tc_token_expires",
        "api_access_id",
        "api_secret_key",
        "tc_api_access_id",
        "tc_api_secret_key",
        "api_default_org",
        "tc_verify",
        "tc_proxy_tc",
        "tc_proxy_external",
        "tc_proxy_host",
        "tc_proxy_port",
        "tc_proxy_username",
        "tc_proxy_password",
    }
)


class ProfilePlatform:
    """A platform for any number of profiles. A context manager.

    Args:
        environment: Variables that name a real platform (``TC_API_PATH``, ``TC_API_ACCESS_ID``…). None: an emulated one, since
            credentials that happen to be exported must not send a test to a platform that nobody meant.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = environment
        self._emulator: Emulator | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._emulator is not None:
            self._emulator.stop()
            self._emulator = None

    @property
    def is_emulated(self) -> bool:
        """Whether it is an emulated one."""
        return self._environment is None

    @property
    def emulator(self) -> Emulator:
        """The emulated platform; started by now.

        Raises:
            GatepostError: The extra ``emulator`` is not installed.
        """
        if self._emulator is None:
            try:
                from gatepost.emulator.server import Emulator
            except ModuleNotFoundError as error:
                package = (error.name or "").partition(".")[0]
                if package not in _EXTRA_PACKAGES:
                    raise
                raise GatepostError(
                    f"Profiles run on an emulated platform, which needs the package {package}",
                    why="It is not installed",
                    remedy="Install gatepost with its extra: pip install 'gatepost[emulator]'",
                ) from None
            emulator = Emulator()
            emulator.start()
            self._emulator = emulator
        return self._emulator

    def inputs(self) -> dict[str, Any]:
        """Return the inputs by which an app finds the platform.

        Raises:
            InputError: It is that of the environment, which names none.
        """
        if self._environment is None:
            return self.emulator.inputs("both")
        names = {ALIASES.get(canonical_name(name), canonical_name(name)): value for name, value in self._environment.items()}
        inputs = {name: value for name, value in names.items() if name in _TAKEN and name in STANDARD_INPUTS and value}
        if "tc_api_path" not in inputs:
            raise InputError(
                "The environment names no platform", why="TC_API_PATH is not set", remedy="Set it, or use an emulated platform"
            )
        return inputs

    @contextlib.contextmanager
    def session(self) -> Iterator[requests.Session]:
        """Open an authorized session, for what is staged there."""
        from gatepost.runtime.connecting import connect

        with connect(**self.inputs()) as runtime:
            yield runtime.session
