from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import pytest

from gatepost.cli.progress import shown_progress

HERE = ".".join(map(str, sys.version_info[:2]))


@pytest.fixture
def bare_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app of the standard library, in a folder that is the working directory, and an empty folder for dependencies."""
    folder = tmp_path / "app"
    (tmp_path / "none").mkdir()
    folder.mkdir()
    manifest = {
        "appId": "4b2d7f1e-9c3a-4e58-8f60-2a1d5c7b9e34",
        "displayName": "An App",
        "features": ["fileParams"],
        "languageVersion": HERE,
        "programLanguage": "PYTHON",
        "programMain": "run.py",
        "programVersion": "1.0.0",
        "runtimeLevel": "Organization",
        "params": [],
    }
    (folder / "install.json").write_text(json.dumps(manifest))
    (folder / "run.py").write_text("import sys\nsys.path.insert(0, 'deps')\nprint('the app speaks')\n")
    monkeypatch.chdir(folder)
    return folder


def test_a_package_is_made_tried_out_and_sent(gatepost, bare_app: Path, tc_platform, monkeypatch: pytest.MonkeyPatch):
    made = gatepost("package", "--deps", "../none")
    assert made.code == 0, made.err
    file = Path("target/TC_-_An_App_v1.tcx")
    for words in (f"for           Python {HERE}, manylinux_2_17_x86_64", "SHA-256", "TC_-_An_App_v1.sha256"):
        assert words in made.out
    assert "is made of the display name" in made.err

    tried = gatepost("package", "--check", file)
    assert tried.code == 0, tried.err
    assert "the app speaks" in tried.out
    assert "An App, version 1.0.0" in tried.out

    for name, value in tc_platform.environment("hmac").items():
        monkeypatch.setenv(name, value)
    sent = gatepost("deploy", file)
    assert sent.code == 0, sent.err
    assert f"at {tc_platform.url}/v3/apps/exchange/install:" in sent.out
    assert tc_platform.installed_apps[0].content == file.read_bytes()


@pytest.mark.parametrize("option", [("--platform", "musllinux_1_2_x86_64"), ("--installer", "uv"), ("--no-index",)])
def test_what_is_for_collecting_is_no_option_of_a_folder(gatepost, bare_app: Path, option: tuple[str, ...]):
    said = gatepost("package", "--deps", "../none", *option)
    assert said.code == 2
    assert option[0] in said.err


def test_all_of_it_as_json(gatepost, bare_app: Path, tc_platform, monkeypatch: pytest.MonkeyPatch):
    made = gatepost("package", ".", "--deps", "../none", "--output", "out", "--name", "TC_-_Mine", "--json").json
    assert made["path"] == str(Path("out/TC_-_Mine_v1.tcx"))
    assert (made["python"], made["files"], made["distributions"], made["notes"][0][:19]) == (HERE, 3, [], "the dependencies ar")
    tried = gatepost("package", "--check", made["path"], "--json")
    assert tried.json["exit_code"] == tried.code == 0
    assert "the app speaks" in tried.err
    for name, value in tc_platform.environment("hmac").items():
        monkeypatch.setenv(name, value)
    sent = gatepost("deploy", made["path"], "--json").json
    assert [app["programName"] for app in sent["apps"]] == ["TC - Mine v1"]


def test_an_app_with_errors_is_packed_only_when_asked(gatepost, bare_app: Path):
    manifest = json.loads((bare_app / "install.json").read_text())
    manifest["params"] = [{"name": "colour", "label": "Colour", "type": "Choice", "sequence": 1}]
    (bare_app / "install.json").write_text(json.dumps(manifest))
    refused = gatepost("package", "--deps", "../none")
    assert refused.code == 1
    assert "the Choice 'colour' has no validValues" in refused.err
    assert "--ignore-validation" in refused.err
    assert not (bare_app / "target").exists()
    assert gatepost("package", "--deps", "../none", "--ignore-validation").code == 0


def test_a_package_that_is_refused_is_explained(gatepost, bare_app: Path):
    with zipfile.ZipFile("evil.tcx", "w") as archive:
        archive.writestr("../evil.py", "")
    for command in (("package", "--check", "evil.tcx"), ("deploy", "evil.tcx")):
        said = gatepost(*command)
        assert (said.code, said.out) == (1, "")
        assert "leads out of its folder" in said.err


@pytest.mark.parametrize(
    "options",
    [
        (".", "--check", "x.tcx"),
        ("--check", "x.tcx", "--output", "y"),
        ("--check", "x.tcx", "--deps", "y"),
        ("--input", "a=b"),
        ("--auth", "hmac"),
        ("--python", "python3"),
        ("--installer", "conda"),
    ],
)
def test_options_that_do_not_go_together_are_refused(gatepost, options: tuple[str, ...]):
    assert gatepost("package", *options).code == 2


def test_progress_is_for_people_who_watch(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    with shown_progress() as show:
        show("working", 1, 2)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with shown_progress() as show:
        show("working [hard]", 1, 2)
    assert "working [hard]" in capsys.readouterr().err
    with shown_progress(quiet=True) as show:
        show("working", 1, 2)
    assert capsys.readouterr().err == ""
