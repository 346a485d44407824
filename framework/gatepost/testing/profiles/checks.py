"""One expectation, held against what a run left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatepost.redaction import redact
from gatepost.testing.profiles.differences import difference
from gatepost.testing.profiles.operators import mismatch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gatepost.testing.profiles.profile import Expectation

__all__ = ["Check", "check_exit_code", "check_message", "check_output", "report"]


@dataclass(frozen=True, slots=True)
class Check:
    """How one expectation came out. There is no secret in it.

    Attributes:
        what: ``exit code``, ``message``, or the whole text of a variable.
        reason: Why it failed, in words; empty when it did not.
        difference: What was expected and what came, in lines.
        line: Its line in the profile, from 1; 0 when it has none.
    """

    what: str
    reason: str = ""
    difference: str = ""
    line: int = 0

    @property
    def passed(self) -> bool:
        """Whether it came out as expected."""
        return not self.reason

    def __str__(self) -> str:
        if self.passed:
            return f"{self.what}: as expected"
        where = f" (line {self.line})" if self.line else ""
        return "\n".join([f"{self.what}{where}: {self.reason}", *(f"    {line}" for line in self.difference.splitlines())])


def check_output(expectation: Expectation, actual: object) -> Check:
    """Hold a value against what a profile expects.

    Args:
        expectation: What is expected.
        actual: The value; None when nothing was given out.

    Raises:
        GatepostError: The comparison needs a package that is not installed.
    """
    reason = mismatch(expectation.operator, actual, expectation.expected, expectation.options)
    if not reason:
        return Check(expectation.what, line=expectation.line)
    words = "nothing was given out" if actual is None else redact(reason)
    return Check(expectation.what, words, difference(expectation.expected, actual, expectation.operator), expectation.line)


def check_exit_code(expected: tuple[int, ...], actual: int, *, message: str = "", line: int = 0) -> Check:
    """Hold an exit code against those that are right."""
    if actual in expected:
        return Check("exit code", line=line)
    wanted = " or ".join(map(str, expected))
    shown = f"expected  {wanted}\ngot       {actual}" + (f"\nmessage   {message}" if message else "")
    return Check("exit code", f"it is {actual}, not {wanted}", redact(shown), line)


def check_message(expectation: Expectation, message: str) -> Check:
    """Hold a run's message against what is expected: its last 255 characters, the newline at its end included.

    An expectation without a newline at its end means the same text with one, for ``eq`` and ``endswith``.
    """
    from gatepost.runtime.files import MESSAGE_LENGTH

    left = f"{message}\n"[-MESSAGE_LENGTH:]
    check = check_output(expectation, left)
    if not check.passed and isinstance(expectation.expected, str) and not expectation.expected.endswith("\n"):
        again = check_output(expectation, left.removesuffix("\n"))
        return again if again.passed else check
    return check


def report(checks: Iterable[Check]) -> str:
    """Return the lines that tell which checks failed, and how."""
    return "\n".join(str(check) for check in checks if not check.passed)
