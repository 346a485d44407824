"""Canaries: texts that stand for an app's secrets, so that a test sees whether one gets out.

The fixture ``tc_canaries`` of `gatepost.testing.plugin` makes a `Canaries` for a test, and looks at its end through what pytest
captured and through the files that the test left.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import secrets
import traceback
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gatepost.errors import UsageError
from gatepost.testing.leaks import SHORTEST_SECRET, LeakFinder

if TYPE_CHECKING:
    import pytest

    from gatepost.emulator import Emulator
    from gatepost.emulator.server import Auth

__all__ = ["Canaries", "FilesBefore", "SecretLeaked"]

_MASKED = re.compile(r"[^A-Za-z0-9]+")
_ESCAPED_EVERYWHERE: Final = " /+=&%\"'<>\\?:@;~"
_GZIP: Final = b"\x1f\x8b"
_NOT_LEFT_BY_A_TEST: Final = frozenset(
    {".git", ".hypothesis", ".mypy_cache", ".nox", ".pytest_cache", ".ruff_cache", ".tox", ".venv", "node_modules", "venv"}
)


class SecretLeaked(AssertionError):
    """A secret is where it must not be. The text says which and where, and never shows it."""


class Canaries:
    """Canaries for the secrets of one test, and where they must not be.

    The texts are plain ``str``: as a `gatepost.secret.Secret` they would be known to the redactor before the app made them
    so, and a leak would be hidden by the test itself.
    """

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}
        self._platforms: list[Emulator] = []
        self._allowed: set[Path] = set()
        self._found: list[str] = []

    def __repr__(self) -> str:
        return f"<Canaries for {', '.join(self._secrets) or 'nothing yet'}>"

    def secret(self, name: str) -> str:
        """Return the canary of this name; the same one each time.

        About 60 printable ASCII characters: two random runs of letters and digits, and between them what URLs, JSON, HTML and
        shells escape.
        """
        if name not in self._secrets:
            readable = _MASKED.sub("", name)[:20]
            self._secrets[name] = f"1C{secrets.token_hex(8)}{_ESCAPED_EVERYWHERE}{readable}+{secrets.token_hex(8)}Z1"
        return self._secrets[name]

    def add(self, name: str, text: str) -> None:
        """Look for a text, too, that the test has from elsewhere.

        Raises:
            UsageError: It has fewer than six characters, or another text has this name.
        """
        if len(text) < SHORTEST_SECRET:
            raise UsageError(
                f"The secret {name} is too short to be looked for",
                why=f"a text of fewer than {SHORTEST_SECRET} characters is found everywhere",
            )
        if self._secrets.setdefault(name, text) != text:
            raise UsageError(f"There is another secret called {name}", remedy="Use another name")

    def watch(self, platform: Emulator) -> None:
        """Look for the secrets of an emulated platform, too: its secret key, and every token that it has issued by then.

        The platform of the fixture ``tc_platform`` is watched without being asked to be.
        """
        if platform not in self._platforms:
            self._platforms.append(platform)

    def inputs(self, auth: Auth = "both", *, manifest: str | os.PathLike[str] | None = None) -> dict[str, Any]:
        """Return inputs with a canary in every secret, for ``app.test`` or a param file.

        With a platform these are its own inputs and credentials (the first platform's that is watched), else canaries. All
        other secrets among the standard inputs (the proxy's password, the mail server's…) have a canary of their name.

        Args:
            auth: Which credentials are in it: ``token``, ``hmac`` or ``both``.
            manifest: An app's ``install.json``, or its folder: encrypted params of the type String have a canary, too.

        Raises:
            UsageError: There is no such choice of credentials.
            ManifestError: The manifest cannot be used.
        """
        from gatepost.inputs.standard import CREDENTIALS, STANDARD_INPUTS

        if auth not in ("token", "hmac", "both"):
            raise UsageError(f"There are no inputs for {auth!r}", remedy="Use token, hmac or both")
        names = [name for name, told in STANDARD_INPUTS.items() if told.sensitive]
        if manifest is not None:
            names += _encrypted_params(Path(manifest))
        inputs: dict[str, Any] = {name: self.secret(name) for name in names if name not in CREDENTIALS}
        if self._platforms:
            return inputs | self._platforms[0].inputs(auth)
        if auth in ("token", "both"):
            inputs["tc_token"] = self.secret("tc_token")
        if auth in ("hmac", "both"):
            inputs |= {"api_access_id": "1234567890", "api_secret_key": self.secret("api_secret_key")}
        return inputs

    def allow(self, path: str | os.PathLike[str]) -> Path:
        """Leave out a file or folder, because the test wrote secrets into it by itself: an ``.env``, say.

        Returns:
            Its path.
        """
        self._allowed.add(Path(path).resolve())
        return Path(path)

    def check(self, *things: object) -> None:
        """Look through texts, bytes, exceptions (with traceback, causes and notes), and results of ``app.test``.

        Of a result, all is looked through but its ``error``, which is the app's own exception as it was raised. Containers are
        looked through item by item, all else as its ``repr()``.

        Raises:
            SecretLeaked: A secret is in one of them.
        """
        __tracebackhide__ = True
        found: list[str] = []
        finder = self._finder()
        for number, thing in enumerate(things, 1):
            for part, text in _texts(thing):
                place = f"{part} of argument {number}" if part else f"argument {number}"
                found += _described(finder, place, text)
        _raise(found)

    def check_folder(self, path: str | os.PathLike[str]) -> None:
        """Look through the names and contents of all files in a folder and below it; gzip files are read as what they hold.

        Raises:
            SecretLeaked: A secret is in one of them.
        """
        __tracebackhide__ = True
        _raise(self._in_files(_files(Path(path)), Path(path)))

    def mask(self, text: str) -> str:
        """Return the text without the lines in which a secret is."""
        return self._finder().mask(text)

    def look_at_files(self, before: FilesBefore, folder: Path | None) -> None:
        """Look through what the test left, and remember what is found. The fixture does this at the end of the test.

        Args:
            before: What there was in the working directory when the test began.
            folder: A folder that is all the test's own; None for none.
        """
        here = [path for path in before.changed() if folder is None or not path.is_relative_to(folder)]
        self._found += self._in_files(here, before.folder)
        if folder is not None:
            self._found += self._in_files(_files(folder), folder)

    def judge(self, report: pytest.TestReport) -> None:
        """Take the secrets out of pytest's report; fail the test, if it is the last one, for all that was found."""
        finder = self._finder()
        captured = [leak for title, text in report.sections for leak in _described(finder, title, text)]
        if captured:
            report.sections = [(title, finder.mask(text)) for title, text in report.sections]
        if report.longrepr is not None:
            shown = report.longreprtext
            masked = finder.mask(shown)
            if masked != shown:
                report.longrepr = masked
        if report.when == "teardown" and (found := self._found + captured):
            words = str(SecretLeaked(_message(found)))
            report.longrepr = f"{report.longreprtext}\n{words}" if report.longrepr is not None else words
            report.outcome = "failed"

    def _finder(self) -> LeakFinder:
        known = dict(self._secrets)
        for platform in self._platforms:
            known["the platform's secret key"] = platform.credentials.secret_key.reveal()
            known |= {f"token {number} of the platform": text for number, text in enumerate(platform.issued_tokens, 1)}
        named_by_text = {text: name for name, text in reversed(known.items())}
        return LeakFinder({name: text for text, name in named_by_text.items()})

    def _in_files(self, paths: Iterator[Path] | list[Path], folder: Path) -> list[str]:
        found: list[str] = []
        finder = self._finder()
        for path in paths:
            resolved = path.resolve()
            if any(resolved.is_relative_to(allowed) for allowed in self._allowed):
                continue
            name = finder.mask(str(path.relative_to(folder)))
            found += _described(finder, "the name of a file", str(path.relative_to(folder)))
            try:
                found += _described(finder, f"the file {name}", _text(path.read_bytes()))
            except FileNotFoundError:
                continue  # gone meanwhile, and so not left behind
            except OSError as error:
                found.append(f"The file {name} cannot be looked through: {error.strerror}")
        return found


class FilesBefore:
    """The files of a folder, as they are now.

    Left out are version control, virtual environments (by their names or their ``pyvenv.cfg``) and the caches of tools.

    Attributes:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._states = {path: _state(path) for path in _files(folder)}

    def changed(self) -> list[Path]:
        """Return the files that are new, or were written since."""
        return [path for path in _files(self.folder) if self._states.get(path) != _state(path)]


def _state(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:  # gone meanwhile
        return None
    return status.st_mtime_ns, status.st_size


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        if "pyvenv.cfg" in names and Path(place) != folder:
            folders.clear()
            continue
        folders[:] = sorted(name for name in set(folders) - _NOT_LEFT_BY_A_TEST if not name.startswith(".venv"))
        for name in sorted(names):
            path = Path(place, name)
            if path.is_file():
                yield path


def _encrypted_params(path: Path) -> list[str]:
    from gatepost.manifest import ParamType, load

    params = load(path / "install.json" if path.is_dir() else path).params
    return [param.written_name for param in params if param.is_secret and param.type is ParamType.STRING]


def _texts(thing: object) -> Iterator[tuple[str, str]]:
    """Yield the texts of what a test wants to have looked through, and what each of them is."""
    from gatepost.app.result import Result

    if isinstance(thing, str):
        yield "", thing
    elif isinstance(thing, bytes):
        yield "", _text(thing)
    elif isinstance(thing, BaseException):
        yield "the traceback", "".join(traceback.format_exception(thing))
        yield "the arguments", _plain(thing.args)
    elif isinstance(thing, Result):
        yield "the message", thing.message
        yield "the results", _plain(dict(thing.results))
        yield "the outputs", _plain(dict(thing.outputs))
        for record in thing.log:
            yield "the log", f"{record.event} {_plain(record.values)} {record.exception}"
    else:
        yield "", _plain(thing)


def _plain(value: object) -> str:
    """Return the texts inside a value, one a line, and its ``repr()`` where it is no container."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "\n".join(_plain(part) for item in value.items() for part in item)
    if isinstance(value, list | tuple | set | frozenset):
        return "\n".join(map(_plain, value))
    return repr(value)


def _text(data: bytes) -> str:
    if data.startswith(_GZIP):
        with contextlib.suppress(OSError, EOFError, zlib.error):  # it may only begin like one
            data = gzip.decompress(data)
    return data.decode("utf-8", "replace")


def _described(finder: LeakFinder, place: str, text: str) -> list[str]:
    return [f"{place}, line {leak.line}: {leak.secret}, {leak.form}" for leak in finder.find(text)]


def _message(found: list[str]) -> str:
    return "Secrets were found where they must not be (they are not shown here):\n" + "\n".join(f"  {line}" for line in found)


def _raise(found: list[str]) -> None:
    __tracebackhide__ = True
    if found:
        raise SecretLeaked(_message(found))
