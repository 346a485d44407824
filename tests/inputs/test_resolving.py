from __future__ import annotations

import pytest

from gatepost.errors import CredentialError, PlatformError
from gatepost.inputs.resolving import resolve
from gatepost.inputs.values import Source, Value
from gatepost.secret import Secret


class Platform:
    """Answers as the platform's variables do, and remembers what was asked."""

    def __init__(self, **contents: object) -> None:
        self.contents = contents
        self.asked: list[tuple[str, str, str]] = []

    def fetch(self, provider: str, kind: str, key: str) -> object:
        self.asked.append((provider, kind, key))
        content = self.contents[key]
        if isinstance(content, Exception):
            raise content
        return content


def value(raw: object, name: str = "x") -> dict[str, Value]:
    return {name: Value(name, raw, Source.PARAM_FILE, "params (x)")}


@pytest.mark.parametrize(
    ("raw", "data", "content"),
    [
        ("&{TC:TEXT:k}", "plain", "plain"),
        ("&{TC:KEYCHAIN:k}", "hunter2", Secret("hunter2")),
        ("&{Vault:KEYCHAIN:k}", Secret("hunter2"), Secret("hunter2")),
        ("&{TC:FILE:k}", "AP8=", b"\x00\xff"),
        ("&{TC:FILE:k}", "AP\r\n8=\n", b"\x00\xff"),
        ("&{TC:FILE:k}", b"\x00\xff", b"\x00\xff"),
        (Secret("&{TC:KEYCHAIN:k}"), "hunter2", Secret("hunter2")),
        (Secret("&{TC:TEXT:k}"), "plain", Secret("plain")),
        (["a", "&{TC:TEXT:k}"], "plain", ["a", "plain"]),
    ],
)
def test_a_reference_becomes_its_content(raw: object, data: object, content: object) -> None:
    values, problems = resolve(value(raw), Platform(k=data).fetch)
    assert problems == ()
    assert values["x"] == Value("x", content, Source.PARAM_FILE, "params (x)")
    assert type(values["x"].value) is type(content)


@pytest.mark.parametrize("raw", ["text &{TC:TEXT:k}", "#App:1:a!String", "", None, 5, ["a"], Secret("s"), b"&{TC:"])
def test_everything_else_stays_as_it_is(raw: object) -> None:
    platform = Platform()
    values, problems = resolve(value(raw), platform.fetch)
    assert values["x"].value is raw
    assert (platform.asked, problems) == ([], ())


@pytest.mark.parametrize("name", ["tc_token", "api_secret_key", "tc_api_access_id", "tc_api_path", "tc_playbook_out_variables"])
def test_what_made_the_session_is_left_alone(name: str) -> None:
    platform = Platform(k="content")
    values, _ = resolve(value("&{TC:TEXT:k}", name), platform.fetch)
    assert values[name].value == "&{TC:TEXT:k}"
    assert platform.asked == []


def test_a_variable_is_asked_for_once() -> None:
    platform = Platform(k="content", broken=LookupError("gone"))
    texts = {"a": "&{TC:TEXT:k}", "b": "&{TC:TEXT:k}", "c": "&{TC:TEXT:broken}", "d": "&{TC:TEXT:broken}"}
    _, problems = resolve({name: Value(name, text, Source.EXPLICIT) for name, text in texts.items()}, platform.fetch)
    assert platform.asked == [("TC", "TEXT", "k"), ("TC", "TEXT", "broken")]
    assert [problem.name for problem in problems] == ["c", "d"]


@pytest.mark.parametrize(
    ("kind", "data", "what"),
    [
        ("TEXT", PlatformError("Not found", status=404), "could not be read: Not found"),
        ("TEXT", ConnectionError("unreachable"), "could not be read: unreachable"),
        ("TEXT", None, "has no value"),
        ("TEXT", {"a": 1}, "holds a dict, not text"),
        ("KEYCHAIN", 5, "holds a int, not text"),
        ("FILE", "not base64!", "is not base64"),
        ("FILE", "größe", "is not base64"),
        ("FILE", 5, "is not base64"),
    ],
)
def test_a_failure_is_a_problem_that_names_the_input(kind: str, data: object, what: str) -> None:
    values, (problem,) = resolve(value(f"&{{TC:{kind}:k}}"), Platform(k=data).fetch)
    assert values == {}
    assert problem.name == "x"
    assert what in problem.what
    assert f"&{{TC:{kind}:k}}" in problem.what
    assert problem.place == "param file: params (x)"
    assert problem.remedy


def test_without_credentials_there_is_nothing_to_report_by_input() -> None:
    with pytest.raises(CredentialError):
        resolve(value("&{TC:TEXT:k}"), Platform(k=CredentialError("refused")).fetch)
