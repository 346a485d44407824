"""Describing an app's typed code without running the app."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path

import pytest

from gatepost.errors import GatepostError
from gatepost.project.app_code import (
    AppCode,
    AppCodeError,
    NoAppCodeError,
    OutputVariable,
    describe,
    start_describing,
)


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(textwrap.dedent(text), encoding="utf-8")


APP = '''
    import enum
    from typing import Annotated, Literal

    from pydantic import Field
    from gatepost import App, Inputs, Runtime, Secret

    print("words on stdout are no answer")

    class Color(enum.StrEnum):
        RED = "red"
        BLUE = "blue"

    class Base(Inputs):
        owner: str = "Common Community"
        """Whose it is."""

    class AppInputs(Base):
        level: Literal["low", "high"]
        color: Color = Color.RED
        count: Annotated[int, Field(ge=1)] | None = None
        names: list[str] = Field(default_factory=list, description="Some names.")
        key: Secret = Field(validation_alias="API Key", default=None)
        really: bool = False

    app = App(AppInputs)

    @app.job
    def job(runtime: Runtime[AppInputs]) -> None:
        raise AssertionError("the app was run")
'''


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> AppCode:
    folder = tmp_path_factory.mktemp("app")
    write(folder, "app.py", APP)
    return describe(folder)


def test_fields_are_described_by_input(code: AppCode) -> None:
    assert code.kind == "job"
    fields = {field.name: field for field in code.inputs}
    assert list(fields) == ["owner", "level", "color", "count", "names", "api_key", "really"]
    assert {name: set(field.kinds) for name, field in fields.items()} == {
        "owner": {"text"},
        "level": {"choice"},
        "color": {"choice"},
        "count": {"integer"},
        "names": {"text"},
        "api_key": {"secret"},
        "really": {"boolean"},
    }
    assert fields["level"].required
    assert fields["level"].choices == ("low", "high")
    assert (fields["color"].choices, fields["color"].default) == (("red", "blue"), "red")
    assert (fields["count"].optional, fields["count"].many) == (True, False)
    assert (fields["names"].many, fields["names"].default_known) == (True, False)
    assert fields["api_key"].names == ("api_key", "key")
    assert fields["really"].default is False


def test_fields_know_their_place_and_documentation(code: AppCode) -> None:
    fields = {field.name: field for field in code.inputs}
    lines = APP.split("\n")
    assert "owner: str" in lines[fields["owner"].line - 1]
    assert fields["owner"].documentation == "Whose it is."
    assert fields["names"].documentation == "Some names."
    assert Path(fields["level"].file).name == "app.py"


def test_an_app_that_runs_at_import_is_described_all_the_same(tmp_path: Path) -> None:
    write(tmp_path, "install.json", json.dumps({"programMain": "main.py"}))
    write(tmp_path, "main.py", "from gatepost import App, Inputs\nclass I(Inputs):\n    x: int = 1\nApp(I).run()\n")
    (field,) = describe(tmp_path).inputs
    assert (field.name, field.default, field.line) == ("x", 1, 3)


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ("import gatepost\n\nnothing_such\n", "app.py, line 3: NameError: name 'nothing_such' is not defined", 3),
        ("import gatepost\ndef (:\n", "app.py, line 2: SyntaxError", 2),
        ("import gatepost\nraise SystemExit('no')\n", "app.py, line 2: SystemExit: no", 2),
        (
            "import gatepost\nimport no_such_package\n",
            "app.py, line 2: ModuleNotFoundError: No module named 'no_such_package'",
            2,
        ),
        ("import gatepost, os\nos._exit(3)\n", "The exit code is 3", 0),
        ("import gatepost, os\nif os.fork():\n    os.wait()\n", "Its process became several", 0),
    ],
)
def test_code_that_cannot_be_imported_says_where(tmp_path: Path, text: str, why: str, line: int) -> None:
    write(tmp_path, "app.py", text)
    with pytest.raises(AppCodeError) as caught:
        describe(tmp_path)
    assert why in caught.value.why
    assert caught.value.line == line
    assert caught.value.remedy


def test_code_that_never_ends_is_ended(tmp_path: Path) -> None:
    write(tmp_path, "app.py", "import gatepost, threading\nthreading.Event().wait()\n")
    with pytest.raises(AppCodeError, match="not imported within"):
        describe(tmp_path, timeout=0.2)


def test_a_description_that_nobody_waits_for_leaves_no_process(tmp_path: Path) -> None:
    write(tmp_path, "app.py", "import gatepost, threading\nthreading.Event().wait()\n")
    with start_describing(tmp_path) as pending:
        pass
    assert pending._process.returncode is not None


def test_another_frameworks_app_is_not_imported(tmp_path: Path) -> None:
    write(tmp_path, "app.py", "raise AssertionError\n")
    with pytest.raises(NoAppCodeError, match="written with gatepost"):
        describe(tmp_path)


def test_a_script_is_not_run(tmp_path: Path) -> None:
    write(tmp_path, "app.py", "import gatepost\nwith gatepost.connect() as runtime:\n    open('ran', 'w')\n")
    write(tmp_path, "run.py", "import app\nopen('ran', 'w')\n")
    with pytest.raises(NoAppCodeError, match="makes no App"):
        describe(tmp_path)
    assert not (tmp_path / "ran").exists()


def test_code_without_an_app_says_so(tmp_path: Path) -> None:
    write(tmp_path, "app.py", "import gatepost\n")
    with pytest.raises(NoAppCodeError, match="makes no App"):
        describe(tmp_path)


def test_the_app_sees_no_credentials_while_it_is_described(tmp_path: Path) -> None:
    write(
        tmp_path,
        "app.py",
        """
        import os
        from gatepost import App
        assert not [name for name in os.environ if name.startswith(("TC_", "API_"))]
        app = App()
        """,
    )
    assert describe(tmp_path, environment={"API_SECRET_KEY": "canary", "PATH": ""}) == AppCode("")


def test_an_interpreter_that_is_none_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    write(tmp_path, "app.py", "import gatepost\n")
    with pytest.raises(GatepostError, match="cannot be started") as caught:
        describe(tmp_path, python=str(tmp_path / "no-python"))
    assert "--python" in caught.value.remedy


def test_nothing_is_left_in_the_apps_folder(tmp_path: Path) -> None:
    write(tmp_path, "app.py", "from gatepost import App\napp = App()\n")
    describe(tmp_path, python=sys.executable)
    assert [path.name for path in tmp_path.iterdir()] == ["app.py"]


def test_a_playbook_app_gives_out_variables(tmp_path: Path) -> None:
    write(
        tmp_path,
        "app.py",
        """
        from gatepost import App, Inputs, Outputs, Runtime

        class AppInputs(Inputs):
            text: list[str]

        class AppOutputs(Outputs, prefix="demo"):
            result: str | None = None
            every: list[str] = []

        app = App(AppInputs, outputs=AppOutputs)

        @app.playbook
        def step(runtime: Runtime[AppInputs]) -> None: ...
        """,
    )
    code = describe(tmp_path)
    assert code.kind == "playbook"
    assert code.outputs == (OutputVariable("demo.result", "String"), OutputVariable("demo.every", "StringArray"))
