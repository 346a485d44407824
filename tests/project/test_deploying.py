"""A package on its way to the emulated platform, by real HTTP."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import requests

from gatepost.emulator import Emulator
from gatepost.errors import CredentialError, GatepostError, PlatformError
from gatepost.project.deploying import PATH, _installed, deploy_package
from gatepost.project.package.unpacking import PackageError

MANIFEST = {
    "displayName": "Demo",
    "programLanguage": "PYTHON",
    "programMain": "run.py",
    "programVersion": "1.2.3",
    "runtimeLevel": "Organization",
}


def package(folder: Path, name: str = "TC_-_Demo_v1", **manifest: Any) -> Path:
    path = folder / f"{name}.tcx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/install.json", json.dumps({**MANIFEST, **manifest}))
        archive.writestr(f"{name}/run.py", "print()")
    return path


@pytest.fixture(autouse=True)
def _as_an_administrator(tc_platform: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The credentials of ``tcex deploy``: the newer names of the HMAC pair."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TC_API_PATH", tc_platform.url)
    monkeypatch.setenv("TC_API_ACCESS_ID", tc_platform.credentials.access_id)
    monkeypatch.setenv("TC_API_SECRET_KEY", tc_platform.credentials.secret_key.reveal())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", tc_platform.ca_file)


def test_a_package_arrives_as_it_is(tc_platform: Emulator, tmp_path: Path):
    file = package(tmp_path)
    told: list[tuple[int, int]] = []
    deployed = deploy_package(file, distribution=True, progress=lambda *step: told.append(step))
    assert deployed.url == f"{tc_platform.url}/v3/apps/exchange/install"
    assert [app["displayName"] for app in deployed.apps] == ["Demo"]
    (app,) = tc_platform.installed_apps
    assert (app.content, app.file_name) == (file.read_bytes(), "TC_-_Demo_v1.tcx")
    assert (app.allow_all_orgs, app.allow_app_distribution) == (True, True)
    assert told[-1][0] == told[-1][1] > len(file.read_bytes())
    assert [request.scheme for request in tc_platform.requests] == ["TC"]
    assert deployed.notes == ()


def test_the_older_address_is_there_for_older_platforms(tc_platform: Emulator, tmp_path: Path):
    deploy_package(package(tmp_path), internal=True, all_organizations=False)
    assert tc_platform.requests[-1].target.endswith("/internal/apps/exchange/install")
    assert tc_platform.installed_apps[0].allow_all_orgs is False


def test_an_empty_list_is_a_failure(tc_platform: Emulator, tmp_path: Path):
    with pytest.raises(PlatformError, match="The platform installed nothing") as caught:
        deploy_package(package(tmp_path, programMain="missing.py"))
    assert caught.value.status == 200
    assert "gatepost package --check" in caught.value.remedy


def test_a_token_will_do(tc_platform: Emulator, tmp_path: Path):
    issued = tc_platform.issue_token()
    inputs = {"tc_api_path": tc_platform.url, "tc_token": issued.token.reveal(), "tc_token_expires": issued.expires}
    deploy_package(package(tmp_path), inputs=inputs, auth="token")
    assert [request.scheme for request in tc_platform.requests] == ["TC-Token"]


def test_a_body_is_sent_again_where_the_token_had_to_be_renewed(tc_platform: Emulator, tmp_path: Path):
    issued = tc_platform.issue_token()
    tc_platform.clock.turn(4.5 * 60 * 60)
    inputs = {"tc_api_path": tc_platform.url, "tc_token": issued.token.reveal(), "tc_token_expires": issued.expires}
    deploy_package(package(tmp_path), inputs=inputs, auth="token")
    assert tc_platform.installed_apps[0].content == (tmp_path / "TC_-_Demo_v1.tcx").read_bytes()
    assert [request.status for request in tc_platform.requests] == [401, 200, 200]


@pytest.mark.tc_platform(exchange_administrator=False)
def test_a_missing_role_is_named(tmp_path: Path):
    with pytest.raises((PlatformError, CredentialError), match="Exchange Admin"):
        deploy_package(package(tmp_path))


@pytest.mark.tc_platform(prefix="")
def test_a_platform_without_the_address_is_named(tc_platform: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TC_API_PATH", f"{tc_platform.url}/v3")
    with pytest.raises(PlatformError, match=r"has no /v3/apps/exchange/install.*--internal"):
        deploy_package(package(tmp_path))


def test_a_package_that_is_refused_is_not_sent(tc_platform: Emulator, tmp_path: Path):
    package(tmp_path).rename(tmp_path / "Renamed.tcx")
    with pytest.raises(PackageError, match="its name says Renamed"):
        deploy_package(tmp_path / "Renamed.tcx")
    with pytest.raises(GatepostError, match="No such file"):
        deploy_package(tmp_path / "missing.tcx")
    assert tc_platform.requests == ()


def test_without_a_credential_nothing_is_sent(tc_platform: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TC_API_SECRET_KEY")
    with pytest.raises(CredentialError):
        deploy_package(package(tmp_path))
    assert tc_platform.requests == ()


def test_a_version_that_is_not_the_one_that_was_sent_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("gatepost.project.deploying._installed", lambda *_: ({"programVersion": "1.0.0"},))
    deployed = deploy_package(package(tmp_path))
    assert deployed.notes == ("the package holds version 1.2.3, and the platform says 1.0.0",)


@pytest.mark.parametrize(
    ("status", "content", "words"),
    [
        (200, b"<html>", "none that an installation has"),
        (200, b'{"data": []}', "none that an installation has"),
        (200, b"[1]", "none that an installation has"),
        (400, b'{"message": "no such form", "status": "Error"}', "no such form"),
        (403, b"{}", "Exchange Admin"),
    ],
)
def test_other_answers_are_failures_too(status: int, content: bytes, words: str):
    response = requests.Response()
    response.status_code, response._content = status, content
    response.request = requests.Request("POST", "https://platform.example/api/v3/apps/exchange/install").prepare()
    with pytest.raises(PlatformError, match=words):
        _installed(response, PATH)
