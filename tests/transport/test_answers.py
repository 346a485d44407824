"""What an answer says; and that looking at it takes nothing away from whoever reads it afterwards."""

from __future__ import annotations

import gzip
import json

import pytest
import requests
from urllib3.exceptions import ProtocolError

from gatepost.transport.answers import Words, words_of
from tests.transport.scripted_server import ScriptedServer, answer, raw


def said(body: bytes | str, content_type: str = "application/json") -> Words:
    response = requests.Response()
    response._content = body.encode() if isinstance(body, str) else body
    response.headers["Content-Type"] = content_type
    return words_of(response)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"status": "Failure", "message": "Access Denied"}', ("Access Denied", "")),
        ('{"errCode": "0x1001", "message": "Not found", "status": "Error"}', ("Not found", "0x1001")),
        ('{"success": false, "message": "Retry token is invalid."}', ("Retry token is invalid.", "")),
        ('{"description": "d"}', ("d", "")),
        ('{"error": "invalid_token", "error_description": "The token is expired"}', ("The token is expired", "")),
        ('{"error": "e", "detail": "no"}', ("e", "")),
        ('{"message": {"nested": 1}, "detail": "d"}', ("d", "")),
        ('{"data": "The API key is not valid", "status": "error"}', ("The API key is not valid", "")),
        ('{"data": "No such user", "status": "Failure"}', ("No such user", "")),
        ('{"data": ["row"], "status": "error"}', ("", "")),
        ('{"data": "what may be a token", "status": "success"}', ("", "")),
        ('{"data": "what may be a token", "status": "OK"}', ("", "")),
        ('{"data": "what may be a token", "status": 200}', ("", "")),
        ('{"data": "what may be a token"}', ("", "")),
        ('{"message": null, "errCode": null}', ("", "")),
        ('"just text"', ("just text", "")),
        ("  {", ("{", "")),
        ("[1, 2]", ("[1, 2]", "")),
        ("", ("", "")),
    ],
)
def test_the_envelopes(body, words):
    assert said(body) == words


def test_plain_text_and_pages():
    assert said("Bad\r\n  Gateway", "text/plain").message == "Bad Gateway"
    assert said("<html>long</html>", "text/html").message == ""
    assert said(b"\xff\xfe", "text/plain").message == "��"


def test_a_novel_is_cut():
    assert len(said("x" * 10_000, "text/plain").message) == 500
    assert len(said(json.dumps({"message": "x" * 10_000})).message) == 500


BODY = json.dumps({"message": "Access Denied", "padding": "x" * 1_000}).encode()
LARGE = json.dumps({"message": "Access Denied", "padding": "x" * 200_000}).encode()


def chunked(body: bytes) -> bytes:
    return b"HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


ANSWERS = {
    "small": (answer(403, BODY), BODY),
    "compressed": (answer(403, gzip.compress(BODY), Content_Encoding="gzip"), BODY),
    "large": (answer(403, LARGE), LARGE),
    "chunked": (raw(chunked(BODY)), BODY),
    "large and chunked": (raw(chunked(LARGE)), LARGE),
    "large and compressed": (answer(403, gzip.compress(LARGE), Content_Encoding="gzip"), LARGE),
    "to the end of the connection": (raw(b"HTTP/1.1 403 No\r\n\r\n" + BODY), BODY),
    "empty": (answer(403, b""), b""),
}

READERS = {
    "content": lambda response: response.content,
    "iter_content": lambda response: b"".join(response.iter_content(700)),
    "raw.read": lambda response: response.raw.read(),
    "raw.read in pieces": lambda response: b"".join(iter(lambda: response.raw.read(700), b"")),
    "raw.read1": lambda response: b"".join(iter(lambda: response.raw.read1(700), b"")),
    "raw.stream": lambda response: b"".join(response.raw.stream(700, decode_content=True)),
    "iter_lines": lambda response: b"\n".join(response.iter_lines(700)),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@pytest.mark.parametrize(("step", "body"), ANSWERS.values(), ids=ANSWERS)
def test_a_streamed_answer_stays_readable(step, body, read):
    with ScriptedServer(step) as server, requests.get(server.url, stream=True, timeout=60) as response:
        words = words_of(response)

        assert words.message.startswith("Access Denied" if len(body) < 65_536 else '{"message": "Access Denied"') or not body
        assert words_of(response) == words
        assert read(response) == body


def test_cookies_of_a_looked_at_answer_are_kept():
    with ScriptedServer(answer(403, BODY, Set_Cookie="a=b")) as server, requests.Session() as session:
        session.get(server.url, hooks={"response": lambda response, **_: words_of(response) and None}, timeout=60)

        assert session.cookies.get("a") == "b"


def test_the_connection_is_used_again():
    with ScriptedServer(answer(403, BODY)) as server, requests.Session() as session:
        with session.get(server.url, stream=True, timeout=60) as response:
            words_of(response)
            assert response.content == BODY
        session.get(server.url, timeout=60)

        assert server.connections == 1


def test_a_body_that_breaks_off_breaks_off_for_its_reader_too():
    step = raw(b"HTTP/1.1 403 No\r\nContent-Length: 100\r\n\r\n" + b'{"mess')
    with ScriptedServer(step) as server, requests.get(server.url, stream=True, timeout=60) as response:
        assert words_of(response).message == '{"mess'
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            response.content  # noqa: B018


def test_a_body_that_breaks_off_is_not_taken_for_whole_by_a_raw_reader():
    step = raw(b"HTTP/1.1 403 No\r\nContent-Length: 100\r\n\r\n" + b'{"mess')
    with ScriptedServer(step) as server, requests.get(server.url, stream=True, timeout=60) as response:
        words_of(response)
        with pytest.raises(ProtocolError):
            response.raw.read()
