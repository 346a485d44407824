"""The manifest as a model: questions that it answers, and what pydantic does with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from gatepost.manifest import Feed, Manifest, Param, Playbook, RuntimeLevel, load


def test_a_manifest_made_in_code_has_no_file_and_no_findings() -> None:
    manifest = Manifest(display_name="Demo")

    assert (manifest.path, manifest.document, manifest.findings) == (None, None, ())


def test_keys_are_in_camel_case_and_parts_are_models() -> None:
    manifest = Manifest.model_validate(
        {
            "displayName": "Demo",
            "params": [{"name": "a", "viewRows": 4}],
            "playbook": {"type": "x"},
            "feeds": [{"sourceName": "y"}],
        }
    )

    assert manifest.params == (Param(name="a", view_rows=4),)
    assert manifest.playbook == Playbook(type="x")
    assert manifest.feeds == (Feed(source_name="y"),)
    dumped = json.loads(manifest.model_dump_json(by_alias=True, exclude_unset=True))
    assert dumped["params"] == [{"name": "a", "viewRows": 4}]


def test_a_manifest_does_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Manifest(display_name="Demo").display_name = "Other"


def test_it_has_a_json_schema() -> None:
    schema = Manifest.model_json_schema()

    assert {"displayName", "params", "playbook", "feeds"} <= set(schema["properties"])
    assert {"Param", "Playbook", "OutputVariable", "Retry", "Feed", "FeedDeprecation"} <= set(schema["$defs"])


FIRST = ["Manifest()", "Manifest.model_validate({})", "Manifest.model_json_schema()", "repr(load(sys.argv[1]))"]
ASK_EACH = """
import os, sys
from gatepost.manifest import Manifest, load
for first in sys.argv[2:]:
    child = os.fork()  # each asks a model that nobody has asked before
    if child == 0:
        try:
            eval(first)
            print(load(sys.argv[1]).model_dump()["playbook"]["type"], flush=True)
            os._exit(0)
        finally:
            os._exit(1)
    os.waitpid(child, 0)
"""


def test_the_model_completes_itself_whatever_is_asked_first(tmp_path: Path) -> None:
    (tmp_path / "install.json").write_text(json.dumps({"playbook": {"type": "Demo"}}))
    command = [sys.executable, "-W", "error", "-c", ASK_EACH, str(tmp_path), *FIRST]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout == "Demo\n" * len(FIRST)


def test_an_ordinary_job_does_not_pay_for_parts_that_it_does_not_have(tmp_path: Path) -> None:
    (tmp_path / "install.json").write_text(json.dumps({"feeds": [], "params": [{"name": "a", "type": "String"}]}))
    code = (
        "import sys; from gatepost.manifest import load; load(sys.argv[1]); "
        "late = ('playbook', 'feeds', 'relaxed', 'checks', 'findings'); "
        "print([name for name in late if 'gatepost.manifest.' + name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_a_param_is_found_in_any_spelling() -> None:
    manifest = Manifest(params=(Param(name="owner_name"),))

    assert manifest.param("Owner Name") is manifest.params[0]
    assert manifest.param("owner") is None


def test_features_are_compared_without_regard_to_case() -> None:
    manifest = Manifest(features=("fileParams",))

    assert manifest.has_feature("FILEPARAMS")
    assert not manifest.has_feature("runtimeVariables")


def test_kinds_of_apps() -> None:
    assert [level for level in RuntimeLevel if level.is_job] == [RuntimeLevel.ORGANIZATION, RuntimeLevel.SYSTEM]
    assert [level.value for level in RuntimeLevel if level.is_service] == [
        "ApiService",
        "FeedApiService",
        "TriggerService",
        "WebhookTriggerService",
    ]


def test_findings_are_the_same_each_time(tmp_path: Path) -> None:
    (tmp_path / "install.json").write_text("{}")
    manifest = load(tmp_path)

    assert manifest.findings
    assert manifest.findings is manifest.findings
    assert manifest.findings == load(tmp_path).findings
