"""The services that an app declares, emulated for one launch of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gatepost.project.launching.app_params import ServiceInputs
from gatepost.project.launching.emulated import EMULATED_SCHEMES, GENERAL_SCHEMES, make_service

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack

    from gatepost.emulator.services.server import ServiceServer
    from gatepost.project.launching.tape import LaunchTape

__all__ = ["EmulatedServices"]

_KEPT = ("requested_service",)
"""What an app says of a service that is as true of an emulated one."""


_PATHS = {
    "oauth": ("/items", "/login", "/oauth/"),
    "tcap": ("/token-auth/", "/hash-verification/", "/api/hash-list/", "/core/"),
    "timbr": ("/timbr/",),
}
"""How the paths of a service begin, by which its requests are found on a tape."""


class EmulatedServices:
    """Starts a service for each that an app declares and that can be emulated.

    A service is declared by an input ``<service>_auth``. One whose address a person gives for the run is not emulated: that is
    where the person wants the app to go. A general scheme does not say what the service is, and so its service is emulated only
    where its address is under ``.example``, which is nobody's (RFC 6761 section 6.5): as in a new project.

    Args:
        stack: Ends them.
        given: Inputs that a person gives for this run.
        tape: The tape of the launch. One that is replayed answers for the services, under the addresses that they had.
    """

    def __init__(self, stack: ExitStack, given: Mapping[str, str], tape: LaunchTape | None = None) -> None:
        self._stack = stack
        self._given = given
        self._tape = tape
        self.running: dict[str, ServiceServer] = {}

    @property
    def authorities(self) -> list[str]:
        """The files of their authorities' certificates."""
        return [server.ca_file for server in self.running.values()]

    def start(self, values: Mapping[str, object]) -> ServiceInputs:
        """Start what the inputs declare.

        Args:
            values: Inputs by name, those of the manifest's defaults included.

        Returns:
            What the services say of themselves, and the names of what that replaces.
        """
        inputs: dict[str, object] = {}
        replaced: set[str] = set()
        for name, value in sorted(values.items()):
            service = name.removesuffix("_auth")
            if service in (name, "") or f"{service}_url" in self._given:
                continue
            scheme = str(value).strip().lower()
            kind = EMULATED_SCHEMES.get(scheme)
            if scheme in GENERAL_SCHEMES and _is_nobodys(values.get(f"{service}_url")):
                kind = "oauth"
            if kind is None:
                continue
            from gatepost.runtime.external_inputs import names_of  # most apps declare none

            server = self._stack.enter_context(make_service(kind))
            self.running[service] = server
            inputs |= server.inputs(service, scheme)
            recorded = self._tape.origin(_PATHS[kind]) if self._tape is not None else ""
            if recorded:
                inputs[f"{service}_url"] = recorded
            replaced |= {known for known in names_of(service) if known.removeprefix(f"{service}_") not in _KEPT}
        return ServiceInputs(inputs, frozenset(replaced))


def _is_nobodys(url: object) -> bool:
    try:
        host = urlsplit(str(url)).hostname or ""
    except ValueError:
        return False
    return host.endswith(".example")
