"""The settings of an emulated platform."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import Any

from gatepost.emulator.chaos import ChaosProfile
from gatepost.errors import UsageError
from gatepost.secret import Secret

__all__ = ["EmulatorSettings", "Owner", "OwnerKind"]

LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")


class OwnerKind:
    """The kinds of owner (contract/rest_v2.md section 2)."""

    ORGANIZATION = "Organization"
    COMMUNITY = "Community"
    SOURCE = "Source"
    INDIVIDUAL = "Individual"
    ALL = (ORGANIZATION, COMMUNITY, SOURCE, INDIVIDUAL)


_LONGEST = 1e10
"""Seconds: three hundred years, which every clock can count."""


@dataclasses.dataclass(frozen=True, slots=True)
class Owner:
    """An owner of data: an organization, a community, a source.

    Attributes:
        id: The number of the owner, unique within a platform.
        name: The name, unique within a platform.
        type: ``Organization``, ``Community``, ``Source`` or ``Individual``.
    """

    id: int
    name: str
    type: str = OwnerKind.ORGANIZATION

    def __post_init__(self) -> None:
        if self.type not in OwnerKind.ALL:
            raise UsageError(f"An owner cannot be of the type {self.type!r}", remedy=f"Use one of {', '.join(OwnerKind.ALL)}")
        if not self.name:
            raise UsageError("An owner needs a name")


DEFAULT_OWNERS = (Owner(0, "Exemplary Organization"), Owner(1, "Common Community", OwnerKind.COMMUNITY))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class EmulatorSettings:
    """How an emulated platform behaves. The defaults are a current platform with an API user who may do everything.

    Attributes:
        host: Where to listen: ``127.0.0.1``, ``::1`` or ``localhost``. Never another address: the credentials are made up, and
            the certificate names these only.
        port: The TCP port; 0 takes a free one.
        prefix: The path of the API base: ``/api``, or empty for the legacy base (contract/authorization.md section 1).
        access_id: The access id of the API user; None makes one of 20 digits.
        secret_key: The secret key of the API user; None makes one.
        token_life: Seconds that a token lives, from its issue (the platform: 4 hours) and again from each renewal.
        token_grace: Seconds after its expiry in which a token can still be renewed. The contract does not know the platform's
            number; one hour is this project's choice, so that a client that slept through the expiry can recover.
        tokens_known: False makes an Integration or Environment server of an older version: ``/appAuth`` is 404 and every
            ``TC-Token`` is refused.
        timestamp_window: Seconds that the ``Timestamp`` of an HMAC signature may be off, in both directions, inclusive.
        clock_offset: Seconds that the platform's clock is ahead of `time_source`.
        time_source: Returns epoch seconds. A test hands in its own to turn the time.
        licensed: False answers every request with 503, as a platform without an API licence does.
        exchange_administrator: Whether the API user has the system role *Exchange Admin*, which issuing tokens needs.
        owners: The owners at the start. The first ``Organization`` is the API user's own.
        redis: Whether a Redis runs beside it, which then keeps the values of playbooks: the real server if it is installed, else
            one in a thread. False: the platform's REST store keeps them.
        chaos: The faults; None for none.
    """

    host: str = "127.0.0.1"
    port: int = 0
    prefix: str = "/api"
    access_id: str | None = None
    secret_key: Secret | str | None = None
    token_life: float = 4 * 60 * 60
    token_grace: float = 60 * 60
    tokens_known: bool = True
    timestamp_window: float = 300
    clock_offset: float = 0.0
    time_source: Callable[[], float] = time.time
    licensed: bool = True
    exchange_administrator: bool = True
    owners: tuple[Owner, ...] = DEFAULT_OWNERS
    redis: bool = False
    chaos: ChaosProfile | None = None

    def __post_init__(self) -> None:
        if self.host not in LOOPBACK_HOSTS:
            raise UsageError(
                f"The emulator does not listen on {self.host!r}",
                why="It is a platform for one machine, with made-up credentials and a certificate for loopback only",
                remedy=f"Use one of {', '.join(LOOPBACK_HOSTS)}",
            )
        if not 0 <= self.port <= 65535:
            raise UsageError(f"There is no TCP port {self.port}", remedy="Use 0 (a free port) to 65535")
        if self.prefix and (not self.prefix.startswith("/") or self.prefix.endswith("/") or "?" in self.prefix):
            raise UsageError(
                f"{self.prefix!r} cannot be the path of an API base",
                remedy="Use a path that starts and does not end with a slash, such as /api, or an empty text",
            )
        if self.access_id is not None and (not self.access_id or ":" in self.access_id or " " in self.access_id):
            raise UsageError(
                "The access id cannot be used", why="It is empty or has a colon or a space, which separate it in the header"
            )
        if self.secret_key is not None:
            if not self.secret_key:
                raise UsageError("The secret key cannot be empty")
            object.__setattr__(self, "secret_key", Secret(self.secret_key))
        for name, least in (("token_life", 0.001), ("token_grace", 0), ("timestamp_window", 0)):
            if not least <= getattr(self, name) <= _LONGEST:
                raise UsageError(f"The setting {name} cannot be {getattr(self, name)}", remedy="Use a number of seconds")
        if not abs(self.clock_offset) <= _LONGEST:
            raise UsageError(f"A clock cannot be {self.clock_offset} seconds ahead", remedy="Use a number of seconds")
        object.__setattr__(self, "owners", tuple(self.owners))
        if len({owner.id for owner in self.owners}) != len(self.owners):
            raise UsageError("Two owners have the same id")
        if len({owner.name for owner in self.owners}) != len(self.owners):
            raise UsageError("Two owners have the same name")

    def changed(self, **overrides: Any) -> EmulatorSettings:
        """Return these settings with some of them changed.

        Raises:
            UsageError: An override is no setting, or its value cannot be.
        """
        names = [field.name for field in dataclasses.fields(self)]
        unknown = sorted(set(overrides) - set(names))
        if unknown:
            raise UsageError(f"The emulator has no setting {', '.join(unknown)}", remedy=f"The settings are: {', '.join(names)}")
        return dataclasses.replace(self, **overrides)
