"""Asking every source for inputs, in the order in which they are trusted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gatepost.inputs.arguments import parse_arguments
from gatepost.inputs.declared import DeclaredParam, declared_params, is_sensitive
from gatepost.inputs.environment import read_dotenv, read_environment
from gatepost.inputs.param_file import KEY_VARIABLE, PATH_VARIABLE, read_param_file
from gatepost.inputs.standard import (
    ALIASES,
    CREDENTIALS,
    PATHS_BY_DEFAULT,
    STANDARD_INPUTS,
    canonical_name,
)
from gatepost.inputs.values import Collected, Finding, LookedAt, Source, Value
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from gatepost.inputs.protocols import ManifestLike

__all__ = ["collect", "collect_aot", "collect_remote"]

SCENARIO_VARIABLE = "GATEPOST_APP_INPUTS"
"""The environment variable that names the file of a run's scenario."""

_NOT_ASKED = "not asked: a param file was read"


def collect(
    *,
    explicit: Mapping[str, object] | None = None,
    manifest: ManifestLike | None = None,
    folder: Path | None = None,
    arguments: Sequence[str] | None = None,
    environment: Mapping[str, str] | None = None,
    keep_param_file: bool = False,
) -> Collected:
    """Ask every source for inputs.

    Best first: what the caller gives, the platform's encrypted param file, arguments, environment, ``.env``,
    ``app_inputs.json``, the manifest's defaults, the framework's own defaults. Where a param file was read, environment,
    ``.env`` and ``app_inputs.json`` are not asked. The file that ``GATEPOST_APP_INPUTS`` names (a scenario) is a better
    ``app_inputs.json``: what it lacks is taken from that. Sensitive values are `Secret` from here on, also in the sources that
    lost.

    An input that arrives under an old name (``logging``) is there under that name and under the standard one.

    Args:
        explicit: Inputs by name; ``None`` values do not count.
        manifest: The app's manifest, if it has one.
        folder: The app's folder, where ``.env`` and ``app_inputs.json`` are looked for, not in its parents. ``None``: they
            are not looked for.
        arguments: The command line without the program's name. ``None``: it is not asked, as in a script whose arguments
            are its own business.
        environment: The process environment; ``None`` means ``os.environ``.
        keep_param_file: Do not delete the param file, for commands that only look.

    Returns:
        Everything that was found.

    Raises:
        InputError: A source exists and cannot be read: the param file, ``.env``, ``app_inputs.json``, the file of a secret.
    """
    collecting = _Collecting(declared_params(manifest), os.environ if environment is None else environment)
    collecting.from_caller(explicit or {})
    file_was_read = collecting.from_param_file(keep=keep_param_file)
    flags_left_out = collecting.from_arguments(arguments)
    collecting.from_surroundings(folder, asked=not file_was_read)
    collecting.from_manifest(manifest, flags_left_out=flags_left_out)
    collecting.from_standards()
    return collecting.result()


def collect_remote(
    collected: Collected, fetch: Callable[[], Mapping[str, object]], manifest: ManifestLike | None = None
) -> Collected:
    """Add the inputs that the platform holds back until it is asked (contract/inputs.md section 1.4).

    They rank below everything that is already there except defaults, and never change credentials or the API path: the
    session that fetched them was made of those.

    Args:
        collected: What is known so far.
        fetch: Gets the inputs by name; its errors pass through.
        manifest: The app's manifest, which says what is secret.

    Returns:
        Everything, with the new inputs.
    """
    collecting = _Collecting(declared_params(manifest), {})
    fetched = fetch()
    held_back = sorted(name for name in map(canonical_name, fetched) if name in CREDENTIALS or name == "tc_api_path")
    values = (
        Value(canonical_name(name), value, Source.REMOTE, f"secure params ({name})")
        for name, value in fetched.items()
        if canonical_name(name) not in held_back
    )
    collecting.add(values)
    findings = [
        Finding(f"{name} of the secure params was ignored: the session is already made", name, "secure params")
        for name in held_back
    ]
    earlier = [value for found in collected.candidates.values() for value in found]
    looked_at = LookedAt(Source.REMOTE, "secure params", _count(len(fetched)))
    return Collected(
        [*earlier, *collecting.values],
        [*collected.findings, *collecting.findings, *findings],
        sorted([*collected.looked_at, looked_at], key=lambda looked: looked.source),
    )


def collect_aot(collected: Collected, params: Mapping[str, object], manifest: ManifestLike | None = None) -> Collected:
    """Add the inputs with which the platform sets off an app that it launched ahead of time (contract/inputs.md section 1.5).

    They rank below the param file and the arguments that the process was launched with, as incumbents have it, and above
    everything else: they are the platform's word, credentials included.

    Args:
        collected: What the process was launched with.
        params: The inputs by name.
        manifest: The app's manifest, which says what is secret.

    Returns:
        Everything, with the new inputs.
    """
    collecting = _Collecting(declared_params(manifest), {})
    count = collecting.add(Value(canonical_name(name), value, Source.AOT, f"AOT ({name})") for name, value in params.items())
    earlier = [value for found in collected.candidates.values() for value in found]
    looked_at = LookedAt(Source.AOT, "AOT", _count(count))
    return Collected(
        [*earlier, *collecting.values],
        [*collected.findings, *collecting.findings],
        sorted([*collected.looked_at, looked_at], key=lambda looked: looked.source),
    )


class _Collecting:
    """What was found so far."""

    def __init__(self, declared: Mapping[str, DeclaredParam], environment: Mapping[str, str]) -> None:
        self.declared = declared
        self.environment = environment
        self.values: list[Value] = []
        self.findings: list[Finding] = []
        self.looked_at: list[LookedAt] = []

    def result(self) -> Collected:
        return Collected(self.values, self.findings, self.looked_at)

    def add(self, values: Iterable[Value]) -> int:
        """Keep values: secret where they must be, and also under their standard name. Return how many came."""
        count = 0
        renamed: list[Value] = []
        for value in values:
            kept = self._guard(value)
            if kept is None:
                continue
            count += 1
            self.values.append(kept)
            standard = ALIASES.get(kept.name)
            if standard is not None:
                renamed.append(Value(standard, kept.value, kept.source, kept.place))
        self.values.extend(renamed)
        return count

    def look(self, source: Source, place: str, outcome: str) -> None:
        self.looked_at.append(LookedAt(source, place, outcome))

    def _guard(self, value: Value) -> Value | None:
        """Make a sensitive value a secret; leave out what has no name, and text that cannot be sent anywhere."""
        raw = value.value
        if not value.name:
            return None
        if isinstance(raw, str) and not raw.isascii() and not _is_unicode(raw):
            self.findings.append(
                Finding(f"{value.place or value.name} was ignored: it is not UTF-8 text", value.name, value.place)
            )
            return None
        param = self.declared.get(value.name)
        sensitive = param.sensitive if param is not None else is_sensitive(value.name)
        if not sensitive or raw is None or isinstance(raw, Secret):
            return value
        return Value(value.name, _secret(raw), value.source, value.place)

    def from_caller(self, explicit: Mapping[str, object]) -> None:
        given = {name: value for name, value in explicit.items() if value is not None}
        count = self.add(Value(canonical_name(name), value, Source.EXPLICIT, f"{name}=") for name, value in given.items())
        self.look(Source.EXPLICIT, "given by the caller", _count(count))

    def from_param_file(self, *, keep: bool) -> bool:
        """Read the param file if there is one; return whether that is so."""
        path = self.environment.get(PATH_VARIABLE, "")
        key = self.environment.get(KEY_VARIABLE, "")
        if not path or not key:
            missing = PATH_VARIABLE if not path else KEY_VARIABLE
            self.look(Source.PARAM_FILE, PATH_VARIABLE, f"{missing} is not set")
            if path or key:
                given = PATH_VARIABLE if path else KEY_VARIABLE
                self.findings.append(
                    Finding(f"{given} is set and {missing} is not: no param file was read", "", given, "Set both")
                )
            return False
        file = read_param_file(path, Secret(key), keep=keep)
        self.findings.extend(file.findings)
        values: dict[str, Value] = {}
        for written, value in file.values.items():
            name = canonical_name(written)
            if name in values:
                self.findings.append(Finding(f"the param file names {name} more than once; the last one counts", name, path))
            if name:
                values[name] = Value(name, value, Source.PARAM_FILE, f"{path} ({written})")
        self.look(Source.PARAM_FILE, path, _count(self.add(values.values())))
        return True

    def from_arguments(self, arguments: Sequence[str] | None) -> bool:
        """Read the arguments; return whether the flag of a Boolean that is not among them was left out on purpose."""
        if arguments is None:
            self.look(Source.ARGUMENTS, "arguments", "not asked")
            return False
        parsed = parse_arguments(arguments, self.declared)
        self.findings.extend(parsed.findings)
        self.look(Source.ARGUMENTS, "arguments", _count(self.add(parsed.values)))
        return parsed.by_platform

    def from_surroundings(self, folder: Path | None, *, asked: bool) -> None:
        """Ask the environment, ``.env`` and ``app_inputs.json``."""
        dotenv_path = folder / ".env" if folder is not None else None
        file_path = folder / "app_inputs.json" if folder is not None else None
        if not asked:
            self._not_asked(dotenv_path, file_path)
            return
        environment = read_environment(self.environment, self.declared)
        self.findings.extend(environment.findings)
        self.look(Source.ENVIRONMENT, "environment", _count(self.add(environment.values)))
        variables: Mapping[str, str] = {}
        if dotenv_path is None or not dotenv_path.is_file():
            self.look(Source.DOTENV, str(dotenv_path or ".env"), _absent(dotenv_path))
        else:
            dotenv = read_dotenv(dotenv_path, self.declared)
            self.findings.extend(dotenv.findings)
            variables = dotenv.all
            self.look(Source.DOTENV, str(dotenv_path), _count(self.add(dotenv.values)))
        scenario = self.environment.get(SCENARIO_VARIABLE, "")
        if scenario and folder is not None:
            # Before app_inputs.json: of one source, the first value of an input counts.
            self._read_app_inputs(folder / scenario, variables)
        if file_path is None or not file_path.is_file():
            self.look(Source.APP_INPUTS, str(file_path or "app_inputs.json"), _absent(file_path))
            return
        self._read_app_inputs(file_path, variables)

    def _read_app_inputs(self, path: Path, variables: Mapping[str, str]) -> None:
        from gatepost.inputs.app_inputs import read_app_inputs

        file = read_app_inputs(path, self.environment, variables)
        self.findings.extend(file.findings)
        self.look(Source.APP_INPUTS, str(path), _count(self.add(file.values)))

    def _not_asked(self, *paths: Path | None) -> None:
        self.look(Source.ENVIRONMENT, "environment", _NOT_ASKED)
        # Who names a file of inputs and gives a param file has put the one into the other: gatepost run --emulator.
        already_read = Source.APP_INPUTS if self.environment.get(SCENARIO_VARIABLE) else None
        for source, path in zip((Source.DOTENV, Source.APP_INPUTS), paths, strict=True):
            self.look(source, str(path or source.label), _NOT_ASKED)
            if path is not None and path.is_file() and source is not already_read:
                self.findings.append(Finding(f"{path} was ignored: a param file was read", "", str(path)))

    def from_manifest(self, manifest: ManifestLike | None, *, flags_left_out: bool) -> None:
        """Take the manifest's defaults. A Boolean whose flag the platform left out is false, whatever its default."""
        if manifest is None:
            self.look(Source.DEFAULT, "install.json", "there is no manifest")
            return
        given = {value.name for value in self.values}
        place = f"{manifest.path or 'install.json'} (default)"
        values = []
        for param in self.declared.values():
            if flags_left_out and param.kind == "boolean" and param.name not in given:
                values.append(Value(param.name, False, Source.DEFAULT, f"arguments (no --{param.name})"))
            elif param.default is not None and param.default != "":
                values.append(Value(param.name, param.default, Source.DEFAULT, place))
        self.look(Source.DEFAULT, str(manifest.path or "install.json"), _count(self.add(values)))

    def from_standards(self) -> None:
        self.add(
            Value(name, standard.default, Source.STANDARD, "gatepost")
            for name, standard in STANDARD_INPUTS.items()
            if standard.default is not None
        )
        given = {value.name for value in self.values if not value.empty}
        missing = [name for name in PATHS_BY_DEFAULT if name not in given]
        if missing:
            import tempfile

            temporary = tempfile.gettempdir()
            self.add(Value(name, temporary, Source.STANDARD, "the system's temporary folder") for name in missing)


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _secret(raw: object) -> object:
    """Wrap what a sensitive input holds: text, numbers as text, and both inside lists and objects."""
    if isinstance(raw, str):
        return Secret(raw)
    if isinstance(raw, bool):
        return Secret("true" if raw else "false")
    if isinstance(raw, (int, float)):
        return Secret(str(raw))
    if isinstance(raw, list):
        return [_secret(item) for item in raw]
    if isinstance(raw, dict):
        return {key: _secret(item) for key, item in raw.items()}
    return raw


def _count(count: int) -> str:
    return f"{count} input" if count == 1 else f"{count} inputs"


def _absent(path: Path | None) -> str:
    return "not asked" if path is None else "does not exist"
