from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gatepost.manifest import load
from gatepost.project.app_code import AppCode
from gatepost.project.validation.catalogue import checked_rules
from gatepost.project.validation.subject import Subject

Found = Callable[..., set[tuple[str, str]]]

JOB: dict[str, Any] = {
    "appId": "4b2d7f1e-9c3a-4e58-8f60-2a1d5c7b9e34",
    "displayName": "An App",
    "features": ["fileParams"],
    "languageVersion": "3.11",
    "listDelimiter": "|",
    "params": [],
    "programLanguage": "PYTHON",
    "programMain": "run.py",
    "programVersion": "1.0.0",
    "runtimeLevel": "Organization",
}
PLAYBOOK: dict[str, Any] = {
    **JOB,
    "features": ["appBuilderCompliant", "fileParams", "redisPasswordSupport", "runtimeVariables"],
    "runtimeLevel": "Playbook",
    "playbook": {"type": "Utility", "outputVariables": [{"name": "demo.result", "type": "String"}]},
}


def param(name: str = "x", **more: Any) -> dict[str, Any]:
    """A param of a job that no rule has anything against."""
    values = {} if more.get("type", "String") != "String" else {"validValues": ["${USER:TEXT}", "${ORGANIZATION:TEXT}"]}
    return {"name": name, "label": "X", "type": "String", "sequence": 1, **values, **more}


def step(name: str = "x", **more: Any) -> dict[str, Any]:
    """A param of a playbook app that no rule has anything against."""
    return {
        "name": name,
        "label": "X",
        "type": "String",
        "sequence": 1,
        "playbookDataType": ["String"],
        "validValues": ["${TEXT}"],
        **more,
    }


@pytest.fixture
def app(tmp_path: Path) -> Callable[..., Path]:
    """Write an app's files: ``install.json`` of keyword arguments over a job's, and others by their names."""

    def write(files: dict[str, Any] | None = None, *, base: dict[str, Any] = JOB, **manifest: Any) -> Path:
        whole = {key: value for key, value in {**base, **manifest}.items() if value is not ...}
        for name, content in {"run.py": "", "install.json": whole, **(files or {})}.items():
            text = content if isinstance(content, str) else json.dumps(content, indent=2) + "\n"
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def found(app: Callable[..., Path]) -> Found:
    """Say which rules find what in an app, as pairs of rule and JSON path; ``code`` stands for what its code declares."""

    def look(files: dict[str, Any] | None = None, *, code: AppCode | None = None, **manifest: Any) -> set[tuple[str, str]]:
        from gatepost.project.validation.running import _findings_of_rule

        subject = Subject(load(app(files, **manifest)), None if code is None else lambda: code)
        return {
            (finding.rule, finding.path or Path(finding.place).name)
            for checked in checked_rules()
            for finding in _findings_of_rule(subject, checked)
        }

    return look
