"""What the emulated services beside the platform have in common as servers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar

from gatepost.emulator.service import Service
from gatepost.emulator.services.settings import ServiceSettings
from gatepost.emulator.serving import EmulatedServer
from gatepost.errors import UsageError

__all__ = ["ServiceServer"]

_APP_PREFIX = "APP_INPUT_"


class ServiceServer(EmulatedServer):
    """An emulated service that tells apps how to reach it.

    Args:
        service: What it serves.
        settings: Where it listens, and what goes wrong.
    """

    _probe: ClassVar[str]
    """A path that may be asked for by GET to see whether a credential is accepted."""

    def __init__(self, service: Service, settings: ServiceSettings) -> None:
        super().__init__(service, host=settings.host, port=settings.port, chaos=settings.chaos)

    @property
    def schemes(self) -> tuple[str, ...]:
        """The schemes by which an app can be authorized here, as the input ``<service>_auth`` says them; the usual one first."""
        return tuple(self._schemes())

    def inputs(self, service: str = "", scheme: str = "") -> dict[str, str]:
        """Return the inputs by which an app declares and reaches the service.

        Their names are the convention for inputs of other services: the service's name, an underscore, and what it is.
        Credentials are plain text in it: they are made up, and are there for being used.

        Args:
            service: What the app calls the service; empty takes `name`.
            scheme: How the app is authorized, as the input ``<service>_auth`` says it; empty takes the service's usual scheme.

        Raises:
            UsageError: The service knows no such scheme, or was never started.
        """
        schemes = self._schemes()
        chosen = scheme or next(iter(schemes))
        if chosen not in schemes:
            known = ", ".join(schemes)
            raise UsageError(f"The emulated {self.name} does not know the scheme {chosen!r}", remedy=f"Use one of {known}")
        given = {"auth": chosen, "url": self.url, "probe": self._probe, **schemes[chosen]()}
        return {f"{service or self.name}_{suffix}": value for suffix, value in given.items()}

    def environment(self, service: str = "", scheme: str = "") -> dict[str, str]:
        """Return `inputs` as environment variables, and with them where other programs look for the authority's certificate.

        Args:
            service: As for `inputs`.
            scheme: As for `inputs`.

        Raises:
            UsageError: The service knows no such scheme, or does not run.
        """
        variables = {f"{_APP_PREFIX}{name}".upper(): value for name, value in self.inputs(service, scheme).items()}
        return {**variables, "REQUESTS_CA_BUNDLE": self.ca_file, "SSL_CERT_FILE": self.ca_file}

    @abstractmethod
    def _schemes(self) -> Mapping[str, Callable[[], Mapping[str, str]]]:
        """Return what makes the inputs of each scheme that an app may choose, by what follows the service's name in them."""
