"""Values on their way to the process that judges them, and what an app's model says of them there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AfterValidator, model_validator

from gatepost import App, Inputs, Secret
from gatepost.inputs.values import Source, Value
from gatepost.project.judging_values import judge_values, pack_values, unpack_values

plain = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]))
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
values = st.recursive(plain | texts.map(Secret), lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=5)


@settings(max_examples=40)
@given(values, st.sampled_from(Source))
def test_what_is_packed_comes_out_again(value: object, source: Source):
    assert unpack_values(pack_values([Value("name", value, source, "a place")])) == {
        "name": Value("name", value, source, "a place")
    }


def test_paths_arrive_as_texts():
    assert unpack_values(pack_values([Value("tc_in_path", Path("in"), Source.STANDARD)]))["tc_in_path"].value == "in"


CANARY = "canary-0123456789"


def short(text: str) -> str:
    if len(text) > 5:
        raise ValueError(f"{text} is too long")
    return text


class AppInputs(Inputs):
    depth: int = 1
    plain: str = ""
    word: Annotated[str, AfterValidator(short)] = ""
    first: str | None = None
    second: str | None = None

    @model_validator(mode="after")
    def one_of_two(self) -> AppInputs:
        if self.first and self.second:
            raise ValueError("first and second exclude each other")
        if self.first == "break":
            raise RuntimeError("no validator may do this")
        return self


class CutInputs(AppInputs):
    length: int


one = App(AppInputs)
several = App(AppInputs)


@several.action("Cut", inputs=CutInputs)
def cut(runtime: object) -> None: ...


@several.action("Turn")
def turn(runtime: object) -> None: ...


def judged(app: App, folder: Path, **given: object) -> dict[str, str]:
    packed = pack_values(Value(name, value, Source.ENVIRONMENT, name.upper()) for name, value in given.items())
    found = judge_values(app, packed, str(folder))
    assert CANARY not in repr(found)
    return {item["name"]: item["what"] for item in found}


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"depth": "7"}, {}),
        ({"depth": "x"}, {"depth": "input should be a valid integer, unable to parse string as an integer"}),
        ({"word": "rather long"}, {"word": "value error, rather long is too long"}),
        ({"word": Secret(CANARY)}, {"word": "is a secret, and the model's field is not"}),
        ({"first": "a", "second": "b"}, {"inputs": "Value error, first and second exclude each other"}),
        ({"first": "break"}, {"inputs": "cannot be checked: a validator of AppInputs ended with RuntimeError"}),
        ({"unknown": "x"}, {}),
    ],
)
def test_the_apps_model_judges(tmp_path: Path, given: dict[str, object], problems: dict[str, str]):
    assert judged(one, tmp_path, **given) == problems


def test_the_model_of_the_chosen_action_judges(tmp_path: Path):
    assert judged(several, tmp_path, tc_action="Turn") == {}
    assert judged(several, tmp_path, tc_action="Cut") == {"length": "is missing"}
    assert judged(several, tmp_path, tc_action="cut", length="3") == {}
    assert judged(several, tmp_path, tc_action="Bake") == {"tc_action": "names no action: The app has 'Cut', 'Turn'"}
    assert judged(several, tmp_path) == {"tc_action": "is missing: The app has 'Cut', 'Turn'"}
