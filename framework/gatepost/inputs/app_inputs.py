"""Inputs from ``app_inputs.json``, the file for local development (contract/inputs.md section 9)."""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING

from gatepost.errors import InputError
from gatepost.inputs.environment import input_name
from gatepost.inputs.standard import ALIASES, STANDARD_INPUTS, canonical_name
from gatepost.inputs.values import Finding, Source, Value
from gatepost.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["AppInputsFile", "read_app_inputs"]

_SECTIONS = frozenset({"inputs", "stage", "trigger_inputs"})


class AppInputsFile(NamedTuple):
    """What ``app_inputs.json`` held.

    Attributes:
        values: Its inputs, not yet secret.
        findings: What was noticed.
        stage: Its section ``stage``, as written: what test tools put into stores before a run.
        trigger_inputs: Its section ``trigger_inputs``, as written: one object for each trigger.
    """

    values: tuple[Value, ...]
    findings: tuple[Finding, ...]
    stage: Mapping[str, object]
    trigger_inputs: tuple[object, ...]


def read_app_inputs(path: Path, environment: Mapping[str, str], dotenv: Mapping[str, str]) -> AppInputsFile:
    """Read ``app_inputs.json``, sectioned or flat, and put variables in place of ``${env.NAME}``.

    A name is looked for in the environment, then in ``.env``. A *standard* input (``tc_api_path``, credentials) takes from
    the environment only what the environment may say by itself and what is no secret: a file that came with a cloned
    repository must not send an exported secret to a place that it chose.

    Args:
        path: The file.
        environment: The process environment.
        dotenv: The variables of ``.env``.

    Returns:
        The inputs and what was noticed. An input with a variable that cannot be had is left out, with a finding.

    Raises:
        InputError: The file cannot be read, is no JSON or no object.
    """
    document = _load(path)
    section = document.get("inputs")
    inputs = section if isinstance(section, dict) and document.keys() <= _SECTIONS else document
    stage = document.get("stage")
    triggers = document.get("trigger_inputs")
    values: dict[str, Value] = {}
    findings: list[Finding] = []
    for written, value in inputs.items():
        name = canonical_name(written)
        if not name or (inputs is document and name in ("stage", "trigger_inputs")):
            continue
        place = f"{path} ({written})"
        replaced, missing = _replace(value, _Variables(environment, dotenv, ALIASES.get(name, name) in STANDARD_INPUTS))
        if missing:
            reasons = ", ".join(dict.fromkeys(missing))
            findings.append(Finding(f"{place} was ignored: {reasons}", name, place, "Set it in .env beside the file"))
            continue
        if name in values:
            findings.append(Finding(f"{path} names {name} more than once; the last one counts", name, place))
        values[name] = Value(name, replaced, Source.APP_INPUTS, place)
    return AppInputsFile(
        tuple(values.values()),
        tuple(findings),
        stage if isinstance(stage, dict) else {},
        tuple(triggers) if isinstance(triggers, list) else (),
    )


class _Variables(NamedTuple):
    """What ``${env.NAME}`` may stand for in one input."""

    environment: Mapping[str, str]
    dotenv: Mapping[str, str]
    guarded: bool

    def look_up(self, variable: str) -> tuple[str, str]:
        """Return the text of a variable, and why there is none."""
        if variable in self.environment and (not self.guarded or self._allowed(variable)):
            return self.environment[variable], ""
        if variable in self.dotenv:
            return self.dotenv[variable], ""
        if variable in self.environment:
            return "", f"${{env.{variable}}} of the environment may not go into a standard input"
        return "", f"${{env.{variable}}} is not set"

    @staticmethod
    def _allowed(variable: str) -> bool:
        standard = STANDARD_INPUTS.get(input_name(variable))
        return standard is not None and not standard.sensitive


@functools.cache
def _pattern() -> re.Pattern[str]:
    return re.compile(r"\$\{env\.([^}]+)\}")


def _replace(value: object, variables: _Variables) -> tuple[object, list[str]]:
    """Replace ``${env.NAME}`` in all texts inside a value; also return what stood in the way."""
    missing: list[str] = []

    def one(match: re.Match[str]) -> str:
        text, reason = variables.look_up(match[1])
        if reason:
            missing.append(reason)
        return text

    def walk(part: object) -> object:
        if isinstance(part, str):
            return _pattern().sub(one, part) if "${env." in part else part
        if isinstance(part, list):
            return [walk(item) for item in part]
        if isinstance(part, dict):
            return {key: walk(item) for key, item in part.items()}
        return part

    return walk(value), missing


def _load(path: Path) -> dict[str, object]:
    remedy = "Correct the file, or move it away"
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path} cannot be read", why=str(error.strerror), remedy=remedy) from None
    except UnicodeDecodeError:
        raise InputError(f"{path} cannot be read", why="It is not UTF-8 text", remedy=remedy) from None
    except json.JSONDecodeError as error:
        why = f"Line {error.lineno}, column {error.colno}: {error.msg}"
        raise InputError(f"{path} is not JSON", why=why, remedy=remedy) from None
    except (ValueError, RecursionError):
        raise InputError(f"{path} is not JSON", why="It is nested too deeply or has an impossible number") from None
    if not isinstance(document, dict):
        raise InputError(f"{path} holds no inputs", why=f"It is a {type(document).__name__}, not an object")
    return document
