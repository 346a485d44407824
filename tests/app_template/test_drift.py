"""The example at the repository's root and the template: what they must have in common."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.app_template.conftest import TEMPLATE

ROOT = Path(__file__).parents[2]
OF_ITS_OWN = {"$schema", "appId", "displayName", "labels", "note", "params", "programVersion"}
CREDENTIALS = ["api_access_id", "api_secret_key", "tc_token", "tc_token_expires"]


@pytest.fixture(scope="module")
def manifests(project: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The manifests of the root's example and of a project made from the template."""
    example, made = (json.loads((folder / "install.json").read_text(encoding="utf-8")) for folder in (ROOT, project))
    return example, made


def test_they_say_the_same_of_what_is_not_their_own(manifests: tuple[dict[str, Any], dict[str, Any]]) -> None:
    example, made = ({key: value for key, value in manifest.items() if key not in OF_ITS_OWN} for manifest in manifests)
    assert example == made
    assert {"features", "languageVersion", "minServerVersion", "programMain", "runtimeLevel"} <= example.keys()


def test_they_begin_with_the_same_four_credentials(manifests: tuple[dict[str, Any], dict[str, Any]]) -> None:
    example, made = (manifest["params"][:4] for manifest in manifests)
    assert example == made
    assert [param["name"] for param in made] == CREDENTIALS


def test_their_own_params_are_the_fields_of_their_inputs(manifests: tuple[dict[str, Any], dict[str, Any]]) -> None:
    for manifest, source in zip(manifests, (ROOT / "app.py", TEMPLATE / "{{ platform }}" / "app.py"), strict=True):
        declared = {param["name"] for param in manifest["params"]} - set(CREDENTIALS)
        fields = _inputs_of(source)
        assert declared == fields


def test_they_are_two_apps(manifests: tuple[dict[str, Any], dict[str, Any]]) -> None:
    example, made = manifests
    assert example["appId"] != made["appId"]


def test_they_start_in_the_same_way() -> None:
    assert (ROOT / "run.py").read_bytes() == (TEMPLATE / "run.py").read_bytes()


def _inputs_of(source: Path) -> set[str]:
    namespace: dict[str, Any] = {"__name__": source.stem, "__file__": str(source)}
    exec(compile(source.read_text(encoding="utf-8"), source, "exec", dont_inherit=True), namespace)
    return set(namespace["AppInputs"].model_fields)
