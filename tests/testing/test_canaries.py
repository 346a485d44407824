"""Canaries are found wherever and however they get out, and the report tells where without showing them."""

from __future__ import annotations

import base64
import gzip
import html
import json
import urllib.parse
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.app.result import Result
from gatepost.errors import UsageError
from gatepost.log import Record
from gatepost.redaction import redact
from gatepost.testing import Canaries, SecretLeaked
from gatepost.testing.canaries import FilesBefore
from gatepost.testing.leaks import LeakFinder

pytest_plugins = ["pytester"]

TEXT = 'one/two+three four&"five"<six>\\seven\'ü%8?=:@#'

FORMS = {
    "as it is": lambda text: text,
    "escaped": json.dumps,
    "escaped, bytes": lambda text: repr(text.encode()),
    "HTML-escaped": html.escape,
    "URL-encoded": lambda text: urllib.parse.quote(text, safe=""),
    "URL-encoded, form": urllib.parse.quote_plus,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64, Latin-1": lambda text: base64.b64encode(text.encode("latin-1")).decode(),
    "base64, URL-safe": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "URL-encoded, base64": lambda text: urllib.parse.quote(base64.b64encode(text.encode()).decode(), safe=""),
    "escaped, URL-encoded": lambda text: json.dumps({"url": urllib.parse.quote(json.dumps(text))}),
}


def run(pytester: pytest.Pytester, source: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(source)
    return pytester.runpytest("-p", "no:cacheprovider", "-p", "no:randomly", "--strict-markers", "-W", "error", *arguments)


# -- finding ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_found(form):
    written = FORMS[form](TEXT)
    (leak,) = LeakFinder({"key": TEXT}).find(f"fine\nbefore {written} after\nfine")
    assert (leak.secret, leak.line) == ("key", 2)
    assert leak.form.split(", ")[0] in form


@given(before=st.binary(max_size=7), after=st.binary(max_size=7), safe=st.booleans())
def test_base64_is_found_at_any_alignment(before, after, safe):
    encode = base64.urlsafe_b64encode if safe else base64.b64encode
    written = encode(before + TEXT.encode() + after).decode()
    assert [leak.secret for leak in LeakFinder({"key": TEXT}).find(f"x {written}")] == ["key"]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=8), st.sampled_from(sorted(FORMS)))
def test_any_secret_is_found_in_any_form(secret, form):
    try:
        written = FORMS[form](secret)
    except UnicodeEncodeError:
        return  # not in Latin-1
    assert [leak.secret for leak in LeakFinder({"key": secret}).find(written)] == ["key"]


def test_a_part_is_found_too_but_not_what_is_only_a_number():
    finder = LeakFinder({"token": "API:7:Ab3:1795359205170:Rf3tBxjMlhh9uPfsmz="})
    assert [leak.form for leak in finder.find("ends with Rf3tBxjMlhh9uPfsmz")] == ["in part"]
    assert list(finder.find("the token expires 1795359205170")) == []


def test_a_secret_of_several_lines_is_found_and_masked_as_a_whole():
    finder = LeakFinder({"pem": "begin\nsecret lines\nend"})
    text = "before\n begin\nsecret lines\nend.\nafter"
    assert [leak.line for leak in finder.find(text)] == [2]
    assert finder.mask(text).count("not shown: this line holds pem") == 3
    assert "secret lines" not in finder.mask(text)


def test_a_long_hostile_line_ends():
    assert list(LeakFinder({"key": TEXT}).find("%25\\\\&amp;amp;+" * 2000)) == []


# -- canaries --------------------------------------------------------------------------------------------------------------------


def test_a_canary_is_the_same_each_time_another_in_each_test_and_not_known_to_the_redactor():
    canaries = Canaries()
    canary = canaries.secret("service key")
    assert canaries.secret("service key") == canary
    assert Canaries().secret("service key") != canary
    assert redact(canary) == canary
    for encode in (urllib.parse.quote, json.dumps, html.escape):
        assert canary not in encode(canary)


def test_what_is_found_is_named_and_not_shown():
    canaries = Canaries()
    canary = canaries.secret("service key")
    with pytest.raises(SecretLeaked, match=r"argument 2, line 2: service key, URL-encoded") as caught:
        canaries.check("fine", f"fine\n{urllib.parse.quote(canary)}")
    canaries.check(str(caught.value))
    assert canary[:18] not in str(caught.value)


def test_exceptions_results_and_containers_are_looked_through():
    canaries = Canaries()
    canary = canaries.secret("key")
    caused = ValueError("outside")
    caused.__cause__ = KeyError(canary)
    noted = ValueError("outside")
    noted.add_note(canary)
    record = Record(created=0.0, level=20, logger="app", event="event", values={"url": [urllib.parse.quote(canary)]})
    leaking = [caused, noted, {"a": [{"b": (canary,)}]}, canary.encode()]
    leaking += [Result(0, canary), Result(0, "", results={"a": canary}), Result(0, "", log=(record,))]
    for thing in leaking:
        with pytest.raises(SecretLeaked, match=r"\bkey, "):
            canaries.check(thing)
    canaries.check(None, 1, "fine", ValueError("fine"), Result(0, "fine", error=caused))


def test_files_are_looked_through_their_names_too_and_compressed_ones(tmp_path: Path):
    canaries = Canaries()
    canary = canaries.secret("key")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "app.log.1.gz").write_bytes(gzip.compress(f"1\n2\n{canary}".encode()))
    (tmp_path / urllib.parse.quote(canary, safe="")).touch()
    (tmp_path / "broken.gz").write_bytes(b"\x1f\x8b" + canary.encode())
    with pytest.raises(SecretLeaked) as caught:
        canaries.check_folder(tmp_path)
    words = str(caught.value)
    assert "the file deep/app.log.1.gz, line 3: key, as it is" in words
    assert "the name of a file, line 1: key, URL-encoded" in words
    assert "the file broken.gz" in words
    canaries.allow(tmp_path / "deep")
    with pytest.raises(SecretLeaked, match="broken") as caught:
        canaries.check_folder(tmp_path)
    assert "app.log" not in str(caught.value)


def test_what_goes_meanwhile_and_environments_of_others_are_not_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    canaries = Canaries()
    before = FilesBefore(tmp_path)
    for name in (".venv-of-a-test/lib/module.py", "environment/lib/module.py", "environment/pyvenv.cfg", "gone", "left"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(canaries.secret("password"))
    assert before.changed() == [tmp_path / "gone", tmp_path / "left"]

    def read_bytes(path: Path) -> bytes:
        (tmp_path / "gone").unlink(missing_ok=True)
        with path.open("rb") as file:
            return file.read()

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    with pytest.raises(SecretLeaked) as caught:
        canaries.check_folder(tmp_path)
    assert "the file left" in str(caught.value)
    assert "the file gone" not in str(caught.value)


def test_what_is_too_short_is_refused_and_a_name_is_used_once():
    canaries = Canaries()
    with pytest.raises(UsageError, match="too short"):
        canaries.add("pin", "12345")
    canaries.add("pin", "123456")
    canaries.add("pin", "123456")
    with pytest.raises(UsageError, match="another secret called pin"):
        canaries.add("pin", "654321")
    with pytest.raises(SecretLeaked, match="pin, as it is"):
        canaries.check("1234567")


def test_inputs_have_a_canary_in_every_secret(tmp_path: Path):
    (tmp_path / "install.json").write_text(
        json.dumps({"params": [{"name": "Key", "type": "String", "encrypt": True}, {"name": "owner", "type": "String"}]})
    )
    canaries = Canaries()
    inputs = canaries.inputs(manifest=tmp_path)
    for name in ("Key", "tc_token", "api_secret_key", "tc_proxy_password", "tc_smtp_password", "tc_kvstore_pass"):
        assert inputs[name] == canaries.secret(name)
    assert "owner" not in inputs
    assert "tc_token" not in canaries.inputs("hmac")
    assert "api_secret_key" not in canaries.inputs("token")
    with pytest.raises(UsageError, match="'none'"):
        canaries.inputs("none")  # type: ignore[arg-type]


# -- the fixture -----------------------------------------------------------------------------------------------------------------


def test_a_test_that_leaves_nothing_passes(pytester):
    result = run(
        pytester,
        """
        def test_it(tc_canaries, tmp_path):
            print("fine")
            tc_canaries.allow(tmp_path / ".env").write_text(tc_canaries.secret("key"))
        """,
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("leak", "place"),
    [
        ("print('one line\\n', canary)", "Captured stdout call, line 2"),
        ("import sys; sys.stderr.write(canary)", "Captured stderr call, line 1"),
        ("import logging; logging.getLogger('x').warning(canary)", "Captured log call, line 1"),
        (
            "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import sys; print(sys.argv[1])', canary])",
            "*stdout call*",
        ),
        ("(tmp_path / 'app.log').write_text(canary)", "the file app.log, line 1"),
        ("Path('left.txt').write_text(canary)", "the file left.txt, line 1"),
        ("Path('old.txt').write_text('now\\n' + canary)", "the file old.txt, line 2"),
    ],
)
def test_what_a_test_leaves_fails_it_and_is_not_shown(pytester, leak, place):
    pytester.makefile(".txt", old="was here before")
    result = run(
        pytester,
        f"""
        from pathlib import Path

        def test_it(tc_canaries, tmp_path):
            canary = tc_canaries.secret("service key")
            tc_canaries.allow("canary.md").write_text(canary[:18])
            {leak}
        """,
        "--showlocals",
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([f"*{place}*: service key, as it is"])
    assert (pytester.path / "canary.md").read_text() not in result.stdout.str()


def test_the_report_of_a_failed_test_does_not_show_it(pytester):
    result = run(
        pytester,
        """
        def test_it(tc_canaries, tmp_path):
            canary = tc_canaries.secret("service key")
            (tmp_path / "canary.md").write_text("")
            print(canary)
            assert canary == "another", canary
        """,
        "--showlocals",
    )
    result.assert_outcomes(failed=1, errors=1)
    assert "not shown: this line holds service key" in result.stdout.str()
    assert "~servicekey" not in result.stdout.str()


def test_what_other_fixtures_print_at_the_end_is_looked_through(pytester):
    result = run(
        pytester,
        """
        import pytest

        @pytest.fixture
        def late(tc_canaries):
            yield
            print(tc_canaries.secret("key"))

        def test_it(late):
            pass
        """,
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*Captured stdout teardown, line 1: key, as it is*"])


def test_the_platforms_key_is_a_canary_and_its_tokens_are_looked_for(pytester):
    result = run(
        pytester,
        """
        import pytest

        def test_key(tc_platform, tc_canaries):
            assert tc_canaries.inputs("hmac")["api_secret_key"] == tc_canaries.secret("api_secret_key")
            assert tc_canaries.inputs("hmac")["tc_api_path"] == tc_platform.url

        @pytest.mark.tc_platform(secret_key="a key of its own")
        def test_own_key(tc_platform, tc_canaries):
            print(tc_platform.inputs("hmac")["api_secret_key"])

        def test_token(tc_canaries, tc_platform):
            print(tc_platform.inputs("token")["tc_token"])
        """,
    )
    result.assert_outcomes(passed=3, errors=2)
    result.stdout.fnmatch_lines_random(["*the platform's secret key, as it is", "*token 2 of the platform, as it is"])
