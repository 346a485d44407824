"""What a secret shows, and to whom."""

from __future__ import annotations

import copy
import gc
import json
import logging
import pickle
import subprocess
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from gatepost.secret import MASK, Secret, known_texts, known_version

TEXT = "correct-horse-battery"


class Model(BaseModel):
    password: Secret
    name: str = "n"


def test_the_text_is_shown_by_reveal_only() -> None:
    secret = Secret(TEXT)
    shown = [str(secret), repr(secret), f"{secret}", f"{secret:>40}", "%s %r" % (secret, secret), repr({"k": [secret]})]  # noqa: UP031

    assert secret.reveal() == TEXT
    assert not [text for text in shown if TEXT in text]
    assert str(secret) == MASK


def test_a_logged_secret_is_a_mask(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("app").warning("password is %s", Secret(TEXT))
    assert caplog.messages == [f"password is {MASK}"]


@pytest.mark.parametrize("given_as", [TEXT, TEXT.encode(), Secret(TEXT)])
def test_text_bytes_and_secrets_make_a_secret(given_as: str | bytes | Secret) -> None:
    assert Secret(given_as).reveal() == TEXT


def test_something_else_makes_none() -> None:
    with pytest.raises(TypeError, match="not of int"):
        Secret(7)  # type: ignore[arg-type]


def test_bytes_that_are_no_text_are_refused_without_being_shown() -> None:
    with pytest.raises(ValueError, match="at byte 7 of 8") as caught:
        Secret(b"abcdefg\xff")
    assert caught.value.__context__ is None  # a UnicodeDecodeError would carry the bytes


def test_secrets_compare_with_secrets_only() -> None:
    assert Secret(TEXT) == Secret(TEXT)
    assert Secret(TEXT) != Secret("other")
    assert Secret(TEXT) != TEXT
    assert len({Secret(TEXT), Secret(TEXT)}) == 1


@given(st.text(alphabet=st.characters()), st.text(alphabet=st.characters()))
def test_comparison_is_that_of_the_texts_whatever_they_are(one: str, other: str) -> None:
    assert (Secret(one) == Secret(other)) is (one == other)


def test_an_empty_secret_is_false() -> None:
    assert not Secret("")
    assert Secret(" ")


def test_a_secret_does_not_change() -> None:
    with pytest.raises(AttributeError):
        Secret(TEXT)._text = "other"


def test_pickling_is_refused_with_the_remedy() -> None:
    with pytest.raises(TypeError, match=r"call reveal\(\)"):
        pickle.dumps({"password": Secret(TEXT)})


def test_json_does_not_know_it() -> None:
    with pytest.raises(TypeError):
        json.dumps(Secret(TEXT))


def test_a_copy_is_the_secret_itself() -> None:
    secret = Secret(TEXT)
    assert copy.copy(secret) is secret
    assert copy.deepcopy({"k": secret})["k"] is secret


def test_a_pydantic_model_takes_text_and_shows_the_mask() -> None:
    model = Model.model_validate({"password": TEXT})

    assert model.password == Secret(TEXT)
    assert Model.model_validate_json(json.dumps({"password": TEXT})) == model
    assert TEXT not in repr(model) + str(model.model_dump()) + model.model_dump_json()
    assert json.loads(model.model_dump_json())["password"] == MASK
    assert Model.model_json_schema()["properties"]["password"]["format"] == "password"


def test_a_wrong_value_in_a_model_is_a_validation_error() -> None:
    with pytest.raises(ValueError, match="password"):
        Model.model_validate({"password": 7})


def test_a_secret_is_known_for_as_long_as_an_equal_one_lives() -> None:
    text = "known-while-it-lives"
    first, second = Secret(text), Secret(text)

    del first
    gc.collect()
    assert text in known_texts()

    version = known_version()
    del second
    gc.collect()
    assert text not in known_texts()
    assert known_version() != version


def test_threads_may_make_and_lose_secrets_at_once() -> None:
    kept: list[Secret] = []

    def work(number: int) -> None:
        for index in range(200):
            Secret(f"short-lived-{number}-{index}")
        kept.append(Secret(f"kept-for-good-{number}"))
        known_texts()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gc.collect()

    assert {secret.reveal() for secret in kept} <= known_texts()
    assert not [text for text in known_texts() if text.startswith("short-lived-")]


def test_a_forked_child_can_make_secrets_whatever_its_parent_was_doing():
    program = """
import os, threading
from gatepost import secret
held, done = threading.Event(), threading.Event()
def hold():
    with secret._known._lock:
        held.set(); done.wait()
thread = threading.Thread(target=hold); thread.start(); held.wait()
child = os.fork()
if child == 0:
    kept = secret.Secret("made in the child")
    os._exit(0 if "made in the child" in secret.known_texts() else 1)
_, status = os.waitpid(child, 0)
done.set(); thread.join()
raise SystemExit(os.waitstatus_to_exitcode(status))
"""
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program]
    assert subprocess.run(command, timeout=300, check=False).returncode == 0
