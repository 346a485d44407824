from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gatepost.cli import main
from gatepost.version import __version__


def test_the_version_is_told(gatepost):
    said = gatepost("--version")
    assert (said.code, said.out.strip()) == (0, f"gatepost {__version__}")


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_the_commands_are_listed(option: str, gatepost):
    said = gatepost(option)
    assert said.code == 0
    for command in ("run", "new", "emulator", "sign", "doctor"):
        assert command in said.out


def test_every_command_explains_itself(gatepost):
    for command in (["run"], ["new"], ["new", "job"], ["emulator"], ["sign"], ["doctor"]):
        said = gatepost(*command, "--help")
        assert said.code == 0
        assert "Usage: gatepost" in said.out


@pytest.mark.parametrize("arguments", [["rnu"], ["run", "--no-such-option"], ["sign", "GET"]])
def test_wrong_usage_is_two(arguments: list[str], gatepost):
    said = gatepost(*arguments)
    assert said.code == 2
    assert "Usage: gatepost" in said.err
    assert "Traceback" not in said.err


def test_an_error_says_what_why_and_what_to_do(gatepost, tmp_path: Path):
    said = gatepost("run", tmp_path)
    assert said.code == 1
    assert said.out == ""
    what, why, remedy = said.err.splitlines()
    assert what == f"gatepost: There is no app in {tmp_path}"
    assert why.startswith("  why:   It has no install.json")
    assert remedy.startswith("  to do: ")


def test_a_bug_is_not_swallowed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("gatepost.project.app_folder.open_app", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["run", str(tmp_path)])


def run_python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("package", ["typer", "rich"])
def test_without_the_extra_there_is_one_clear_sentence(package: str):
    done = run_python(f"import sys; sys.modules[{package!r}] = None; from gatepost.cli import main; main(['run'])")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"gatepost: the command line needs the package {package}. Install gatepost with its extra: pip install 'gatepost[cli]'"
    ]


def test_without_the_emulators_extra_there_is_one_too(tmp_path: Path):
    done = run_python("import sys; sys.modules['uvicorn'] = None; from gatepost.cli import main; main(['emulator'])")
    assert done.returncode == 1
    assert "pip install 'gatepost[emulator]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_copier_there_is_one_too(tmp_path: Path):
    program = (
        "import sys; sys.modules['copier'] = None; from gatepost.cli import main; main(['new', 'job', 'one', '--folder', %r])"
    )
    done = run_python(program % str(tmp_path / "one"))
    assert done.returncode == 1
    assert "needs the package copier" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_imports_what_typer_imports_and_nothing_of_the_rest():
    program = (
        "import sys\nfrom gatepost.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print('modules', *{name.partition('.')[0] for name in sys.modules})\n"
        "print('rooms', *sorted(name for name in sys.modules if name.startswith('gatepost.')))"
    )
    lines = run_python(program).stdout.splitlines()
    modules = next(line for line in lines if line.startswith("modules ")).split()
    assert not {"requests", "pydantic", "cryptography", "copier", "structlog", "starlette", "uvicorn", "urllib3"} & set(modules)
    rooms = next(line for line in lines if line.startswith("rooms ")).split()[1:]
    assert all(room.startswith(("gatepost.cli", "gatepost.errors", "gatepost.exports", "gatepost.version")) for room in rooms)


def test_it_runs_as_a_module():
    done = subprocess.run([sys.executable, "-m", "gatepost", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"gatepost {__version__}"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_can_complete(shell: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("_GATEPOST_COMPLETE", f"source_{shell}")
    done = subprocess.run([sys.executable, "-m", "gatepost"], capture_output=True, text=True, check=False)
    assert "gatepost" in done.stdout
    assert "_GATEPOST_COMPLETE" in done.stdout
