"""A recorded failure is the same one to a session: what may be tried again, and what is hopeless."""

from __future__ import annotations

import ssl

import pytest
from requests import exceptions
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from gatepost.sessions.tapes.failures import described, made_again
from gatepost.transport.faults import is_hopeless, never_sent

SECRET_URL = "/appAuth?expiredToken=API:1"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (exceptions.ConnectTimeout("x"), exceptions.ConnectTimeout),
        (exceptions.ReadTimeout("x"), exceptions.ReadTimeout),
        (exceptions.ProxyError("x"), exceptions.ProxyError),
        (exceptions.SSLError("x"), exceptions.SSLError),
        (exceptions.SSLError(ssl.SSLCertVerificationError("x")), exceptions.SSLError),
        (exceptions.ChunkedEncodingError(ProtocolError("x")), exceptions.ChunkedEncodingError),
        (exceptions.ContentDecodingError("x"), exceptions.ContentDecodingError),
        (exceptions.ConnectionError(ConnectionResetError(104, "reset")), exceptions.ConnectionError),
        (
            exceptions.ConnectionError(MaxRetryError(None, SECRET_URL, NewConnectionError(None, "refused"))),
            exceptions.ConnectionError,
        ),
        (ProtocolError("x"), exceptions.ConnectionError),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_it_comes_again(error, kind):
    again = made_again(described(error), None)
    assert type(again) is kind
    assert never_sent(again) == never_sent(error)
    assert is_hopeless(again) == is_hopeless(error)
    assert "(replayed)" in str(again)


def test_the_url_is_not_in_it():
    failure = described(exceptions.ConnectionError(MaxRetryError(None, SECRET_URL, ProtocolError("gone", SECRET_URL))))
    assert "API:1" not in failure.text


def test_a_kind_of_later_versions_is_a_broken_connection():
    failure = described(exceptions.ReadTimeout("x"))
    assert type(made_again(type(failure)("FancyNewError", "x"), None)) is exceptions.ConnectionError
