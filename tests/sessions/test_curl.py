"""Requests as curl lines: they say what was sent, and no secret."""

from __future__ import annotations

import base64
import io
import shlex
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st

from gatepost.secret import MASK, Secret
from gatepost.sessions.curl import curl_command, curl_line, without_password
from gatepost.transport.settings import Route
from tests.transport.scripted_server import ScriptedServer

URL = "https://platform.example/api/v2/owners"
WITHOUT_VALUE = {"--path-as-is", "--globoff", "--head", "--insecure"}


def prepared(method: str = "GET", url: str = URL, **settings: Any) -> requests.PreparedRequest:
    return requests.Request(method, url, **settings).prepare()


def options(line: str, name: str) -> list[str]:
    """Return the values of an option. A value may look like an option: what a caller sends is any text."""
    words = iter(shlex.split(line)[1:-1])
    given = [(word, next(words)) for word in words if word not in WITHOUT_VALUE]
    return [value for option, value in given if option == name]


def body(line: str) -> str:
    (text,) = options(line, "--data-raw") or options(line, "--data-binary")
    return text


# -- what it says ------------------------------------------------------------------------------------------------------------


def test_a_request():
    line = curl_line(prepared("POST", URL, params={"a b": "c d"}, json={"name": "it's"}, headers={"X-One": "1"}))
    assert line == (
        "curl --path-as-is --globoff --request POST --header 'X-One: 1' --header 'Content-Type: application/json' "
        f"""--data-raw '{{"name": "it'"'"'s"}}' '{URL}?a+b=c+d'"""
    )


def test_headers_that_curl_writes_by_itself_are_left_out():
    request = prepared("POST", data="x")
    request.headers.update({"Accept-Encoding": "gzip", "Connection": "keep-alive"})
    assert options(curl_line(request), "--header") == ["Content-Type:"]


def test_a_body_that_is_none_keeps_its_length():
    assert options(curl_line(prepared("POST")), "--header") == ["Content-Length: 0"]


def test_headers_may_be_empty_or_bytes():
    request = prepared(headers={"X-Empty": "", b"X-Bytes": b"caf\xe9"})
    assert options(curl_line(request), "--header") == ["X-Empty;", "X-Bytes: café"]


def test_head_has_no_body():
    assert curl_line(prepared("HEAD", json={})).startswith("curl --path-as-is --globoff --head ")
    assert "--data" not in curl_line(prepared("HEAD", json={}))


def test_a_fragment_is_not_sent():
    assert shlex.split(curl_line(prepared(url=f"{URL}?a=b#c")))[-1] == f"{URL}?a=b"


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ({"data": b"\xff\xfe"}, "@body-of-2-bytes"),
        ({"data": "a\0b"}, "@body-of-3-bytes"),
        ({"data": io.BytesIO(b"streamed")}, "@-"),
        ({"data": iter([b"streamed"])}, "@-"),
        ({"data": "é" * 100}, "@body-of-200-bytes"),
        ({"data": "é" * 10}, "é" * 10),
    ],
    ids=["binary", "null", "file", "iterator", "long", "short"],
)
def test_some_bodies_are_named_and_not_shown(settings, shown):
    assert body(curl_line(prepared("POST", **settings), longest_body=50)) == shown


def test_a_multipart_body_is_not_shown():
    # No letters of hexadecimal digits alone: the boundary, which is shown, is made of those by chance.
    line = curl_line(prepared("POST", files={"fileData": ("app.tcx", b"content")}, data={"password": "canary"}))
    assert body(line).startswith("@body-of-")
    assert "canary" not in line


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH"]),
    path=st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    headers=st.dictionaries(
        st.from_regex(r"X-[A-Z0-9]{1,10}", fullmatch=True),  # names that differ in case only are one header
        st.from_regex(r"[!-~]([ -~]{0,20}[!-~])?", fullmatch=True),
        max_size=3,
    ),
    data=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50),
)
@example(method="POST", path="", headers={"X-A": "--data-raw"}, data="--data-raw")
@example(method="POST", path="", headers={}, data="--head")
def test_the_shell_reads_back_what_was_sent(method: str, path: str, headers: dict[str, str], data: str):
    request = prepared(method, f"{URL}/{quote(path)}", headers=headers, data=data)
    line = curl_line(request, show_secrets=True)
    words = shlex.split(line)
    assert words[0] == "curl"
    assert words[-1] == request.url
    assert {f"{name}: {value}" for name, value in headers.items()} <= set(options(line, "--header"))
    if data:
        assert body(line) == data


# -- what it keeps to itself -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "TC 1234:c2lnbmF0dXJl", f"TC {MASK}"),
        ("authorization", "TC-Token SVC:8:abc:1:x", f"TC-Token {MASK}"),
        ("Authorization", "Bearer abc", f"Bearer {MASK}"),
        ("Authorization", "no scheme at all", MASK),
        ("Authorization", "secret", MASK),
        ("Proxy-Authorization", "Basic YTpi", f"Basic {MASK}"),
        ("Cookie", "a=b; JSESSIONID=1", MASK),
        ("x-api-key", "abc", MASK),
        ("X-Jwt-Token", "abc", MASK),
        ("X-Auth", "abc", MASK),
        ("X-Client-Secret", "Bearer abc", MASK),
        ("Referer", "https://x/?token=abc&a=b", f"https://x/?token={MASK}&a=b"),
        ("X-Author", "abc", "abc"),
        ("Timestamp", "1700000000", "1700000000"),
    ],
)
def test_headers_of_credentials_are_masked(name, value, shown):
    request = prepared(headers={name: value})
    assert options(curl_line(request), "--header") == [f"{name}: {shown}"]
    assert options(curl_line(request, show_secrets=True), "--header") == [f"{name}: {value}"]


@pytest.mark.parametrize(
    "name",
    [
        "token",
        "expiredToken",
        "access_token",
        "api_key",
        "apikey",
        "key",
        "sig",
        "X-Amz-Signature",
        "client%20secret",
        "password",
    ],
)
def test_parameters_of_credentials_are_masked(name):
    assert shlex.split(curl_line(prepared(url=f"{URL}?a=b&{name}=abc&c=d")))[-1] == f"{URL}?a=b&{name}={MASK}&c=d"
    assert "abc" in curl_line(prepared(url=f"{URL}?{name}=abc"), show_secrets=True)


def test_innocent_parameters_are_not():
    url = f"{URL}?tql=a%20=%20b&resultLimit=1&keyboard=x&token="
    assert shlex.split(curl_line(prepared(url=url)))[-1] == url


def test_fields_of_forms_are_masked():
    line = curl_line(prepared("POST", data={"grant_type": "client_credentials", "client_secret": "abc def", "scope": "x"}))
    assert body(line) == f"grant_type=client_credentials&client_secret={MASK}&scope=x"


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ('{"user": "me", "password": "a\\"b"}', f'{{"user": "me", "password": "{MASK}"}}'),
        ('[{"inner": {"apiToken" : "abc"}}]', f'[{{"inner": {{"apiToken" : "{MASK}"}}}}]'),
        ('{"pin_secret": 12345678}', f'{{"pin_secret": "{MASK}"}}'),
        ('{"token": null, "text": "password: x"}', '{"token": null, "text": "password: x"}'),
        ('{"broken password": "abc', '{"broken password": "abc'),
    ],
)
def test_members_of_json_are_masked(content, shown):
    assert body(curl_line(prepared("POST", data=content))) == shown


def test_a_user_in_the_url_is_masked():
    request = prepared()
    request.url = "https://me:abc@platform.example/?a=b"
    assert shlex.split(curl_line(request))[-1] == f"https://{MASK}@platform.example/?a=b"


CANARY = "canary/\"quoted\" and 'more'"


@pytest.mark.parametrize(
    "settings",
    [
        {"url": f"{URL}/{quote(CANARY, safe='')}"},
        {"params": {"innocent": CANARY}},
        {"headers": {"X-Innocent": CANARY}},
        {"headers": {"X-Innocent": base64.b64encode(f"me:{CANARY}".encode()).decode()}},
        {"data": {"innocent": CANARY}},
        {"json": {"innocent": [CANARY]}},
        {"data": f"plain {CANARY} text"},
        {"data": f"innocent={CANARY}"},
        {"auth": ("me", CANARY)},
        {"cookies": {"innocent": quote(CANARY)}},
    ],
    ids=str,
)
def test_a_known_secret_is_nowhere(settings):
    secret = Secret(CANARY)
    line = curl_line(prepared("POST", **settings))
    for form in ("canary", "quoted", "more", base64.b64encode(b"canary/").decode()[:8]):
        assert form not in line
    assert secret.reveal() == CANARY  # it lived until here


def test_a_body_may_be_in_a_file():
    assert options(curl_command("POST", URL, [], body_file="-"), "--data-binary") == ["@-"]


# -- the command -------------------------------------------------------------------------------------------------------------


def test_the_route_of_a_request():
    direct = Route({}, True, None, "", "")
    assert curl_command("GET", URL, [], route=direct, environment={}).endswith(f"--request GET {URL}")
    assert "--noproxy '*'" in curl_command("GET", URL, [], route=direct, environment={"HTTPS_PROXY": "http://proxy:1"})
    unverified = Route({"https": "http://me:abc@proxy:1"}, False, None, "", "")
    line = curl_command("GET", URL, [], route=unverified, environment={})
    assert "--insecure" in line
    assert options(line, "--proxy") == [f"http://me:{MASK}@proxy:1"]
    assert "me:abc@" in curl_command("GET", URL, [], route=unverified, environment={}, show_secrets=True)


def test_the_password_of_a_proxy_is_masked():
    assert without_password("http://me:canary@proxy:1") == f"http://me:{MASK}@proxy:1"
    assert without_password("http://me@proxy:1") == "http://me@proxy:1"
    assert without_password("http://proxy:1") == "http://proxy:1"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.mark.interoperability
@pytest.mark.programs("bash", "curl")
@pytest.mark.parametrize(
    "settings",
    [
        {"method": "GET", "url": "/a/../b/[x]{1,2}?q='a'&r=$HOME;c=`id`"},
        {"method": "POST", "url": "/", "json": {"name": 'it\'s "quoted"\n\\ and $more `x` \u00fc'}},
        {"method": "POST", "url": "/", "data": "line one\nline two\r\n\ttabbed!"},
        {"method": "PUT", "url": "/", "data": {"a b": "c&d"}, "headers": {"X-Empty": "", "Authorization": "TC 1:x="}},
        {"method": "POST", "url": "/"},
        {"method": "POST", "url": "/", "data": "@/etc/hostname"},
        {"method": "HEAD", "url": "/head"},
        {"method": "DELETE", "url": "/%7Ex?a"},
    ],
    ids=str,
)
def test_curl_sends_what_requests_sent(server: ScriptedServer, settings: dict[str, Any]):
    request = requests.Request(**{**settings, "url": server.url + settings["url"]}).prepare()
    with requests.Session() as session:
        session.trust_env = False
        session.send(request)
    subprocess.run(["bash", "-c", curl_line(request, show_secrets=True)], check=True, timeout=60, capture_output=True)
    ours, curls = server.requests
    assert (curls.method, curls.target, curls.body) == (ours.method, ours.target, ours.body)
    for name in ("Content-Type", "Content-Length", "Authorization", "X-Empty"):
        assert (curls.has(name), curls.header(name)) == (ours.has(name), ours.header(name))
