from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from gatepost.errors import GatepostError, UsageError
from gatepost.project.package.building import Package, build_package
from gatepost.project.package.judging import refuse_invalid
from tests.project.conftest import MakeApp
from tests.project.package.conftest import MakeWheel

RUN = "import sys\nsys.path.insert(0, 'deps')\n"


@pytest.fixture
def deps(tmp_path: Path, make_wheel: MakeWheel) -> Path:
    """A folder of dependencies: ``whole``, which needs ``part``."""
    folder = tmp_path / "collected"
    for wheel in (make_wheel("whole", "2.0", requires=("part",)), make_wheel("part")):
        zipfile.ZipFile(wheel).extractall(folder)
    return folder


def build(make_app: MakeApp, deps: Path, **options: Any) -> Package:
    app = make_app(RUN, languageVersion="3.11", appId="4b2d7f1e-9c3a-4e58-8f60-2a1d5c7b9e34")
    return build_package(app, dependencies=deps, environment={}, **options)


def contents(package: Package) -> dict[str, bytes]:
    with zipfile.ZipFile(package.path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def test_a_package_has_one_folder_with_the_app_and_what_it_needs(make_app: MakeApp, deps: Path):
    made = build(make_app, deps)
    assert made.path.name == "TC_-_An_App_v1.tcx"
    assert sorted(contents(made)) == [
        f"TC_-_An_App_v1/{name}"
        for name in (
            "deps/part-1.0.dist-info/METADATA",
            "deps/part-1.0.dist-info/WHEEL",
            "deps/part-1.0.dist-info/entry_points.txt",
            "deps/part/__init__.py",
            "deps/whole-2.0.dist-info/METADATA",
            "deps/whole-2.0.dist-info/WHEEL",
            "deps/whole-2.0.dist-info/entry_points.txt",
            "deps/whole/__init__.py",
            "install.json",
            "run.py",
            "sbom.cdx.json",
        )
    ]
    assert made.files == len(contents(made))
    assert made.unpacked_size == sum(map(len, contents(made).values()))
    assert made.size == made.path.stat().st_size
    assert made.largest[0][0] in ("whole-2.0.dist-info", "part-1.0.dist-info")


def test_the_same_project_makes_the_same_bytes_wherever_it_lies(make_app: MakeApp, deps: Path, tmp_path: Path):
    first = build(make_app, deps)
    other = tmp_path / "elsewhere" / "another"
    shutil.copytree(tmp_path / "app", other, ignore=shutil.ignore_patterns("target"))
    for path in sorted(other.rglob("*"), reverse=True):
        os.utime(path, (10**9, 10**9))
        path.chmod(0o700)
    from gatepost.project import open_app

    again = build_package(open_app(other), dependencies=deps, environment={}, output=tmp_path / "out")
    assert (again.sha256, again.path.read_bytes()) == (first.sha256, first.path.read_bytes())


def test_a_package_that_is_made_again_has_the_same_bytes_though_the_first_is_there(make_app: MakeApp, deps: Path):
    assert build(make_app, deps).sha256 == build(make_app, deps).sha256


def test_checksums_are_those_of_the_files(make_app: MakeApp, deps: Path):
    made = build(make_app, deps)
    lines = [line.split("  ") for line in made.checksums.read_text().splitlines()]
    assert [name for _, name in lines] == ["TC_-_An_App_v1.tcx", "TC_-_An_App_v1.cdx.json"]
    for digest, name in lines:
        assert hashlib.sha256((made.path.parent / name).read_bytes()).hexdigest() == digest
    assert lines[0][0] == made.sha256


def test_the_bill_of_materials_names_every_package_and_who_needs_it(make_app: MakeApp, deps: Path):
    made = build(make_app, deps)
    text = made.bill_of_materials.read_bytes()
    assert contents(made)["TC_-_An_App_v1/sbom.cdx.json"] == text
    bom = json.loads(text)
    assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.6")
    assert bom["metadata"]["timestamp"] == "1980-01-01T00:00:00+00:00"
    assert bom["metadata"]["component"]["name"] == "TC_-_An_App_v1"
    assert [(item["purl"], item["licenses"]) for item in bom["components"]] == [
        ("pkg:pypi/part@1.0", [{"expression": "MIT"}]),
        ("pkg:pypi/whole@2.0", [{"expression": "MIT"}]),
    ]
    needs = {item["ref"]: item.get("dependsOn", []) for item in bom["dependencies"]}
    assert needs["TC_-_An_App_v1"] == ["pkg:pypi/whole@2.0"]
    assert needs["pkg:pypi/whole@2.0"] == ["pkg:pypi/part@1.0"]


def test_licences_are_told_as_the_packages_tell_them(make_app: MakeApp, make_wheel: MakeWheel, tmp_path: Path):
    folder = tmp_path / "collected"
    for name, license in (("silent", ""), ("worded", "License: As you like\n"), ("wordy", f"License: {'all of it ' * 50}\n")):
        zipfile.ZipFile(make_wheel(name, license=license)).extractall(folder)
    bom = json.loads(build(make_app, folder).bill_of_materials.read_text())
    assert {item["name"]: item.get("licenses") for item in bom["components"]} == {
        "silent": None,
        "worded": [{"license": {"name": "As you like"}}],
        "wordy": None,
    }


def test_the_time_may_be_given(make_app: MakeApp, deps: Path):
    app = make_app(RUN, languageVersion="3.11")
    made = build_package(app, dependencies=deps, environment={"SOURCE_DATE_EPOCH": "1700000000"})
    with zipfile.ZipFile(made.path) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}
    assert json.loads(made.bill_of_materials.read_text())["metadata"]["timestamp"] == "2023-11-14T22:13:20+00:00"


def test_tcex_json_names_the_package_its_folder_and_what_stays_out(make_app: MakeApp, deps: Path, tmp_path: Path):
    app = make_app(RUN, languageVersion="3.11", programVersion="3.1.0")
    settings = {"package": {"app_name": "TC_-_Mine", "excludes": ["*.md"], "output_dir": "out"}}
    (app.folder / "tcex.json").write_text(json.dumps(settings))
    for name in ("README.md", "notes.txt", "data.json"):
        (app.folder / name).write_text("{}")
    made = build_package(app, dependencies=deps, excludes=("notes.*",), environment={})
    assert made.path == app.folder / "out" / "TC_-_Mine_v3.tcx"
    own = {name.split("/", 1)[1] for name in contents(made) if "/deps/" not in name}
    assert own == {"data.json", "install.json", "run.py", "sbom.cdx.json", "tcex.json"}
    assert not any("is made of the display name" in note for note in made.notes)


def test_notes_tell_of_what_a_person_should_know(make_app: MakeApp, deps: Path):
    app = make_app("print()", languageVersion="3.11")
    (app.folder / "lib_3.6.5").mkdir()
    made = build_package(app, dependencies=deps, environment={})
    text = "\n".join(made.notes)
    assert "TC_-_An_App_v1 is made of the display name" in text
    assert "lib_3.6.5 stays out" in text
    assert "run.py does not name deps" in text


def test_an_app_that_could_not_start_is_not_packed(make_app: MakeApp, deps: Path):
    with pytest.raises(UsageError, match=r"run\.py would not be in the package"):
        build(make_app, deps, excludes=("*.py",))


def test_a_package_is_not_written_over_the_project(make_app: MakeApp, deps: Path, tmp_path: Path):
    with pytest.raises(UsageError, match="The project lies in it"):
        build(make_app, deps, output=tmp_path)


def test_a_folder_that_cannot_be_written_is_said(make_app: MakeApp, deps: Path, tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(GatepostError, match=r"cannot be written.*--output"):
        build(make_app, deps, output=tmp_path / "file" / "out")


def test_dependencies_that_are_not_there_are_said(make_app: MakeApp, tmp_path: Path):
    with pytest.raises(UsageError, match=r"There is no folder.*--deps"):
        build(make_app, tmp_path / "missing")


def test_an_app_that_says_no_version_of_python_is_packed_for_this_one_and_that_is_said(make_app: MakeApp, deps: Path):
    made = build_package(make_app(RUN), dependencies=deps, environment={})
    assert made.python == ".".join(map(str, sys.version_info[:2]))
    assert any("no languageVersion" in note for note in made.notes)
    named = build_package(make_app(RUN), dependencies=deps, python_version="3.12", environment={})
    assert named.python == "3.12"
    assert not any("no languageVersion" in note for note in named.notes)


def test_progress_is_told(make_app: MakeApp, deps: Path):
    told: list[tuple[str, int, int]] = []
    build(make_app, deps, progress=lambda *step: told.append(step))
    assert [text for text, _, _ in told[:2]] == ["looking at the project", f"copying {deps}"]
    assert told[-1][1] == told[-1][2] > 0


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["a:b.txt"], "It has a colon"),
        (["sub/aux.py"], "It has the name of a device of Windows"),
        (["README.md", "readme.md"], "It and 'README.md' are one file on some systems"),
        ([os.fsdecode(b"caf\xe9.txt")], "It has a name that is no Unicode text"),
    ],
)
def test_what_no_check_would_take_is_not_packed(make_app: MakeApp, deps: Path, names: list[str], why: str):
    app = make_app(RUN, languageVersion="3.11")
    for name in names:
        (app.folder / name).parent.mkdir(exist_ok=True)
        (app.folder / name).touch()
    with pytest.raises(UsageError, match=rf"cannot be packed.*{why}.*--exclude") as caught:
        build_package(app, dependencies=deps, environment={})
    str(caught.value).encode()
    assert not (app.folder / "target").exists()


def test_a_credential_that_would_be_in_the_package_is_said(make_app: MakeApp, deps: Path):
    app = make_app(RUN, languageVersion="3.11")
    (app.folder / "requirements.txt").write_text("--index-url https://me:pass-word@host.example/simple\npart\n")
    (app.folder / "requirements.lock").write_text("part @ git+ssh://git@host.example/part\n")
    (note,) = (note for note in build_package(app, dependencies=deps, environment={}).notes if "--exclude" in note)
    assert note.startswith("requirements.txt goes into the package, with the user or password of an address in it")
    assert "pass-word" not in note
    left_out = build_package(app, dependencies=deps, environment={}, excludes=("requirements.txt",))
    assert not [note for note in left_out.notes if "--exclude" in note]


@pytest.mark.parametrize("place", ["", ".."])
def test_the_project_itself_is_no_dependency(make_app: MakeApp, place: str):
    app = make_app(RUN, languageVersion="3.11")
    with pytest.raises(UsageError, match=r"The project lies in it.*--deps"):
        build_package(app, dependencies=app.folder / place, environment={})


def test_what_dependencies_bring_along_cannot_be_left_out(make_app: MakeApp, deps: Path):
    (deps / "whole" / "nul.py").touch()
    with pytest.raises(UsageError, match=r"deps/whole/nul\.py.*Take another version of what brings it along"):
        build(make_app, deps)


def test_an_app_with_errors_is_refused(make_app: MakeApp):
    app = make_app(RUN, params=[{"name": "colour", "label": "Colour", "type": "Choice"}])
    with pytest.raises(UsageError, match=r"has errors.*--ignore-validation") as caught:
        refuse_invalid(app.folder)
    assert "the Choice 'colour' has no validValues" in caught.value.why


def test_dependencies_are_collected_where_none_are_given(make_app: MakeApp):
    made = build_package(make_app(RUN, languageVersion="3.11"), environment={})
    assert (made.distributions, made.dependencies_size) == ((), 0)
    assert any("deps stays empty" in note for note in made.notes)


def test_dependencies_that_cannot_be_copied_are_said(make_app: MakeApp, tmp_path: Path):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "link").symlink_to("nowhere")
    with pytest.raises(GatepostError, match="cannot be copied"):
        build(make_app, tmp_path / "broken")


def test_a_missing_extra_is_named(make_app: MakeApp, deps: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "cyclonedx.model", None)
    with pytest.raises(GatepostError, match=r"cyclonedx-python-lib.*gatepost\[package\]"):
        build(make_app, deps)
    monkeypatch.setitem(sys.modules, "packaging.markers", None)
    with pytest.raises(GatepostError, match=r"needs the package packaging.*gatepost\[package\]"):
        build(make_app, deps)
