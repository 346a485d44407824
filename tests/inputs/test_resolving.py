from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.errors import CredentialError, PlatformError
from gatepost.inputs.coercion import coerce
from gatepost.inputs.resolving import Resolver, resolve
from gatepost.inputs.values import Source, Value
from gatepost.redaction import redact
from gatepost.secret import Secret
from gatepost.variables import parse_platform_variable


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


@pytest.mark.parametrize(
    "raw", ["text &{TC:TEXT:", "&{TC:OTHER:k}", "#App:1:a!String", "", None, 5, ["a"], Secret("s"), b"&{TC:"]
)
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


@pytest.mark.parametrize(
    ("raw", "content"),
    [
        ("a &{TC:TEXT:one} b &{TC:TEXT:two} c", "a first b second c"),
        ("&{TC:TEXT:one}&{Vault:TEXT:one}", "firstfirst"),
        ("https://user:&{TC:KEYCHAIN:word}@&{TC:TEXT:two}", Secret("https://user:hunter2@second")),
        (Secret("x &{TC:TEXT:one}"), Secret("x first")),
        ("see &{TC:FILE:one}", "see <file>"),
        ("&{TC:TEXT:trick} and &{TC:TEXT:one}", "&{TC:KEYCHAIN:word} and first"),
        ({"key": "a", "value": ["&{TC:KEYCHAIN:word}", "at &{TC:TEXT:two}", 5]},
         {"key": "a", "value": [Secret("hunter2"), "at second", 5]}),
    ],
)  # fmt: skip
def test_every_variable_inside_a_longer_text_is_replaced(raw: object, content: object) -> None:
    platform = Platform(one="first", two="second", word="hunter2", trick="&{TC:KEYCHAIN:word}")
    values, problems = resolve(value(raw), platform.fetch)
    assert problems == ()
    assert values["x"].value == content
    assert ("TC", "FILE", "one") not in platform.asked


def test_one_variable_that_cannot_be_had_is_a_problem_of_the_whole_text() -> None:
    values, (problem,) = resolve(value("a &{TC:TEXT:k} b"), Platform(k=None).fetch)
    assert (values, problem.what) == ({}, "the variable &{TC:TEXT:k} has no value")


def test_what_a_variable_brings_is_never_read_as_syntax(manifest_of, param) -> None:
    platform = Platform(k='quoted " and | bar')
    manifest = manifest_of(param("pairs", "KeyValueList"), param("several", "MultiChoice"), param("hidden", encrypt=True))
    values = {
        "pairs": Value("pairs", '[{"key": "a", "value": "x &{TC:TEXT:k}"}]', Source.ARGUMENTS),
        "several": Value("several", "one|two &{TC:TEXT:k}", Source.ARGUMENTS),
    }
    resolved, _ = resolve(values, platform.fetch, manifest)
    assert resolved["pairs"].value == [{"key": "a", "value": 'x quoted " and | bar'}]
    assert resolved["several"].value == ["one", 'two quoted " and | bar']
    assert coerce(resolved, manifest)[0] == resolved
    assert platform.asked == [("TC", "TEXT", "k")]


def test_encrypted_parts_stay_secrets(manifest_of, param) -> None:
    manifest = manifest_of(param("pairs", "KeyValueList", encrypt=True))
    raw = Secret('[{"key": "a", "value": "x &{TC:TEXT:k}"}]')
    resolved, _ = resolve(value(raw, "pairs"), Platform(k="text").fetch, manifest)
    assert resolved["pairs"].value == [{"key": "a", "value": Secret("x text")}]


def test_a_text_that_cannot_be_taken_apart_is_resolved_as_it_is(manifest_of, param) -> None:
    manifest = manifest_of(param("pairs", "KeyValueList"))
    resolved, problems = resolve(value("no JSON &{TC:TEXT:k}", "pairs"), Platform(k="text").fetch, manifest)
    assert (resolved["pairs"].value, problems) == ("no JSON text", ())


def test_secrets_inside_longer_texts_are_known_while_their_resolver_lives() -> None:
    resolver = Resolver(Platform(word="hunter2-in-a-keychain").fetch)
    resolver.resolve(value("https://user:&{TC:KEYCHAIN:word}@example.com"))
    assert redact("someone said hunter2-in-a-keychain") == "someone said ***"
    del resolver


def test_something_nested_without_end_is_a_problem() -> None:
    nested: object = "&{TC:TEXT:k}"
    for _ in range(100_000):
        nested = [nested]
    _, (problem,) = resolve(value(nested), Platform(k="text").fetch)
    assert problem.what == "is nested too deeply"
    while isinstance(nested, list):  # taken apart by hand: freeing it as a whole could overflow the stack
        nested = nested.pop()


KEYS = st.sampled_from(["a", "b-1", "c.d[0]"])
PIECES = st.one_of(
    st.text(st.characters(exclude_characters="&"), max_size=5).map(lambda text: ("", text)),
    st.tuples(st.sampled_from(["TEXT", "KEYCHAIN", "FILE"]), KEYS),
)


@given(st.lists(PIECES, min_size=2, max_size=8))
def test_a_text_of_any_pieces_is_put_together_again(pieces: list[tuple[str, str]]) -> None:
    text = "".join(f"&{{TC:{kind}:{part}}}" if kind else part for kind, part in pieces)
    whole = "".join({"": part, "FILE": "<file>"}.get(kind, f"<{part}>") for kind, part in pieces)
    fetch = Platform(**{key: f"<{key}>" for key in ("a", "b-1", "c.d[0]")}).fetch
    if parse_platform_variable(text) is not None:
        return
    resolved, problems = resolve(value(text), fetch)
    found = resolved["x"].value
    assert problems == ()
    assert isinstance(found, Secret) == any(kind == "KEYCHAIN" for kind, _ in pieces)
    assert (found.reveal() if isinstance(found, Secret) else found) == whole


def test_without_credentials_there_is_nothing_to_report_by_input() -> None:
    with pytest.raises(CredentialError):
        resolve(value("&{TC:TEXT:k}"), Platform(k=CredentialError("refused")).fetch)
