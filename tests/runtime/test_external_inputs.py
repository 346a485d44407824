"""Services as inputs declare them: what counts, what is missing, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.inputs.values import Source, Value
from gatepost.runtime.external_inputs import COMMON_INPUTS, EXTERNAL_SCHEMES, ExternalService, declared_services, names_of
from gatepost.secret import Secret


def values(source: Source = Source.PARAM_FILE, **given: object) -> dict[str, Value]:
    return {name: Value(name, value, source, f"place of {name}") for name, value in given.items()}


def one(inputs: Mapping[str, Value]) -> ExternalService:
    (service,) = declared_services(inputs).values()
    return service


def problems(inputs: Mapping[str, Value]) -> list[str]:
    return [str(problem) for problem in one(inputs).problems]


WHOLE: dict[str, dict[str, str]] = {
    "none": {},
    "header": {"api_key": "canary-key"},
    "query": {"api_key": "canary-key"},
    "basic": {"username": "anna", "password": "canary-password"},
    "bearer": {"token": "canary-token"},
    "login": {"login_url": "/login", "username": "anna", "password": "canary-password"},
    "tcap": {"username": "anna", "password": "canary-password"},
    "tcap_account": {"username": "anna", "password": "canary-password"},
    "timbr": {"token": "canary-token"},
    "oauth2": {"token_url": "https://login.example/token", "client_id": "app", "client_secret": "canary-secret"},
    "oauth2_refresh": {"token_url": "/token", "client_id": "app", "refresh_token": "canary-refresh"},
    "mutual_tls": {"certificate": "/etc/client.pem"},
}


@pytest.mark.parametrize("scheme", EXTERNAL_SCHEMES)
def test_a_service_that_is_whole(scheme: str) -> None:
    given = {f"feed_{suffix}": value for suffix, value in WHOLE[scheme].items()}
    service = one(values(feed_auth=scheme, feed_url="https://feed.example/v1/", **given))
    assert (service.name, service.scheme.name, service.url, service.verify) == ("feed", scheme, "https://feed.example/v1", True)
    assert service.problems == ()
    assert "canary" not in repr(service)
    for item in service.scheme.inputs:
        value = service.values.get(item.suffix)
        assert isinstance(value, Secret) == (item.secret and item.suffix in WHOLE[scheme])


@pytest.mark.parametrize("scheme", [name for name in EXTERNAL_SCHEMES if WHOLE[name]])
def test_without_any_of_its_inputs_every_missing_one_is_named(scheme: str) -> None:
    said = problems(values(feed_auth=scheme, feed_url="https://feed.example"))
    if scheme == "timbr":
        assert said == [
            "feed_token: is missing: feed_auth is timbr. Set feed_token, or feed_username, feed_password and feed_salt"
        ]
    else:
        assert said == [
            f"feed_{suffix}: is missing: feed_auth is {scheme}. Set feed_{suffix}" for suffix in EXTERNAL_SCHEMES[scheme].needs[0]
        ]


def test_half_a_credential_says_which_half_is_there() -> None:
    assert problems(values(tcap_auth="tcap", tcap_username="anna", tcap_password="")) == [
        "tcap_password: is missing: tcap_auth is tcap, and tcap_username is set. Set tcap_password"
    ]
    assert problems(values(t_auth="timbr", t_url="https://t.example", t_username="anna", t_salt="canary-salt")) == [
        "t_password: is missing: t_auth is timbr, and t_username and t_salt are set. Set t_password"
    ]


def test_an_address_is_needed_unless_the_scheme_has_one() -> None:
    assert one(values(tcap_auth="tcap", tcap_username="a", tcap_password="b")).url == "https://beta.terrorismanalytics.org"
    assert problems(values(feed_auth="none")) == [
        "feed_url: is missing: feed_auth is none. Set feed_url to the address of the service"
    ]


@pytest.mark.parametrize(
    "address",
    ["feed.example", "ftp://feed.example", "https://", "https://anna:canary@feed.example", "https://a\\b", "/v1", "//x"],
)
def test_an_address_that_is_none(address: str) -> None:
    (said,) = problems(values(feed_auth="none", feed_url=address))
    assert "feed_url: is no address" in said
    assert "canary" not in said


def test_addresses_of_logins_may_be_paths() -> None:
    inputs = {"feed_username": "a", "feed_password": "b", "feed_url": "https://feed.example"}
    assert problems(values(feed_auth="login", feed_login_url="/in", **inputs)) == []
    assert "feed_login_url: is no address" in problems(values(feed_auth="login", feed_login_url="//in", **inputs))[0]
    assert "feed_login_url: is no address" in problems(values(feed_auth="login", feed_login_url="in", **inputs))[0]


@pytest.mark.parametrize(
    ("text", "expected"), [("true", True), ("False", False), ("0", False), ("", True), ("/etc/ca.pem", "/etc/ca.pem")]
)
def test_what_verifies(text: str, expected: object) -> None:
    assert one(values(feed_auth="none", feed_url="https://feed.example", feed_verify=text)).verify == expected
    if isinstance(expected, bool) and text:
        assert one(values(feed_auth="none", feed_url="https://feed.example", feed_verify=expected)).verify == expected


@pytest.mark.parametrize("value", ["-----BEGIN PRIVATE KEY-----\ncanary\n-----END", b"canary", ["canary"], {"canary": 1}])
def test_a_key_in_the_place_of_its_path_is_a_problem_that_does_not_show_it(value: object) -> None:
    service = one(values(feed_auth="mutual_tls", feed_url="https://feed.example", feed_certificate="/c.pem", feed_key=value))
    (problem,) = service.problems
    assert str(problem).startswith("feed_key: is not one line of text (from param file: place of feed_key)")
    assert "canary" not in f"{problem} {service}"
    as_secret = values(feed_auth="mutual_tls", feed_url="https://feed.example", feed_certificate=Secret("a\nb"))
    assert problems(as_secret)[0].startswith("feed_certificate: is not one line of text")


@pytest.mark.parametrize("suffix", ["verify", "url", "probe"])
def test_any_input_of_several_lines_is_a_problem(suffix: str) -> None:
    inputs = {"feed_auth": "none", "feed_url": "https://feed.example", f"feed_{suffix}": "a\nb"}
    assert f"feed_{suffix}: is not one line of text" in problems(values(**inputs))[0]


def test_a_secret_may_have_several_lines() -> None:
    inputs = values(feed_auth="basic", feed_url="https://feed.example", feed_username="a", feed_password="b\nc")
    assert problems(inputs) == []


# -- what declares a service -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"needs_auth": "true"},
        {"needs_auth": ""},
        {"needs_auth": None},
        {"_auth": "header"},
        {"auth": "header"},
        {"tc_own_auth": "header"},
        {"9_auth": "header"},
        {"feed_url": "https://feed.example", "feed_api_key": "canary"},
    ],
)
def test_other_inputs_declare_none(inputs: dict[str, object]) -> None:
    assert declared_services(values(**inputs)) == {}


def test_a_scheme_that_is_none_is_a_problem_where_there_is_an_address() -> None:
    (said,) = problems(values(feed_auth="heder", feed_url="https://feed.example"))
    assert said.startswith("feed_auth: names no scheme (from param file: place of feed_auth). Choose one of none, header, query")


def test_and_where_the_service_is_asked_for() -> None:
    inputs = values(feed_auth="heder", use_auth="yes")
    assert declared_services(inputs) == {}
    ((name, service),) = declared_services(inputs, asked_for=("feed",)).items()
    assert (name, [problem.name for problem in service.problems]) == ("feed", ["feed_auth"])


def test_several_services_do_not_mix() -> None:
    found = declared_services(
        values(
            b_auth="Basic ",
            b_url="https://b.example",
            b_username="b",
            b_password="pb",
            a_auth="bearer",
            a_url="https://a.example",
        )
    )
    assert list(found) == ["a", "b"]
    assert [len(service.problems) for service in found.values()] == [1, 0]


def test_a_secret_whose_param_is_not_encrypted_is_a_finding() -> None:
    inputs = values(feed_auth="bearer", feed_url="https://feed.example", feed_token="canary")
    assert [finding.name for finding in one(inputs).findings] == ["feed_token"]
    inputs["feed_token"] = Value("feed_token", Secret("canary"), Source.PARAM_FILE)
    assert one(inputs).findings == ()


def test_every_input_has_one_meaning_for_the_form() -> None:
    secret: dict[str, bool] = {}
    for scheme in EXTERNAL_SCHEMES.values():
        suffixes = [item.suffix for item in (*COMMON_INPUTS, *scheme.inputs)]
        assert len(suffixes) == len(set(suffixes))
        assert {suffix for group in scheme.needs for suffix in group} <= set(suffixes)
        for item in scheme.inputs:
            assert secret.setdefault(item.suffix, item.secret) == item.secret
    assert "feed_api_key" in names_of("feed")
    assert len(names_of("feed")) == len(set(names_of("feed")))


# -- where secrets may go --------------------------------------------------------------------------------------------------------


def misdirected(secret: Source, place: Source, suffix: str = "url", text: str = "https://elsewhere.example") -> list[str]:
    inputs = values(feed_auth="bearer", feed_url="https://feed.example", feed_token=Secret("canary"))
    inputs["feed_token"] = Value("feed_token", Secret("canary"), secret, "there")
    inputs[f"feed_{suffix}"] = Value(f"feed_{suffix}", text, place, "here")
    return problems(inputs)


@pytest.mark.parametrize("place", [Source.DOTENV, Source.APP_INPUTS])
def test_a_file_beside_the_app_does_not_lead_a_secret_of_the_environment_elsewhere(place: Source) -> None:
    (said,) = misdirected(Source.ENVIRONMENT, place)
    assert "feed_url: comes from" in said
    assert "Set feed_url where feed_token is set (environment)" in said
    assert misdirected(Source.ENVIRONMENT, place, "verify", "false")
    assert misdirected(Source.ENVIRONMENT, place, "verify", "/tmp/ca.pem")
    assert misdirected(Source.ENVIRONMENT, place, "verify", "true") == []


@pytest.mark.parametrize(
    ("secret", "place"),
    [
        (Source.ENVIRONMENT, Source.ENVIRONMENT),
        (Source.ENVIRONMENT, Source.DEFAULT),
        (Source.PARAM_FILE, Source.DEFAULT),
        (Source.DOTENV, Source.DOTENV),
        (Source.APP_INPUTS, Source.DOTENV),
    ],
)
def test_the_manifest_and_better_places_may_say_where_it_goes(secret: Source, place: Source) -> None:
    assert misdirected(secret, place) == []


@settings(max_examples=50)
@given(
    st.dictionaries(
        st.sampled_from(
            ["a_auth", "a_url", "a_verify", "a_token", "a_username", "a_password", "a_salt", "a_login_url", "a_b_auth"]
        ),
        st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from([*EXTERNAL_SCHEMES]), st.text(max_size=20)),
    )
)
def test_no_inputs_are_too_strange(inputs: dict[str, object]) -> None:
    for service in declared_services(values(**inputs)).values():
        assert service.problems or service.url.startswith("http")
