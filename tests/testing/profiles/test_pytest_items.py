"""Each profile is one test of pytest."""

from __future__ import annotations

import pytest

from tests.testing.profiles.demo import inputs, write_app, write_profile

pytest_plugins = ["pytester"]


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest("-p", "no:cacheprovider", "-p", "no:randomly", "--strict-markers", "-W", "error", *arguments)


def test_profiles_are_tests(pytester: pytest.Pytester):
    write_app(pytester.path)
    write_profile(pytester.path)
    write_profile(pytester.path, "wrong", exit_message={"expected_output": "Fine\n", "op": "eq"})
    write_profile(pytester.path, "elsewhere", environments=["qa"])
    write_profile(pytester.path, "broken", exit_codes=["none"])
    result = run(pytester, "-rs")
    result.assert_outcomes(passed=1, failed=2, skipped=1)
    result.stdout.fnmatch_lines(
        ["*profile wrong*", "message (line *", '*expected  "Fine?n"', '*got       "Success?n"', "*wrong.json"]
    )
    result.stdout.fnmatch_lines(["*it is for qa; this is build*"])
    result.stdout.fnmatch_lines(["*broken.json:*'none' is no exit code*"])
    assert "Traceback" not in result.stdout.str()
    run(pytester, "--profile-environment", "qa", "-k", "elsewhere").assert_outcomes(passed=1)


def test_they_can_be_left_out(pytester: pytest.Pytester):
    write_app(pytester.path)
    write_profile(pytester.path)
    assert run(pytester, "--no-profiles").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    pytester.makeini("[pytest]\ngatepost_profiles = false\n")
    assert run(pytester).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_files_of_other_projects_are_none(pytester: pytest.Pytester):
    write_profile(pytester.path)
    assert run(pytester).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_an_app_that_is_not_written_with_gatepost_is_told(pytester: pytest.Pytester):
    write_app(pytester.path)
    for name in ("app.py", "run.py"):
        (pytester.path / name).write_text("value = 1\n", encoding="utf-8")
    write_profile(pytester.path)
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*gatepost test --process*"])


def test_the_log_of_a_failed_app_is_shown_without_secrets(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    write_app(pytester.path)
    monkeypatch.setenv("KEY_OF_TEST", "correct-horse-battery")
    write_profile(pytester.path, inputs=inputs(tc_action="Append", text="x", key="${envs:KEY_OF_TEST}"))
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*app log*", "INFO * exit *message=Appended*"])
    assert "correct-horse" not in result.stdout.str()
