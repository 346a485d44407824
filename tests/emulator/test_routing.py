from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from gatepost.emulator.envelope import Refusal
from gatepost.emulator.routing import Route, Router


async def answer(request: Request) -> Response:
    return Response()


ROUTER = Router(
    [
        Route("GET", "/v2/owners/mine", answer),
        Route("GET", "/v2/owners/{id}", answer),
        Route("PUT", "/v2/owners/{id}", answer),
        Route("GET", "/open", answer, anonymous=True),
    ]
)


def test_first_that_fits():
    assert ROUTER.find("GET", "/v2/owners/mine")[0].path == "/v2/owners/mine"
    assert ROUTER.find("GET", "/v2/owners/5")[1] == {"id": "5"}
    assert ROUTER.find("PUT", "/v2/owners/mine")[0].path == "/v2/owners/{id}"


@given(value=st.text(min_size=1))
def test_any_value_is_one_segment_when_it_is_encoded(value):
    try:
        encoded = quote(value, safe="")
    except UnicodeEncodeError:
        return
    assert ROUTER.find("PUT", f"/v2/owners/{encoded}")[1] == {"id": value}


def test_encoded_letters_are_the_letters():
    assert ROUTER.find("GET", "/v2/%6Fwners/mine")[0].path == "/v2/owners/mine"


@pytest.mark.parametrize("path", ["", "/", "/v2/owners", "/v2/owners/", "/v2/owners/1/", "v2/owners/1"])
def test_nothing_fits(path):
    with pytest.raises(Refusal) as caught:
        ROUTER.find("GET", path)
    assert caught.value.status == 404


def test_method_does_not_fit():
    with pytest.raises(Refusal) as caught:
        ROUTER.find("DELETE", "/v2/owners/1")
    assert (caught.value.status, caught.value.headers) == (405, {"Allow": "GET, PUT"})


def test_anonymous_is_a_matter_of_the_path():
    assert ROUTER.is_anonymous("/open")
    assert not ROUTER.is_anonymous("/v2/owners/1")
    assert not ROUTER.is_anonymous("/nowhere")
