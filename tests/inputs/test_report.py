from __future__ import annotations

from gatepost.inputs.collecting import collect
from gatepost.inputs.report import ReportRow, inputs_report


def test_every_value_is_shown_with_its_source_and_what_it_won_against(manifest_of, param) -> None:
    manifest = manifest_of(param("owner", default="Acme"), param("password", encrypt=True), param("cleared"))
    collected = collect(
        manifest=manifest,
        arguments=["--owner", "Other", "--stray", "x", "--cleared="],
        environment={"APP_INPUT_PASSWORD": "hunter2", "TC_TOKEN": "hunter3", "APP_INPUT_OWNER": "Third"},
    )
    rows = {row.name: row for row in inputs_report(collected, manifest)}
    assert rows["owner"] == ReportRow(
        "owner",
        "app",
        "Other",
        False,
        "arguments",
        "--owner",
        (("environment", "APP_INPUT_OWNER"), ("default", "install.json (default)")),
    )
    assert rows["password"].shown == rows["tc_token"].shown == "**********"
    assert rows["password"].secret
    assert rows["cleared"].shown == ""
    assert rows["stray"].kind == "unknown"
    assert (rows["tc_token"].kind, rows["tc_verify"].source) == ("standard", "standard default")
    assert "hunter" not in repr(rows)


def test_a_secret_is_masked_in_other_inputs_too(manifest_of, param) -> None:
    manifest = manifest_of(param("text"), param("password", encrypt=True))
    arguments = ["--text", "login with canary-of-the-report", "--password", "canary-of-the-report"]
    rows = {row.name: row for row in inputs_report(collect(manifest=manifest, arguments=arguments, environment={}), manifest)}
    assert rows["text"].shown.startswith("login with *")
    assert "canary" not in repr(rows)


def test_what_is_called_a_secret_is_masked_whether_or_not_anybody_says_that_it_is_one(manifest_of, param) -> None:
    arguments = ["--my_password", "canary-1", "--stray_token", "canary-2"]
    rows = inputs_report(collect(manifest=manifest_of(param("my_password")), arguments=arguments, environment={}))
    assert {row.name for row in rows if row.shown == "**********"} == {"my_password", "stray_token"}
    assert "canary" not in repr(rows)


def test_the_app_s_own_inputs_come_first(manifest_of, param) -> None:
    manifest = manifest_of(param("z"), param("tc_action"))
    collected = collect(manifest=manifest, arguments=["--z=1", "--a=2", "--tc_action=Go"], environment={})
    rows = inputs_report(collected, manifest)
    assert [row.name for row in rows][:3] == ["tc_action", "z", "a"]
    assert [row.name for row in rows][3:] == sorted(row.name for row in rows[3:])
