"""Findings and the table of rules."""

from __future__ import annotations

import re
from pathlib import Path

import gatepost.manifest
from gatepost.manifest import RULES, Finding, Severity

SOURCE = Path(gatepost.manifest.__file__).parent


def test_every_rule_that_is_reported_is_in_the_table_and_the_other_way_round() -> None:
    used = {
        rule for path in SOURCE.rglob("*.py") if path.name != "findings.py" for rule in re.findall(r'"(GP\d+)"', path.read_text())
    }

    assert used == set(RULES)


def test_rules_are_numbered_and_titled() -> None:
    assert all(re.fullmatch(r"GP[1-5]\d\d", number) and rule.title for number, rule in RULES.items())
    assert list(RULES) == sorted(RULES)


def test_a_finding_reads_as_one_line() -> None:
    finding = Finding("GP303", Severity.WARNING, "no type", "Add one", "$.params[0]", 3, 5, "install.json")

    assert str(finding) == "install.json:3:5: GP303 warning: no type. Add one"


def test_a_finding_needs_no_place() -> None:
    assert str(Finding("GP999", Severity.NOTE, "something")) == "GP999 note: something"
