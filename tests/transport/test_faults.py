"""Which failures mean that the server has seen nothing, which are hopeless, and what a person gets to read. The failures are
real ones."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable

import pytest
import requests
from requests import exceptions
from urllib3.exceptions import MaxRetryError, SSLError

from gatepost.transport.errors import CertificateError, ConnectionFailed, TimedOut, TransportError
from gatepost.transport.faults import is_hopeless, never_sent, readable, root_cause
from tests.transport.scripted_server import CLOSE, RESET, TRUNCATED, ScriptedServer, raw

SECRET_QUERY = "?expiredToken=s3cret-token"


def failure(act: Callable[[], object]) -> exceptions.RequestException:
    with pytest.raises(exceptions.RequestException) as caught:
        act()
    return caught.value


def refused() -> exceptions.RequestException:
    with socket.socket() as taken:  # and not listening: nobody else gets the port meanwhile
        taken.bind(("127.0.0.1", 0))
        return failure(lambda: requests.get(f"http://127.0.0.1:{taken.getsockname()[1]}/{SECRET_QUERY}", timeout=60))


def answered_with(step: object, **settings: object) -> exceptions.RequestException:
    with ScriptedServer(step) as server:  # type: ignore[arg-type]
        return failure(lambda: requests.get(f"{server.url}/{SECRET_QUERY}", **{"timeout": 60, **settings}))


def by_proxy() -> exceptions.RequestException:
    with ScriptedServer(raw(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")) as proxy:
        return failure(lambda: requests.get(f"https://platform.example/{SECRET_QUERY}", proxies={"https": proxy.url}, timeout=60))


def no_tls() -> exceptions.RequestException:
    def speak_plainly(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.sendall(b"220 mail.example ready\r\n")
            connection.recv(65_536)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=speak_plainly, args=(listening,))
        thread.start()
        error = failure(lambda: requests.get(f"https://127.0.0.1:{listening.getsockname()[1]}/{SECRET_QUERY}", timeout=60))
        thread.join(60)
    return error


FAILURES: dict[str, tuple[Callable[[], exceptions.RequestException], bool, type[TransportError], str]] = {
    # how it comes about, whether the server cannot have seen the request, the error, its words
    "refused": (refused, True, ConnectionFailed, "cannot be reached. Connection refused"),
    "reset": (lambda: answered_with(RESET), False, ConnectionFailed, "broke. Connection reset"),
    "closed": (lambda: answered_with(CLOSE), False, ConnectionFailed, "broke. Remote end closed connection"),
    "truncated": (lambda: answered_with(TRUNCATED), False, ConnectionFailed, "broke"),
    "no HTTP": (lambda: answered_with(raw(b"SSH-2.0-OpenSSH\r\n")), False, ConnectionFailed, "broke"),
    "silent": (
        lambda: answered_with(raw(b"HTTP/1.1 200 OK\r\n", then="keep"), timeout=(60, 0.05)),
        False,
        TimedOut,
        "did not answer in time",
    ),
    "silent in the body": (
        lambda: answered_with(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", then="keep"), timeout=(60, 0.05)),
        False,
        TimedOut,
        "did not answer in time",
    ),
    "no TLS": (no_tls, False, CertificateError, "TLS with https://platform.example failed"),
    "proxy": (by_proxy, True, ConnectionFailed, "proxy on the way to https://platform.example"),
}


@pytest.mark.parametrize(("fail", "unseen", "kind", "words"), FAILURES.values(), ids=FAILURES)
def test_failures_of_the_line(fail, unseen, kind, words):
    error = fail()
    told = readable(error, host="https://platform.example")

    assert never_sent(error) is unseen
    assert not is_hopeless(error)
    assert type(told) is kind
    assert words in str(told)
    for text in (str(told), repr(told), str(root_cause(error))):
        assert "expiredToken" not in text
        assert "s3cret" not in text


def test_a_certificate_that_is_not_trusted_is_hopeless(tc_platform):
    error = failure(lambda: requests.get(tc_platform.url, timeout=60))

    assert is_hopeless(error)
    told = readable(error, host="https://platform.example")
    assert isinstance(told, CertificateError)
    assert "Its certificate was not accepted: " in told.why
    assert "tc_verify" in told.remedy
    assert isinstance(told, exceptions.SSLError)


def test_a_failure_of_tls_may_come_after_the_request_was_sent():
    """A server that cannot go on says so on the encrypted line, when it has read everything."""
    error = exceptions.SSLError(MaxRetryError(None, "/x", SSLError(ssl.SSLError(1, "bad record mac"))))  # type: ignore[arg-type]

    assert not never_sent(error)
    assert not is_hopeless(error)


def test_an_error_that_the_caller_was_handling_says_nothing_about_this_one():
    earlier = refused()
    try:
        raise earlier
    except exceptions.ConnectionError:
        error = answered_with(RESET)

    assert error.__context__ is not None
    assert not never_sent(error)


def test_a_file_that_is_missing_here_is_hopeless():
    error = OSError("The CA file /nowhere does not exist")

    assert is_hopeless(error)
    assert "/nowhere does not exist" in readable(error, host="https://h").why
    assert "tc_verify" in readable(error, host="https://h").remedy


@pytest.mark.parametrize("kind", [exceptions.InvalidURL, exceptions.InvalidHeader, exceptions.InvalidSchema])
def test_what_cannot_be_sent_is_hopeless(kind):
    assert is_hopeless(kind("/x?expiredToken=s3cret"))
    assert "s3cret" not in str(readable(kind("/x?expiredToken=s3cret"), host="https://h"))


def test_the_root_cause_brings_no_frames():
    cause = root_cause(answered_with(RESET))

    assert isinstance(cause, ConnectionResetError)
    assert cause.__traceback__ is None


def test_how_often_it_was_tried():
    assert str(readable(exceptions.ReadTimeout("x"), host="https://h", attempts=4)).startswith(
        "https://h did not answer in time, tried 4 times"
    )


def test_only_a_refused_certificate_is_a_matter_of_the_ca():
    cut_short = exceptions.SSLError(ssl.SSLEOFError(8, "EOF occurred in violation of protocol"))
    assert "tc_verify" not in readable(cut_short, host="https://tc.example").remedy
    refused = exceptions.SSLError(ssl.SSLCertVerificationError(1, "certificate verify failed"))
    assert "tc_verify" in readable(refused, host="https://tc.example").remedy
