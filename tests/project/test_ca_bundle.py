from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import requests

from gatepost.project import write_ca_bundle


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return tmp_path / "bundle.pem"


def authorities(path: Path) -> int:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(path)
    return len(context.get_ca_certs())


def test_the_machines_authorities_are_in_it_and_one_more(bundle: Path, tc_platform):
    write_ca_bundle(bundle, tc_platform.ca_file, environment={})
    assert authorities(bundle) > 10
    assert requests.get(f"{tc_platform.url}/v2/owners", verify=str(bundle), timeout=60).status_code == 401


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_what_the_caller_trusts_goes_before_the_system(variable: str, bundle: Path, tc_platform):
    write_ca_bundle(bundle, tc_platform.ca_file, environment={variable: tc_platform.ca_file})
    assert bundle.read_text().count("BEGIN CERTIFICATE") == 2


def test_a_file_that_is_gone_is_passed_over(bundle: Path, tc_platform):
    write_ca_bundle(bundle, tc_platform.ca_file, environment={"SSL_CERT_FILE": "/nowhere.pem"})
    assert authorities(bundle) > 10


def test_without_a_file_of_the_system_the_one_of_requests_is_taken(bundle: Path, tc_platform, monkeypatch: pytest.MonkeyPatch):
    nothing = ssl.get_default_verify_paths()._replace(cafile=None)
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: nothing)
    write_ca_bundle(bundle, tc_platform.ca_file, environment={})
    assert Path(requests.certs.where()).read_bytes().strip() in bundle.read_bytes()
