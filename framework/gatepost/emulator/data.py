"""What an emulated platform knows: its settings, clock, tokens, owners, variables, job parameters and log entries."""

from __future__ import annotations

import base64
import secrets
import string
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gatepost.emulator.clock import PlatformClock
from gatepost.emulator.settings import EmulatorSettings, Owner, OwnerKind
from gatepost.emulator.tokens import Tokens
from gatepost.errors import UsageError
from gatepost.secret import Secret

__all__ = ["LogEntry", "PlatformData", "User", "VariableType"]

VARIABLE_PROVIDERS = ("TC", "Vault")
_USER_ID = 3


class VariableType:
    """The types of variable (contract/inputs.md section 3)."""

    TEXT = "TEXT"
    KEYCHAIN = "KEYCHAIN"
    FILE = "FILE"
    ALL = (TEXT, KEYCHAIN, FILE)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A log entry that an app sent to the platform (contract/logging_and_runtime.md section 2).

    Attributes:
        timestamp: Epoch milliseconds.
        level: The name of the level; an empty one was made ``DEBUG``.
        message: The text.
    """

    timestamp: int
    level: str
    message: str


@dataclass(frozen=True, slots=True)
class User:
    """The API user (contract/rest_v2.md section 2, ``/v2/whoami``)."""

    id: int
    user_name: str
    first_name: str = "Emulated"
    last_name: str = "User"
    pseudonym: str = "emulated"
    role: str = "Api User"


class PlatformData:
    """All that one platform knows. Safe to use from many threads."""

    def __init__(self, settings: EmulatorSettings) -> None:
        self.settings = settings
        self.clock = PlatformClock(settings.time_source, settings.clock_offset)
        self.tokens = Tokens(self.clock, user_id=_USER_ID, life=settings.token_life, grace=settings.token_grace)
        self.access_id = settings.access_id or "".join(secrets.choice(string.digits) for _ in range(20))
        self.secret_key = Secret(settings.secret_key or secrets.token_urlsafe(48))
        self.user = User(_USER_ID, self.access_id)
        self._lock = threading.Lock()
        self._owners = settings.owners
        self._variables: dict[tuple[str, str], str] = {}
        self._job_parameters: dict[str, Any] = {}
        self._log: tuple[LogEntry, ...] = ()

    @property
    def owners(self) -> tuple[Owner, ...]:
        """The owners, in the order in which they were added."""
        with self._lock:
            return self._owners

    @property
    def organization(self) -> Owner | None:
        """The API user's own organization; None when there is no organization at all."""
        return next((owner for owner in self.owners if owner.type == OwnerKind.ORGANIZATION), None)

    def add_owner(self, name: str, type: str) -> Owner:
        """Add an owner under the next free id.

        Raises:
            UsageError: The type is none, or the name is taken.
        """
        with self._lock:
            if any(owner.name == name for owner in self._owners):
                raise UsageError(f"The platform has an owner {name!r} already")
            owner = Owner(max((owner.id for owner in self._owners), default=-1) + 1, name, type)
            self._owners = (*self._owners, owner)
            return owner

    def set_variable(self, provider: str, key: str, type: str, value: str | bytes | Secret) -> None:
        """Store a variable, or replace it.

        Raises:
            UsageError: The provider or type is unknown, or the value does not fit the type.
        """
        if provider not in VARIABLE_PROVIDERS:
            raise UsageError(
                f"There is no provider {provider!r} of variables", remedy=f"Use one of {', '.join(VARIABLE_PROVIDERS)}"
            )
        if type not in VariableType.ALL:
            raise UsageError(f"There is no variable of the type {type!r}", remedy=f"Use one of {', '.join(VariableType.ALL)}")
        if isinstance(value, Secret):
            value = value.reveal()
        if type == VariableType.FILE:
            content = value if isinstance(value, bytes) else value.encode()
            value = base64.b64encode(content).decode("ascii")
        elif isinstance(value, bytes):
            raise UsageError(f"A variable of the type {type} is text", remedy="Hand in a str, or use the type FILE")
        with self._lock:
            self._variables[provider, key] = value

    def variable(self, provider: str, key: str) -> str | None:
        """Return a variable as the platform answers it, a FILE in base64; None when there is none."""
        with self._lock:
            return self._variables.get((provider, key))

    @property
    def job_parameters(self) -> dict[str, Any]:
        """The secure params of the job that is running."""
        with self._lock:
            return dict(self._job_parameters)

    @job_parameters.setter
    def job_parameters(self, parameters: Mapping[str, Any]) -> None:
        with self._lock:
            self._job_parameters = dict(parameters)

    @property
    def log(self) -> tuple[LogEntry, ...]:
        """The log entries that apps sent, in their order of arrival."""
        with self._lock:
            return self._log

    def append_log(self, entries: list[LogEntry]) -> None:
        """Add entries to the log."""
        with self._lock:
            self._log = (*self._log, *entries)
