"""What a developer declares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gatepost import App, Inputs, Runtime
from gatepost.errors import UsageError


class OwnInputs(Inputs):
    owner: str = ""


def work(runtime: Runtime[Any]) -> str:
    """An app's function, which stays what it is when it is declared."""
    return "done"


def test_the_decorated_function_is_the_job() -> None:
    app = App[Any]()
    assert app.job(work) is work
    assert app.choose().function is work


def test_an_app_has_one_job() -> None:
    app = App[Any]()
    app.job(work)
    with pytest.raises(UsageError, match="two functions to run: work and another"):

        @app.job
        def another(runtime: Runtime[Any]) -> None:
            """Would never be called."""


def test_an_app_without_a_job_says_what_to_write() -> None:
    with pytest.raises(UsageError, match=r"Decorate a function with @app\.job"):
        App[Any]().choose()


def make_module(folder: Path, statement: str) -> dict[str, Any]:
    """Run a module that makes an app, from a file in the folder."""
    path = folder / "its_module.py"
    source = f"from gatepost import App, Inputs\n{statement}\n"
    namespace: dict[str, Any] = {"__name__": "its_module", "__file__": str(path)}
    exec(compile(source, path, "exec"), namespace)
    return namespace


@pytest.mark.parametrize("statement", ["app = App()", "app = App[Inputs](Inputs)"])
def test_the_manifest_is_in_the_folder_of_the_module_that_makes_the_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    folder, elsewhere = tmp_path / "app", tmp_path / "elsewhere"
    for place in (folder, elsewhere):
        place.mkdir()
        (place / "install.json").write_text("{}")
    monkeypatch.chdir(elsewhere)
    assert make_module(folder, statement)["app"].folder == folder


def test_else_it_is_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "library").mkdir()
    monkeypatch.chdir(tmp_path)
    assert make_module(tmp_path / "library", "app = App()")["app"].folder == tmp_path


def test_another_folder_can_be_named(tmp_path: Path) -> None:
    assert App(OwnInputs, folder=tmp_path).folder == tmp_path
    assert App(OwnInputs, folder=str(tmp_path)).folder == tmp_path


def test_run_ends_the_process_with_the_apps_exit_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    app = App[Any](auth=None, folder=tmp_path)

    @app.job
    def partly(runtime: Runtime[Any]) -> None:
        runtime.exit(3, "two of three")

    with pytest.raises(SystemExit) as ended:
        app.run(["--tc_out_path", str(tmp_path)])
    assert ended.value.code == 3
    assert (tmp_path / "message.tc").read_text() == "two of three\n"


def test_the_arguments_are_those_of_the_process_unless_others_are_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["run.py", "--owner", "Blue"])
    app = App(OwnInputs, auth=None, folder=tmp_path)
    seen: list[str] = []

    @app.job
    def note(runtime: Runtime[OwnInputs]) -> None:
        seen.append(runtime.inputs.owner)

    for arguments in (None, ["--owner", "Red"], []):
        with pytest.raises(SystemExit) as ended:
            app.run(arguments)
        assert ended.value.code == 0
    assert seen == ["Blue", "Red", ""]
