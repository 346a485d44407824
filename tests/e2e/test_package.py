"""A whole app, with gatepost and all it needs, from the template to a platform."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gatepost.emulator import Emulator
from gatepost.project import build_package, check_package, deploy_package, open_app
from tests.app_template.conftest import make_project
from tests.app_template.test_job import vendor_core

HERE = ".".join(map(str, sys.version_info[:2]))
MEGABYTE = 1_000_000


def test_a_new_app_is_packed_runs_from_its_package_and_is_installed(
    tmp_path: Path, tc_platform: Emulator, monkeypatch: pytest.MonkeyPatch
):
    project = make_project(tmp_path / "hello", app_name="hello")
    vendor_core(tmp_path / "core")
    made = build_package(open_app(project), dependencies=tmp_path / "core", python_version=HERE, environment={})
    assert {"gatepost", "requests", "pydantic", "cryptography"} <= {item.name for item in made.distributions}
    if sys.platform == "linux":
        assert made.dependencies_size < 30 * MEGABYTE
        assert made.size < 9 * MEGABYTE

    checked = check_package(made.path, tc_platform)
    assert (checked.launch.exit_code, checked.launch.message) == (0, "Common Community is one of 2 owners")
    assert [request.verdict for request in checked.launch.requests] == ["accepted"]

    for name, value in tc_platform.environment("hmac").items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    deployed = deploy_package(made.path)
    assert [app["displayName"] for app in deployed.apps] == ["Hello"]
    assert tc_platform.installed_apps[0].content == made.path.read_bytes()
