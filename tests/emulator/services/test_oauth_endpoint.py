from __future__ import annotations

import base64
from urllib.parse import quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.emulator import Outcome, RecordedRequest
from gatepost.emulator.clock import PlatformClock
from gatepost.emulator.services.oauth_endpoint import TOKEN_PATH, Client, TokenEndpoint, basic_user
from gatepost.emulator.services.oauth_tokens import OAuthTokens
from gatepost.secret import Secret

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


def basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


@settings(max_examples=40)
@given(TEXT.filter(lambda text: ":" not in text), TEXT)
def test_a_user_is_read_back(user, password):
    assert basic_user(basic(user, password)) == (user, password)


@pytest.mark.parametrize("header", [None, "", "Basic", "Basic !", "Basic dXNlcg==", "Bearer dXNlcjpw", "Basic /w=="])
def test_what_is_no_basic_is_none(header):
    assert basic_user(header) is None


@settings(max_examples=40)
@given(TEXT, TEXT, st.booleans())
def test_any_client_can_say_who_it_is_in_header_and_body(client_id, secret, in_header):
    """RFC 6749 section 2.3.1: in the header, id and secret are encoded as in a form before they are joined."""
    tokens = OAuthTokens(PlatformClock(lambda: 0.0), life=60, rotates=True)
    client = Client(client_id, Secret(secret))
    endpoint = TokenEndpoint((client,), tokens, scopes=(), life=None, methods=("basic", "body"))
    headers = [("content-type", "application/x-www-form-urlencoded")]
    body = "grant_type=client_credentials"
    if in_header:
        headers.append(("authorization", basic(quote_plus(client_id), quote_plus(secret))))
    else:
        body += f"&client_id={quote_plus(client_id)}&client_secret={quote_plus(secret)}"
    verdict = endpoint.judge(RecordedRequest(1, 0, "POST", TOKEN_PATH, tuple(headers), body.encode()), whole=True)
    assert verdict is not None
    assert (verdict.outcome, verdict.access_id) == (Outcome.ACCEPTED, client_id)
