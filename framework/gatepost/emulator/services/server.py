"""What the emulated services beside the platform have in common as servers."""

from __future__ import annotations

from abc import abstractmethod

from gatepost.emulator.service import Service
from gatepost.emulator.services.settings import ServiceSettings
from gatepost.emulator.serving import EmulatedServer

__all__ = ["ServiceServer"]

_APP_PREFIX = "APP_INPUT_"


class ServiceServer(EmulatedServer):
    """An emulated service that tells apps how to reach it.

    Args:
        service: What it serves.
        settings: Where it listens, and what goes wrong.
    """

    def __init__(self, service: Service, settings: ServiceSettings) -> None:
        super().__init__(service, host=settings.host, port=settings.port, chaos=settings.chaos)

    @abstractmethod
    def inputs(self) -> dict[str, str]:
        """Return the inputs that an app needs to reach the service: its name, an underscore, and what it is.

        Credentials are plain text in it: they are made up, and are there for being used.

        Raises:
            UsageError: The service was never started.
        """

    def environment(self) -> dict[str, str]:
        """Return `inputs` as environment variables, and with them where programs look for the authority's certificate.

        Raises:
            UsageError: The service does not run.
        """
        variables = {f"{_APP_PREFIX}{name}".upper(): value for name, value in self.inputs().items()}
        return {**variables, "REQUESTS_CA_BUNDLE": self.ca_file, "SSL_CERT_FILE": self.ca_file}
