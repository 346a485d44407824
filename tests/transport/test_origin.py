from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.transport.errors import OriginError
from gatepost.transport.origin import Origin, check_plain_http, origin_of


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://platform.example/api/v2", Origin("https", "platform.example", 443)),
        ("HTTPS://Platform.EXAMPLE", Origin("https", "platform.example", 443)),
        ("https://platform.example:443?x", Origin("https", "platform.example", 443)),
        ("https://platform.example:8443#x", Origin("https", "platform.example", 8443)),
        ("http://127.0.0.1/", Origin("http", "127.0.0.1", 80)),
        ("https://[::1]:9/x", Origin("https", "[::1]", 9)),
        ("https://platform.example/?next=https://other.example", Origin("https", "platform.example", 443)),
        ("https://platform.example#@other.example/", Origin("https", "platform.example", 443)),
        ("https://platform.example?@other.example/", Origin("https", "platform.example", 443)),
    ],
)
def test_an_origin_is_scheme_host_and_port(url, origin):
    assert origin_of(url) == origin


def test_default_ports_are_not_shown():
    assert str(origin_of("https://platform.example:443/x")) == "https://platform.example"
    assert str(origin_of("https://platform.example:8443/x")) == "https://platform.example:8443"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("//other.example/x", "no scheme"),
        ("https:\\\\other.example", "backslash"),
        ("https://platform.example\\@other.example", "backslash"),
        ("https://platform.example/a b", "backslash, a space"),
        ("https://platform.example/a\r\nHost: other.example", "control character"),
        ("\thttps://platform.example/", "control character"),
        ("https://user:s3cret@platform.example/", "user name"),
        ("https://platform.example@other.example/", "user name"),
        ("https:///path", "not a URL"),
        ("https:platform.example", "not a URL"),
        ("ftp://platform.example/", "not a URL"),
        ("mailto:me@platform.example", "not a URL"),
        ("/v2/owners", "not a URL"),
        ("", "not a URL"),
        ("https://platform.example:port/", "not a URL"),
    ],
)
def test_urls_that_parsers_disagree_about_are_refused(url, words):
    with pytest.raises(OriginError, match=words) as caught:
        origin_of(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["//u:s3cret@h/", "u:s3cret@h/x", "ftp://u:s3cret@h/", "/x?token=s3cret", "https:///#s3cret", "x://h\\s3cret@h/\\"]
)
def test_a_refusal_shows_no_user_and_no_query(url):
    with pytest.raises(OriginError) as caught:
        origin_of(url)
    assert "s3cret" not in str(caught.value)


def test_paths_and_queries_are_not_remembered():
    """They are many, and a renewal's query holds a token."""
    from gatepost.transport import origin

    origin._origin_of.cache_clear()
    for number in range(50):
        origin_of(f"https://platform.example/api/appAuth?expiredToken={number}")
    assert origin._origin_of.cache_info().currsize == 1


@given(st.text())
def test_any_text_has_an_origin_or_is_refused(text):
    try:
        origin = origin_of(text)
    except OriginError:
        return
    assert origin.scheme in ("https", "http")
    assert origin.host


@given(st.text(alphabet="abc@:/?#\\.%[] \t", max_size=20))
def test_what_follows_the_host_cannot_change_it(rest):
    """Whatever comes after the host's end, the origin is that host or the URL is refused."""
    try:
        origin = origin_of(f"https://platform.example/{rest}")
    except OriginError:
        return
    assert origin == Origin("https", "platform.example", 443)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://127.8.9.1:8080/", "http://[::1]/", "http://localhost/", "https://a.b/"]
)
def test_plain_http_goes_to_this_machine_only(url):
    check_plain_http(origin_of(url))


@pytest.mark.parametrize("url", ["http://platform.example/", "http://127.1/", "http://localhost.example/", "http://10.0.0.1/"])
def test_plain_http_to_another_machine_is_refused(url):
    with pytest.raises(OriginError, match="plain HTTP"):
        check_plain_http(origin_of(url))
