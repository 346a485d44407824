from __future__ import annotations

import socket
import ssl

import pytest
from cryptography import x509

from gatepost.emulator.certificates import make_certificates


def test_strict_verification_accepts_them(client):
    """Python 3.13 made this flag the default."""
    client.context.verify_flags |= ssl.VERIFY_X509_STRICT
    assert client.send_token("GET", "/v2/owners").status == 200


@pytest.mark.parametrize("name", ["127.0.0.1", "::1", "localhost"])
def test_each_loopback_name_is_in_the_certificate(client, name):
    with (
        socket.create_connection((client.host, client.port), timeout=60) as plain,
        client.context.wrap_socket(plain, server_hostname=name) as secure,
    ):
        assert secure.getpeercert()["issuer"][0][0][1].startswith("gatepost emulator authority ")


def test_other_names_are_not(client):
    with (
        socket.create_connection((client.host, client.port), timeout=60) as plain,
        pytest.raises(ssl.SSLCertVerificationError, match="not valid for"),
    ):
        client.context.wrap_socket(plain, server_hostname="gatepost.test")


def test_two_platforms_have_two_authorities():
    one, other = make_certificates(), make_certificates()
    assert one.authority != other.authority


def test_extensions_that_decide_are_critical():
    made = make_certificates()
    authority = x509.load_pem_x509_certificate(made.authority)
    server = x509.load_pem_x509_certificates(made.chain)[0]
    for certificate, is_authority in ((authority, True), (server, False)):
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
        assert (basic.critical, basic.value.ca) == (True, is_authority)
        assert (usage.critical, usage.value.key_cert_sign) == (True, is_authority)
    identifier = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    of_the_server = server.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    assert of_the_server.key_identifier == identifier.digest
