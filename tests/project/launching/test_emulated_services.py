from __future__ import annotations

import contextlib

import pytest

from gatepost.errors import UsageError
from gatepost.project.launching.emulated import GENERAL_SCHEMES, SERVICES, make_service, service_names
from gatepost.project.launching.emulated_services import EmulatedServices


@pytest.fixture
def start():
    """Starts the services that inputs declare; returns what they say of themselves, and the starter."""
    with contextlib.ExitStack() as stack:

        def start(values, given=()):
            services = EmulatedServices(stack, dict(given))
            return services.start(values), services

        yield start


def test_a_declared_service_is_emulated_under_the_name_that_the_app_gives_it(start):
    said, services = start({"hashes_auth": "TCAP", "hashes_password": "of the real one", "owner": "Blue"})
    assert list(services.running) == ["hashes"]
    assert said.values["hashes_url"] == services.running["hashes"].url
    assert said.values["hashes_password"] == services.running["hashes"].credentials.password.reveal()
    assert {"hashes_url", "hashes_password", "hashes_verify"} <= said.replaced
    assert "hashes_requested_service" not in said.replaced
    assert services.authorities == [services.running["hashes"].ca_file]


def test_each_scheme_gets_its_service(start):
    said, services = start({"one_auth": "tcap_account", "two_auth": "timbr"})
    assert {name: server.name for name, server in services.running.items()} == {"one": "tcap", "two": "timbr"}
    assert said.values["one_auth"] == "tcap_account"
    assert said.values["two_salt"]


def test_a_general_scheme_gets_the_general_service_where_the_address_is_nobodys(start):
    declared = {f"{scheme}_auth": scheme for scheme in GENERAL_SCHEMES}
    said, services = start({**declared, **{f"{scheme}_url": f"https://{scheme}.example/v1" for scheme in GENERAL_SCHEMES}})
    assert set(services.running) == GENERAL_SCHEMES
    assert {server.name for server in services.running.values()} == {"oauth"}
    assert said.values["header_api_key"] == services.running["header"].credentials.api_key.reveal()
    assert {"header_header", "oauth2_token_url"} <= said.replaced


@pytest.mark.parametrize(
    ("values", "given"),
    [
        ({"owner": "tcap", "_auth": "tcap", "auth": "tcap"}, {}),
        ({"shop_auth": "oauth2"}, {}),
        ({"shop_auth": "oauth2", "shop_url": "https://shop.example.com"}, {}),
        ({"shop_auth": "oauth2", "shop_url": "https://[shop.example"}, {}),
        ({"shop_auth": "no scheme", "shop_url": "https://shop.example"}, {}),
        ({"shop_auth": "header", "shop_url": "https://shop.example"}, {"shop_url": "https://shop.example"}),
        ({"shop_auth": "none"}, {}),
        ({"hashes_auth": "tcap", "hashes_url": "https://tcap.example"}, {"hashes_url": "https://tcap.example"}),
    ],
)
def test_what_is_none_or_is_somewhere_else_is_not_emulated(start, values, given):
    said, services = start(values, given)
    assert (said.values, said.replaced, services.running) == ({}, frozenset(), {})


def test_they_end_with_the_launch():
    with contextlib.ExitStack() as stack:
        services = EmulatedServices(stack, {})
        services.start({"timbr_auth": "timbr"})
        timbr = services.running["timbr"]
        assert timbr.ca_file
    with pytest.raises(UsageError, match="no certificate now"):
        _ = timbr.ca_file


def test_names_are_read_as_a_person_writes_them():
    assert service_names(["tcap, Timbr", "tcap,"]) == ("tcap", "timbr")
    assert service_names([]) == ()
    with pytest.raises(UsageError, match="'tcup'"):
        service_names(["tcup"])


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_can_be_made(name: str):
    assert make_service(name, port=None, clock_offset=60).name == name
