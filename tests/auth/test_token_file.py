"""A file with one secret: for its owner only, and never half of it."""

from __future__ import annotations

import stat

import pytest

from gatepost.auth import TokenFile
from gatepost.errors import CredentialError
from gatepost.secret import Secret


def test_what_is_saved_is_loaded(tmp_path):
    kept = TokenFile(tmp_path / "token")
    for text in ("first", "second ünïcödé"):
        kept.save(Secret(text))
        assert kept.load() == Secret(text)
    assert [path.name for path in tmp_path.iterdir()] == ["token"]


def test_only_its_owner_may_read_it(tmp_path):
    path = tmp_path / "token"
    path.write_text("world-readable\n")
    path.chmod(0o644)
    kept = TokenFile(path)
    kept.save(kept.load())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_line_break_of_an_editor_is_no_part_of_it(tmp_path):
    (tmp_path / "token").write_text("  abc\n\n")
    assert TokenFile(str(tmp_path / "token")).load() == Secret("abc")


@pytest.mark.parametrize(("content", "reason"), [(None, "No such file"), (b"", "empty"), (b" \n", "empty"), (b"\xff", "UTF-8")])
def test_what_cannot_be_loaded(tmp_path, content, reason):
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CredentialError, match=reason):
        TokenFile(path).load()


def test_a_failed_save_leaves_the_old_one(tmp_path):
    kept = TokenFile(tmp_path / "token")
    kept.save(Secret("s3cret-of-before"))
    with pytest.raises(OSError, match="missing"):
        TokenFile(tmp_path / "missing" / "token").save(Secret("new"))
    assert kept.load() == Secret("s3cret-of-before")
    assert "s3cret" not in repr(kept)
