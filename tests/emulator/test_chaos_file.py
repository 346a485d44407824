from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.emulator import ChaosProfile, Rule
from gatepost.emulator import faults as kinds
from gatepost.errors import GatepostError, UsageError

PROFILE = ChaosProfile(
    seed=7,
    limit=2,
    clock_offset=-3600,
    reset_connections=[1],
    rules=[
        Rule(fault=kinds.Answer(503, retry_after="1"), share=0.05),
        Rule(fault=kinds.Reset(kinds.Moment.PROCESSED), share=0.01, methods=["POST"]),
        Rule(fault=kinds.Pause(None), path="/appAuth", attempts=[1, 2]),
        Rule(fault=kinds.Redirect(kinds.Destination.ORIGIN, "https://127.0.0.1:8443/api")),
        Rule(fault=kinds.ExpireToken(), ids="write-*"),
    ],
)
TEXT = """\
{
  "seed": 7, "limit": 2, "clock_offset": -3600, "reset_connections": [1],
  "rules": [
    {"fault": {"kind": "answer", "status": 503, "retry_after": "1"}, "share": 0.05},
    {"fault": {"kind": "reset", "when": "processed"}, "share": 0.01, "methods": ["POST"]},
    {"fault": {"kind": "pause", "seconds": null}, "path": "/appAuth", "attempts": [1, 2]},
    {"fault": {"kind": "redirect", "to": "origin", "url": "https://127.0.0.1:8443/api"}},
    {"fault": {"kind": "expire-token"}, "ids": "write-*"}
  ]
}
"""

moments = st.sampled_from(kinds.Moment)
late_moments = st.sampled_from([kinds.Moment.READ, kinds.Moment.PROCESSED])
seconds = st.floats(0, 1e6)
faults = st.one_of(
    st.builds(kinds.Answer, st.integers(400, 599), st.text(), retry_after=st.none() | st.just("soon"), when=late_moments),
    st.builds(kinds.Answer, st.just(200), body=st.text(), retry_after_date=st.none() | st.floats(-1e9, 1e9)),
    st.builds(kinds.Reset, moments),
    st.builds(kinds.HalfClose, moments),
    st.builds(kinds.Pause, st.none() | seconds, late_moments),
    st.builds(kinds.Drip, st.integers(1, 99), seconds, st.none() | st.integers(0, 9)),
    st.builds(kinds.Truncate, st.booleans()),
    st.builds(kinds.Redirect, st.sampled_from(["path", "http", "loop"]), status=st.sampled_from([301, 302, 303, 307, 308])),
    st.builds(kinds.ExpireToken),
    st.builds(kinds.RevokeToken),
    st.builds(kinds.TurnClock, st.floats(-1e9, 1e9)),
)
numbers = st.lists(st.integers(1, 99), max_size=3)
rules = st.builds(
    Rule,
    fault=faults,
    share=st.floats(0, 1),
    attempts=numbers,
    methods=st.lists(st.sampled_from(["GET", "POST"])),
    path=st.text(),
    ids=st.text(),
)
profiles = st.builds(
    ChaosProfile,
    seed=st.integers(),
    rules=st.lists(rules, max_size=4),
    limit=st.none() | st.integers(0, 9),
    clock_offset=st.floats(-1e9, 1e9),
    reset_connections=numbers,
    silent_connections=numbers,
)


@given(profiles)
def test_what_is_written_is_read_back(profile: ChaosProfile):
    assert ChaosProfile.from_json(json.loads(json.dumps(profile.to_json()))) == profile


def test_a_file_is_read(tmp_path: Path):
    (tmp_path / "chaos.json").write_text(TEXT)
    assert ChaosProfile.load(tmp_path / "chaos.json") == PROFILE


def test_only_what_differs_from_the_default_is_written():
    assert PROFILE.to_json() == json.loads(TEXT)
    assert ChaosProfile().to_json() == {}


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path):
    (tmp_path / "chaos.json").write_text(TEXT, encoding="utf-8-sig")
    assert ChaosProfile.load(tmp_path / "chaos.json") == PROFILE


@pytest.mark.parametrize(
    ("line", "replacement", "words"),
    [
        (2, '  "sead": 7,', r"line 2, sead: There is no 'sead' here.*seed, rules, limit"),
        (2, '  "seed": "7",', "line 2, seed: This must be a whole number"),
        (2, '  "seed": true,', "line 2, seed: This must be a whole number"),
        (2, '  "limit": -1,', "line 1, the profile: A request cannot get -1 faults"),
        (2, '  "reset_connections": 1,', "line 2, reset_connections: This must be a list of whole numbers"),
        (2, '  "reset_connections": ["1"],', "line 2, reset_connections: This must be a list of whole numbers"),
        (4, '    {"share": 0.05},', r"line 4, rules\[0\]: A rule needs a fault"),
        (4, "    5,", r"line 4, rules\[0\]: This must be an object"),
        (4, '    {"fault": "reset"},', r"line 4, rules\[0\].fault: A fault is an object with a known kind"),
        (4, '    {"fault": {"kind": "flood"}},', r"line 4, rules\[0\].fault.kind: .*Use one of answer, reset, half-close"),
        (4, '    {"fault": {"status": 503}},', r"line 4, rules\[0\].fault: A fault is an object"),
        (4, '    {"fault": {"kind": "answer"}},', r"line 4, rules\[0\].fault: status is missing"),
        (4, '    {"fault": {"kind": "answer", "status": "503"}},', r"rules\[0\].fault.status: This must be a whole number"),
        (5, '    {"fault": {"kind": "reset", "when": "late"}},', r"line 5, rules\[1\].fault: .*'late'.*head, read, processed"),
        (5, '    {"fault": {"kind": "reset"}, "share": 2},', r"line 5, rules\[1\]: A rule cannot strike a share of 2"),
        (5, '    {"fault": {"kind": "reset"}, "methods": "GET"},', r"line 5, rules\[1\].methods: This must be a list of texts"),
        (
            5,
            '    {"fault": {"kind": "truncate", "chunked": 1}},',
            r"line 5, rules\[1\].fault.chunked: This must be true or false",
        ),
        (4, "    {,", "line 4, column 6: this is no JSON"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, line, replacement, words):
    lines = TEXT.splitlines()
    lines[line - 1] = replacement
    if line == 2:
        lines[1] += ' "silent_connections": [],'
    file = tmp_path / "chaos.json"
    file.write_text("\n".join(lines))
    with pytest.raises(GatepostError, match=words) as caught:
        ChaosProfile.load(file)
    assert str(caught.value).startswith(f"{file}, line ")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "line 1, column 1: this is no JSON"),
        (b"[]", "line 1, the profile: This must be an object"),
        (b'{"rules": {}}', "line 1, rules: This must be a list of rules"),
        (b'{\n"seed": "\xff"}', "line 2: the text is not UTF-8"),
        (b"[" * 100_000, "no JSON"),
        (b'{"seed": ' + b"1" * 5000 + b"}", "no JSON"),
        (b" " * 10_000_001, "too large"),
    ],
    ids=["empty", "a list", "rules", "encoding", "nesting", "digits", "size"],
)
def test_a_file_that_is_no_profile_is_refused_in_words(tmp_path: Path, content, words):
    (tmp_path / "chaos.json").write_bytes(content)
    with pytest.raises(GatepostError, match=words):
        ChaosProfile.load(tmp_path / "chaos.json")


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(GatepostError, match=r"cannot be read\. No such file"):
        ChaosProfile.load(tmp_path / "chaos.json")


def test_a_path_that_no_file_can_have():
    with pytest.raises(GatepostError, match="cannot be read"):
        ChaosProfile.load("nothing\0here")


def test_a_mistake_in_data_is_named_with_its_place():
    with pytest.raises(UsageError, match=r"rules\[0\].fault.kind: A fault is an object with a known kind"):
        ChaosProfile.from_json({"rules": [{"fault": {"kind": 5}}]})
