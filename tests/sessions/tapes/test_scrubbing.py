"""No secret is on a tape: not as it is, not URL-encoded, JSON-escaped or in base64; not when it is known too late."""

from __future__ import annotations

import base64
import gc
import gzip
import json
import re
from urllib.parse import quote, quote_plus

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from gatepost.auth import HmacAuth
from gatepost.redaction import redact
from gatepost.secret import Secret
from gatepost.sessions.tapes import RecordingAdapter, Tape
from gatepost.sessions.tapes.format import document_of
from gatepost.sessions.tapes.scrubbing import Scrubber, redact_bytes
from tests.sessions.tapes.conftest import tape_of
from tests.sessions.tapes.test_tape import open_recorded
from tests.transport.scripted_server import ScriptedServer, answer


def forms_of(secret: str) -> set[str]:
    """What encoders make of a secret; of base64 the characters that no neighbour changes."""
    data = secret.encode()
    forms = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), quote(quote(secret, safe=""), safe="")}
    forms |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], json.dumps(json.dumps(secret))[3:-3]}
    for alignment in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            encoded = encode(b"\0" * alignment + data).decode()
            forms.add(encoded[-(-8 * alignment // 6) : 8 * (alignment + len(data)) // 6])
    return forms


def assert_absent(text: str, secret: str) -> None:
    for form in forms_of(secret):
        assert form not in text
    # A replay makes a secret of a placeholder, which lives until the garbage of that test is collected.
    text = re.sub("[A-Z0-9]+:tape:[0-9]+", "", text)
    assert redact(text) == text


# -- canaries ------------------------------------------------------------------------------------------------------------------


def test_a_canary_in_every_place_is_nowhere_on_the_tape(recording, path, canary):
    basic = base64.b64encode(f"user:{canary}".encode()).decode()
    answers = [
        answer(body=json.dumps({"echo": canary, canary: [{"deep": f"x{canary}y"}]}), Content_Type="application/json"),
        answer(body=f"plain {canary}", Content_Type="text/plain", X_Echo=quote(canary), Set_Cookie=f"id={quote(canary)}"),
        answer(body=b"\xff\xfe" + canary.encode() + b"\xff", Content_Type="application/octet-stream"),
        answer(body=base64.b64encode(b"ab" + canary.encode())),
        answer(body=gzip.compress(canary.encode()), Content_Encoding="gzip"),
        answer(302, b"", Location=f"/next?q={quote(canary, safe='')}"),
        answer(body=json.dumps({"base64": basic, "url": f"https://h/?q={quote_plus(canary)}"}), Content_Type="application/json"),
    ]
    with ScriptedServer(*answers) as server:
        url = f"{server.url}/{quote(canary, safe='')}"
        recording.get(url, params={"q": canary, canary: "1"}, headers={"Authorization": f"Basic {basic}"})
        recording.post(url, data={"field": canary}, headers={"X-Api-Key": quote(canary), "Cookie": f"a={quote(canary)}"})
        recording.post(url, json={"text": canary, canary: canary}, headers={"X-Trace": basic})
        recording.post(url, files={"file": ("name", canary.encode())}, data={"note": canary})
        recording.post(url, data=gzip.compress(canary.encode()), headers={"Content-Encoding": "gzip"})
        recording.get(url, allow_redirects=False)
        recording.post(url, data=b"\x00\xff" + canary.encode())
    assert_absent(str(document_of({}, tape_of(recording).exchanges)), canary)  # before anything is written
    recording.close()

    text = path.read_text()
    assert_absent(text, canary)
    assert len(json.loads(text)["exchanges"]) == 7


def test_no_credential_of_a_run_is_on_the_tape(platform, clocks, time, path):
    credentials, issued = platform.credentials, platform.issue_token(life=60)
    adapter = RecordingAdapter(tape=Tape.record(path))
    with open_recorded(platform, clocks, adapter, token=issued.token) as session:
        time.turn(61)
        session.get("/v2/owners")
        renewed = session.scheme.renewal.snapshot().secret.reveal()
        hmac = HmacAuth(credentials.access_id, credentials.secret_key, origin=platform.url, clocks=clocks)
        signed = session.get("/v2/owners", auth=hmac).request.headers["Authorization"]
        issued_there = session.post("/v3/token/api", auth=hmac).json()["data"]

    text = path.read_text()
    for secret in (issued.token.reveal(), renewed, issued_there, credentials.secret_key.reveal(), signed.split(":")[1]):
        assert_absent(text, secret)
    assert json.loads(text)["exchanges"][1]["response"]["json"]["apiToken"] == "API:tape:1"
    assert json.loads(text)["exchanges"][4]["response"]["json"]["data"] == "API:tape:2"


def test_what_is_known_to_be_secret_later_is_taken_out_too(recording, path):
    text = "secret-but-nobody-knew-yet"
    with ScriptedServer(every=answer(body=json.dumps({"value": text, "number": 12345678901234567890}))) as server:
        recording.get(f"{server.url}/?q={text}", headers={"X-Trace": text})
        recording.post(server.url, data=b"\xff" + text.encode())
    recording.close()
    assert text in path.read_text()

    secrets = [Secret(text), Secret("12345678901234567890")]
    recording.close()
    assert text not in path.read_text()
    assert "12345678901234567890" not in path.read_text()
    assert [secret.reveal() for secret in secrets]


def test_what_was_secret_once_is_taken_out_although_nobody_knows_it_any_more(recording, path):
    text = "secret-" + "for-a-moment"
    with ScriptedServer(answer(), answer(body=text)) as server:
        secret = Secret(text)
        recording.get(server.url)
        del secret
        gc.collect()
        recording.get(server.url)
    recording.close()
    assert text not in path.read_text()


def test_a_number_that_is_a_secret_is_taken_out_and_the_tape_stays_json(recording, path):
    secret = Secret("98765432109876543210")
    with ScriptedServer(answer(body='{"id": 98765432109876543210, "other": 1.5}', Content_Type="application/json")) as server:
        recording.get(server.url)
    recording.close()
    assert json.loads(path.read_text())["exchanges"][0]["response"]["json"] == {"id": "***", "other": 1.5}
    assert secret


@given(st.binary(max_size=30), st.binary(max_size=30))
def test_a_secret_among_any_bytes_is_taken_out(before, after):
    secret = Secret("süßer-Käse-4711")
    for encoding in ("utf-8", "latin-1"):
        data = secret.reveal().encode(encoding)
        assert data not in redact_bytes(before + data + after)


@given(st.binary(max_size=60))
def test_bytes_without_a_secret_stay_as_they_are(data):
    assert redact_bytes(data) == data


# -- names that say what they hold ---------------------------------------------------------------------------------------------


def scrubbed_request(method="GET", url="https://h.example/", **parts):
    request = requests.Request(method, url, **parts).prepare()
    body = request.body or b""
    return Scrubber().request(request, body.encode() if isinstance(body, str) else body)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "TC 123:signature=", "TC ***"),
        ("authorization", "TC-Token API:1", "TC-Token ***"),
        ("Authorization", "Bearer jwt", "Bearer ***"),
        ("Authorization", "nonstandard", "***"),
        ("Timestamp", "1700000000", "***"),
        ("Cookie", "a=b", "***"),
        ("x-api-key", "k", "***"),
        ("X-Auth-Token", "t", "***"),
        ("x-jwt-token", "t", "***"),
        ("Proxy-Authorization", "Basic abc", "Basic ***"),
        ("Accept", "application/json", "application/json"),
        ("X-Author", "somebody", "somebody"),
    ],
)
def test_headers_that_carry_credentials_hold_a_placeholder(name, value, shown):
    assert scrubbed_request(headers={name: value}).headers[name] == shown


def test_members_fields_and_parameters_with_secret_names_hold_a_placeholder():
    as_json = scrubbed_request("POST", json={"username": "u", "password": "p", "deep": [{"client_secret": "s", "n": 1}]})
    assert as_json.body.content == {"username": "u", "password": "***", "deep": [{"client_secret": "***", "n": 1}]}
    as_form = scrubbed_request("POST", data={"user": "u", "passwd": "p", "empty": ""})
    assert as_form.body.content == (("user", "u"), ("passwd", "***"), ("empty", ""))
    in_query = scrubbed_request(params={"apiKey": "k", "expiredToken": "API:1", "page": "2", "next_page_token": "3", "sig": "s"})
    assert in_query.query == (
        *(("apiKey", "***"), ("expiredToken", "***"), ("page", "2")),
        *(("next_page_token", "3"), ("sig", "***")),
    )
    as_parts = scrubbed_request("POST", files={"password": (None, "hidden"), "file": ("f", b"shown")})
    assert "hidden" not in as_parts.body.content
    assert "shown" in as_parts.body.content


def test_a_user_name_in_a_url_is_not_written():
    assert scrubbed_request(url="https://user:word@h.example/a").origin == "https://h.example"


# -- tokens that are handed out ------------------------------------------------------------------------------------------------


def answered(path, data, *, status=200, content_type="application/json"):
    scrubber = Scrubber()
    request = scrubber.request(requests.Request("GET", f"https://h.example{path}").prepare(), b"")
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return scrubber.response(request, status, "OK", {"Content-Type": content_type}, body).body.content


@pytest.mark.parametrize(
    ("path", "data", "shown"),
    [
        ("/api/appAuth", {"apiToken": "SVC:8:a:1:s", "apiTokenExpires": 5}, {"apiToken": "SVC:tape:1", "apiTokenExpires": 5}),
        ("/api/appAuth/", {"apiToken": "JOB:8:a:1:s"}, {"apiToken": "JOB:tape:1"}),
        ("/api/v3/token/api", {"data": "API:8:a", "status": "Success"}, {"data": "API:tape:1", "status": "Success"}),
        ("/internal/token/svc", {"data": "SVC:8:a"}, {"data": "SVC:tape:1"}),
        ("/token-auth/api/login", {"service_token": "e.y.J"}, {"service_token": "TOKEN:tape:1"}),
        ("/token-auth/tcap/", {"token": "t", "user": {"id": 1}}, {"token": "TOKEN:tape:1", "user": {"id": 1}}),
        ("/timbr/api/get_token", {"data": ["tk_ab"], "status": "success"}, {"data": ["TOKEN:tape:1"], "status": "success"}),
        (
            "/oauth/token",
            {"access_token": "a", "refresh_token": "r", "expires_in": 60},
            {"access_token": "TOKEN:tape:1", "refresh_token": "TOKEN:tape:2", "expires_in": 60},
        ),
        (
            "/anything",
            {"access_token": "a", "x": {"apiToken": "a"}},
            {"access_token": "TOKEN:tape:1", "x": {"apiToken": "TOKEN:tape:1"}},
        ),
        ("/login", "a-token-as-json-text", "TOKEN:tape:1"),
        (
            "/v2/owners",
            {"data": "text", "token": "word", "next_page_token": "2"},
            {"data": "text", "token": "word", "next_page_token": "2"},
        ),
        ("/account", {"password": "p", "apiKey": "k", "n_secrets": 5}, {"password": "***", "apiKey": "***", "n_secrets": 5}),
    ],
)
def test_a_token_in_an_answer_becomes_one_that_works_on_replay(path, data, shown):
    assert answered(path, data) == shown


def test_a_token_as_plain_text_becomes_a_placeholder():
    assert answered("/get_token", b"0123456789abcdef0123\n", content_type="text/plain") == "TOKEN:tape:1"
    assert answered("/get_token", b"no token today", content_type="text/plain") == "no token today"


def test_a_placeholder_stays_where_a_replayed_tape_has_made_it_a_secret():
    replayed = Secret("TOKEN:tape:1")
    assert answered("/login", {"token": "another token"}) == {"token": replayed.reveal()}
    assert answered("/get_token", b"0123456789abcdef0123", content_type="text/plain") == replayed.reveal()


def test_a_refusal_keeps_its_words():
    refusal = {"success": False, "message": "Retry token is invalid.", "data": "words"}
    assert answered("/api/appAuth", refusal, status=401) == refusal


def test_a_token_is_taken_out_wherever_it_comes_back(recording, path):
    token = "SVC:8:aB3dE9:1700014400000:signature+/="
    with ScriptedServer(
        answer(body=json.dumps({"apiToken": token}), Content_Type="application/json"),
        answer(body=json.dumps({"apiToken": token}), Content_Type="application/json"),
        answer(body=f"your token was {token}"),
    ) as server:
        for _ in range(2):
            recording.get(f"{server.url}/appAuth", params={"expiredToken": "SVC:old"})
        recording.get(f"{server.url}/", headers={"X-Trace": token}, params={"q": token})
    recording.close()

    tape = Tape.load(path)
    assert [exchange.response.body.content for exchange in tape.exchanges[:2]] == [{"apiToken": "SVC:tape:1"}] * 2
    assert_absent(path.read_text(), token)


def test_a_replay_can_be_recorded(recording, replaying, tmp_path, plain):
    with ScriptedServer(answer(body='{"apiToken": "SVC:8:secret"}', Content_Type="application/json")) as server:
        recording.get(f"{server.url}/appAuth")
    session = replaying()
    again = plain(RecordingAdapter(session.get_adapter("http://"), tape=Tape.record(tmp_path / "again.json")))
    assert again.get(f"{server.url}/appAuth").json()["apiToken"] == "SVC:tape:1"
    assert tape_of(again).exchanges[0].response.body.content == {"apiToken": "SVC:tape:1"}
