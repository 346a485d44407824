"""What an app's own process says of its code, asked in this one."""

from __future__ import annotations

import importlib
import json
import sys
import textwrap
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import BeforeValidator, Field, field_validator

import gatepost
from gatepost import App, Inputs
from gatepost.app import on_exception
from gatepost.inputs.fields import KeyValue, String, TCEntity
from gatepost.project import describing
from gatepost.project.describing import describe_app


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(textwrap.dedent(text), encoding="utf-8")
    importlib.invalidate_caches()  # a folder that was looked into may be as old as before, by the clock of its files


class Several(Inputs):
    """Inputs of many types, described in this process."""

    anything: Any = None
    both: int | str = 5
    hours: timedelta | None = None
    flag: Literal[True] = True
    pairs: list[KeyValue] = []  # noqa: RUF012 - as apps write it
    entity: TCEntity | None = None
    raw: bytes = b""
    path: Path = Path()
    some: Sequence[int] = (1, 2)
    bare: list = []  # noqa: RUF012 - as apps write it
    text: Annotated[str, BeforeValidator(str)] = ""
    trimmed: Annotated[str, String()] | None = None
    split: list[str] = []  # noqa: RUF012 - as apps write it
    bounded: Annotated[int, Field(ge=1)] = 1
    not_a_number: float = float("nan")
    endless: int = 1 << 20_000

    @field_validator("split", mode="before")
    @classmethod
    def make_a_list(cls, value: Any) -> Any:
        """Take one text for a list of one."""
        return [value] if isinstance(value, str) else value


def test_types_are_described_by_what_they_take() -> None:
    described = {said["field"]: said for said in describe_app(App(Several))["inputs"]}
    kinds = {name: (set(said["kinds"]), said["many"]) for name, said in described.items()}
    assert kinds == {
        "anything": ({"any"}, False),
        "both": ({"integer", "text"}, False),
        "hours": ({"time"}, False),
        "flag": ({"boolean"}, False),
        "pairs": ({"key value"}, True),
        "entity": ({"entity"}, False),
        "raw": ({"binary"}, False),
        "path": ({"text"}, False),
        "some": ({"integer"}, True),
        "bare": ({"any"}, True),
        "text": ({"text"}, False),
        "trimmed": ({"text"}, False),
        "split": ({"text"}, True),
        "bounded": ({"integer"}, False),
        "not_a_number": ({"number"}, False),
        "endless": ({"integer"}, False),
    }
    assert [name for name, said in described.items() if said["lenient"]] == ["text", "trimmed", "split"]
    assert (described["some"]["default"], described["some"]["default_known"]) == ([1, 2], True)
    assert not described["raw"]["default_known"]
    assert not described["not_a_number"]["default_known"]
    assert not described["endless"]["default_known"]
    json.dumps(list(described.values()))


@pytest.fixture
def app_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that this process imports modules from, whose apps do not run."""
    monkeypatch.setattr(App, "run", App.run)
    monkeypatch.setattr(gatepost, "connect", gatepost.connect)
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("described_"):
            del sys.modules[name]


def test_modules_are_tried_until_one_makes_an_app(app_modules: Path) -> None:
    write(app_modules, "described_nothing.py", "import gatepost\n")
    write(
        app_modules, "described_other.py", "from gatepost import App, Inputs\nclass I(Inputs):\n    x: int\nwhatever = App(I)\n"
    )
    write(app_modules, "described_runs.py", "from gatepost import App, Inputs\nclass I(Inputs):\n    y: int\nApp(I).run()\n")
    assert describing.find_app(["described_nothing", "described_other"])["inputs"][0]["field"] == "x"
    assert describing.find_app(["described_runs"])["inputs"][0]["field"] == "y"
    write(app_modules, "described_script.py", "from gatepost import connect\nconnect()\n")
    assert describing.find_app(["described_nothing", "described_script"]) == {"nothing": True}


def test_an_error_is_told_by_the_apps_own_line(app_modules: Path) -> None:
    write(app_modules, "described_error.py", "import json\n\njson.loads('')\n")
    with pytest.raises(ValueError, match="Expecting value") as caught:
        describing.find_app(["described_error"])
    said = describing.error_of(caught.value, str(app_modules))
    assert (said["type"], Path(said["file"]).name, said["line"]) == ("JSONDecodeError", "described_error.py", 3)


def test_an_error_that_cannot_tell_itself_is_told_by_its_type() -> None:
    class Silent(Exception):
        def __str__(self) -> str:
            raise ValueError

    said = describing.error_of(Silent(), "/app")
    assert (said["type"], said["text"]) == ("Silent", "")


def test_a_type_that_is_not_there_is_told_before_a_run_fails_for_it() -> None:
    class Forward(Inputs):
        owner: "NotThere"  # noqa: F821, UP037

    with pytest.raises(TypeError, match=r"Forward cannot be built: name 'NotThere' is not defined$"):
        describe_app(App(Forward))


def test_errors_of_imports_and_syntax_say_more(app_modules: Path) -> None:
    write(app_modules, "described_syntax.py", "def (:\n")
    with pytest.raises(SyntaxError) as caught:
        describing.find_app(["described_syntax"])
    said = describing.error_of(caught.value, str(app_modules))
    assert (Path(said["file"]).name, said["line"]) == ("described_syntax.py", 1)
    with pytest.raises(ModuleNotFoundError) as missing:
        describing.find_app(["described_missing"])
    said = describing.error_of(missing.value, str(app_modules))
    assert (said["module"], said["file"]) == ("described_missing", "")


class Shouting:
    """An action as an app declares it."""

    inputs = Several
    outputs = None

    @staticmethod
    def function() -> None:
        """Say it loudly."""


class WithActions:
    """An app that has actions."""

    actions: ClassVar = {"Shout": Shouting()}


def test_actions_are_described() -> None:
    (action,) = describe_app(WithActions())["actions"]
    assert (action["name"], action["documentation"], action["outputs"]) == ("Shout", "Say it loudly.", [])
    assert action["file"] == __file__
    assert len(action["inputs"]) == len(Several.model_fields)
    assert describe_app(WithActions())["kind"] == "playbook"


def test_the_actions_of_a_real_app_are_described() -> None:
    app = App(features=["CreatesTag"])

    @app.action("Shout", inputs=Several, retry=False)
    @on_exception("failed")
    def shout(runtime: object) -> None:
        """Say it loudly."""

    app.advanced_request("demo")
    said = describe_app(app)
    assert (said["kind"], said["features"]) == ("playbook", ["CreatesTag", "advancedRequest"])
    first, second = said["actions"]
    assert (first["name"], first["retry"], first["file"]) == ("Shout", False, __file__)
    assert len(first["inputs"]) == len(Several.model_fields)
    assert [field["field"] for field in second["inputs"]][:2] == ["tc_adv_req_path", "tc_adv_req_http_method"]
    assert {"name": "demo.request.content.binary", "type": "Binary"} in second["outputs"]
    assert len(second["outputs"]) == 7


def test_an_app_without_inputs_and_functions_is_described() -> None:
    assert describe_app(App()) == {"kind": "", "inputs": [], "outputs": [], "actions": [], "features": []}


def test_parts_of_the_importing_are_no_file_of_the_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "app.py"
    inner = compile("raise RecursionError('too deep')", "<frozen importlib._bootstrap>", "exec")
    with pytest.raises(RecursionError) as caught:
        exec(compile("\nexec(inner)", str(own), "exec"), {"inner": inner})
    said = describing.error_of(caught.value, str(tmp_path))
    assert (said["file"], said["line"]) == (str(own), 2)
