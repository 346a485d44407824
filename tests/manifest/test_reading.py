"""From odd values to fields: nothing raises, and what is read is what pydantic accepts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.errors import ManifestError
from gatepost.manifest import Manifest, load
from gatepost.manifest.reading import ABSENT, Reading, as_text, squash, truth

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=12,
)
words = st.sampled_from(
    [
        "",
        "String",
        "choice",
        "BOOLEAN",
        "run.py",
        "Playbook",
        "N/A",
        "v1",
        "3.11.0",
        "true",
        "1",
        "${OWNERS}",
        "{{ x }}",
        "a",
        "A!",
        "²",
    ]
)
oddities = words | json_values
params = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("name", "label", "type", "default", "sequence", "encrypt", "validValues", "zzz"), oddities)
)
parts = st.fixed_dictionaries(
    {},
    optional={
        "outputVariables": st.lists(st.dictionaries(st.sampled_from(["name", "type", "encrypt"]), oddities)) | oddities,
        "retry": st.dictionaries(st.sampled_from(["allowed", "actions", "defaultMaxRetries"]), oddities) | oddities,
        "type": oddities,
    },
)
feeds = st.fixed_dictionaries(
    {},
    optional={
        "sourceName": oddities,
        "indicatorLimit": oddities,
        "deprecation": st.dictionaries(st.sampled_from(["indicatorType", "intervalDays", "percentage"]), oddities) | oddities,
        "firstRunParams": st.lists(st.dictionaries(st.sampled_from(["param", "value"]), oddities)) | oddities,
    },
)
manifests = st.fixed_dictionaries(
    {},
    optional={
        "params": st.lists(params | oddities, max_size=4) | params | oddities,
        "playbook": parts | oddities,
        "feeds": st.lists(feeds | oddities, max_size=3) | feeds | oddities,
        "docker": st.dictionaries(st.sampled_from(["image", "x"]), oddities) | oddities,
        "service": st.dictionaries(st.sampled_from(["discoveryTypes", "x"]), oddities) | oddities,
        **dict.fromkeys(
            (
                "runtimeLevel",
                "programLanguage",
                "programMain",
                "programVersion",
                "languageVersion",
                "features",
                "listDelimiter",
                "appId",
                "allowOnDemand",
                "repeatingMinutes",
                "timeoutMinutes",
                "mainAppClass",
                "zzz",
                "display_name",
            ),
            oddities,
        ),
    },
)


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("odd") / "install.json"


@given(value=manifests | json_values)
@settings(max_examples=60)
def test_no_json_raises_anything_but_a_manifest_error(one_file: Path, value: object) -> None:
    one_file.write_text(json.dumps(value))
    if isinstance(value, dict):
        findings = load(one_file).findings
        assert all(finding.line >= 1 and finding.column >= 1 and finding.message for finding in findings)
    else:
        with pytest.raises(ManifestError):
            load(one_file)


@given(value=manifests)
@settings(max_examples=60)
def test_what_is_read_is_what_pydantic_accepts(one_file: Path, value: dict[str, object]) -> None:
    one_file.write_text(json.dumps(value))
    manifest = load(one_file)
    known = manifest.model_dump(by_alias=True, exclude=set(manifest.model_extra or {}))

    again = Manifest.model_validate(known, strict=False)

    assert again.params == manifest.params or any(param.written_name != param.name for param in manifest.params)
    assert (again.playbook, again.feeds, again.docker, again.service) == (
        manifest.playbook,
        manifest.feeds,
        manifest.docker,
        manifest.service,
    )
    assert {name: getattr(again, name) for name in PLAIN} == {name: getattr(manifest, name) for name in PLAIN}


PLAIN = sorted(set(Manifest.model_fields) - {"params", "playbook", "feeds", "docker", "service"})


@pytest.mark.parametrize(
    ("read", "value", "result", "rules"),
    [
        (Reading.boolean, True, True, []),
        (Reading.boolean, "YES", True, ["GP203"]),
        (Reading.boolean, 0, False, ["GP203"]),
        (Reading.boolean, "perhaps", ABSENT, ["GP204"]),
        (Reading.boolean, [], ABSENT, ["GP204"]),
        (Reading.boolean, None, ABSENT, ["GP205"]),
        (Reading.text, "a", "a", []),
        (Reading.text, 1.5, "1.5", ["GP203"]),
        (Reading.text, False, "false", ["GP203"]),
        (Reading.text, ["a", "b"], "a\nb", ["GP203"]),
        (Reading.text, [1], ABSENT, ["GP204"]),
        (Reading.text, {}, ABSENT, ["GP204"]),
        (Reading.integer, 7, 7, []),
        (Reading.integer, " 7 ", 7, ["GP203"]),
        (Reading.integer, "-7", -7, ["GP203"]),
        (Reading.integer, 7.0, 7, ["GP203"]),
        (Reading.integer, 7.5, ABSENT, ["GP204"]),
        (Reading.integer, True, ABSENT, ["GP204"]),
        (Reading.integer, "--7", ABSENT, ["GP204"]),
        (Reading.integer, None, ABSENT, ["GP205"]),
        (Reading.texts, ["a", 1, None, {}], ("a", "1"), ["GP203", "GP205", "GP204"]),
        (Reading.texts, "a", ("a",), ["GP203"]),
        (Reading.texts, "", (), ["GP203"]),
        (Reading.texts, {}, ABSENT, ["GP204"]),
        (Reading.integers, ["60", "x"], (60,), ["GP203", "GP204"]),
        (Reading.integers, "x", ABSENT, ["GP204"]),
    ],
)
def test_values_are_converted_and_that_is_reported(read, value, result, rules) -> None:
    reading = Reading()

    assert read(reading, value, ("key",)) == result
    assert [report.rule for report in reading.reports] == rules


def test_names_are_compared_without_what_people_write_in_different_ways() -> None:
    assert squash("allow_multiple") == squash("AllowMultiple") == squash("allow-multiple:")


def test_words_of_truth() -> None:
    assert [truth(word) for word in ("True", "no", 1, "2")] == [True, False, True, ABSENT]


def test_an_integer_that_python_refuses_to_write_has_no_text() -> None:
    assert as_text(10**10_000) is None


def test_long_texts_do_not_make_long_findings(one_file: Path) -> None:
    long = "x" * 100_000
    param = {"name": long, "type": long, "label": long}
    output = {"name": long, "type": long}
    one_file.write_text(
        json.dumps(
            {
                **dict.fromkeys(("runtimeLevel", "programMain", "programVersion", "languageVersion", "programLanguage"), long),
                "params": [param, param],
                "playbook": {"outputVariables": [output, output]},
            }
        )
    )

    assert max(len(finding.message) + len(finding.remedy) for finding in load(one_file).findings) < 400
