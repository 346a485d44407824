"""Client certificates: checked when they are named, presented to one origin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from gatepost.auth import MutualTlsAuth
from gatepost.emulator import OAuthEmulator
from gatepost.emulator.certificates import make_certificates
from gatepost.errors import CredentialError, UsageError
from gatepost.sessions import AuthorizedSession
from gatepost.transport.errors import OriginError
from tests.transport.scripted_server import ScriptedServer


@pytest.fixture(scope="module")
def service() -> Iterator[OAuthEmulator]:
    with OAuthEmulator(schemes=("certificate",)) as service:
        yield service


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate with its key, both in one file and apart, and some that are none."""
    folder = tmp_path_factory.mktemp("certificates")
    both = make_certificates(client=True).client
    certificate, marker, key = both.partition(b"-----BEGIN PRIVATE KEY-----")
    (folder / "both.pem").write_bytes(both)
    (folder / "certificate.pem").write_bytes(certificate)
    (folder / "key.pem").write_bytes(marker + key)
    (folder / "other.pem").write_bytes(make_certificates().key)
    (folder / "empty.pem").write_bytes(b"")
    encryption = serialization.BestAvailableEncryption(b"passphrase")
    kind, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    encrypted = load_pem_private_key(marker + key, None).private_bytes(kind, form, encryption)
    (folder / "encrypted.pem").write_bytes(encrypted)
    return folder


def test_a_session_presents_it(service):
    auth = MutualTlsAuth(service.client_certificate, origin=service.url)
    with AuthorizedSession(auth, base_url=service.url) as session:
        session.verify = service.ca_file
        assert session.get("/items").status_code == 200
        assert session.get("/items", auth=None).status_code == 200
    assert repr(auth) == f"MutualTlsAuth(certificate={service.client_certificate!r}, origin={service.url!r})"


def test_without_it_the_service_refuses(service):
    with AuthorizedSession(base_url=service.url) as session:
        session.verify = service.ca_file
        assert session.get("/items").status_code == 401


def test_a_plain_session_presents_it_where_the_adapter_is_mounted(service):
    auth = MutualTlsAuth(service.client_certificate, origin=service.url)
    with requests.Session() as session:
        session.verify = service.ca_file
        assert session.get(f"{service.url}/items", timeout=60).status_code == 401
        session.mount(f"{service.url}/", auth.adapter())
        assert session.get(f"{service.url}/items", timeout=60).status_code == 200


def test_an_adapter_that_is_mounted_elsewhere_presents_nothing_to_other_origins(service):
    auth = MutualTlsAuth(service.client_certificate, origin=service.url)
    with ScriptedServer() as other, requests.Session() as session:
        session.mount("http://", auth.adapter())
        with pytest.raises(OriginError):
            session.get(other.url, timeout=60)
        assert other.requests == []


def test_plain_requests_are_not_sent_without_it(service):
    auth = MutualTlsAuth(service.client_certificate, origin=service.url)
    with pytest.raises(UsageError, match=r"auth\.adapter\(\)"):
        requests.get(f"{service.url}/items", auth=auth, timeout=60)


def test_certificate_and_key_in_one_file_or_two(files):
    assert MutualTlsAuth(files / "both.pem").certificate == str(files / "both.pem")
    apart = MutualTlsAuth(files / "certificate.pem", files / "key.pem")
    assert apart.certificate == (str(files / "certificate.pem"), str(files / "key.pem"))


@pytest.mark.parametrize(
    ("certificate", "key", "reason"),
    [
        ("missing.pem", None, "No such file"),
        ("empty.pem", None, "PEM"),
        ("certificate.pem", None, "PEM|KEY"),
        ("certificate.pem", "missing.pem", "No such file"),
        ("certificate.pem", "other.pem", "KEY_VALUES_MISMATCH"),
        ("certificate.pem", "encrypted.pem", "needs a passphrase"),
    ],
)
def test_what_cannot_be_presented_is_told_at_once(files, certificate, key, reason):
    with pytest.raises(CredentialError, match=reason) as caught:
        MutualTlsAuth(files / certificate, None if key is None else files / key)
    assert caught.value.remedy
