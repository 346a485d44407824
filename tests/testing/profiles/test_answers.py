from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
import requests

from gatepost.testing.profiles import Profile, ProfileError, read_profile
from gatepost.testing.profiles.answering import _WhenImported, answered
from gatepost.testing.profiles.answers import recorded_answers
from tests.testing.profiles.demo import write_profile

URL = "https://service.invalid/items"


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return read_profile(write_profile(tmp_path))


def test_several_answers_are_given_one_after_the_other_and_the_last_one_stays(profile: Profile):
    answers: dict[str, Any] = {"get": [{"url": URL, "body": "one"}, {"url": URL, "body": {"n": 2}}]}
    with answered(recorded_answers(profile, answers, None)):
        assert [requests.get(URL, params={"a": 1}).text for _ in range(3)] == ["one", '{"n": 2}', '{"n": 2}']
        assert requests.get(URL).headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("entry", "body"),
    [({"body": {"base64": "AP8="}}, b"\x00\xff"), ({}, b""), ({"body": "é", "headers": {"Content-Length": "9"}}, "é".encode())],
)
def test_bodies(profile: Profile, entry: dict[str, Any], body: bytes):
    with answered(recorded_answers(profile, {"post": [{"url": URL, "status_code": 201, **entry}]}, None)):
        answer = requests.post(URL)
    assert (answer.status_code, answer.content) == (201, body)


def test_all_other_requests_are_sent(profile: Profile, monkeypatch: pytest.MonkeyPatch):
    sent = []

    def send(adapter: Any, request: Any, *_: Any, **__: Any) -> Any:
        sent.append((request.method, request.url))
        raise requests.ConnectionError

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    with answered(recorded_answers(profile, {"get": [{"url": URL, "params": {"page": 1}}]}, None)):
        for method, url in (("POST", f"{URL}?page=1"), ("GET", URL), ("GET", f"{URL}?page=2")):
            with pytest.raises(requests.ConnectionError):
                requests.request(method, url)
        assert requests.get(URL, params={"page": "1", "more": "x"}).ok
    assert len(sent) == 3
    assert requests.adapters.HTTPAdapter.send is send


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.DependencyWarning")  # said at each import, where there is no PySocks
def test_in_a_process_of_an_app_they_are_given_as_soon_as_it_imports_requests(profile: Profile):
    watching = _WhenImported(recorded_answers(profile, {"get": [{"url": URL, "body": "one"}]}, None))
    assert watching.find_spec("requests") is None
    assert watching.find_spec("requests.adapters", []) is None, "the app has no requests"
    spec = watching.find_spec("requests.adapters", requests.__path__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with requests.Session() as session:
        session.mount("https://", module.HTTPAdapter())
        assert session.get(URL).text == "one"


def test_a_body_that_is_no_base64_is_an_error_with_its_line(profile: Profile):
    with (
        pytest.raises(ProfileError, match="base64"),
        answered(recorded_answers(profile, {"get": [{"url": URL, "body": {"base64": "?"}}]}, None)),
    ):
        pass


def test_a_url_that_is_none_is_an_error_with_its_line(profile: Profile):
    with pytest.raises(ProfileError, match=r"upper\.json:\d+: the url of a recorded answer is none.*Invalid IPv6 URL"):
        recorded_answers(profile, {"get": [{"url": "http://["}]}, None)
