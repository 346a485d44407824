from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.errors import InputError
from gatepost.inputs.param_file import (
    decrypt_params,
    encrypt_params,
    make_param_key,
    read_param_file,
    write_param_file,
)
from gatepost.secret import Secret

KEY = "abcdefghijklmnop"
VECTOR = bytes.fromhex("e8f47a1272f9c41eacf86f03e3e5f770355675b022624de0a8a5572e45e391bf")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=8,
)


def test_the_published_vector_decrypts() -> None:
    # contract/inputs.md section 1.3
    assert decrypt_params(VECTOR, KEY) == {"tc_log_level": "debug"}


@given(values=st.dictionaries(st.text(), json_values, max_size=5), length=st.sampled_from([16, 24, 32]))
@settings(max_examples=50)
def test_what_is_encrypted_decrypts_to_the_same(values: dict[str, object], length: int) -> None:
    key = "k" * length
    assert decrypt_params(encrypt_params(values, key), Secret(key)) == values


@pytest.mark.interoperability
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_reads_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "params"
    write_param_file(path, KEY, {"owner": "Acme"})
    command = ["openssl", "enc", "-d", "-aes-128-cbc", "-K", KEY.encode().hex(), "-iv", "0" * 32, "-in", str(path)]
    assert subprocess.run(command, check=True, capture_output=True).stdout == b'{"owner": "Acme"}'


def test_the_file_is_deleted_once_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "params"
    path.write_bytes(VECTOR)
    file = read_param_file(str(path), KEY)
    assert file.values == {"tc_log_level": "debug"}
    assert file.findings == ()
    assert not path.exists()


def test_a_command_that_only_looks_leaves_the_file(tmp_path: Path) -> None:
    path = tmp_path / "params"
    path.write_bytes(VECTOR)
    read_param_file(str(path), KEY, keep=True)
    assert path.read_bytes() == VECTOR


def test_a_file_that_cannot_be_deleted_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "params"
    path.write_bytes(VECTOR)

    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    file = read_param_file(str(path), KEY)
    assert file.values == {"tc_log_level": "debug"}
    assert str(file.findings[0]) == "the param file could not be deleted: Permission denied. Delete it by hand"


def encrypted(text: bytes) -> bytes:
    """Encrypt any text, JSON or not, with an implementation of its own arrangement: pad, then CBC by hand over ECB."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    count = 16 - len(text) % 16
    padded = text + bytes([count]) * count
    block = Cipher(algorithms.AES(KEY.encode()), modes.ECB()).encryptor()
    previous, out = bytes(16), b""
    for start in range(0, len(padded), 16):
        mixed = bytes(a ^ b for a, b in zip(padded[start : start + 16], previous, strict=True))
        previous = block.update(mixed)
        out += previous
    return out


@pytest.mark.parametrize(
    ("content", "key", "reason"),
    [
        (VECTOR, "ponmlkjihgfedcba", "the key belongs to another file"),
        (VECTOR, "short", "It has 5 bytes, and AES keys have 16, 24 or 32"),
        (VECTOR, "\ud800" * 16, "AES keys have 16, 24 or 32"),
        (VECTOR[:-1], KEY, "It has 31 bytes, and ciphertext comes in blocks of 16: it is empty or was cut off"),
        (b"", KEY, "It has 0 bytes"),
        (VECTOR[:16], KEY, "the padding is wrong"),
        (encrypted(b"not json"), KEY, "what comes out is not JSON"),
        (encrypted(b"\xff\xfe"), KEY, "what comes out is not UTF-8"),
        (encrypted(b"[" * 100_000), KEY, "what comes out is not JSON"),
        (encrypted(b'["a"]'), KEY, "Its JSON is a list, not an object"),
    ],
)
def test_a_file_that_cannot_be_used_is_an_error_and_stays(tmp_path: Path, content: bytes, key: str, reason: str) -> None:
    path = tmp_path / "params"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_param_file(str(path), key)
    assert reason in caught.value.why
    assert str(path) in caught.value.what
    assert caught.value.remedy
    assert path.read_bytes() == content


def test_the_errors_do_not_quote_what_was_decrypted(tmp_path: Path) -> None:
    path = tmp_path / "params"
    path.write_bytes(encrypted(b'{"tc_token": "hunter2'))
    with pytest.raises(InputError) as caught:
        read_param_file(str(path), KEY)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_missing_file_says_that_it_is_deleted_when_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"No such file or directory.*deleted once it was read"):
        read_param_file(str(tmp_path / "absent"), KEY)


def test_a_folder_or_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, pipe):
        with pytest.raises(InputError, match="It is not a regular file"):
            read_param_file(str(path), KEY)


def test_a_path_that_no_system_can_have_is_an_error() -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_param_file("a\0b", KEY)


def test_only_its_owner_may_read_a_written_file(tmp_path: Path) -> None:
    path = tmp_path / "params"
    path.write_bytes(b"an older one that everybody may read")
    path.chmod(0o644)
    write_param_file(path, KEY, {"tc_token": Secret("t"), "tc_out_path": tmp_path})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_param_file(str(path), KEY).values == {"tc_token": "t", "tc_out_path": str(tmp_path)}


def test_a_value_without_a_json_form_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="object has no JSON form"):
        write_param_file(tmp_path / "params", KEY, {"a": object()})
    assert not (tmp_path / "params").exists()


def test_made_keys_fit_and_differ() -> None:
    first, second = make_param_key(), make_param_key()
    assert first != second
    assert decrypt_params(encrypt_params({"a": "b"}, first), first) == {"a": "b"}
