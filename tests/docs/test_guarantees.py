"""Every test that the table of guarantees names is there, and every guarantee names some."""

from __future__ import annotations

import ast
import functools
import re

import pytest

from tests.docs.tables import DOCS, ROOT

PAGE = (DOCS / "explanation" / "guarantees.md").read_text(encoding="utf-8")
PROOF = re.compile(r"`(tests/[\w/.]+\.py)::(\w+)`")
SECTIONS = dict(re.findall(r"^## (\d+)\. [^\n]+\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


@functools.cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))


@pytest.mark.parametrize("proof", sorted(set(PROOF.findall(PAGE))), ids="::".join)
def test_a_named_proof_exists(proof: tuple[str, str]):
    path, function = proof
    assert function in functions_of(path)


def test_no_proof_is_written_in_a_way_that_is_not_checked():
    written = re.findall(r"tests/[^\s`|]*::[^\s`|]*", PAGE)
    assert sorted(written) == sorted("::".join(proof) for proof in PROOF.findall(PAGE))


def test_there_are_fifteen_guarantees_each_in_the_overview():
    assert list(SECTIONS) == [str(number) for number in range(1, 16)]
    assert re.findall(r"^\| \[(\d+)\]\(#\1-", PAGE, re.MULTILINE) == list(SECTIONS)


@pytest.mark.parametrize("number", SECTIONS)
def test_a_guarantee_has_a_proof_for_sessions_and_says_how_it_is_with_plain_requests(number: str):
    (session,) = re.findall(r"^\| Session \| (.+) \|$", SECTIONS[number], re.MULTILINE)
    (plain,) = re.findall(r"^\| Plain requests \| (.+) \|$", SECTIONS[number], re.MULTILINE)
    assert PROOF.search(session)
    assert PROOF.search(plain) or re.match(r"the same tests|there are no ", plain)
