from __future__ import annotations

import pytest

from gatepost.transport.origin import origin_of
from gatepost.transport.settings import proxy_url, resolve_route

PLATFORM = origin_of("https://api.platform.example")


def proxy(environment: dict[str, str] | None = None, url: str = "https://api.platform.example", **settings: object) -> str | None:
    origin = origin_of(url)
    return resolve_route(origin, environment=environment or {}, **settings).proxies.get(origin.scheme)


def test_nothing_set_means_a_direct_verified_connection():
    route = resolve_route(PLATFORM, environment={})

    assert route.proxies == {}
    assert route.verify is True
    assert route.verify_source == "default"


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_the_environment_names_a_proxy(name):
    route = resolve_route(PLATFORM, environment={name: "http://proxy:3128"})

    assert route.proxies == {"https": "http://proxy:3128"}
    assert route.proxy_source == f"environment {name}"


@pytest.mark.parametrize("key", ["https://api.platform.example", "https", "all://api.platform.example", "all"])
def test_an_explicit_proxy_beats_the_environment(key):
    environment = {"HTTPS_PROXY": "http://environment:1", "NO_PROXY": "*"}

    assert proxy(environment, proxies={key: "http://explicit:2"}) == "http://explicit:2"


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_explicit_no_beats_the_environment(nothing):
    assert proxy({"HTTPS_PROXY": "http://environment:1"}, proxies={"https": nothing}) is None


def test_a_proxy_for_something_else_is_none_for_this():
    assert proxy({"HTTPS_PROXY": "http://environment:1"}, proxies={"http": "http://explicit:2"}) == "http://environment:1"


@pytest.mark.parametrize(
    ("url", "no_proxy", "bypassed"),
    [
        ("https://api.platform.example", "*", True),
        ("https://api.platform.example", "platform.example", True),
        ("https://api.platform.example", ".platform.example", True),
        ("https://api.platform.example", "other.example, API.platform.example", True),
        ("https://api.platform.example", "form.example", False),
        ("https://api.platform.example", "api.platform.example:443", True),
        ("https://api.platform.example", "api.platform.example:8443", False),
        ("https://10.1.2.3", "10.0.0.0/8", True),
        ("https://10.1.2.3", "192.168.0.0/16,10.1.2.3", True),
        ("https://10.1.2.3", "11.0.0.0/8,nonsense/99", False),
        ("https://[fd00::1]", "fd00::/8", True),
        ("https://[fd00::1]", "[fd00::1]", True),
        ("https://api.platform.example", "", False),
    ],
)
def test_no_proxy(url, no_proxy, bypassed):
    environment = {"HTTPS_PROXY": "http://environment:1", "NO_PROXY": no_proxy}

    assert (proxy(environment, url) is None) is bypassed


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost"])
def test_plain_http_to_this_machine_takes_no_proxy_at_all(url):
    assert proxy({"ALL_PROXY": "http://environment:1"}, url, proxies={"all": "http://explicit:2"}) is None


def test_the_environments_proxy_is_not_for_this_machine():
    assert proxy({"HTTPS_PROXY": "http://environment:1"}, "https://127.0.0.1:8443") is None
    assert proxy({}, "https://127.0.0.1:8443", proxies={"https": "http://explicit:2"}) == "http://explicit:2"


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environment_names_the_authority(name):
    route = resolve_route(PLATFORM, environment={name: "/ca.pem"})

    assert route.verify == "/ca.pem"
    assert route.verify_source == f"environment {name}"


@pytest.mark.parametrize("verify", [False, "/explicit.pem"])
def test_explicit_verification_beats_the_environment(verify):
    route = resolve_route(PLATFORM, verify=verify, environment={"REQUESTS_CA_BUNDLE": "/ca.pem"})

    assert route.verify == verify
    assert route.verify_source == "explicit"


def test_the_environment_can_be_left_out():
    environment = {"REQUESTS_CA_BUNDLE": "/ca.pem", "HTTPS_PROXY": "http://environment:1"}
    route = resolve_route(PLATFORM, trust_env=False, environment=environment)

    assert route.verify is True
    assert route.proxies == {}


def test_a_route_does_not_show_the_password_of_its_proxy():
    route = resolve_route(PLATFORM, proxies={"https": "http://user:pr0xy-s3cret@proxy:1"}, environment={})

    assert "pr0xy-s3cret" not in repr(route)


def test_the_url_of_a_proxy():
    assert proxy_url("proxy", 3128) == "http://proxy:3128"
    assert proxy_url("proxy", 3128, "user") == "http://user@proxy:3128"
    assert proxy_url("proxy", 3128, "DOMAIN\\user", "p@ss:/word") == "http://DOMAIN%5Cuser:p%40ss%3A%2Fword@proxy:3128"
