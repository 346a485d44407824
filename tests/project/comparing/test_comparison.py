"""What changes of a manifest mean for the people who use the app."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from gatepost.errors import UsageError
from gatepost.manifest.documents.document import parse_document
from gatepost.manifest.loading import read_manifest
from gatepost.project.comparing import Comparison, Impact, all_kinds, compare, read_version
from tests.project.validation.strategies import manifests

PARAM = {"name": "x", "label": "The X", "type": "String"}


def compared(old: dict[str, Any], new: dict[str, Any]) -> Comparison:
    before, after = (
        read_manifest(parse_document(Path("install.json"), json.dumps({"programVersion": "1.2.3", **data})))
        for data in (old, new)
    )
    return compare(before, after)


def params(**changes: object) -> dict[str, Any]:
    return {"params": [{**PARAM, **changes}]}


def outputs(*names: str, **playbook: object) -> dict[str, Any]:
    variables = [dict(zip(("name", "type"), name.split("!"), strict=True)) for name in names]
    return {"playbook": {"type": "x", "outputVariables": variables, **playbook}}


CASES: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    (params(), {}, ["param-removed"]),
    (params(), params(name="y"), ["param-renamed"]),
    ({}, params(required=True), ["param-added-required"]),
    ({}, params(required=True, default="a"), ["param-added"]),
    ({}, params(), ["param-added"]),
    (params(), params(type="KeyValueList"), ["param-retyped"]),
    (params(type="Choice"), params(type="EditChoice"), ["param-type-widened"]),
    (params(), params(required=True), ["param-now-required"]),
    (params(default="a"), params(default="a", required=True), ["param-requirement-changed"]),
    (params(required=True), params(), ["param-requirement-changed"]),
    (params(default="a"), params(default="b"), ["param-default-changed"]),
    (params(type="Choice", validValues=["a", "b"]), params(type="Choice", validValues=["a"]), ["choice-removed"]),
    (params(type="Choice", validValues=["a"]), params(type="Choice", validValues=["a", "b"]), ["choices-changed"]),
    (params(validValues=["${USER:TEXT}"]), params(), ["choices-changed"]),
    (params(type="Choice", validValues=["${OWNERS}"]), params(type="Choice", validValues=[]), ["choice-removed"]),
    (params(), params(encrypt=True), ["param-encryption-changed"]),
    (params(allowMultiple=True), params(), ["param-takes-one-value"]),
    (params(), params(allowMultiple=True), ["param-takes-several-values"]),
    (params(playbookDataType=["String", "Binary"]), params(playbookDataType=["String"]), ["variable-type-refused"]),
    (params(playbookDataType=["String"]), params(playbookDataType=["Any"]), ["variable-type-added"]),
    (params(), params(hidden=True), ["param-hidden"]),
    (params(hidden=True), params(), ["param-shown"]),
    (params(), params(serviceConfig=True), ["param-moved"]),
    (params(), params(note="another"), ["param-reworded"]),
    (outputs("a!String"), outputs(), ["output-removed"]),
    (outputs("a!String"), outputs("a!Binary"), ["output-retyped"]),
    (outputs(), outputs("a!String"), ["output-added"]),
    (outputs("a!String"), outputs("a!String", "a!Binary"), ["output-added"]),
    (outputs(retry={"allowed": True}), outputs(), ["retry-removed"]),
    (outputs(retry={"allowed": True}), outputs(retry={"allowed": True, "actions": ["A"]}), ["retry-removed"]),
    (outputs(), outputs(retry={"allowed": True}), ["retry-added"]),
    ({"playbook": {"outputVariables": [{"name": "a", "encrypt": True}]}}, outputs("a!String"), ["output-no-longer-encrypted"]),
    (outputs("a!String"), {"playbook": {"outputVariables": [{"name": "a", "encrypt": True}]}}, ["output-encrypted"]),
    (
        params(type="KeyValueList", exposePlaybookKeyAs="String"),
        params(type="KeyValueList", exposePlaybookKeyAs="Binary"),
        ["keys-as-outputs-changed"],
    ),
    (
        params(type="KeyValueList"),
        params(type="KeyValueList", exposePlaybookKeyAs="Binary"),
        ["keys-as-outputs-added"],
    ),
    ({"appId": "a"}, {"appId": "b"}, ["app-id-changed"]),
    ({"runtimeLevel": "Organization"}, {"runtimeLevel": "Playbook"}, ["runtime-level-changed"]),
    ({"features": ["advancedRequest"]}, {"features": []}, ["feature-removed"]),
    ({"features": ["fileParams"]}, {"features": ["FILEPARAMS", "CreatesGroup"]}, ["features-changed"]),
    ({}, {"features": ["webhookServiceEndpoint"]}, ["one-address-for-all-triggers"]),
    ({"minServerVersion": "7.2.0"}, {"minServerVersion": "7.10.0"}, ["server-version-raised"]),
    ({"minServerVersion": "7.10.0"}, {"minServerVersion": "7.2.0"}, ["something-else-changed"]),
    ({"languageVersion": "3.11"}, {"languageVersion": "3.12"}, ["language-version-changed"]),
    (
        {"listDelimiter": "|", **params(allowMultiple=True)},
        {"listDelimiter": ",", **params(allowMultiple=True)},
        ["list-delimiter-changed"],
    ),
    (
        {"runtimeLevel": "ApiService", "displayPath": "abc"},
        {"runtimeLevel": "ApiService", "displayPath": "abd"},
        ["address-changed"],
    ),
    (
        {"runtimeLevel": "ApiService", "service": {"discoveryTypes": ["TaxiiApi"]}},
        {"runtimeLevel": "ApiService"},
        ["service-offers-less"],
    ),
    (
        {"runtimeLevel": "ApiService"},
        {"runtimeLevel": "ApiService", "service": {"discoveryTypes": ["TaxiiApi"]}},
        ["service-offers-more"],
    ),
    ({"feeds": [{"sourceName": "a"}]}, {}, ["feed-removed"]),
    ({}, {"feeds": [{"sourceName": "a"}]}, ["feeds-changed"]),
    ({"allowOnDemand": True}, {}, ["permission-removed"]),
    ({}, {"publishOutFiles": ["*.csv"]}, ["permission-added"]),
    ({"feeds": [{"sourceName": "a"}]}, {"feeds": [{"sourceName": "a", "indicatorLimit": 5}]}, ["feeds-changed"]),
    ({"allowRunAsUser": True}, {}, ["permission-removed"]),
    ({}, {"allowOnDemand": True, "allowRunAsUser": True}, ["permission-added", "permission-added"]),
    ({"publishOutFiles": ["*.csv"]}, {}, ["permission-removed"]),
    (
        outputs(retry={"allowed": True, "actions": ["A", "B"]}),
        outputs(retry={"allowed": True, "actions": ["A", "C"]}),
        ["retry-removed", "retry-added"],
    ),
    (outputs(retry={"allowed": True, "actions": ["A"]}), outputs(retry={"allowed": True}), ["retry-added"]),
    (outputs("a!String"), outputs("b!String"), ["output-removed", "output-added"]),
    ({"displayName": "abc"}, {"displayName": "abd"}, ["app-reworded"]),
    (outputs("a!String"), outputs("a!String", type="another"), ["something-else-changed"]),
    (params(), params(intelType=["indicators"]), ["something-else-changed"]),
    ({}, {"docLink": "https://example.com", "$schema": "a.json"}, ["something-else-changed"]),
    ({"listDelimiter": "|"}, {"listDelimiter": ","}, ["something-else-changed"]),
]


@pytest.mark.parametrize(("old", "new", "kinds"), CASES)
def test_each_change_is_of_one_kind(old: dict[str, Any], new: dict[str, Any], kinds: list[str]) -> None:
    assert [change.kind for change in compared(old, new).changes] == kinds


def test_each_kind_is_found_and_says_why() -> None:
    assert {each.name for each in all_kinds()} == {name for _, _, names in CASES for name in names}
    assert all(each.title and each.why for each in all_kinds())
    impacts = [each.impact for each in all_kinds()]
    assert impacts == sorted(impacts, key=list(Impact).index)


def test_a_key_that_nobody_knows_is_told_as_it_is_written() -> None:
    changes = compared(params(), {"doc_link": "x", "runAs": 1, **params(allow_multiple=True)}).changes
    assert {change.what for change in changes} == {
        "doc_link has another value",
        "runAs has another value",
        "the param 'x' has another allow_multiple",
    }


@pytest.mark.parametrize(
    ("new", "needed"),
    [({}, "2.0.0"), (params(default="a"), "1.3.0"), (params(note="b"), "1.2.4"), (params(), "1.2.3")],
)
def test_the_worst_change_decides_the_version(new: dict[str, Any], needed: str) -> None:
    comparison = compared(params(), {"programVersion": needed, **new})
    assert (comparison.needed_version, comparison.is_enough) == (needed, True)
    assert compared(params(), {"programVersion": "1.2.2", **new}).is_enough is False


def test_a_version_that_is_none_decides_nothing() -> None:
    comparison = compared({"programVersion": "first"}, params())
    assert (comparison.needed_version, comparison.is_enough, comparison.impact) == ("", False, Impact.MINOR)


@settings(max_examples=50)
@given(manifests, manifests)
def test_any_two_manifests_can_be_compared(old: dict[str, Any], new: dict[str, Any]) -> None:
    before, after = (read_manifest(parse_document(Path("install.json"), json.dumps(data))) for data in (old, new))
    assert compare(before, before).changes == ()
    there, back = (compare(*both).changes for both in ((before, after), (after, before)))
    assert all(change.what for change in (*there, *back))
    assert bool(there) is bool(back), "what differs one way differs the other way, too"


def test_versions_are_read_from_files_folders_and_packages(tmp_path: Path) -> None:
    text = json.dumps({"programVersion": "1.0.0"})
    (tmp_path / "install.json").write_text(text)
    with zipfile.ZipFile(tmp_path / "TC_-_Demo_v1.tcx", "w") as package:
        package.writestr("TC_-_Demo_v1/install.json", text)
    for name in ("", "install.json", "TC_-_Demo_v1.tcx"):
        assert read_version(str(tmp_path / name)).program_version == "1.0.0"
    with pytest.raises(UsageError, match="There is no"):
        read_version(str(tmp_path / "nothing"))


@pytest.mark.programs("git")
def test_versions_are_read_from_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = tmp_path / "apps" / "one"
    app.mkdir(parents=True)
    (app / "install.json").write_text(json.dumps({"programVersion": "1.0.0"}))
    monkeypatch.chdir(tmp_path)
    git = ("git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "one")):
        subprocess.run((*git, *command), check=True)
    (app / "install.json").write_text(json.dumps({"programVersion": "1.1.0"}))
    assert read_version("HEAD:apps/one").program_version == "1.0.0"
    monkeypatch.chdir(app)
    assert read_version("HEAD:").program_version == "1.0.0"
    assert read_version("HEAD:install.json").program_version == "1.0.0"
    with pytest.raises(UsageError, match="git has no HEAD:nothing"):
        read_version("HEAD:nothing")
    with pytest.raises(UsageError, match="There is no --upload-pack"):
        read_version("--upload-pack=x:y")
