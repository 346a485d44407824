"""No form of a secret survives, and nothing else is touched."""

from __future__ import annotations

import base64
import gc
import html
import json
import random
import threading
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gatepost import redaction, secret
from gatepost.redaction import REDACTED, redact, redact_value
from gatepost.secret import Secret

TOKEN = 'SVC:8:a"b/c+d=: é\\~\n%7E&'
"""A secret with every character that some encoder changes."""


@pytest.fixture(autouse=True)
def only_the_secrets_of_this_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret, "_known", secret._KnownSecrets())
    monkeypatch.setattr(redaction, "_rules", redaction._Rules(-1, {}))


def lower_hex(text: str) -> str:
    """URL-encode as some servers do, with hex in lower case."""
    return "".join(quoted.lower() if quoted.startswith("%") else quoted for quoted in map(quote, text))


FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "quote": quote,
    "quote without safe characters": lambda text: quote(text, safe=""),
    "quote with all of RFC 3986 safe": lambda text: quote(text, safe="!#$%&'()*+,/:;=?@[]~"),
    "quote_plus": quote_plus,
    "lower-case hex": lower_hex,
    "quoted twice": lambda text: quote(quote(text, safe=""), safe=""),
    "JSON in ASCII": lambda text: json.dumps(text)[1:-1],
    "JSON not in ASCII": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON in JSON": lambda text: json.dumps(json.dumps(text))[3:-3],
    "JSON with escaped slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "repr": lambda text: repr(text)[1:-1],
    "repr of repr": lambda text: repr(repr(text)[1:-1])[1:-1],
    "ascii": lambda text: ascii(text)[1:-1],
    "repr of bytes": lambda text: repr(text.encode())[2:-1],
    "HTML": html.escape,
    "XML characters": lambda text: text.encode("ascii", "xmlcharrefreplace").decode(),
}

ALIGNMENTS = [b"", b"i", b"id", b"id:", b"name:"]

secrets = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=6, max_size=40)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_replaced(form: str) -> None:
    kept = Secret(TOKEN)
    text = FORMS[form](kept.reveal())
    assert redact(f"before {text} after") == f"before {REDACTED} after"


@pytest.mark.parametrize("before", ALIGNMENTS)
@pytest.mark.parametrize("after", [b"", b"x", b"xy", b"xyz"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_base64_is_replaced_at_any_alignment(before: bytes, after: bytes, encode: Callable[[bytes], bytes]) -> None:
    kept = Secret("?>?>~~secret??>>")
    encoded = encode(before + kept.reveal().encode() + after).decode()

    assert REDACTED in redact(f"Authorization: Basic {encoded}")
    assert REDACTED in redact(f"https://host/?auth={quote(encoded, safe='')}")


@given(secrets, st.sampled_from(sorted(FORMS)), st.text(), st.text())
def test_no_form_of_any_secret_survives(text: str, form: str, before: str, after: str) -> None:
    kept = Secret(text)
    encoded = FORMS[form](kept.reveal())

    redacted = redact(before + encoded + after)

    assert encoded not in redacted
    assert REDACTED in redacted


@given(secrets, st.binary(max_size=9), st.binary(max_size=9), st.booleans())
def test_no_certain_base64_character_survives(text: str, before: bytes, after: bytes, url_safe: bool) -> None:
    kept = Secret(text)
    core = (text.strip() if len(text.strip()) >= 6 else text).encode()
    leading = text.encode().index(core)
    data = before + kept.reveal().encode() + after
    encoded = (base64.urlsafe_b64encode if url_safe else base64.b64encode)(data).decode()
    first_bit = 8 * (len(before) + leading)
    certain = encoded[-(-first_bit // 6) : (first_bit + 8 * len(core)) // 6]

    assert certain not in redact(encoded)


@given(
    st.text(alphabet="abcdefgh!?/+ \\\"'é", min_size=6, max_size=30), st.text(alphabet="ABCXYZ0123456789 .,:;-_=", max_size=200)
)
def test_a_text_without_the_secret_is_the_same_object(text: str, line: str) -> None:
    assume(any(character.isalnum() for character in text))
    kept = Secret(text)
    assert redact(line) is line
    assert kept.reveal() not in line


@given(st.lists(secrets, max_size=5), st.randoms(use_true_random=False))
def test_no_secret_survives_among_others(texts: list[str], chance: random.Random) -> None:
    kept = [Secret(text) for text in texts]
    pieces = [secret.reveal() for secret in kept] * 2 + ["***", " ", "*"]
    chance.shuffle(pieces)

    redacted = redact("".join(pieces))

    assert not [text for text in texts if text in redacted]


def test_without_secrets_a_text_is_the_same_object() -> None:
    line = "nothing to hide, abc123"
    assert redact(line) is line


@pytest.mark.parametrize("text", ["", "a", "12345"])
def test_a_secret_of_less_than_six_characters_is_not_looked_for(text: str) -> None:
    kept = Secret(text)
    assert redact(f"a 12345 {kept.reveal()}") == f"a 12345 {kept.reveal()}"


def test_a_secret_is_looked_for_only_while_it_lives() -> None:
    kept = Secret("lives-for-a-while")
    assert redact("lives-for-a-while") == REDACTED
    del kept
    gc.collect()
    assert redact("lives-for-a-while") == "lives-for-a-while"


def test_a_secret_inside_another_leaves_no_rest() -> None:
    kept = [Secret("inside"), Secret("the-inside-of-it"), Secret("it-and-more")]
    assert redact("<the-inside-of-it-and-more> inside") == f"<{REDACTED}> {REDACTED}"
    assert len(kept) == 3


def test_a_replacement_that_completes_a_secret_is_replaced_too() -> None:
    kept = Secret("***abc")
    assert redact("***abcabc") == REDACTED
    assert kept


def test_a_secret_of_several_lines_is_found_in_its_lines_but_for_the_frame() -> None:
    lines = ["-----BEGIN PRIVATE KEY-----", "MIIEvQIBADANBgkqhkiG9w0B", "AQEFAASCBKcwggSjAgEAAoIBAQ", "-----END PRIVATE KEY-----"]
    kept = Secret("\n".join(lines))

    assert redact(f"  {lines[1]}\n  {lines[2]}") == f"  {REDACTED}\n  {REDACTED}"
    assert redact(lines[0]) == lines[0]
    assert redact(json.dumps({"key": kept.reveal()})) == f'{{"key": "{REDACTED}"}}'
    assert redact("\r\n".join(lines)).count(REDACTED) >= 1


def test_spaces_around_a_secret_are_no_part_of_it() -> None:
    kept = Secret("  from-a-file\n")
    assert redact("password=from-a-file") == f"password={REDACTED}"
    assert kept


def test_a_row_of_backslashes_costs_no_more_than_another_text() -> None:
    kept = Secret(r"C:\"\"\"\"\x")
    assert redact("C:" + "\\" * 5000) == "C:" + "\\" * 5000
    assert redact(json.dumps({"path": kept.reveal()})) == f'{{"path": "{REDACTED}"}}'


def test_names_that_are_no_utf_8_are_found_too() -> None:
    kept = Secret(b"caf\xe9-secret".decode("utf-8", "surrogateescape"))
    lone = Secret("lone-\ud800-half")
    assert redact(f"<{kept.reveal()}> <{lone.reveal()}>") == f"<{REDACTED}> <{REDACTED}>"


def test_basic_authentication_in_latin_1_is_found() -> None:
    kept = Secret("pässwörd")
    encoded = base64.b64encode("id:pässwörd".encode("latin-1")).decode()
    assert REDACTED in redact(encoded)
    assert kept


def test_threads_see_secrets_that_appear_and_go() -> None:
    failures: list[str] = []

    def work(number: int) -> None:
        for index in range(100):
            kept = Secret(f"secret-{number}-{index}-end")
            if redact(f"<{kept.reveal()}>") != f"<{REDACTED}>":
                failures.append(kept.reveal())

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []


def test_a_value_is_redacted_at_any_depth() -> None:
    kept = Secret("deep-secret")

    class Holder:
        def __repr__(self) -> str:
            return "Holder(deep-secret)"

    value = {"deep-secret": [("a deep-secret", 1, None, True, 2.5)], "secret": kept, "other": Holder(), "bytes": b"deep-secret"}

    assert redact_value(value) == {
        REDACTED: [(f"a {REDACTED}", 1, None, True, 2.5)],
        "secret": REDACTED,
        "other": f"Holder({REDACTED})",
        "bytes": f"b'{REDACTED}'",
    }
