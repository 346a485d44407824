"""An emulated platform for a command, and the services beside it; or the words that tell why there are none."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from gatepost.errors import GatepostError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from gatepost.emulator import ChaosProfile, Emulator
    from gatepost.emulator.services.server import ServiceServer

__all__ = ["EMULATED_SCHEMES", "GENERAL_SCHEMES", "SERVICES", "load_chaos", "make_emulator", "make_service", "service_names"]

SERVICES = {"tcap": "TcapEmulator", "timbr": "TimbrEmulator", "oauth": "OAuthEmulator"}
"""The services that can be emulated, each with the class in `gatepost.emulator` that does it."""

EMULATED_SCHEMES = {"tcap": "tcap", "tcap_account": "tcap", "timbr": "timbr"}
"""Which service is emulated for an app that declares one with such a scheme."""

GENERAL_SCHEMES = frozenset({"basic", "bearer", "header", "login", "mutual_tls", "oauth2", "oauth2_refresh", "query"})
"""Schemes that do not say which service it is: the general one knows them all."""

_EXTRA_PACKAGES = ("starlette", "uvicorn", "h11", "anyio", "python_multipart")


def make_emulator(**settings: Any) -> Emulator:
    """Return an emulated platform that is not started yet.

    Args:
        **settings: Settings by their names in `EmulatorSettings`; None takes the default.

    Raises:
        GatepostError: The extra ``emulator`` is not installed.
        UsageError: A setting cannot be.
    """
    with _explained():
        from gatepost.emulator.server import Emulator
    return Emulator(**{name: value for name, value in settings.items() if value is not None})


def service_names(texts: Iterable[str]) -> tuple[str, ...]:
    """Read names of services as a person gives them: one by one, or with commas between.

    Args:
        texts: What was given.

    Returns:
        The names, each once.

    Raises:
        UsageError: A service cannot be emulated.
    """
    names = tuple(dict.fromkeys(name.strip().lower() for text in texts for name in text.split(",") if name.strip()))
    for name in names:
        if name not in SERVICES:
            raise UsageError(f"There is no emulated service {name!r}", remedy=f"Choose from {', '.join(SERVICES)}")
    return names


def make_service(name: str, **settings: Any) -> ServiceServer:
    """Return an emulated service that is not started yet.

    Args:
        name: One of `SERVICES`.
        **settings: Settings by their names in `ServiceSettings`, or of the service itself; None takes the default.

    Raises:
        GatepostError: The extra ``emulator`` is not installed.
        UsageError: A setting cannot be.
    """
    with _explained():
        from gatepost import emulator

        made: ServiceServer = getattr(emulator, SERVICES[name])(
            **{key: value for key, value in settings.items() if value is not None}
        )
    return made


def load_chaos(path: Path) -> ChaosProfile:
    """Read the faults of an emulated platform.

    Args:
        path: A chaos profile, a JSON file.

    Raises:
        GatepostError: The file holds no profile, or the extra ``emulator`` is not installed.
    """
    with _explained():
        from gatepost.emulator.chaos import ChaosProfile
    return ChaosProfile.load(path)


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Say which extra is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _EXTRA_PACKAGES:
            raise
        raise GatepostError(
            f"The emulator needs the package {package}",
            why="It is not installed",
            remedy="Install gatepost with its extra: pip install 'gatepost[emulator]'",
        ) from None
