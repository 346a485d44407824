"""The inputs that an emulated platform sends to an app."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from gatepost.errors import UsageError
from gatepost.inputs.declared import declared_params
from gatepost.inputs.standard import ALIASES, CREDENTIALS, STANDARD_INPUTS, canonical_name
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from gatepost.inputs import Finding
    from gatepost.project.app_folder import AppFolder

__all__ = ["AppParams", "ServiceInputs", "app_params", "given_inputs"]

_PLATFORMS_OWN = CREDENTIALS | {
    "api_default_org",
    "tc_api_path",
    "tc_verify",
    "tc_in_path",
    "tc_out_path",
    "tc_log_path",
    "tc_temp_path",
    "tc_session_id",
    "tc_secure_params",
    "tc_aot_enabled",
    *(name for name in STANDARD_INPUTS if name.startswith("tc_proxy_")),
}
"""What ``app_inputs.json`` may not say to an app that runs against an emulated platform: where it is, and who one is there."""


class ServiceInputs(NamedTuple):
    """What emulated services say of themselves.

    Attributes:
        values: Inputs by name.
        replaced: Names of inputs that say where the real services are, and who one is there.
    """

    values: Mapping[str, object]
    replaced: frozenset[str]


class AppParams(NamedTuple):
    """Inputs as a platform sends them.

    Attributes:
        values: By name; sensitive ones are secrets.
        findings: What was noticed.
    """

    values: Mapping[str, object]
    findings: tuple[Finding, ...]


def given_inputs(app: AppFolder, given: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Check the inputs that a person gives for one run.

    Several values for an input that takes several are joined as the platform does it.

    Args:
        app: The app.
        given: Names and values, in the order in which they were given.

    Returns:
        Values by input name.

    Raises:
        UsageError: A name is no input of the app and no standard one, or is given twice and takes one value.
    """
    declared = declared_params(app.manifest)
    known = {*declared, *STANDARD_INPUTS, *ALIASES}
    values: dict[str, str] = {}
    for written, value in given:
        name = canonical_name(written)
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise UsageError(
                f"{written!r} is no input of the app",
                why="Neither its install.json declares it, nor is it a standard input",
                remedy=f"Did you mean {near[0]}?" if near else f"Its inputs are: {', '.join(sorted(declared)) or 'none'}",
            )
        if name in values:
            param = declared.get(name)
            if param is None or not param.multiple:
                raise UsageError(f"The input {name} is given twice", why="It takes one value", remedy="Give it once")
            values[name] += f"{param.delimiter}{value}"
        else:
            values[name] = value
    return values


def app_params(
    app: AppFolder,
    *,
    platform: Mapping[str, object],
    given: Mapping[str, str],
    environment: Mapping[str, str],
    services: Callable[[Mapping[str, object]], ServiceInputs] | None = None,
    scenario: Path | None = None,
) -> AppParams:
    """Gather what the platform sends: what a person would leave in the form, fill in, and what the platform adds.

    Last wins: the manifest's defaults, the app's own inputs of ``app_inputs.json``, those of a scenario, those of emulated
    services, the platform's, the given ones.

    Args:
        app: The app.
        platform: The platform's own inputs by name.
        given: Inputs for this run, from `given_inputs`.
        environment: What ``${env.NAME}`` in ``app_inputs.json`` may stand for.
        scenario: A file of further inputs like ``app_inputs.json``.
        services: Told what a person gave, by name, and returns what emulated services say of themselves; None without any.

    Raises:
        InputError: ``app_inputs.json`` or the scenario cannot be read.
    """
    declared = declared_params(app.manifest)
    values: dict[str, object] = {param.name: param.default for param in declared.values() if param.default not in (None, "")}
    findings: tuple[Finding, ...] = ()
    usual = app.folder / "app_inputs.json"
    for path in (*([usual] if usual.is_file() else []), *([scenario] if scenario is not None else [])):
        from gatepost.inputs.app_inputs import read_app_inputs

        file = read_app_inputs(path, environment, {})
        findings += file.findings
        values |= {value.name: value.value for value in file.values if value.name not in _PLATFORMS_OWN}
    values = {name: value for name, value in values.items() if name not in _PLATFORMS_OWN}
    if services is not None:
        emulated = services({**values, **given})
        values = {name: value for name, value in values.items() if name not in emulated.replaced} | dict(emulated.values)
    values |= {**platform, **given}
    return AppParams({name: _guarded(name, value, declared) for name, value in values.items()}, findings)


def _guarded(name: str, value: object, declared: Mapping[str, object]) -> object:
    param = declared.get(name)
    standard = STANDARD_INPUTS.get(name)
    sensitive = getattr(param, "sensitive", False) or (standard is not None and standard.sensitive)
    return Secret(value) if sensitive and isinstance(value, str) else value
