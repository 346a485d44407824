"""What a rule of ``gatepost validate`` is: one function with a number, that looks at an app and yields what is off."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gatepost.manifest.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path

    from gatepost.manifest.documents.document import Document
    from gatepost.manifest.documents.places import Place
    from gatepost.project.validation.subject import Subject

__all__ = ["Check", "CheckedRule", "Problem", "rule"]


class Problem(NamedTuple):
    """One thing that a rule found.

    Attributes:
        message: What is off, one sentence without a full stop. Never contains a secret.
        remedy: What a person can do about it.
        place: Keys and indexes that lead to it in its document.
        document: The JSON file that it is in; None for the manifest.
        of_key: Whether the key is meant and not its value.
        file: The file that it is in, when that is no JSON file, or one that cannot be read.
        line: Its line there, from 1; 0 when there is no such place.
        column: Its column there, from 1.
    """

    message: str
    remedy: str = ""
    place: Place = ()
    document: Document | None = None
    of_key: bool = False
    file: Path | None = None
    line: int = 0
    column: int = 0


Check = Callable[["Subject"], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class CheckedRule:
    """A rule: its number, and the function that looks.

    Attributes:
        number: ``GP311`` for example. Never given to another rule.
        severity: How much its findings matter.
        check: Yields what is off.
    """

    number: str
    severity: Severity
    check: Check

    @property
    def title(self) -> str:
        """What the rule is about: the first line of its documentation, without the full stop."""
        return self.documentation.partition("\n")[0].rstrip(".")

    @property
    def explanation(self) -> str:
        """Why the rule is there and what to do: its documentation after the first line."""
        return self.documentation.partition("\n")[2].strip()

    @property
    def documentation(self) -> str:
        """Its documentation: the docstring of the function."""
        return inspect.getdoc(self.check) or ""


def rule(number: str, severity: Severity) -> Callable[[Check], CheckedRule]:
    """Make a rule of a function; use as a decorator.

    Args:
        number: The rule's number.
        severity: How much its findings matter.
    """

    def decorate(check: Check) -> CheckedRule:
        return CheckedRule(number, severity, check)

    return decorate
