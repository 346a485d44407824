"""Real manifests: every oddity of contract/manifests_in_the_wild.md is read and reported with its place."""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.errors import ManifestError
from gatepost.manifest import Finding, Manifest, ParamType, ProgramLanguage, RuntimeLevel, Severity, load

COMPLETE = """\
{
  "allowOnDemand": true,
  "appId": "0b1a7c52-6f0e-4f0c-9c39-6a3f2f9a7d10",
  "displayName": "Demo App",
  "features": ["fileParams"],
  "feeds": [
    {"sourceName": "Demo", "sourceCategory": "Demo", "sourceDescription": "Demo", "indicatorLimit": 100,
     "documentStorageLimitMb": 10, "jobFile": "demo_job.json",
     "deprecation": [{"indicatorType": "Host", "intervalDays": 7, "confidenceAmount": 10, "percentage": true}],
     "firstRunParams": [{"param": "last_run", "value": 0}, {"param": "owner", "value": "Demo"}]}
  ],
  "languageVersion": "3.11",
  "listDelimiter": "|",
  "params": [
    {"name": "api_access_id", "label": "API Access ID", "type": "String", "sequence": 1},
    {"name": "api_secret_key", "label": "API Secret Key", "type": "String", "sequence": 2, "encrypt": true},
    {"name": "verbose", "label": "Verbose", "type": "Boolean", "sequence": 3, "default": true},
    {
      "name": "action",
      "label": "Action",
      "type": "Choice",
      "sequence": 4,
      "default": "Read",
      "validValues": ["Read", "Write"]
    },
    {
      "name": "owner",
      "label": "Owner",
      "type": "String",
      "sequence": 5,
      "default": "Demo"
    }
  ],
  "playbook": {
    "type": "Demo",
    "outputVariables": [
      {"name": "demo.result", "type": "String"},
      {"name": "demo.result", "type": "StringArray"}
    ],
    "retry": {"allowed": true, "defaultDelayMinutes": 1, "defaultMaxRetries": 3}
  },
  "programLanguage": "PYTHON",
  "programMain": "run.py",
  "programVersion": "1.0.0",
  "runtimeLevel": "Playbook"
}
"""


def changed(old: str, new: str) -> str:
    assert COMPLETE.count(old) == 1, f"{old!r} is {COMPLETE.count(old)} times in the manifest"
    return COMPLETE.replace(old, new)


def rules(manifest: Manifest) -> list[str]:
    return [finding.rule for finding in manifest.findings]


def test_a_complete_manifest_has_no_findings(write) -> None:
    manifest = load(write(COMPLETE))

    assert manifest.findings == ()
    assert [param.name for param in manifest.params] == ["api_access_id", "api_secret_key", "verbose", "action", "owner"]
    assert manifest.param("verbose").default is True
    assert manifest.playbook.retry.default_max_retries == 3
    assert [(output.name, output.type) for output in manifest.playbook.output_variables] == [
        ("demo.result", "String"),
        ("demo.result", "StringArray"),  # the same name with another type is another output
    ]
    [feed] = manifest.feeds
    assert feed.deprecation[0].interval_days == 7
    assert [(first.param, first.value) for first in feed.first_run_params] == [("last_run", 0), ("owner", "Demo")]


# What was changed, rule, JSON path, and the line that the finding must name: its number, or a text that only it has.
ODDITIES = {
    "trailing comma in an object": ('"default": "Demo"\n', '"default": "Demo",\n', "GP102", "", '"default": "Demo",'),
    "trailing comma in a list": (
        '"Write"]',
        '"Write",]',
        "GP102",
        "",
        '"Write",]',
    ),
    "duplicate key": ('"default": "Demo"\n', '"default": "Old",\n"default": "Demo"\n', "GP104", "", '"default": "Demo"'),
    "placeholder in a text": ("Demo App", "{{ app_name }}", "GP110", "$.displayName", "{{ app_name }}"),
    "boolean default of a String": (
        '"default": "Demo"\n',
        '"default": false\n',
        "GP307",
        "$.params[4].default",
        '"default": false',
    ),
    "number as default of a String": ('"default": "Demo"\n', '"default": 5\n', "GP307", "$.params[4].default", '"default": 5'),
    "number as default of a Choice": (
        '"default": "Read",',
        '"default": 1, "note": "${X}",',
        "GP307",
        "$.params[3].default",
        '"default": 1',
    ),
    "text default of a Boolean": ('"default": true', '"default": "False"', "GP308", "$.params[2].default", '"False"'),
    "no sequence": ('      "sequence": 5,\n', "", "GP304", "$.params[4]", 26),
    "duplicate sequence": ('"sequence": 5,', '"sequence": 4,  ', "GP305", "$.params[4].sequence", '"sequence": 4,  '),
    "language in another case": ('"PYTHON"', '"python"', "GP206", "$.programLanguage", '"python"'),
    "language none": ('"PYTHON"', '"none"', "GP206", "$.programLanguage", '"none"'),
    "language PLAYBOOK": ('"PYTHON"', '"PLAYBOOK"', "GP208", "$.programLanguage", '"PLAYBOOK"'),
    "language unknown": ('"PYTHON"', '"COBOL"', "GP207", "$.programLanguage", '"COBOL"'),
    "no language": ('  "programLanguage": "PYTHON",\n', "", "GP202", "$", 1),
    "languageVersion 3.6.x": ('"3.11"', '"3.6.x"', "GP401", "$.languageVersion", '"3.6.x"'),
    "languageVersion 3.11.0": ('"3.11"', '"3.11.0"', "GP401", "$.languageVersion", '"3.11.0"'),
    "languageVersion JS": ('"3.11"', '"JS"', "GP401", "$.languageVersion", '"JS"'),
    "languageVersion 8": ('"3.11"', '"8"', "GP401", "$.languageVersion", '"8"'),
    "no languageVersion": ('  "languageVersion": "3.11",\n', "", "GP202", "$", 1),
    "programMain a module": ('"run.py"', '"my_app"', "GP402", "$.programMain", '"my_app"'),
    "no programMain": ('  "programMain": "run.py",\n', "", "GP202", "$", 1),
    "no features": ('  "features": ["fileParams"],\n', "", "GP403", "$", 1),
    "no listDelimiter": ('  "listDelimiter": "|",\n', "", "GP404", "$", 1),
    "retry without numbers": (
        '"allowed": true, "defaultDelayMinutes": 1, "defaultMaxRetries": 3',
        '"allowed": true',
        "GP501",
        "$.playbook.retry",
        '"allowed"',
    ),
    "no displayName": ('  "displayName": "Demo App",\n', "", "GP202", "$", 1),
    "no runtimeLevel": (',\n  "runtimeLevel": "Playbook"', "", "GP202", "$", 1),
    "no programVersion": ('  "programVersion": "1.0.0",\n', "", "GP202", "$", 1),
    "param without a type": ('      "type": "Choice",\n', "", "GP303", "$.params[3]", 18),
    "type in lower case": ('"type": "Choice"', '"type": "choice"', "GP206", "$.params[3].type", '"choice"'),
    "unknown type": ('"type": "Choice"', '"type": "Slider"', "GP207", "$.params[3].type", '"Slider"'),
    "allow_multiple": (
        '"default": "Demo"\n',
        '"allow_multiple": true\n',
        "GP201",
        "$.params[4].allow_multiple",
        "allow_multiple",
    ),
    "defaultValue:": ('"default": "Demo"\n', '"defaultValue:": "x"\n', "GP201", "$.params[4]['defaultValue:']", "defaultValue:"),
    "blueprintDataType": (
        '"default": "Demo"\n',
        '"blueprintDataType": []\n',
        "GP201",
        "$.params[4].blueprintDataType",
        "blueprint",
    ),
    "blueprint at the top": ('"displayName"', '"blueprint": {},\n"displayName"', "GP201", "$.blueprint", "blueprint"),
    "retry at the top": ('"displayName"', '"retry": {},\n"displayName"', "GP201", "$.retry", '"retry": {}'),
    "level N/A": ('"runtimeLevel": "Playbook"', '"runtimeLevel": "N/A"', "GP207", "$.runtimeLevel", "N/A"),
    "level ThirdParty": ('"runtimeLevel": "Playbook"', '"runtimeLevel": "ThirdParty"', "GP208", "$.runtimeLevel", "ThirdParty"),
    "level Blueprint": ('"runtimeLevel": "Playbook"', '"runtimeLevel": "Blueprint"', "GP207", "$.runtimeLevel", "Blueprint"),
    "level CustomTriggerService": (
        '"runtimeLevel": "Playbook"',
        '"runtimeLevel": "CustomTriggerService"',
        "GP207",
        "$.runtimeLevel",
        "CustomTriggerService",
    ),
    "level null": ('"runtimeLevel": "Playbook"', '"runtimeLevel": null', "GP207", "$.runtimeLevel", "null"),
    "level in the Java spelling": (
        '"runtimeLevel": "Playbook"',
        '"runtimeLevel": "WebHookTriggerService"',
        "GP206",
        "$.runtimeLevel",
        "WebHookTriggerService",
    ),
    "deprecation an object": (
        '[{"indicatorType": "Host", "intervalDays": 7, "confidenceAmount": 10, "percentage": true}]',
        '{"indicatorType": "Host", "intervalDays": 7, "confidenceAmount": 10, "percentage": true}',
        "GP209",
        "$.feeds[0].deprecation",
        '"indicatorType"',
    ),
    "output type in another case": (
        '"type": "StringArray"',
        '"type": "keyValueArray"',
        "GP206",
        "$.playbook.outputVariables[1].type",
        "keyValueArray",
    ),
    "output without a type": (', "type": "StringArray"', "", "GP502", "$.playbook.outputVariables[1]", 38),
    "output type of the app's own": (
        '"type": "StringArray"',
        '"type": "User"',
        "GP503",
        "$.playbook.outputVariables[1].type",
        "User",
    ),
    "duplicate param names": ('"name": "owner"', '"name": "action"  ', "GP306", "$.params[4].name", '"name": "action"  '),
    "appId null": ('"0b1a7c52-6f0e-4f0c-9c39-6a3f2f9a7d10"', "null", "GP405", "$.appId", "null"),
    "appId no UUID": ('"0b1a7c52-6f0e-4f0c-9c39-6a3f2f9a7d10"', '"demo"', "GP405", "$.appId", '"demo"'),
    "programVersion v1": ('"1.0.0"', '"v1"', "GP406", "$.programVersion", '"v1"'),
    "allowOnDemand a text": ('"allowOnDemand": true', '"allowOnDemand": "true"', "GP203", "$.allowOnDemand", "allowOnDemand"),
    "default none of the choices": ('"default": "Read"', '"default": "Burn"', "GP309", "$.params[3].default", "Burn"),
    "tabs": ('  "displayName"', '\t"displayName"', "GP108", "", "displayName"),
    "secret that is not encrypted": (', "encrypt": true', "", "GP310", "$.params[1]", "api_secret_key"),
    "param without a name": ('"name": "owner"', '"nome": "owner"', "GP301", "$.params[4]", 26),
    "name that is no input's name": ('"name": "owner"', '"name": "My Owner!"', "GP302", "$.params[4].name", "My Owner!"),
}


@pytest.mark.parametrize(("old", "new", "rule", "path", "line"), ODDITIES.values(), ids=ODDITIES.keys())
def test_an_oddity_is_read_and_reported_with_its_place(write, old, new, rule, path, line) -> None:
    text = changed(old, new)
    lines = [line] if isinstance(line, int) else [n for n, content in enumerate(text.splitlines(), 1) if line in content]

    findings = [finding for finding in load(write(text)).findings if finding.rule == rule]

    assert [(finding.path, finding.line) for finding in findings] == [(path, number) for number in lines]
    assert len(lines) == 1
    assert findings[0].message


def test_no_newline_at_the_end_is_reported(write) -> None:
    [finding] = load(write(COMPLETE.rstrip("\n"))).findings

    assert (finding.rule, finding.line) == ("GP109", COMPLETE.count("\n"))


def test_what_is_repaired_is_read_as_it_was_meant(write) -> None:
    manifest = load(
        write(
            """{
            "programLanguage": "python", "languageVersion": "3.6.x", "programVersion": "v2",
            "runtimeLevel": "WebHookTriggerService",
            "allowOnDemand": "true", "repeatingMinutes": ["60", 120.0], "labels": "one", "timeoutMinutes": "5", "category": null,
            "note": ["first", "second"], "listDelimiter": ",",
            "params": [
              {"name": "flag", "type": "boolean", "default": "true"},
              {"name": "count", "default": 5},
              {"name": "many", "type": "MULTICHOICE", "default": ["a", 1], "validValues": ["a", "1"]},
              {"name": "pairs", "type": "KeyValueList", "default": [{"key": "a", "value": "b"}]},
              {"name": "Some Name!", "type": "EditChoice", "required": "yes"},
              {"name": "empty", "type": "Boolean", "default": ""}
            ]}"""
        )
    )

    assert manifest.program_language is ProgramLanguage.PYTHON
    assert manifest.language_version == "3.6"
    assert manifest.program_version == "2.0.0"
    assert manifest.runtime_level is RuntimeLevel.WEBHOOK_TRIGGER_SERVICE
    assert manifest.allow_on_demand is True
    assert manifest.repeating_minutes == (60, 120)
    assert manifest.labels == ("one",)
    assert manifest.timeout_minutes == 5
    assert manifest.category == ""
    assert manifest.note == "first\nsecond"
    assert manifest.param("flag").default is True
    assert (manifest.param("count").type, manifest.param("count").default) == (ParamType.STRING, "5")
    assert (manifest.param("many").allow_multiple, manifest.param("many").default) == (True, "a,1")
    assert json.loads(manifest.param("pairs").default) == [{"key": "a", "value": "b"}]
    assert (manifest.param("some_name").written_name, manifest.param("some_name").required) == ("Some Name!", True)
    assert manifest.param("empty").default is False
    assert [param.sequence for param in manifest.params] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ('{"playbook": {"type": "Demo"}}', RuntimeLevel.PLAYBOOK),
        ('{"runtimeLevel": "N/A", "playbook": {"type": "Demo"}}', RuntimeLevel.PLAYBOOK),
        ('{"service": {"discoveryTypes": ["TaxiiApi"]}}', RuntimeLevel.API_SERVICE),
        ('{"runtimeLevel": "Blueprint"}', RuntimeLevel.ORGANIZATION),
        ('{"runtimeLevel": ["Playbook"]}', RuntimeLevel.PLAYBOOK),
        ('{"runtimeLevel": "CustomTriggerService"}', RuntimeLevel.TRIGGER_SERVICE),
        ('{"runtimeLevel": "organization"}', RuntimeLevel.ORGANIZATION),
    ],
)
def test_the_kind_of_app_is_taken_from_the_rest_when_the_file_does_not_say(write, text, level) -> None:
    assert load(write(text)).runtime_level is level


def test_an_empty_object_is_a_job_in_the_python_that_runs(write) -> None:
    manifest = load(write("{}\n"))

    assert manifest.runtime_level is RuntimeLevel.ORGANIZATION
    assert (manifest.program_main, manifest.list_delimiter) == ("run.py", "|")
    assert manifest.language_version == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert {finding.rule for finding in manifest.findings} == {"GP202", "GP403", "GP404"}


def test_java_is_assumed_where_only_java_fits(write) -> None:
    assert load(write('{"mainAppClass": "com.example.Main"}')).program_language is ProgramLanguage.JAVA


def test_unknown_keys_are_kept_even_when_they_are_called_like_a_field(write) -> None:
    manifest = load(write('{"display_name": "Trap", "_fields_set": 1, "$schema": "x", "params": [{"name": "a", "extra": [1]}]}'))

    assert manifest.display_name == ""
    assert manifest.model_extra == {"display_name": "Trap", "_fields_set": 1, "$schema": "x"}
    assert manifest.params[0].model_extra == {"extra": [1]}
    assert "$.$schema" not in {finding.path for finding in manifest.findings}
    assert "$['$schema']" not in {finding.path for finding in manifest.findings}


def test_an_unknown_key_that_resembles_a_known_one_gets_the_advice(write) -> None:
    findings = load(write('{"params": [{"name": "a", "allow_multiple": true, "defaultValue:": "x", "zzz": 1}]}')).findings
    remedies = {finding.path: finding.remedy for finding in findings if finding.rule == "GP201"}

    assert "'allowMultiple'" in remedies["$.params[0].allow_multiple"]
    assert "'default'" in remedies["$.params[0]['defaultValue:']"]
    assert remedies["$.params[0].zzz"] == "Correct or remove it"


def test_what_stands_a_level_too_high_or_has_been_renamed_gets_the_advice(write) -> None:
    findings = load(
        write('{"retry": {}, "params": [{"name": "a", "retry": 1}], "runtimeLevel": "CustomTriggerService"}')
    ).findings
    remedies = {finding.path: finding.remedy for finding in findings if finding.rule in {"GP201", "GP207"}}

    assert remedies == {
        "$.retry": "Put it into 'playbook', where it has one",
        "$.params[0].retry": "Correct or remove it",
        "$.runtimeLevel": "Write 'TriggerService'",
    }


def test_of_params_with_one_name_the_last_counts(write) -> None:
    manifest = load(write('{"params": [{"name": "a", "label": "first"}, {"name": "A", "label": "last"}]}'))

    assert manifest.param("a").label == "last"
    assert len(manifest.params) == 2


def test_params_that_are_no_objects_are_reported_and_the_others_read(write) -> None:
    manifest = load(write('{"params": [1, null, {}, {"name": "!"}, {"name": "a"}, {"name": 5}]}'))

    assert [param.name for param in manifest.params] == ["a", "5"]
    found = {(finding.rule, finding.path) for finding in manifest.findings}
    assert {("GP204", "$.params[0]"), ("GP205", "$.params[1]"), ("GP301", "$.params[2]"), ("GP301", "$.params[3]")} <= found
    assert ("GP202", "$.params[4]") in found  # no label: the place survives the params that were left out


def test_a_secret_default_is_in_no_finding_and_no_repr(write) -> None:
    manifest = load(write('{"params": [{"name": "key", "encrypt": true, "type": "Boolean", "default": "hunter2"}]}'))
    second = load(write('{"params": [{"name": "key", "encrypt": true, "type": "Choice", "default": "hunter2"}]}'))

    assert second.params[0].default == "hunter2"
    shown = [str(finding) for finding in (*manifest.findings, *second.findings)]
    assert not [text for text in (*shown, repr(second), str(second), repr(second.document)) if "hunter2" in text]


def test_findings_are_in_the_order_of_the_lines_and_name_the_file(write) -> None:
    path = write('{\n"zzz": 1,\n"appId": 5,\n"params": {}\n}')
    findings = load(path).findings

    assert [finding.line for finding in findings] == sorted(finding.line for finding in findings)
    assert {finding.place for finding in findings} == {str(path)}
    assert str(findings[-1]).startswith(f"{path}:")


def test_a_file_of_mistakes_ends_in_a_bounded_list(write) -> None:
    manifest = load(write(json.dumps({"params": [{"name": f"p{number}"} for number in range(3000)]})))

    assert len(manifest.params) == 3000
    assert len(manifest.findings) <= 1010
    assert manifest.findings[-1].rule == "GP199"


def test_the_example_apps_manifest_is_complete() -> None:
    path = Path(__file__).parents[2] / "install.json"
    manifest = load(path)

    assert manifest.findings == ()
    assert [param.name for param in manifest.credentials] == ["api_access_id", "api_secret_key", "tc_token", "tc_token_expires"]
    assert not any(param.required for param in manifest.credentials)
    assert uuid.UUID(manifest.app_id).version == 4
    assert manifest.has_feature("FILEPARAMS")


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("odd") / "install.json"


def read(path: Path, raw: bytes) -> tuple[Manifest | None, tuple[Finding, ...]]:
    path.write_bytes(raw)
    try:
        manifest = load(path)
    except ManifestError as error:
        return None, (Finding("GP000", Severity.ERROR, str(error), line=max(error.line, 1), column=max(error.column, 1)),)
    return manifest, manifest.findings


@given(cut=st.integers(0, len(COMPLETE)), put=st.text(alphabet='{}[]",:\\/*x1\n\t', max_size=3), length=st.integers(0, 5))
def test_no_slip_of_the_hand_raises_anything_but_a_manifest_error(one_file: Path, cut: int, put: str, length: int) -> None:
    read(one_file, (COMPLETE[:cut] + put + COMPLETE[cut + length :]).encode())


def test_severities_say_what_is_lost(write) -> None:
    findings = load(write(changed(', "encrypt": true', "").rstrip())).findings

    assert [(finding.rule, finding.severity) for finding in findings] == [("GP310", Severity.ERROR), ("GP109", Severity.NOTE)]


@pytest.mark.parametrize(
    ("kind", "default", "read", "reported"),
    [
        ("String", None, None, set()),
        ("String", {}, None, {"GP204"}),
        ("String", [{}], None, {"GP204"}),
        ("String", ["a", 1], "a|1", {"GP307"}),
        ("Boolean", "perhaps", None, {"GP204"}),
        ("Boolean", 1, True, {"GP308"}),
        ("Boolean", [], None, {"GP204"}),
    ],
)
def test_defaults_that_no_input_has(write, kind, default, read, reported) -> None:
    manifest = load(write(json.dumps({"params": [{"name": "a", "type": kind, "default": default}]})))

    assert manifest.params[0].default == read
    assert {finding.rule for finding in manifest.findings if finding.path == "$.params[0].default"} == reported
