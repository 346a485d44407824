from __future__ import annotations

import io
import json
import stat
import struct
import sys
import warnings
import zipfile
import zlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PATH = "/v3/apps/exchange/install"
MANIFEST = {
    "appId": "4b2d7f1e-9c3a-4e58-8f60-2a1d5c7b9e34",
    "displayName": "Demo",
    "programLanguage": "PYTHON",
    "programMain": "run",
    "programVersion": "1.2.3",
    "runtimeLevel": "Organization",
}


def package(files: dict[str, bytes | str] | None = None, folder: str = "TC_-_Demo_v1", **manifest: Any) -> bytes:
    """A package: the given files, or a small app."""
    made = io.BytesIO()
    whole = {f"{folder}/install.json": json.dumps({**MANIFEST, **manifest}), f"{folder}/run.py": "print()"}
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w") as archive:
        warnings.simplefilter("ignore")  # about a name that is there twice
        for name, content in (whole if files is None else files).items():
            archive.writestr(name, content)
    return made.getvalue()


def form(content: bytes, *, name: str = "Demo.tcx", boundary: str = "xYz", **flags: str) -> tuple[dict[str, str], bytes]:
    """Headers and body of an upload, written by hand (RFC 7578)."""
    values = {"allowAllOrgs": "true", "allowAppDistribution": "false", **flags}
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in values.items()]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="fileData"; filename="{name}"\r\n'
    head += "Content-Type: application/octet-stream\r\n\r\n"
    body = "".join(parts).encode() + head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return {"Content-Type": f"multipart/form-data; boundary={boundary}"}, body


def upload(client, content: bytes, path: str = PATH, **flags: str):
    headers, body = form(content, **flags)
    return client.send_signed("POST", path, headers, body)


@pytest.mark.parametrize("path", [PATH, "/internal/apps/exchange/install"])
def test_a_package_is_installed_and_kept(tc_platform, client, path):
    content = package()
    answer = upload(client, content, path)
    assert (answer.status, answer.json) == (
        200,
        [
            {
                "id": 1,
                "programName": "TC - Demo v1",
                "displayName": "Demo",
                "displayPath": None,
                "programVersion": "1.2.3",
                "parent": None,
            }
        ],
    )
    (app,) = tc_platform.installed_apps
    assert (app.folder, app.app_id, app.files) == ("TC_-_Demo_v1", MANIFEST["appId"], ("install.json", "run.py"))
    assert (app.allow_all_orgs, app.allow_app_distribution, app.file_name) == (True, False, "Demo.tcx")
    assert app.content == content


def test_an_upgrade_keeps_its_number(tc_platform, client):
    upload(client, package())
    upload(client, package(folder="TC_-_Other_v1"))
    assert upload(client, package(programVersion="1.3.0")).json[0]["id"] == 1
    assert [(app.folder, app.program_version) for app in tc_platform.installed_apps] == [
        ("TC_-_Demo_v1", "1.3.0"),
        ("TC_-_Other_v1", "1.2.3"),
    ]


def test_another_app_does_not_take_the_place_of_one(tc_platform, client):
    upload(client, package())
    assert upload(client, package(appId="other")).json == []
    assert tc_platform.installed_apps[0].app_id == MANIFEST["appId"]
    assert "is installed already, with the appId" in tc_platform.requests[-1].explanation


def second_name() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        entry = zipfile.ZipInfo("a/install.json")
        name = struct.pack("<BL", 1, zlib.crc32(b"a/install.json")) + b"a/other"
        entry.extra = struct.pack("<HH", 0x7075, len(name)) + name
        archive.writestr(entry, "{}")
    return made.getvalue()


def test_a_package_that_says_two_names_of_a_file_is_not_installed(tc_platform, client):
    assert upload(client, second_name()).json == []
    # Before Python 3.12, zipfile knows no such names.
    reason = "has a second name" if sys.version_info >= (3, 12) else "lacks displayName"
    assert reason in tc_platform.requests[-1].explanation


def test_a_package_that_would_fill_the_disk_is_not_installed(tc_platform, client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("gatepost.emulator.exchange._LARGEST_APP", 1000)
    assert upload(client, package({"a/install.json": "{}", "a/x": "0" * 1000})).json == []
    assert "more than 1000 bytes" in tc_platform.requests[-1].explanation


def link() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        entry = zipfile.ZipInfo("a/link")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no zip", "no sound zip file"),
        (package({}), "not exactly one folder"),
        (package({"install.json": "{}"}), "not exactly one folder"),
        (package({"a/install.json": "{}", "b/x": ""}), "not exactly one folder"),
        (package({"a/x": ""}), "no install.json"),
        (package({"a/../../x": "", "a/install.json": "{}"}), "no path that can be unpacked safely"),
        (package({"/a/x": ""}), "no path that can be unpacked safely"),
        (package({"a\\x": ""}), "no path that can be unpacked safely"),
        (package({"C:/x": ""}), "no path that can be unpacked safely"),
        (link(), "is a link"),
        (package({"a/install.json": "{"}), "is no JSON"),
        (package({"a/install.json": "[]"}), "is no object"),
        (package({"a/install.json": '{"displayName": "x"}'}), "lacks programLanguage, programMain, programVersion, runtimeLevel"),
        (package({"a/install.json": json.dumps(MANIFEST)}), "its program run is not in it"),
    ],
)
def test_what_cannot_be_installed_is_answered_by_an_empty_list(tc_platform, client, content, reason):
    answer = upload(client, content)
    assert (answer.status, answer.json) == (200, [])
    assert reason in tc_platform.requests[-1].explanation
    assert tc_platform.installed_apps == ()


def test_a_damaged_file_in_it_is_found(tc_platform, client):
    content = package().replace(b"print()", b"tnirp()", 1)
    assert upload(client, content).json == []
    assert "damaged" in tc_platform.requests[-1].explanation


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ({}, b"", "no multipart/form-data"),
        ({"Content-Type": "application/json"}, b"{}", "no multipart/form-data"),
        ({"Content-Type": "multipart/form-data"}, b"x", "cannot be told apart"),
        ({"Content-Type": "multipart/form-data; boundary=a"}, b"--b\r\n\r\n", "cannot be told apart"),
        ({"Content-Type": "multipart/form-data; boundary=a"}, b"--a--\r\n", "no part fileData"),
        (*form(b"x", allowAllOrgs="perhaps"), "allowAllOrgs is not true or false"),
        (*form(b"x", name=""), "no part fileData with a file name"),
    ],
)
def test_what_is_no_upload_is_refused(tc_platform, client, headers, body, reason):
    assert client.send_signed("POST", PATH, headers, body).status == 400
    assert reason in tc_platform.requests[-1].explanation


@pytest.mark.tc_platform(exchange_administrator=False)
def test_only_an_exchange_administrator_installs(tc_platform, client):
    assert upload(client, package()).status == 401
    assert tc_platform.installed_apps == ()


def test_a_stranger_installs_nothing(tc_platform, client):
    headers, body = form(package())
    assert client.send("POST", PATH, headers, body).status == 401
    assert client.send_token("POST", PATH, headers, body).status == 200
    assert len(tc_platform.installed_apps) == 1


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200))
def test_any_content_arrives_as_it_was_sent(tc_platform, client, content):
    made = package({"a/install.json": json.dumps(MANIFEST), "a/run.py": "", "a/data": content})
    upload(client, made)
    assert tc_platform.installed_apps[0].content == made
