"""app_spec.yml: read as it is, current and older."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.errors import ManifestError
from gatepost.manifest import AppSpec, RuntimeLevel, load_app_spec
from gatepost.manifest.app_spec import generate


def test_a_complete_one_is_read(playbook: AppSpec, job: AppSpec) -> None:
    assert [(finding.rule, finding.path) for finding in playbook.findings] == [
        ("GP206", "$.outputData[1].outputVariables[0].type")  # `string` for `String`
    ]
    assert (playbook.runtime_level, playbook.program_version) == (RuntimeLevel.PLAYBOOK, "1.2.0")
    assert [param.name for param in playbook.params] == ["tc_action", "suffix", "their_key", "state"]
    assert "hunter2" not in repr(playbook)
    assert job.findings == ()
    assert job.organization.feeds[0].job.params[0].default == "Demo Source"
    assert job.organization.repeating_minutes == (60, 120)


def test_what_is_off_is_reported_with_its_line(spec_of) -> None:
    spec = spec_of(
        "displayName: 5\nlanguageVersion: 3.11\nsections:\n- params:\n  - {nome: a}\n  - name: b\n    zzz: 1\n  - text\n"
    )

    assert [(finding.rule, finding.path, finding.line) for finding in spec.findings if finding.path != "$"] == [
        ("GP203", "$.displayName", 1),
        ("GP203", "$.languageVersion", 2),
        ("GP202", "$.sections[0]", 4),
        ("GP301", "$.sections[0].params[0]", 5),
        ("GP201", "$.sections[0].params[1].zzz", 7),
        ("GP204", "$.sections[0].params[2]", 8),
    ]
    assert (spec.display_name, spec.language_version, [param.name for param in spec.params]) == ("5", "3.11", ["b"])


OLD = """\
displayName: Old
packageName: TC_-_Old
programVersion: 1.0.0
runtimeLevel: Organization
notePerAction: {Append: Adds.}
releaseNotes:
  1.0.0: [First]
feeds: [{sourceName: Demo}]
publishOutFiles: ["*.json"]
retry: {allowed: true, defaultDelayMinutes: 1, defaultMaxRetries: 2}
outputVariables: [{name: old.result}]
sections: []
"""


def test_older_forms_mean_the_same(spec_of) -> None:
    spec = spec_of(OLD)

    assert [(entry.action, entry.note) for entry in spec.note_per_action] == [("Append", "Adds.")]
    assert [(release.version, release.notes) for release in spec.release_notes] == [("1.0.0", ("First",))]
    assert [feed.source_name for feed in spec.organization.feeds] == ["Demo"]
    assert spec.organization.publish_out_files == ("*.json",)
    assert spec.playbook.retry.default_max_retries == 2
    assert [output.name for output in spec.output_data[0].output_variables] == ["old.result"]
    assert {finding.rule for finding in spec.findings} == {"GP202", "GP209"}
    assert any("read as 1.0.0" in finding.message for finding in spec.findings)


KEYS = [
    "name",
    "params",
    "type",
    "notes",
    "version",
    "job",
    "display",
    "outputVariables",
    "retry",
    "feeds",
    "default",
    "sections",
    "outputData",
    "releaseNotes",
    "notePerAction",
    "organization",
    "playbook",
    "runtimeLevel",
    "features",
    "service",
    "schemaVersion",
    "listDelimiter",
    "programVersion",
    "languageVersion",
    "packageName",
    "zzz",
]

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6)
oddities = st.recursive(
    scalars | st.sampled_from(["Playbook", "Choice", "String"]),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.sampled_from(KEYS), children, max_size=4),
    max_leaves=10,
)
specs = st.dictionaries(st.sampled_from(KEYS), oddities, max_size=6)


@given(value=specs)
@settings(max_examples=50)
def test_nothing_raises_anything_but_a_manifest_error(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    path = tmp_path_factory.getbasetemp() / "app_spec.yml"
    path.write_text(json.dumps(value) + "\n", encoding="utf-8")  # JSON is YAML
    spec = load_app_spec(path)
    assert all(finding.line and finding.message for finding in spec.findings)
    try:
        files = generate(spec)
    except ManifestError:
        return
    assert all(json.loads(text) for name, text in files.items() if name.endswith(".json"))


def test_a_folder_without_one_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"There is no .*app_spec\.yml"):
        load_app_spec(tmp_path)
