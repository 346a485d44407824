"""The file of a refresh token that a service replaces."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gatepost.errors import CredentialError
from gatepost.runtime.kept_token import KeptRefreshToken
from gatepost.secret import Secret

ENTERED = Secret("canary-entered")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "token.json"


def test_without_a_file_the_entered_one_counts(file: Path) -> None:
    assert KeptRefreshToken(file, ENTERED).newest() == ENTERED
    assert not file.exists()


def test_the_newest_one_counts_in_the_next_run(file: Path) -> None:
    kept = KeptRefreshToken(file, ENTERED)
    kept.save(Secret("canary-second"))
    kept.save(Secret("canary-third"))
    assert KeptRefreshToken(file, ENTERED).newest().reveal() == "canary-third"


def test_a_newly_entered_one_beats_the_file(file: Path) -> None:
    KeptRefreshToken(file, ENTERED).save(Secret("canary-second"))
    fresh = Secret("canary-fresh")
    assert KeptRefreshToken(file, fresh).newest() == fresh
    KeptRefreshToken(file, fresh).save(Secret("canary-after-fresh"))
    assert KeptRefreshToken(file, fresh).newest().reveal() == "canary-after-fresh"
    assert KeptRefreshToken(file, ENTERED).newest() == ENTERED


def test_only_this_user_can_read_it_and_the_entered_one_is_not_in_it(file: Path) -> None:
    file.write_text("{}")
    file.chmod(0o644)
    KeptRefreshToken(file, ENTERED).save(Secret("canary-second"))
    assert file.stat().st_mode & 0o777 == 0o600
    assert "canary-entered" not in file.read_text()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff", b'{"began_with": "x"}', b'{"began_with": 1, "refresh_token": "t"}', b"[" * 50_000]
)
def test_a_damaged_file_is_an_error_that_says_what_to_do(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(CredentialError, match=r"damaged.*Remove it, and enter a new refresh token"):
        KeptRefreshToken(file, ENTERED).newest()


def test_a_token_that_is_empty_is_damage(file: Path) -> None:
    KeptRefreshToken(file, ENTERED).save(Secret("canary-second"))
    held = json.loads(file.read_text())
    file.write_text(json.dumps({**held, "refresh_token": ""}))
    with pytest.raises(CredentialError, match="damaged"):
        KeptRefreshToken(file, ENTERED).newest()


def test_a_place_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    with pytest.raises(CredentialError, match="cannot be read"):
        KeptRefreshToken(tmp_path, ENTERED).newest()
    with pytest.raises(CredentialError, match="cannot be kept") as caught:
        KeptRefreshToken(tmp_path / "missing" / "token.json", ENTERED).save(Secret("canary-second"))
    assert "canary" not in str(caught.value)
