"""The action Advanced Request, on an emulated service and on answers that no decent service gives."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
from requests.adapters import BaseAdapter

from gatepost import App, Inputs, Result, Runtime
from gatepost.app import AdvancedRequest
from gatepost.app.advanced_request import MOST_BYTES
from gatepost.emulator import OAuthEmulator
from gatepost.errors import UsageError


@pytest.fixture(scope="module")
def feed() -> Iterator[OAuthEmulator]:
    with OAuthEmulator(items=3) as feed:
        yield feed


@pytest.fixture
def ask(feed: OAuthEmulator) -> Callable[..., Result]:
    app = App[Inputs](auth=None, raise_for_status=True)
    app.advanced_request("demo", service="feed")

    def ask(path: str = "/items/1", scheme: str = "header", **inputs: Any) -> Result:
        given = {f"tc_adv_req_{name}": value for name, value in inputs.items()}
        service = {**feed.inputs("feed", scheme), "feed_verify": feed.ca_file}
        return app.test({"tc_action": "Advanced Request", "tc_adv_req_path": path, **service, **given})

    return ask


# -- on a service ------------------------------------------------------------------------------------------------------------


def test_an_answer_is_given_out(ask: Callable[..., Result], feed: OAuthEmulator) -> None:
    result = ask()
    assert (result.exit_code, result.message) == (0, "200 OK"), result.log
    outputs = result.outputs
    assert outputs["demo.request.content"] == outputs["demo.request.content.binary"].decode()
    assert json.loads(outputs["demo.request.content"]) == {"id": 1, "name": "Item 1"}
    assert json.loads(outputs["demo.request.headers"])["content-type"] == "application/json"
    assert (outputs["demo.request.ok"], outputs["demo.request.reason"]) == ("true", "OK")
    assert (outputs["demo.request.status_code"], outputs["demo.request.url"]) == ("200", f"{feed.url}/items/1")


def test_the_query_is_made_of_pairs(ask: Callable[..., Result]) -> None:
    params = [{"key": "offset", "value": "1"}, {"key": "limit", "value": None}, {"key": "x", "value": ["a b", "ü"]}]
    url = ask("/items", params=params, exclude_null_params="true").outputs["demo.request.url"]
    assert parse_qsl(url.partition("?")[2], keep_blank_values=True) == [("offset", "1"), ("x", "a b"), ("x", "ü")]
    url = ask("/items", params=params).outputs["demo.request.url"]
    assert ("limit", "") in parse_qsl(url.partition("?")[2], keep_blank_values=True)


def test_a_body_is_sent_once(ask: Callable[..., Result], feed: OAuthEmulator) -> None:
    headers = [{"key": "Content-Type", "value": "application/json"}]
    before = len(feed.requests)
    result = ask("/items", http_method="post", body='{"name": "Blau"}', headers=headers)
    assert result.outputs["demo.request.status_code"] == "201"
    assert json.loads(result.outputs["demo.request.content"])["name"] == "Blau"
    assert [request.method for request in feed.requests[before:]] == ["POST"]


@pytest.mark.parametrize(("fails", "code", "message"), [(True, 1, "Failed for status (404)"), (False, 0, "404 Not Found")])
def test_an_error_fails_the_run_if_it_is_to(ask: Callable[..., Result], fails: bool, code: int, message: str) -> None:
    result = ask("/items/99", fail_on_error=fails)
    assert (result.exit_code, result.message) == (code, message)
    assert (result.outputs["demo.request.ok"], result.outputs["demo.request.status_code"]) == ("false", "404")
    assert "demo.request.content" in result.outputs


def test_the_key_of_the_service_is_not_given_out(ask: Callable[..., Result], feed: OAuthEmulator) -> None:
    result = ask(scheme="query")
    assert result.exit_code == 0
    assert feed.credentials.api_key.reveal() not in str(result.outputs)


def test_another_server_gets_no_credentials_and_none_is_asked_that_is_not_there(
    ask: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatepost.clock.SystemTime.sleep", lambda *_: None)  # between tries of a server that never comes
    result = ask("https://127.0.0.1:9/items")
    assert result.exit_code == 1
    assert result.message.startswith("Exception during request (")
    assert result.outputs == {}


# -- on answers of all kinds -------------------------------------------------------------------------------------------------


class Answers(BaseAdapter):
    """Gives one answer to each request, and remembers the last one."""

    def __init__(self, content: bytes, content_type: str = "") -> None:
        super().__init__()
        self._content = content
        self._content_type = content_type
        self.request = requests.PreparedRequest()

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        from urllib3 import HTTPResponse

        self.request = request
        response = requests.Response()
        response.status_code, response.reason, response.url, response.request = 200, "OK", request.url or "", request
        response.headers["Content-Type"] = self._content_type
        response.encoding = requests.utils.get_encoding_from_headers(response.headers)
        response.raw = HTTPResponse(io.BytesIO(self._content), preload_content=False)
        return response

    def close(self) -> None:
        """Nothing is open."""


def send(answers: Answers, most_bytes: int = MOST_BYTES, **inputs: Any) -> Result:
    session = requests.Session()
    session.mount("https://", answers)
    app = App[Any](auth=None)
    app._add_action(AdvancedRequest("demo", lambda runtime: session, most_bytes=most_bytes))
    given = {f"tc_adv_req_{name}": value for name, value in inputs.items()}
    return app.test({"tc_action": "advanced_request", "tc_adv_req_path": "https://example.com/x", **given})


@pytest.mark.parametrize(
    ("content", "content_type", "text"),
    [
        ("für".encode(), "text/plain", "für"),
        ("für".encode("latin-1"), "text/plain", "für"),
        ("für".encode("utf-16"), "text/plain; charset=utf-16", "für"),
        ("für".encode(), "text/plain; charset=nonsense", "für"),
        (b"\xff\x00", "application/octet-stream", "ÿ\x00"),
        (b"", "", ""),
    ],
)
def test_a_body_is_given_out_as_text_and_as_it_is(content: bytes, content_type: str, text: str) -> None:
    outputs = send(Answers(content, content_type)).outputs
    assert (outputs["demo.request.content"], outputs["demo.request.content.binary"]) == (text, content)


def test_of_a_body_that_is_too_long_the_rest_is_given_out() -> None:
    result = send(Answers(b"x" * 2_000_000), most_bytes=1024 * 1024)
    assert (result.exit_code, result.message) == (1, "The response is larger than 1 MB")
    assert {name.rpartition(".")[2] for name in result.outputs} == {"headers", "ok", "reason", "status_code", "url"}


@pytest.mark.parametrize(
    ("body", "sent"),
    [("für", "für".encode()), (b"\x00\xff", b"\x00\xff"), ({"a": [1]}, b'{"a": [1]}'), ("", None), (None, None)],
)
def test_a_body_is_sent_as_utf8(body: object, sent: bytes | None) -> None:
    answers = Answers(b"")
    assert send(answers, http_method="PUT", body=body).exit_code == 0
    assert answers.request.body == sent


def test_a_body_may_become_a_form() -> None:
    answers = Answers(b"")
    send(answers, http_method="POST", body='{"a": "b c", "n": [1, true], "none": null}', urlencode_body="true")
    assert answers.request.body == b"a=b+c&n=1&n=true&none="
    assert answers.request.headers["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(("body", "words"), [("a=b", "it is not JSON"), ("[1]", "its JSON is no object")])
def test_what_cannot_become_a_form_is_told(body: str, words: str) -> None:
    result = send(Answers(b""), http_method="POST", body=body, urlencode_body=True)
    assert result.exit_code == 1
    assert words in result.message


def test_headers_are_sent_as_they_are() -> None:
    answers = Answers(b"")
    send(answers, headers={"key": "X-Name", "value": "für"})
    assert answers.request.headers["X-Name"] == "für".encode()


def test_a_header_that_cannot_be_is_told() -> None:
    result = send(Answers(b""), headers=[{"key": "X", "value": "a\r\nY: b"}])
    assert result.exit_code == 1
    assert result.message.startswith("Exception during request (")


# -- declaring it ------------------------------------------------------------------------------------------------------------


def test_it_goes_by_the_platform_or_by_a_session_of_the_app() -> None:
    session = requests.Session()
    session.mount("https://", Answers(b"by the platform"))
    app = App[Any](auth=None)
    app.advanced_request("demo")
    given = {"tc_action": "Advanced Request", "tc_adv_req_path": "https://example.com/"}
    assert app.test(given, session=session).outputs["demo.request.content"] == "by the platform"
    own = App[Any](auth=None)
    own.advanced_request("demo", session=lambda runtime: session)
    assert own.test(given).outputs["demo.request.content"] == "by the platform"


def test_the_app_has_its_feature() -> None:
    app = App[Any](features=["CreatesGroup"])
    app.advanced_request("demo.")
    assert app.features == ("CreatesGroup", "advancedRequest")
    assert list(app.actions) == ["Advanced Request"]


def test_what_cannot_be_declared_is_told() -> None:
    def session(runtime: Runtime[Any]) -> requests.Session:
        raise AssertionError

    with pytest.raises(UsageError, match="one session"):
        App[Any]().advanced_request("demo", service="feed", session=session)
    with pytest.raises(UsageError, match="no prefix"):
        App[Any]().advanced_request("")
