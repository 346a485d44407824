"""The rules as a whole: every one has a number of its own and says what it is about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import gatepost.project.validation.rules as rules
from gatepost.errors import UsageError
from gatepost.manifest import RULES
from gatepost.project.validation import all_rules, explain
from gatepost.project.validation.catalogue import ROOMS, checked_rules
from gatepost.project.validation.reading_rules import EXPLANATIONS, FIXABLE, OWN_TITLES


def test_every_module_of_rules_is_known():
    assert sorted(ROOMS) == sorted(path.stem for path in Path(rules.__file__).parent.glob("*.py") if path.stem != "__init__")


def test_no_number_is_given_twice():
    numbers = [*RULES, *OWN_TITLES, *(checked.number for checked in checked_rules())]
    assert len(numbers) == len(set(numbers)) == len(all_rules())
    assert list(all_rules()) == sorted(numbers)


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.number)
def test_every_rule_says_what_it_is_about(rule):
    assert re.fullmatch(r"GP[1-9]\d\d", rule.number)
    assert rule.title
    assert not rule.title.endswith(".")
    assert len(rule.title) <= 130


def test_rules_of_reading_are_explained():
    assert set(EXPLANATIONS) == set(RULES) | set(OWN_TITLES)
    assert set(RULES) >= FIXABLE


def test_a_rule_is_explained_by_its_number():
    assert explain(" gp706 ").number == "GP706"
    assert explain("GP102").fixable
    with pytest.raises(UsageError, match="no rule GP999"):
        explain("GP999")


def test_rules_cost_an_ordinary_launch_nothing():
    import subprocess
    import sys

    code = "import sys, gatepost.app.execution; print([name for name in sys.modules if 'validation' in name])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
