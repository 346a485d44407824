from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.errors import GatepostError, UsageError
from gatepost.project.package.requirement_set import Requirements
from gatepost.project.package.requirements import find_requirements
from gatepost.project.package.target import Target

TARGET = Target.of("3.11")


def read(folder: Path, text: str, **others: str) -> Requirements:
    (folder / "requirements.txt").write_text(text)
    for name, content in others.items():
        (folder / f"{name}.txt").write_text(content)
    return find_requirements(folder, TARGET)


def test_the_first_file_of_three_counts(tmp_path: Path):
    assert find_requirements(tmp_path, TARGET).source is None
    assert read(tmp_path, "a").lines == ("a",)
    (tmp_path / "requirements.lock").write_text("b==1")
    assert find_requirements(tmp_path, TARGET).lines == ("b==1",)
    (tmp_path / "uv.lock").write_text("version = 1\npackage = [{name = 'x', source = {virtual = '.'}}]")
    assert find_requirements(tmp_path, TARGET).source == tmp_path / "uv.lock"


def test_markers_are_judged_by_the_target_and_left_out(tmp_path: Path):
    found = read(tmp_path, "a; python_version < '3.12'\nb; sys_platform == 'win32'\nc[x]>=1 ; os_name == 'posix' # why\n\n# d\n")
    assert found.lines == ("a", "c[x]>=1")
    assert [root.name for root in found.roots] == ["a", "c"]


def test_lines_that_go_on_and_hashes(tmp_path: Path):
    found = read(tmp_path, "a==1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n")
    assert found.lines == ("a==1 --hash=sha256:00 --hash=sha256:11",)
    assert found.pinned


@pytest.mark.parametrize(
    ("line", "pinned"), [("a==1.0", True), ("a===1", True), ("a>=1", False), ("a==1.*", False), ("a", False)]
)
def test_whether_all_is_pinned_is_noticed(tmp_path: Path, line: str, pinned: bool):
    assert read(tmp_path, line).pinned is pinned


def test_files_that_are_included_and_options_are_followed(tmp_path: Path):
    (tmp_path / "wheels").mkdir()
    found = read(
        tmp_path, "-r more.txt\n-c limits.txt\n--find-links wheels\n--index-url https://x/simple\n", more="b", limits="a<2"
    )
    assert found.lines == (
        "b",
        f"-c {tmp_path / 'limits.txt'}",
        f"--find-links {tmp_path / 'wheels'}",
        "--index-url https://x/simple",
    )


def test_projects_are_built_and_wheels_are_taken(tmp_path: Path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "pyproject.toml").touch()
    (tmp_path / "part-1.0-py3-none-any.whl").touch()
    found = read(tmp_path, "-e ./own\n./part-1.0-py3-none-any.whl\n")
    assert found.projects == (tmp_path / "own",)
    assert found.lines == (f"part @ {(tmp_path / 'part-1.0-py3-none-any.whl').as_uri()}",)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a\nb ~~ 1", "Line 2 of requirements.txt cannot be followed: b ~~ 1"),
        ("--no-binary :all:", "an option that packages are not made with"),
        ("./nowhere", "no folder with a project"),
        ("-r requirements.txt", "include each other without end"),
        ("-r missing.txt", "missing.txt cannot be read"),
        ("--weird https://me:secret@host/simple", r"\*\*\*@host"),
    ],
)
def test_what_cannot_be_followed_is_said(tmp_path: Path, text: str, why: str):
    with pytest.raises(UsageError, match=why) as caught:
        read(tmp_path, text)
    assert "secret" not in str(caught.value)


def test_more_hashes_than_a_path_may_be_long(tmp_path: Path):
    digests = [f"{number:064x}" for number in range(100)]
    found = read(tmp_path, "a==1" + "".join(f" \\\n    --hash=sha256:{digest}" for digest in digests))
    assert found.lines == ("a==1" + "".join(f" --hash=sha256:{digest}" for digest in digests),)


@settings(max_examples=50)
@given(text=st.text(st.characters(exclude_categories=("Cs",)), max_size=60) | st.from_regex(r"[-./\w =<>~\[\]@#:\\\n]{0,40}"))
def test_no_text_however_odd_raises_anything_else(text: str):
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(GatepostError):
        read(Path(folder), text)


# -- uv.lock ---------------------------------------------------------------------------------------------------------------------

LOCK = """
version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "my-app"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "a", extra = ["fast"] },
    { name = "old", marker = "python_full_version < '3.11'" },
    { name = "two", version = "2.0", source = { registry = "https://x/simple" }, marker = "sys_platform == 'linux'" },
    { name = "two", version = "1.0", source = { registry = "https://x/simple" }, marker = "sys_platform == 'win32'" },
    { name = "own" },
    { name = "from-git" },
]
[package.dev-dependencies]
dev = [{ name = "pytest" }]

[[package]]
name = "a"
version = "1.0"
source = { registry = "https://x/simple" }
dependencies = [{ name = "b" }]
sdist = { url = "https://x/a.tar.gz", hash = "sha256:aa", size = 1 }
wheels = [{ url = "https://x/a.whl", hash = "sha256:bb", size = 1 }]
[package.optional-dependencies]
fast = [{ name = "speed" }]
slow = [{ name = "old" }]

[[package]]
name = "b"
version = "2.0"
source = { registry = "wheels" }
dependencies = [{ name = "a" }]
wheels = [{ path = "b.whl" }]

[[package]]
name = "speed"
version = "3.0"
source = { path = "vendor/speed-3.0-py3-none-any.whl" }

[[package]]
name = "old"
version = "1"
source = { registry = "https://x/simple" }

[[package]]
name = "pytest"
version = "9"
source = { registry = "https://x/simple" }

[[package]]
name = "two"
version = "1.0"
source = { registry = "https://x/simple" }

[[package]]
name = "two"
version = "2.0"
source = { registry = "https://x/simple" }
wheels = [{ url = "https://x/two.whl", hash = "sha256:cc", size = 1 }]

[[package]]
name = "own"
version = "0.1"
source = { editable = "packages/own" }

[[package]]
name = "from-git"
version = "0.2"
source = { git = "https://host/from-git.git?rev=main#0123abcd" }
"""


def test_a_lock_gives_all_that_is_needed_there_and_nothing_else(tmp_path: Path):
    (tmp_path / "uv.lock").write_text(LOCK)
    found = find_requirements(tmp_path, TARGET)
    assert found.complete
    assert found.lines == ("a==1.0 --hash=sha256:aa --hash=sha256:bb", "two==2.0 --hash=sha256:cc")
    assert found.unhashed == (
        "b==2.0",
        "from-git @ git+https://host/from-git.git@0123abcd",
        f"speed @ {(tmp_path / 'vendor/speed-3.0-py3-none-any.whl').as_uri()}",
    )
    assert found.projects == (tmp_path / "packages/own",)
    assert [str(root) for root in found.roots] == ["a[fast]", "two", "own", "from-git"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("version = ", "uv.lock cannot be read"),
        ("version = 2", "of the format 2; only 1 is known"),
        ("version = 1", "not as uv writes it"),
        ("version = 1\npackage = [1]", "not as uv writes it"),
        ("version = 1\npackage = [{name = 'x', source = {registry = 'y'}}]", "locks nothing for this project"),
        ("version = 1\npackage = [{name = 'x', source = {virtual = '.'}, dependencies = [{name = 'y'}]}]", "which y is needed"),
    ],
)
def test_a_lock_that_cannot_be_read_is_said(tmp_path: Path, text: str, why: str):
    (tmp_path / "uv.lock").write_text(text)
    with pytest.raises(UsageError, match=why):
        find_requirements(tmp_path, TARGET)
