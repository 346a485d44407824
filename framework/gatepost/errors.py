"""The errors of the framework, and the three things that each one says.

Every error carries *what* happened, *why*, and *remedy*: what a person can do about it. The command line prints the
three and no traceback. Errors that also are errors of ``requests`` (a connection that failed, say) live in
``gatepost.transport``, so that this floor imports nothing.
"""

from __future__ import annotations

__all__ = [
    "AppExit",
    "AppFailure",
    "CredentialError",
    "GatepostError",
    "InputError",
    "ManifestError",
    "PartialFailure",
    "PlatformError",
    "UsageError",
]


class GatepostError(Exception):
    """Root of all errors that the framework raises on purpose.

    Attributes:
        what: What happened, one sentence without a full stop.
        why: The reason, as far as it is known; empty when *what* says it all.
        remedy: What a person can do about it; empty when nothing can be done.
    """

    def __init__(self, what: str, *, why: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.remedy = remedy

    def __str__(self) -> str:
        text = ""
        for part in (self.what, self.why, self.remedy):
            words = part.strip().rstrip(".")
            if words:
                # What has lines of its own stands on lines of its own.
                text += ("\n" if "\n" in words or text.endswith("\n") else ". " if text else "") + words
                text += "\n" if "\n" in words else ""
        return text.rstrip()


class UsageError(GatepostError):
    """The framework was called in a way that cannot work."""


class ManifestError(GatepostError):
    """A manifest cannot be read.

    Attributes:
        path: The file.
        line: Line of the problem, from 1; 0 when there is no such place.
        column: Column of the problem, from 1; 0 when there is no such place.
    """

    def __init__(self, what: str, *, why: str = "", remedy: str = "", path: str = "", line: int = 0, column: int = 0) -> None:
        super().__init__(what, why=why, remedy=remedy)
        self.path = path
        self.line = line
        self.column = column


class InputError(GatepostError):
    """Inputs are missing or wrong; *all* problems of a run are in one such error."""


class CredentialError(GatepostError):
    """No credential can be used, or the one in use was refused for good."""


class PlatformError(GatepostError):
    """The platform refused a request that was authorized and understood.

    Attributes:
        status: The HTTP status code.
        message: The platform's own words; empty when it gave none.
        code: The platform's error code (``0x1001``, v3 only); empty when it gave none.
    """

    def __init__(self, what: str, *, why: str = "", remedy: str = "", status: int = 0, message: str = "", code: str = "") -> None:
        super().__init__(what, why=why, remedy=remedy)
        self.status = status
        self.message = message
        self.code = code


class AppExit(GatepostError):
    """Ends a run with an exit code and a message; raised by the app, caught by the framework.

    Attributes:
        code: The exit code of the process (contract/playbooks.md section 6).
        message: The run's message, written to ``message.tc``.
    """

    def __init__(self, message: str, *, code: int) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class AppFailure(AppExit):
    """The run failed: exit code 1.

    Args:
        message: The run's message.
        retry: Whether the platform may run a playbook app again, as ``playbook.retry`` of its manifest says. False: exit code 4,
            a hard failure (contract/playbooks.md section 6); for a job it makes no difference.
    """

    def __init__(self, message: str, *, retry: bool = True) -> None:
        super().__init__(message, code=1 if retry else 4)


class PartialFailure(AppExit):
    """Part of a job's work failed: exit code 3. A playbook knows no such thing: there the exit code is 0."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code=3)
