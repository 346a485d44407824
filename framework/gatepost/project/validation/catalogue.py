"""All rules by number, those that are functions and those that are found while files are read."""

from __future__ import annotations

import functools
import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatepost.errors import UsageError
from gatepost.manifest.findings import RULES, Severity
from gatepost.project.validation.reading_rules import EXPLANATIONS, FIXABLE, OWN_TITLES
from gatepost.project.validation.rule import CheckedRule

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ROOMS", "RuleDescription", "all_rules", "checked_rules", "explain"]

ROOMS = (
    "identity",
    "program",
    "features",
    "params",
    "secrets",
    "valid_values",
    "outputs",
    "feeds",
    "layout",
    "files",
    "attributes",
    "app_spec",
    "code",
)
"""The modules of rules."""

_OWN_SEVERITIES = {"GP100": Severity.ERROR, "GP991": Severity.WARNING, "GP992": Severity.NOTE}


@dataclass(frozen=True, slots=True)
class RuleDescription:
    """What a rule is, for people.

    Attributes:
        number: Its number.
        severity: How much its findings matter.
        title: What it is about, one sentence without a full stop.
        explanation: Why it is there, and what to do.
        fixable: Whether ``--fix`` corrects what it finds.
    """

    number: str
    severity: Severity
    title: str
    explanation: str
    fixable: bool


@functools.cache
def checked_rules() -> tuple[CheckedRule, ...]:
    """Return the rules that are functions, in the order of their numbers."""
    modules = (importlib.import_module(f"gatepost.project.validation.rules.{room}") for room in ROOMS)
    found = [value for module in modules for value in vars(module).values() if isinstance(value, CheckedRule)]
    return tuple(sorted(found, key=lambda checked: checked.number))


@functools.cache
def all_rules() -> Mapping[str, RuleDescription]:
    """Return all rules by number, in the order of their numbers."""
    rules = {
        number: RuleDescription(number, rule.severity, rule.title, _explanation(number), number in FIXABLE)
        for number, rule in RULES.items()
    }
    for number, title in OWN_TITLES.items():
        rules[number] = RuleDescription(number, _OWN_SEVERITIES[number], title, _explanation(number), fixable=False)
    for checked in checked_rules():
        rules[checked.number] = RuleDescription(
            checked.number, checked.severity, checked.title, checked.explanation, fixable=False
        )
    return dict(sorted(rules.items()))


def _explanation(number: str) -> str:
    return EXPLANATIONS.get(number, "")


def explain(number: str) -> RuleDescription:
    """Return the description of a rule.

    Args:
        number: Its number, in any case.

    Raises:
        UsageError: There is no such rule.
    """
    found = all_rules().get(number.strip().upper())
    if found is None:
        raise UsageError(
            f"There is no rule {number}", remedy="Rules are called GP101 and so on; all of them: gatepost validate --rules"
        )
    return found
