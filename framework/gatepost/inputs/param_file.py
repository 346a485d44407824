"""The platform's encrypted param file (contract/inputs.md section 1.3)."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.errors import InputError
from gatepost.inputs.values import Finding
from gatepost.named_tuples import NamedTuple
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "KEY_VARIABLE",
    "PATH_VARIABLE",
    "ParamFile",
    "decrypt_params",
    "encrypt_params",
    "make_param_key",
    "read_param_file",
    "write_param_file",
]

PATH_VARIABLE = "TC_APP_PARAM_FILE"
KEY_VARIABLE = "TC_APP_PARAM_KEY"

_BLOCK = 16
_KEY_LENGTHS = (16, 24, 32)


class ParamFile(NamedTuple):
    """What a param file held.

    Attributes:
        path: The file. It is gone, unless a finding says otherwise.
        values: Its inputs, by the names in the file.
        findings: What was noticed.
    """

    path: str
    values: Mapping[str, object]
    findings: tuple[Finding, ...] = ()


def make_param_key() -> Secret:
    """Make a key for `write_param_file`: 16 random lower-case letters, as the platform's own tools make them."""
    import secrets
    import string

    return Secret("".join(secrets.choice(string.ascii_lowercase) for _ in range(_BLOCK)))


def encrypt_params(values: Mapping[str, object], key: Secret | str) -> bytes:
    """Encrypt inputs as the platform does: AES in CBC mode, an IV of 16 zero bytes, PKCS#7 padding.

    Args:
        values: Inputs by name. Secrets are written as their text, paths as text.
        key: 16, 24 or 32 bytes of text.

    Returns:
        The content of a param file.

    Raises:
        InputError: The key has another length, or a value has no JSON form.
    """
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    try:
        plain = json.dumps(dict(values), default=_plain).encode("utf-8")
    except (TypeError, ValueError) as error:
        raise InputError(
            "The inputs cannot be written to a param file", why=str(error), remedy="Give text, numbers, lists"
        ) from None
    padding = _BLOCK - len(plain) % _BLOCK
    encryptor = Cipher(algorithms.AES(_key_bytes(key)), modes.CBC(bytes(_BLOCK))).encryptor()
    return encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()


def decrypt_params(content: bytes, key: Secret | str) -> dict[str, object]:
    """Decrypt and parse the content of a param file.

    There is no checksum in the format: a wrong key shows as wrong padding or as something that is not JSON.

    Args:
        content: The whole file.
        key: The text of ``TC_APP_PARAM_KEY``.

    Returns:
        Inputs by the names in the file.

    Raises:
        InputError: The key has an impossible length or is the wrong one, or the content is damaged or no JSON object.
    """
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    cipher = Cipher(algorithms.AES(_key_bytes(key)), modes.CBC(bytes(_BLOCK)))
    if not content or len(content) % _BLOCK:
        raise InputError(
            "The param file cannot be decrypted",
            why=f"It has {len(content)} bytes, and ciphertext comes in blocks of {_BLOCK}: it is empty or was cut off",
            remedy="Look whether the disk is full where the platform writes it, and launch the app again",
        )
    decryptor = cipher.decryptor()
    padded = decryptor.update(content) + decryptor.finalize()
    length = padded[-1]
    if not 1 <= length <= _BLOCK or not padded.endswith(bytes([length]) * length):
        raise _wrong_key("the padding is wrong")
    try:
        values = json.loads(padded[:-length].decode("utf-8"))
    except UnicodeDecodeError:
        raise _wrong_key("what comes out is not UTF-8 text") from None
    except (ValueError, RecursionError):
        # The parser's own words are left out: they may quote what was decrypted.
        raise _wrong_key("what comes out is not JSON") from None
    if not isinstance(values, dict):
        raise InputError(
            "The param file does not hold inputs",
            why=f"Its JSON is a {type(values).__name__}, not an object of names and values",
            remedy="Look at what wrote the file",
        )
    return values


def read_param_file(path: str, key: Secret | str, *, keep: bool = False) -> ParamFile:
    """Read the param file, and delete it once everything in it is known.

    Any failure leaves the file where it is, so that a person can look into it.

    Args:
        path: The text of ``TC_APP_PARAM_FILE``.
        key: The text of ``TC_APP_PARAM_KEY``.
        keep: Leave the file, for commands that only look.

    Returns:
        The inputs. That the file could not be deleted is a finding in it.

    Raises:
        InputError: The file is missing or cannot be read or decrypted, or is no JSON object of inputs.
    """
    try:
        regular = stat.S_ISREG(Path(path).stat().st_mode)  # asked before opening: opening a pipe may wait for ever
        content = Path(path).read_bytes() if regular else b""
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"The param file cannot be read: {path}", why=reason, remedy=_look_at(path)) from None
    if not regular:
        raise InputError(f"The param file cannot be read: {path}", why="It is not a regular file", remedy=_look_at(path))
    try:
        values = decrypt_params(content, key)
    except InputError as error:
        raise InputError(f"{error.what}: {path}", why=error.why, remedy=error.remedy) from None
    findings = []
    if not keep:
        try:
            Path(path).unlink(missing_ok=True)
        except OSError as error:
            findings.append(
                Finding(f"the param file could not be deleted: {error.strerror}", place=path, remedy="Delete it by hand")
            )
    return ParamFile(path, values, tuple(findings))


def write_param_file(path: str | Path, key: Secret | str, values: Mapping[str, object]) -> None:
    """Write inputs as the platform does, readable by the owner of the file only.

    Args:
        path: The file; replaced when it exists.
        key: 16, 24 or 32 bytes of text, for example from `make_param_key`.
        values: Inputs by name.

    Raises:
        InputError: The key has another length, or a value has no JSON form.
        OSError: The file cannot be written.
    """
    content = encrypt_params(values, key)
    target = Path(path)
    target.unlink(missing_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _plain(value: object) -> object:
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _key_bytes(key: Secret | str) -> bytes:
    text = key.reveal() if isinstance(key, Secret) else key
    try:
        raw = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = b""
    if len(raw) not in _KEY_LENGTHS:
        raise InputError(
            "The key of the param file cannot be used",
            why=f"It has {len(raw)} bytes, and AES keys have 16, 24 or 32",
            remedy=f"Look at {KEY_VARIABLE}; mind spaces and line ends around it",
        )
    return raw


def _wrong_key(symptom: str) -> InputError:
    return InputError(
        "The param file cannot be decrypted",
        why=f"{symptom}, so the key belongs to another file or the file is damaged",
        remedy=f"Check that {KEY_VARIABLE} and {PATH_VARIABLE} come from the same launch",
    )


def _look_at(path: str) -> str:
    return (
        f"{PATH_VARIABLE} names this file: check that it exists and that this user may read it. "
        f"It is deleted once it was read, so a second launch needs a new one"
        if path
        else f"Unset {PATH_VARIABLE}, or let it name the file"
    )
