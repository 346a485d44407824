"""Wheels that were made here, installed by pip without a registry."""

from __future__ import annotations

import itertools
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from gatepost.errors import GatepostError, UsageError
from gatepost.project.package.dependencies import Dependencies, DependencySource, collect_dependencies
from gatepost.project.package.installers import Installer, InstallFailed, Sources, choose_installer, without_credentials
from gatepost.project.package.requirement_set import named
from gatepost.project.package.target import Target
from gatepost.project.package.trimming import trim
from gatepost.project.package.wheels import source_checkout
from tests.project.package.conftest import MakeWheel

TARGET = Target.of("3.99", "manylinux_2_28_aarch64")  # neither the Python nor the machine of any test


def collect(folder: Path, requirements: str, **source: object) -> tuple[Path, Dependencies]:
    app, into = folder / "app", folder / "deps"
    app.mkdir()
    into.mkdir()
    (app / "requirements.txt").write_text(requirements)
    settings: dict[str, object] = {"installer": "pip", "no_index": True, "find_links": (str(folder / "wheels"),), **source}
    return into, collect_dependencies(app, into, TARGET, DependencySource(**settings))  # type: ignore[arg-type]


def test_wheels_for_another_machine_and_python_are_collected_with_what_they_need(tmp_path: Path, make_wheel: MakeWheel):
    make_wheel("fast", tag="cp399-cp399-manylinux_2_17_aarch64", requires=("part>=1", "unused; extra == 'more'"))
    make_wheel("fast", "9.0", tag="cp311-cp311-manylinux_2_17_x86_64")
    make_wheel("new-python", "1.0")
    make_wheel("part", "5.0")
    # pip compares this marker with the Python that runs pip: what it leaves out is added afterwards.
    own = make_wheel("part", "2.0", requires=("new-python; python_version == '3.99'",)).rename(
        tmp_path / "part-2.0-py3-none-any.whl"
    )
    into, found = collect(tmp_path, "fast\n", wheels=(own,))
    assert [(item.name, item.version, item.requires) for item in found.distributions] == [
        ("fast", "1.0", ("part",)),
        ("new-python", "1.0", ()),
        ("part", "2.0", ("new-python",)),
    ]
    assert (found.roots, found.installer, found.source) == (("fast",), "pip", tmp_path / "app" / "requirements.txt")
    assert (found.distributions[0].license, found.distributions[0].license_is_expression) == ("MIT", True)
    assert "pins not all versions" in found.notes[0]
    trim(into)
    left = sorted(path.relative_to(into).as_posix() for path in into.rglob("*") if path.is_file() and "fast" in path.parts[-2])
    assert left == [
        "fast-1.0.dist-info/METADATA",
        "fast-1.0.dist-info/WHEEL",
        "fast-1.0.dist-info/entry_points.txt",
        "fast/__init__.py",
    ]
    assert not (into / "bin").exists()


PIP_SAID = """WARNING: a location is ignored
ERROR: Could not find a version that satisfies the requirement fast (from versions: none)
ERROR: No matching distribution found for fast
"""
UV_SAID = """error: No solution found when resolving dependencies
  cause: Because fast==0.3 has no usable wheels and only fast==0.3 is available, we can conclude that all versions of fast cannot
  be used.
  hint: Wheels are required for `fast` because building from source is disabled for all packages (i.e., with `--no-build`)
"""


@pytest.mark.parametrize("said", [PIP_SAID, UV_SAID], ids=["pip", "uv"])
def test_a_package_without_a_wheel_that_fits_is_named_with_what_can_be_done(
    tmp_path: Path, said: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("subprocess.run", lambda *_, **__: subprocess.CompletedProcess([], 1, "", said))
    with pytest.raises(InstallFailed) as caught:
        collect(tmp_path, "fast\n")
    assert caught.value.what == "There is no wheel of fast for Python 3.99 on manylinux_2_28_aarch64"
    assert "--build fast" in caught.value.remedy
    assert "--wheel" in caught.value.remedy
    assert "WARNING" not in caught.value.why


def test_another_failure_is_told_as_the_installer_tells_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    said = "ERROR: Could not open https://me:secret@host/simple"
    monkeypatch.setattr("subprocess.run", lambda *_, **__: subprocess.CompletedProcess([], 1, "", said))
    with pytest.raises(InstallFailed, match="The dependencies cannot be collected") as caught:
        collect(tmp_path, "fast\n")
    assert caught.value.why == "pip says:\nCould not open https://***@host/simple"


def test_a_platform_that_uv_does_not_know_is_left_to_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    said = "error: invalid value 'x' for '--python-platform <PYTHON_PLATFORM>'\n[possible values: windows, …]\n"
    monkeypatch.setattr("subprocess.run", lambda *_, **__: subprocess.CompletedProcess([], 1, "", said))
    with pytest.raises(InstallFailed, match=r"uv does not know the platform.*--installer pip") as caught:
        Installer("uv", ("uv",)).install(["a"], tmp_path, TARGET, Sources())
    assert caught.value.why == "error: invalid value 'x' for '--python-platform <PYTHON_PLATFORM>'"


def test_an_installer_that_cannot_be_started_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("gatepost.project.package.installers._pip_command", lambda: ("/no/such/pip",))
    with pytest.raises(GatepostError, match="/no/such/pip cannot be started"):
        collect(tmp_path, "fast\n")


def test_an_app_that_needs_nothing_gets_nothing(tmp_path: Path):
    (tmp_path / "deps").mkdir()
    found = collect_dependencies(tmp_path, tmp_path / "deps", TARGET, DependencySource())
    assert (found.distributions, found.source) == ((), None)
    assert "deps stays empty" in found.notes[0]


def test_a_wheel_that_does_not_fit_is_refused(tmp_path: Path, make_wheel: MakeWheel):
    wheel = make_wheel("fast", tag="cp399-cp399-macosx_11_0_arm64")
    with pytest.raises(UsageError, match="It is for macosx_11_0_arm64, and the package for manylinux_2_28_aarch64"):
        collect(tmp_path, "fast\n", wheels=(wheel,))


def test_a_file_that_is_no_wheel_is_refused(tmp_path: Path):
    (tmp_path / "x-1-py3-none-any.whl").write_text("no zip")
    with pytest.raises(UsageError, match="is no wheel"):
        collect(tmp_path, "x\n", wheels=(tmp_path / "x-1-py3-none-any.whl",))


def test_versions_that_contradict_each_other_are_said(tmp_path: Path, make_wheel: MakeWheel, monkeypatch: pytest.MonkeyPatch):
    def unpack(self: Installer, lines: Sequence[str], into: Path, *_: object, **__: object) -> None:
        for line in lines:
            zipfile.ZipFile(tmp_path / "wheels" / f"{line}-1.0-py3-none-any.whl").extractall(into)

    monkeypatch.setattr(Installer, "install", unpack)
    make_wheel("part", "1.0")
    make_wheel("whole", requires=("part>=2; python_version == '3.99'",))
    with pytest.raises(UsageError, match=r"do not fit together") as caught:
        collect(tmp_path, "whole\npart\n")
    assert caught.value.why == "whole needs part>=2, and part 1.0 is there"


def test_an_installer_that_is_missing_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert choose_installer("auto", TARGET).name == "pip"
    with pytest.raises(UsageError, match="--installer pip"):
        choose_installer("uv", TARGET)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(UsageError, match="neither uv on the PATH nor pip"):
        choose_installer("auto", TARGET)


@pytest.mark.parametrize(
    ("platform", "name"), [("manylinux_2_28_x86_64", "uv"), ("manylinux_2_24_x86_64", "pip"), ("musllinux_1_2_x86_64", "pip")]
)
def test_uv_is_taken_where_it_knows_the_platform(monkeypatch: pytest.MonkeyPatch, platform: str, name: str):
    monkeypatch.setattr("shutil.which", lambda _: "/opt/bin/uv")
    assert choose_installer("auto", Target.of("3.11", platform)).name == name


def test_uv_is_told_the_same_as_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    started: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        started.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr("subprocess.run", run)
    target = Target.of("3.12", "manylinux2014_x86_64")
    sources = Sources(("wheels",), no_index=True, constraints=("a @ file:///a.whl",))
    Installer("uv", ("uv",)).install(["a"], tmp_path, target, sources, complete=True)
    (command,) = started
    assert command[:3] == ["uv", "pip", "install"]
    pairs = list(itertools.pairwise(command))
    for pair in (
        ("--python-version", "3.12"),
        ("--python-platform", "x86_64-manylinux_2_17"),
        ("--only-binary", ":all:"),
        ("--target", str(tmp_path)),
        ("--find-links", "wheels"),
    ):
        assert pair in pairs
    assert {"--no-index", "--no-deps", "--constraint"} <= set(command)


def test_what_an_installer_says_shows_no_credentials():
    said = "Looking in indexes: https://me:secret@host/simple, http://me@host"
    assert without_credentials(said) == "Looking in indexes: https://***@host/simple, http://***@host"


def test_a_locked_app_is_installed_by_its_hashes_and_nothing_else(
    tmp_path: Path, make_wheel: MakeWheel, monkeypatch: pytest.MonkeyPatch
):
    installed: list[tuple[list[str], bool]] = []

    def unpack(self: Installer, lines: Sequence[str], into: Path, *_: object, complete: bool = False) -> None:
        installed.append((list(lines), complete))
        for line in lines:
            zipfile.ZipFile(next((tmp_path / "wheels").glob(f"{named(line)}-*"))).extractall(into)

    monkeypatch.setattr(Installer, "install", unpack)
    for name in ("part", "own", "loose"):
        make_wheel(name)
    own = tmp_path / "wheels" / "own-1.0-py3-none-any.whl"
    app, into = tmp_path / "app", tmp_path / "deps"
    app.mkdir()
    into.mkdir()
    (app / "uv.lock").write_text("""
version = 1
package = [
  {name = "app", source = {virtual = "."}, dependencies = [{name = "part"}, {name = "own"}, {name = "loose"}]},
  {name = "loose", version = "1.0", source = {registry = "x"}},
  {name = "own", version = "9.0", source = {registry = "x"}, wheels = [{path = "x", hash = "sha256:11"}]},
  {name = "part", version = "1.0", source = {registry = "x"}, wheels = [{path = "x", hash = "sha256:00"}]},
]
""")
    found = collect_dependencies(app, into, TARGET, DependencySource(installer="pip", wheels=(own,)))
    assert installed == [(["part==1.0 --hash=sha256:00"], True), (["loose==1.0", f"own @ {own.as_uri()}"], True)]
    assert [(item.name, item.version) for item in found.distributions] == [("loose", "1.0"), ("own", "1.0"), ("part", "1.0")]


# -- wheels that are built here --------------------------------------------------------------------------------------------------


@pytest.fixture
def built(tmp_path: Path, make_wheel: MakeWheel, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What an installer is asked to build; it has a wheel for everything."""
    asked: list[str] = []

    def build(self: Installer, projects: Sequence[str], into: Path, _: object) -> None:
        asked.extend(projects)
        name = named(projects[0].rpartition("/")[2])
        tag = "cp311-cp311-linux_x86_64" if name == "compiled" else "py3-none-any"
        wheel = make_wheel({"main": "gatepost"}.get(name, name), tag=tag)
        wheel.rename(into / wheel.name)

    def unpack(self: Installer, lines: Sequence[str], into: Path, *_: object, **__: object) -> None:
        for line in lines:
            zipfile.ZipFile(url2pathname(urlsplit(line.partition(" @ ")[2].partition(" --hash")[0]).path)).extractall(into)

    monkeypatch.setattr(Installer, "build", build)
    monkeypatch.setattr(Installer, "install", unpack)
    return asked


def test_projects_are_built_and_so_is_what_has_only_its_source(tmp_path: Path, built: list[str]):
    for name in ("needed", "given"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pyproject.toml").touch()
    _, found = collect(tmp_path, "-e ../needed\ngiven\nold==1.0 --hash=sha256:00\n", wheels=(tmp_path / "given",), build=("old",))
    assert built == [str(tmp_path / "given"), str(tmp_path / "app" / ".." / "needed"), "old==1.0"]
    assert [item.name for item in found.distributions] == ["given", "needed", "old"]
    assert found.roots == ("given", "needed", "old")


def test_what_is_compiled_here_is_refused(tmp_path: Path, built: list[str]):
    with pytest.raises(UsageError, match="It holds compiled code, made for this machine"):
        collect(tmp_path, "compiled\n", build=("compiled",))


def test_gatepost_is_built_where_it_runs_from_its_source(
    tmp_path: Path, built: list[str], make_wheel: MakeWheel, monkeypatch: pytest.MonkeyPatch
):
    checkout = tmp_path / "main"
    monkeypatch.setattr("gatepost.project.package.wheels.source_checkout", lambda: checkout)
    _, found = collect(tmp_path, "gatepost\n", find_links=())
    assert built == [str(checkout)]
    assert "gatepost was built from the source that it runs from" in found.notes


def test_gatepost_is_not_built_where_a_wheel_of_it_is_given(tmp_path: Path, built: list[str], make_wheel: MakeWheel):
    wheel = make_wheel("gatepost")
    _, found = collect(tmp_path, "gatepost\n", wheels=(wheel,))
    assert (built, [item.name for item in found.distributions]) == ([], ["gatepost"])


def test_what_cannot_be_built_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("subprocess.run", lambda *_, **__: subprocess.CompletedProcess([], 1, "", "ERROR: no compiler"))
    with pytest.raises(InstallFailed, match=r"(?s)No wheel can be built of old.*no compiler.*--wheel FILE\.whl"):
        collect(tmp_path, "old\n", build=("old",))


def test_the_source_of_gatepost_is_found_where_it_is():
    found = source_checkout()
    assert found is None or (found / "framework" / "gatepost").is_dir()
