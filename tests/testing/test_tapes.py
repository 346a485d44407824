"""The fixture ``tc_tape``: a test asks its servers once, and runs without them from then on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gatepost.sessions.tapes import Matching
from gatepost.testing.tapes import TapeSettings, tape_file

pytest_plugins = ["pytester"]

OWNERS = """
    import gatepost

    def test_owners(tc_tape):
        with gatepost.connect(**tc_tape.inputs) as runtime:
            owners = runtime.session.get("/v2/owners").json()["data"]["owner"]
        assert [owner["name"] for owner in owners] == ["Exemplary Organization", "Common Community"]
"""


def run(pytester: pytest.Pytester, source: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(test_it=source)
    return pytester.runpytest("-p", "no:cacheprovider", "-p", "no:randomly", "--strict-markers", "-W", "error", *arguments)


@pytest.mark.parametrize("auth", ["token", "hmac"])
def test_a_test_is_recorded_once_and_replayed_ever_after(pytester, tc_platform, monkeypatch, auth):
    with monkeypatch.context() as patch:
        for name, value in tc_platform.environment(auth).items():
            patch.setenv(name, value)
        run(pytester, OWNERS, "--record-tapes").assert_outcomes(passed=1)
    url = tc_platform.url
    tc_platform.stop()

    [file] = (pytester.path / "tapes").iterdir()
    assert file.name == "test_it.test_owners.json"
    assert json.loads(file.read_text())["about"]["api_path"] == url
    assert tc_platform.credentials.secret_key.reveal() not in file.read_text()
    run(pytester, OWNERS).assert_outcomes(passed=1)


def test_an_app_under_test_uses_the_tape(pytester, tc_platform, monkeypatch):
    source = """
        from gatepost import App, Inputs

        class AppInputs(Inputs):
            owner: str = "Common Community"

        app = App(AppInputs)

        @app.job
        def find(runtime):
            runtime.external().get(runtime.session.base_url + "/nowhere", verify=runtime.options.verify)
            return str(runtime.session.get("/v2/owners").status_code)

        def test_app(tc_tape):
            result = app.test(tc_tape.inputs)
            assert (result.exit_code, result.message) == (0, "200"), result
    """
    for name, value in tc_platform.environment().items():
        monkeypatch.setenv(name, value)
    run(pytester, source, "--record-tapes").assert_outcomes(passed=1)
    for name in tc_platform.environment():
        monkeypatch.delenv(name)
    asked = len(tc_platform.requests)
    run(pytester, source).assert_outcomes(passed=1)
    assert len(tc_platform.requests) == asked == 2


def test_any_session_can_use_it(pytester, tc_platform):
    source = f"""
        import pytest, requests

        def test_session(tc_tape):
            with requests.Session() as session:
                tc_tape.mount(session)
                answer = session.get("{tc_platform.url}/v2/owners", verify="{tc_platform.ca_file}")
            assert answer.status_code == 401
            assert (len(tc_tape.tape.exchanges), tc_tape.recording) == (1, {{}})
    """
    run(pytester, source.format(True), "--record-tapes").assert_outcomes(passed=1)
    tc_platform.stop()
    run(pytester, source.format(False)).assert_outcomes(passed=1)


REPLAYED = """
    import pytest, requests
    import gatepost

    @pytest.fixture
    def session(tc_tape):
        with requests.Session() as session:
            tc_tape.mount(session)
            yield session
"""


@pytest.fixture
def taped(pytester: pytest.Pytester) -> None:
    """A tape with two requests, in ``tapes/shared.json``."""
    exchanges = [
        {
            "at": "2026-01-01T00:00:00Z",
            "seconds": 0,
            "request": {"method": "GET", "origin": "https://h.example", "path": f"/{name}"},
            "response": {"status": 200},
        }
        for name in ("one", "two")
    ]
    pytester.mkdir("tapes").joinpath("shared.json").write_text(json.dumps({"gatepost_tape": 1, "exchanges": exchanges}))


def marked(test: str, **settings: object) -> str:
    named = ", ".join(f"{name}={value!r}" for name, value in {"file": "tapes/shared.json", **settings}.items())
    return f"{REPLAYED}\n    @pytest.mark.tc_tape({named})\n    def test_it(session):\n        {test}\n"


ONE, TWO = 'session.get("https://h.example/one")', 'session.get("https://h.example/two")'


def test_a_tape_may_be_named_and_shared(pytester, taped):
    run(pytester, marked(f"{ONE}; {TWO}")).assert_outcomes(passed=1)


def test_what_is_left_on_the_tape_fails_the_test(pytester, taped):
    result = run(pytester, marked(ONE))
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*holds 1 of 2 exchanges that were not asked for*2. GET /two*strict=False*"])
    run(pytester, marked(ONE, strict=False)).assert_outcomes(passed=1)


def test_a_mismatch_that_the_app_swallowed_fails_the_test(pytester, taped):
    swallowed = f"{ONE}; {TWO}\n        try: {ONE}\n        except Exception: pass"
    result = run(pytester, marked(swallowed))
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*went on after the tape had no answer*GET /one*"])
    run(pytester, marked(swallowed, strict=False)).assert_outcomes(passed=1)


def test_a_test_that_failed_is_not_told_twice(pytester, taped):
    run(pytester, marked("assert False")).assert_outcomes(failed=1)


def test_settings_of_the_marker_count(pytester, taped):
    asked = 'session.get("https://h.example/one?since=1"); session.get("https://h.example/two", json={"a": 1})'
    run(pytester, marked(asked)).assert_outcomes(failed=1)
    run(pytester, marked(asked, ignored_query=["since"], bodies=False)).assert_outcomes(passed=1)


def test_a_tape_that_is_missing_says_how_it_is_made(pytester):
    result = run(pytester, OWNERS)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*There is no tape*test_it.test_owners.json*pytest --record-tapes*"])


@pytest.mark.parametrize(
    ("marker", "words"),
    [("tc_tape(True)", "*takes settings by name only*tc_tape(strict=False)*"), ("tc_tape(strikt=1)", "*no such setting*strikt*")],
)
def test_a_wrong_marker_is_named(pytester, marker, words):
    result = run(pytester, f"import pytest\n@pytest.mark.{marker}\ndef test_it(tc_tape): pass\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([words])


@pytest.mark.parametrize(
    ("node_id", "name"),
    [
        ("tests/test_app.py::test_one", "tapes/test_app.test_one.json"),
        ("tests/test_app.py::TestRun::test_one[a/b c]", "tapes/test_app.TestRun.test_one-a-b-c.json"),
        ("tests/test_app.py::test_one[../../x]", "tapes/test_app.test_one-..-..-x.json"),
    ],
)
def test_each_test_has_a_file_of_its_own(node_id, name):
    assert tape_file(Path("tests"), node_id, TapeSettings()) == Path("tests") / name


def test_settings():
    read = TapeSettings.of({"file": "a.json", "strict": False, "ignored_fields": ["id"], "ordered_query": True})
    assert read == TapeSettings("a.json", False, Matching(ordered_query=True, ignored_fields=frozenset({"id"})))
