"""Jobs that talk to another service: each one as the template makes it, and that it works as it is."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from ruff import find_ruff_bin

from gatepost.emulator import OAuthEmulator, TcapEmulator, TimbrEmulator
from gatepost.inputs.collecting import collect
from gatepost.manifest import load
from gatepost.project.diagnosis.doctor import diagnose
from gatepost.project.templates.creating import AUTHORIZATIONS
from gatepost.project.validation import validate
from gatepost.runtime import declared_services

SERVICES = {"tcap": "tcap", "timbr": "timbr", "oauth2": "feed", "header": "feed"}

every_service = pytest.mark.parametrize("auth", SERVICES)


def test_there_is_a_template_for_each() -> None:
    assert set(AUTHORIZATIONS) == {"platform", *SERVICES}


@every_service
def test_it_has_the_same_files_as_any_job(projects: dict[str, Path], auth: str) -> None:
    of_a_job, own = (
        {str(file.relative_to(projects[name])) for file in projects[name].rglob("*") if file.is_file()}
        for name in ("platform", auth)
    )
    assert own == of_a_job
    assert not [file for file in own if file != ".gatepost-template.json" and "{%" in (projects[auth] / file).read_text()]


@every_service
def test_nothing_is_off_about_it(projects: dict[str, Path], auth: str) -> None:
    assert load(projects[auth] / "install.json").findings == ()
    assert [str(finding) for finding in validate(projects[auth]).findings] == []


@every_service
def test_its_inputs_declare_the_service(projects: dict[str, Path], auth: str) -> None:
    manifest = load(projects[auth] / "install.json")
    (service,) = declared_services(collect(manifest=manifest, environment={}).best).values()
    assert (service.name, service.scheme.name) == (SERVICES[auth], auth)
    secrets = {f"{service.name}_{item.suffix}" for item in service.scheme.inputs if item.secret}
    params = {param["name"]: param for param in json.loads((projects[auth] / "install.json").read_text())["params"]}
    for name in secrets & params.keys():
        assert params[name]["encrypt"] is True
    assert [param["sequence"] for param in params.values()] == list(range(1, len(params) + 1))


@pytest.mark.parametrize("command", [["check", "--select", "E,F,I,B,UP,SIM,RUF,PT,TC"], ["format", "--check"]])
def test_their_code_is_clean(projects: dict[str, Path], command: list[str]) -> None:
    ruff = [find_ruff_bin(), *command, "--isolated", "--no-cache", "--line-length", "130"]
    for project in projects.values():
        done = subprocess.run([*ruff, "."], cwd=project, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def environments() -> Iterator[dict[str, dict[str, str]]]:
    """What names an emulated service, for each kind of project."""
    with ExitStack() as stack:
        tcap, timbr, feed = (stack.enter_context(make()) for make in (TcapEmulator, TimbrEmulator, OAuthEmulator))
        feeds = {auth: feed.environment("feed", auth) for auth in ("oauth2", "header")}
        yield {"tcap": tcap.environment(), "timbr": timbr.environment(), **feeds}


@every_service
def test_doctor_finds_the_service(projects: dict[str, Path], environments: dict[str, dict[str, str]], auth: str) -> None:
    diagnosis = diagnose(projects[auth], environment=environments[auth], services=(SERVICES[auth],))
    assert diagnosis.healthy, diagnosis.services
    (service,) = diagnosis.services
    assert next(step.outcome for step in service.steps if step.name == "request") == "ok"
