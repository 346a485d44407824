"""The table of contract/manifests_in_the_wild.md, row by row: each oddity is read and reported, only the unreadable is fatal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gatepost.errors import ManifestError
from gatepost.manifest import (
    Attributes,
    Job,
    Layout,
    Manifest,
    TcexJson,
    load,
    load_app_spec,
    load_attributes,
    load_job,
    load_layout,
    load_tcex_json,
)

BASE: dict[str, object] = {
    "allowOnDemand": True,
    "appId": "0b1a7c52-6f0e-4f0c-9c39-6a3f2f9a7d10",
    "displayName": "Demo App",
    "features": ["fileParams"],
    "languageVersion": "3.11",
    "listDelimiter": "|",
    "params": [],
    "programLanguage": "PYTHON",
    "programMain": "run.py",
    "programVersion": "1.0.0",
    "runtimeLevel": "Organization",
}


def app(**changes: object) -> str:
    """A manifest with some keys changed; None removes one."""
    data = {key: value for key, value in (BASE | changes).items() if value is not None}
    return json.dumps(data, indent=2) + "\n"


def with_null(key: str) -> str:
    return json.dumps(BASE | {key: None}, indent=2) + "\n"


def param(**keys: object) -> str:
    return app(params=[{"name": "a", "label": "A", "type": "String", "sequence": 1} | keys])


def bare(**keys: object) -> str:
    return app(params=[{"name": "a", "label": "A", **keys}])


def playbook(**keys: object) -> str:
    return app(runtimeLevel="Playbook", playbook={"type": "Demo", **keys})


def output(**keys: object) -> str:
    return playbook(outputVariables=[{"name": "demo.result", **keys}])


TWO = [{"name": name, "label": name, "type": "String", "sequence": 1} for name in ("a", "b")]

# Each row: the rule that reports it (None: legal), and manifests that have it.
ROWS: dict[str, list[tuple[str | None, str]]] = {
    "a trailing comma": [("GP102", app().replace('"Organization"\n', '"Organization",\n'))],
    "a duplicate key in one object": [("GP104", param(default="x").replace('"default": "x"', '"default": "x", "default": "y"'))],
    "default that is not a string": [
        ("GP307", param(default=value, type=kind, validValues=["5"]))
        for value in (True, False, 5, 1.5)
        for kind in ("String", "Choice")
    ],
    "Boolean with a string default": [("GP308", param(type="Boolean", default=value)) for value in ("false", "true", "False")],
    "Boolean with a boolean default": [(None, param(type="Boolean", default=value)) for value in (True, False)],
    "params without sequence": [("GP304", bare(type="String"))],
    "duplicate sequence numbers": [("GP305", app(params=TWO))],
    "programLanguage in another spelling": [("GP206", app(programLanguage=value)) for value in ("python", "Java", "none")],
    "programLanguage in this spelling": [(None, app(programLanguage=value)) for value in ("PYTHON", "JAVA", "NONE")],
    "programLanguage of the Java packager": [("GP208", app(programLanguage="PLAYBOOK"))],
    "programLanguage missing": [("GP202", app(programLanguage=None))],
    "languageVersion of another form": [("GP401", app(languageVersion=value)) for value in ("3.6.x", "3.11.0", "JS", "7", "8")],
    "languageVersion missing": [("GP202", app(languageVersion=None))],
    "programMain not run or run.py": [("GP402", app(programMain=value)) for value in ("my_app", "com.example.Main")],
    "programMain missing": [("GP202", app(programMain=None))],
    "no features": [("GP403", app(features=None)), ("GP403", app(features=[]))],
    "no listDelimiter": [("GP404", app(listDelimiter=None))],
    "playbook.retry without its two numbers": [("GP501", playbook(retry={"allowed": True}))],
    "no displayName, runtimeLevel, programVersion": [
        ("GP202", app(**{key: None})) for key in ("displayName", "runtimeLevel", "programVersion")
    ],
    "param without type": [
        ("GP303", bare(name=name, sequence=1, encrypt=True)) for name in ("username", "api_access_id", "api_secret_key")
    ],
    "type in lower case": [("GP206", param(type=value, validValues=["x"])) for value in ("choice", "string")],
    "type unknown": [("GP207", param(type="Slider"))],
    "unknown keys of a param": [("GP201", param(**{key: 1})) for key in ("allow_multiple", "blueprintDataType", "defaultValue:")],
    "unknown keys at the top": [("GP201", app(blueprint={})), ("GP201", app(retry={})), (None, app(mainAppClass="x.Main"))],
    "runtimeLevel of another kind": [
        ("GP207", app(runtimeLevel=value)) for value in ("N/A", "Blueprint", "CustomTriggerService")
    ],
    "runtimeLevel ThirdParty": [("GP208", app(runtimeLevel="ThirdParty"))],
    "runtimeLevel null": [("GP207", with_null("runtimeLevel"))],
    "feeds[].deprecation a dict": [("GP209", app(feeds=[{"sourceName": "x", "deprecation": {"indicatorType": "Host"}}]))],
    "output type in another case": [("GP206", output(type=value)) for value in ("string", "binary", "keyValueArray")],
    "output type missing": [("GP502", output())],
    "output type of the app's own": [("GP503", output(type="User"))],
    "the same output name with several types": [
        (None, playbook(outputVariables=[{"name": "x", "type": kind} for kind in ("String", "StringArray")]))
    ],
    "duplicate param names": [("GP306", app(params=[TWO[0], {**TWO[0], "sequence": 2}]))],
    "appId null or not a UUID": [("GP405", with_null("appId")), ("GP405", app(appId="demo"))],
    "programVersion v1": [("GP406", app(programVersion="v1"))],
    "allowOnDemand a text": [("GP203", app(allowOnDemand="true"))],
    "Choice whose default is not in validValues": [("GP309", param(type="Choice", default="x", validValues=["y"]))],
    "tabs": [("GP108", app().replace("  ", "\t"))],
    "no newline at the end": [("GP109", app().rstrip("\n"))],
    "magic validValues": [
        (None, param(validValues=[value], default="x", type="Choice"))
        for value in ("${OWNERS}", "${TEXT}", "${USER:TEXT}", "${ORGANIZATION:KEYCHAIN}", "${FILE}", "${INDICATOR_TYPES}")
    ],
}

CASES = [(row, rule, text) for row, cases in ROWS.items() for rule, text in cases]


@pytest.mark.parametrize(("row", "rule", "text"), CASES, ids=[f"{row} {at}" for at, (row, _, _) in enumerate(CASES)])
def test_each_oddity_is_read_and_reported(tmp_path: Path, row: str, rule: str | None, text: str) -> None:
    (tmp_path / "install.json").write_text(text)
    findings = load(tmp_path).findings

    if rule is None:
        assert findings == ()
    else:
        assert rule in {finding.rule for finding in findings}, row
        assert all(finding.line >= 1 and finding.column >= 1 for finding in findings)


def test_the_manifest_that_the_rows_change_is_right(tmp_path: Path) -> None:
    (tmp_path / "install.json").write_text(app())

    assert load(tmp_path).findings == ()


@pytest.mark.parametrize("text", ["{{ cookiecutter.install_json }}", '{"sequence": {{ loop.index }}}', "{% if x %}{}{% endif %}"])
def test_a_template_is_unreadable_and_said_to_be_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "install.json").write_text(text)

    with pytest.raises(ManifestError, match="template placeholder"):
        load(tmp_path)


Read = Callable[[Path], Manifest | Layout | Job | TcexJson | Attributes]
READERS: list[tuple[Read, str]] = [
    (load, "install.json"),
    (load_layout, "layout.json"),
    (load_job, "job.json"),
    (load_tcex_json, "tcex.json"),
    (load_attributes, "attributes.json"),
    (load_app_spec, "app_spec.yml"),
]


@pytest.mark.unmeasured
@pytest.mark.parametrize(("read", "name"), READERS, ids=[name for _, name in READERS])
def test_what_is_nested_10_000_deep_is_an_error(tmp_path: Path, read: Read, name: str) -> None:
    # On lines of their own: on one line, the YAML reader looks a thousand characters ahead for the end of a key.
    (tmp_path / name).write_text('{"params": ' + "[\n" * 10_000 + "]" * 10_000 + "}")

    with pytest.raises(ManifestError, match="nested more than 100 levels"):
        read(tmp_path)


@pytest.mark.unmeasured
@pytest.mark.parametrize(("read", "name"), READERS[1:], ids=[name for _, name in READERS[1:]])
def test_five_megabytes_are_read_or_refused(tmp_path: Path, read: Read, name: str) -> None:
    items = [{"name": f"n{number}", "title": "T", "note": "x" * 5_000} for number in range(1_000)]
    text = json.dumps(dict.fromkeys(("inputs",), items) | {"sections": []})
    assert len(text) > 5_000_000
    (tmp_path / name).write_text(text)

    if name == "app_spec.yml":
        with pytest.raises(ManifestError, match="larger than 1 MB"):
            read(tmp_path)
    else:
        assert read(tmp_path).document.data["sections"] == []
