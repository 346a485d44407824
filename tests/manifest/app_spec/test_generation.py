"""The files that an app_spec.yml stands for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gatepost.errors import ManifestError
from gatepost.manifest import AppSpec, load, load_job, load_layout, load_tcex_json
from gatepost.manifest.app_spec import SpecParam, SpecSection, generate
from tests.manifest.app_spec.conftest import JOB, PLAYBOOK


def written(spec: AppSpec, folder: Path) -> Path:
    for name, text in generate(spec).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_playbook_app(playbook: AppSpec, tmp_path: Path) -> None:
    manifest = load(written(playbook, tmp_path))

    assert manifest.findings == ()
    assert [(param.name, param.sequence) for param in manifest.params][:4] == [
        ("tc_action", 1),
        ("suffix", 2),
        ("their_key", 3),
        ("state", 4),
    ]
    assert manifest.param("suffix").valid_values == ("${TEXT}",)
    assert manifest.param("suffix").playbook_data_type == ("String",)
    assert manifest.param("their_key").valid_values == ("${KEYCHAIN}",)
    assert manifest.param("gone") is None
    assert "display" not in (manifest.param("suffix").model_extra or {})
    assert manifest.features == (
        "advancedRequest",
        "appBuilderCompliant",
        "fileParams",
        "layoutEnabledApp",
        "redisPasswordSupport",
        "runtimeVariables",
    )
    assert manifest.note == "Joins texts.\n\n* Append: Adds a text."
    assert (manifest.program_main, manifest.min_server_version, manifest.list_delimiter) == ("run.py", "7.2.0", "|")
    assert (manifest.playbook.type, manifest.playbook.output_prefix) == ("Demo", "demo")
    assert manifest.playbook.retry.default_max_retries == 3
    assert not {"internalNotes", "sections", "packageName"} & manifest.document.data.keys()


def test_the_advanced_request_brings_eight_inputs_and_seven_outputs(playbook: AppSpec, tmp_path: Path) -> None:
    manifest = load(written(playbook, tmp_path))
    layout = load_layout(tmp_path)

    added = [param for param in manifest.params if param.name.startswith("tc_adv_req_")]
    assert [(param.name, param.type.value, param.required, param.default) for param in added] == [
        ("tc_adv_req_path", "String", True, None),
        ("tc_adv_req_http_method", "Choice", True, "GET"),
        ("tc_adv_req_params", "KeyValueList", False, None),
        ("tc_adv_req_exclude_null_params", "Boolean", False, None),
        ("tc_adv_req_headers", "KeyValueList", False, None),
        ("tc_adv_req_body", "String", False, None),
        ("tc_adv_req_urlencode_body", "Boolean", False, None),
        ("tc_adv_req_fail_on_error", "Boolean", False, True),
    ]
    assert manifest.param("tc_adv_req_body").view_rows == 4
    assert {layout.parameter(param.name).display for param in added} == {"tc_action in ('Advanced Request')"}
    assert [(output.name, output.type) for output in manifest.playbook.output_variables] == [
        ("demo.result", "String"),
        ("demo.count", "String"),
        ("demo.request.content", "String"),
        ("demo.request.content.binary", "Binary"),
        ("demo.request.headers", "String"),
        ("demo.request.ok", "String"),
        ("demo.request.reason", "String"),
        ("demo.request.status_code", "String"),
        ("demo.request.url", "String"),
    ]


def test_the_layout(playbook: AppSpec, tmp_path: Path) -> None:
    layout = load_layout(written(playbook, tmp_path))

    assert layout.findings == ()
    assert [(page.title, page.sequence) for page in layout.inputs] == [("Action", 1), ("Configure", 2)]
    assert layout.parameter("state") is None  # hidden
    assert layout.parameter("suffix").display == "tc_action in ('Append')"
    assert [(output.name, output.display) for output in layout.outputs][:2] == [
        ("demo.result", "tc_action in ('Append')"),
        ("demo.count", "1"),
    ]


def test_the_package_and_the_readme(playbook: AppSpec, tmp_path: Path) -> None:
    folder = written(playbook, tmp_path)
    readme = (folder / "README.md").read_text()

    assert load_tcex_json(folder).findings == ()
    assert load_tcex_json(folder).package.app_name == "TCPB_-_Demo"
    assert readme.startswith("# Demo App\n\nJoins texts.\n")
    assert "### 1.2.0\n\n- Appends.\n" in readme
    assert "- **Suffix** (String)" in readme
    assert "hunter2" not in readme
    assert "milk" not in readme


def test_a_job_with_a_feed(job: AppSpec, tmp_path: Path) -> None:
    files = generate(job)
    manifest = load(written(job, tmp_path))

    assert sorted(files) == ["README.md", "demo_source_job.json", "install.json", "tcex.json"]  # jobs have no layout
    assert manifest.feeds[0].job_file == "demo_source_job.json"
    assert "job" not in (manifest.feeds[0].model_extra or {})
    assert manifest.param("owner").valid_values == ("${USER:TEXT}", "${ORGANIZATION:TEXT}")
    assert (manifest.publish_out_files, manifest.repeating_minutes, manifest.playbook) == (("*.json",), (60, 120), None)
    made = load_job(tmp_path / "demo_source_job.json")
    assert (made.job_name, made.program_name, made.program_version) == ("Demo", "TC - Demo Feed v2", "2.0.0")


def test_the_same_specification_gives_the_same_files(job: AppSpec) -> None:
    assert generate(job) == generate(job)
    assert json.loads(generate(job)["install.json"])["appId"]


def test_a_specification_made_in_code() -> None:
    section = SpecSection(section_name="Only", params=(SpecParam(name="a"),))
    files = generate(AppSpec(display_name="Demo", package_name="TC_-_Demo", program_version="1.0.0", sections=(section,)))

    assert json.loads(files["install.json"])["params"] == [
        {"label": "a", "name": "a", "sequence": 1, "type": "String", "validValues": ["${USER:TEXT}", "${ORGANIZATION:TEXT}"]}
    ]


def test_an_output_of_several_groups_is_listed_once(spec_of, tmp_path: Path) -> None:
    text = PLAYBOOK.replace("display: tc_action not in ('')", "display: tc_action in ('Prepend')").replace(
        "{name: demo.count, type: string}", "{name: demo.result}"
    )
    layout = load_layout(written(spec_of(text), tmp_path))

    assert [output.display for output in layout.outputs if output.name == "demo.result"] == [
        "(tc_action in ('Append')) or (tc_action in ('Prepend'))"
    ]


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        (PLAYBOOK.replace("name: state", "name: suffix"), "another param is called 'suffix'", 38),
        (PLAYBOOK.replace("sectionName: Configure", "sectionName: Other"), "a section called Configure", 31),
        (PLAYBOOK.replace("outputPrefix: demo\n", ""), "needs an outputPrefix", 1),
        (JOB + "    jobFile: ../evil.json\n", "is no file's name", 15),
        (JOB + "    jobFile: install.json\n", "two files would be called", 15),
    ],
)
def test_what_cannot_be_made_is_an_error_with_its_line(spec_of, text: str, what: str, line: int) -> None:
    with pytest.raises(ManifestError, match=what) as caught:
        generate(spec_of(text))

    assert caught.value.line == line
    assert caught.value.remedy


def test_a_trigger_and_an_api_service(spec_of, tmp_path: Path) -> None:
    trigger = load(written(spec_of(PLAYBOOK.replace("Level: Playbook", "Level: TriggerService")), tmp_path))

    assert trigger.param("tc_adv_req_path") is None  # for playbook apps only
    assert "advancedRequest" not in trigger.features
    assert trigger.param("suffix").valid_values == ("${USER:TEXT}",)  # as it was written
    assert trigger.param("state").valid_values == ()
    assert trigger.playbook.output_variables
    assert load_layout(tmp_path).parameter("suffix")

    service = generate(spec_of(PLAYBOOK.replace("Level: Playbook", "Level: ApiService")))
    assert "layout.json" not in service
    assert "playbook" not in json.loads(service["install.json"])


def test_a_feed_may_have_its_job_in_a_file_already(spec_of) -> None:
    text = JOB[: JOB.index("    job:\n")] + "    jobFile: there.json\n"
    files = generate(spec_of(text))

    assert sorted(files) == ["README.md", "install.json", "tcex.json"]
    assert json.loads(files["install.json"])["feeds"][0]["jobFile"] == "there.json"


def test_a_mistake_in_a_specification_made_in_code_has_no_line() -> None:
    section = SpecSection(section_name="Only", params=(SpecParam(name="a"), SpecParam(name="a")))

    with pytest.raises(ManifestError, match="another param is called 'a'") as caught:
        generate(AppSpec(sections=(section,)))
    assert caught.value.line == 0
