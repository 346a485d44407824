"""What goes over the wire is what is verified and recorded, byte for byte."""

from __future__ import annotations

import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# What h11 accepts in a target: visible ASCII.
ODD_TARGETS = [
    "/v2/owners?",
    "/v2/owners??",
    "/v2/owners?&&",
    "/v2/owners?owner=Common%20Community",
    "/v2/owners?owner=Common+Community",
    "/v2/owners?owner=%7E~%41",
    "/v2/owners?owner=%c3%a4",
    "/v2/own%65rs",
    "/v2/owners?a=/../b&c=%2F",
    "/v2/owners?a#b",
    "/v2/owners?x='\"<>[]{}|\\^`",
]


def signed_request(client, path: str, method: str = "GET", extra: str = "") -> bytes:
    headers = "".join(f"{name}: {value}\r\n" for name, value in client.hmac_headers(method, path).items())
    request = f"{method} {client.prefix}{path} HTTP/1.1\r\nHost: {client.host}\r\nConnection: close\r\n{headers}{extra}\r\n"
    return request.encode("ascii")


@pytest.mark.parametrize("path", ODD_TARGETS)
def test_signature_covers_the_raw_target(tc_platform, client, path):
    answer = client.send_bytes(signed_request(client, path))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert tc_platform.requests[0].target == f"/api{path}"


def test_bare_question_mark_belongs_to_the_target(client):
    """A client that signs the path without the ? that it sends must be refused."""
    request = signed_request(client, "/v2/owners").replace(b"/v2/owners ", b"/v2/owners? ")
    assert client.send_bytes(request).startswith(b"HTTP/1.1 401 ")


def test_encoding_that_differs_from_the_signed_one_is_refused(client):
    request = signed_request(client, "/v2/owners?owner=Common%20Community").replace(b"%20", b"+")
    assert client.send_bytes(request).startswith(b"HTTP/1.1 401 ")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tail=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=80))
def test_any_target_is_verified_and_recorded_as_sent(tc_platform, client, tail):
    tc_platform.forget_requests()
    path = f"/v2/owners?{tail}"
    answer = client.send_bytes(signed_request(client, path))
    (request,) = tc_platform.requests
    assert request.target == f"/api{path}"
    assert request.verdict.accepted
    assert answer.startswith(f"HTTP/1.1 {request.status} ".encode())


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD"])
def test_every_method_is_verified_before_it_is_refused(tc_platform, client, method):
    answer = client.send_bytes(signed_request(client, "/v2/owners", method))
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert tc_platform.requests[0].verdict.accepted


def test_body_has_no_part_in_the_signature(tc_platform, client):
    body = b'[{"timestamp": 1700000000123, "level": "INFO", "message": "text"}]'
    headers = {**client.hmac_headers("POST", "/v2/logs/app"), "Content-Type": "application/json"}
    assert client.send("POST", "/v2/logs/app", headers, body).status == 200
    assert client.send("POST", "/v2/logs/app", headers, body.replace(b"text", b"another")).status == 200
    assert tc_platform.requests[0].body == body


def test_absolute_target_is_signed_without_scheme_and_host(tc_platform, client):
    """RFC 9112 section 3.2.2: a server must accept the absolute form."""
    request = signed_request(client, "/v2/owners").replace(b"GET /api", f"GET https://{client.host}/api".encode())
    assert client.send_bytes(request).startswith(b"HTTP/1.1 200 ")
    assert tc_platform.requests[0].target == f"https://{client.host}/api/v2/owners"


def test_requests_on_one_connection_keep_their_own_targets(tc_platform, client):
    paths = ["/v2/owners", "/v2/owners?", "/v2/whoami"]
    requests = [signed_request(client, path) for path in paths]
    pipelined = b"".join(request.replace(b"Connection: close\r\n", b"") for request in requests[:-1]) + requests[-1]
    assert client.send_bytes(pipelined).count(b"HTTP/1.1 200 ") == 3
    assert [request.target for request in tc_platform.requests] == [f"/api{path}" for path in paths]


def test_client_that_waits_for_100_is_told_to_go_on(client):
    extra = "Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n"
    head = signed_request(client, "/v2/logs/app", "POST", extra)
    assert client.send_bytes(head + b"[]").startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ")


@pytest.mark.parametrize(
    "request_bytes", [b"nonsense\r\n\r\n", b"GET /api/v2/\xc3\xa4 HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"]
)
def test_what_is_not_http_is_refused_in_the_platforms_form(client, request_bytes):
    answer = client.send_bytes(request_bytes)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'{"status":"Failure","message":"The request was not properly formed"}' in answer
    assert b"\r\ndate: " in answer.lower()


def test_client_that_goes_away_in_the_middle_is_recorded_without_a_status(tc_platform, client):
    head = b"POST /api/v2/logs/app HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345"
    plain = socket.create_connection((client.host, client.port), timeout=60)
    with client.context.wrap_socket(plain, server_hostname=client.host) as secure:
        secure.sendall(head)
    # Each answer is a turn of the server's loop, in one of which it notices that the connection ended.
    unfinished = []
    for _ in range(1000):
        client.send("GET", "/appAuth")
        unfinished = [request for request in tc_platform.requests if request.path.endswith("/v2/logs/app")]
        if unfinished:
            break
    assert [(request.status, request.verdict.outcome) for request in unfinished] == [(0, "not asked")]
