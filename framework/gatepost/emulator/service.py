"""What one emulated service decides for itself; the rest (serving, recording, faults, the clock) is the same for all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from gatepost.emulator.clock import PlatformClock
from gatepost.emulator.envelope import Refusal
from gatepost.emulator.recording import RecordedRequest
from gatepost.emulator.routing import Route, Router
from gatepost.emulator.verification import Verdict

__all__ = ["Service"]


class Service(ABC):
    """A service behind the socket: its routes, whose credentials it accepts, and how it puts a refusal into words.

    Attributes:
        name: What the service is called where several run side by side.
        clock: Its clock.
        router: Its routes, without the prefix.
        prefix: The path below which all of it is; empty, or with a slash at the start and none at the end.
        takes_certificates: Whether it asks its clients for certificates.
    """

    name: ClassVar[str] = "platform"
    prefix: str = ""
    takes_certificates: bool = False

    clock: PlatformClock
    router: Router

    def closed(self) -> Refusal | None:
        """Return with what everything is refused at present; None when the service is open."""
        return None

    @abstractmethod
    def judge(self, recorded: RecordedRequest, path: str, *, whole: bool) -> Verdict | None:
        """Judge the credential of a request, before anything else: a stranger does not learn which paths exist.

        Args:
            recorded: The request as it arrived.
            path: Its path without prefix, query and a redirect's detour.
            whole: Whether its body was read; a credential in it cannot be judged otherwise.

        Returns:
            The verdict; None where no credential is asked for, or it could not be read.
        """

    @abstractmethod
    def refusal(self, verdict: Verdict, path: str) -> Refusal:
        """Return the answer to a request whose credential was refused."""

    def admit(self, route: Route, recorded: RecordedRequest) -> None:  # noqa: B027 - most services have no more to say
        """Say no to a request that was accepted, and whose route asks for more than that.

        Raises:
            Refusal: It does.
        """

    @abstractmethod
    def failure(self, path: str, refusal: Refusal, request: Request | None = None, *, chaos: bool = False) -> Response:
        """Put a refusal into the service's own form.

        Args:
            path: The path of the request; empty when there is none.
            refusal: What is refused, and why. An empty message stands for the service's usual words for the status.
            request: The request; None for what was no HTTP.
            chaos: Whether a fault asks for it, in place of the service.
        """

    def end_token(self, recorded: RecordedRequest, *, revoke: bool) -> bool:
        """End the token that a request carries.

        Args:
            recorded: The request.
            revoke: Make it worthless; else it only expires, and what an expired token is good for remains.

        Returns:
            Whether there was a live one.
        """
        del recorded, revoke
        return False
