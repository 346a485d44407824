from __future__ import annotations

from pathlib import Path

import pytest

from gatepost.project.package.commit import commit_hash

HASH = "0123456789abcdef0123456789abcdef01234567"


def git(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / ".git" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_the_commit_is_read_from_git(tmp_path: Path):
    assert commit_hash(tmp_path, {}) == ""
    git(tmp_path, **{"HEAD": "ref: refs/heads/main\n", "packed-refs": f"# pack-refs\n{HASH} refs/heads/main\n"})
    (tmp_path / "app").mkdir()
    assert commit_hash(tmp_path / "app", {"CI_COMMIT_SHA": "f" * 40}) == HASH
    git(tmp_path, **{"refs/heads/main": "a" * 40})
    assert commit_hash(tmp_path, {}) == "a" * 40
    git(tmp_path, HEAD="b" * 40)
    assert commit_hash(tmp_path, {}) == "b" * 40


def test_the_commit_of_a_worktree_is_read_where_it_is(tmp_path: Path):
    git(tmp_path, **{"HEAD": "a" * 40, "refs/heads/side": HASH})
    git(tmp_path, **{"worktrees/w/HEAD": "ref: refs/heads/side", "worktrees/w/commondir": "../.."})
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {tmp_path / '.git/worktrees/w'}\n")
    assert commit_hash(tree, {}) == HASH


@pytest.mark.parametrize(
    ("environment", "commit"),
    [({"CI_COMMIT_SHA": HASH, "GITHUB_SHA": "f" * 40}, HASH), ({"GITHUB_SHA": "f" * 40}, "f" * 40), ({"GITHUB_SHA": "main"}, "")],
)
def test_without_git_the_environment_tells(tmp_path: Path, environment: dict[str, str], commit: str):
    assert commit_hash(git(tmp_path, HEAD="ref: refs/heads/none"), environment) == commit
