"""A certificate authority, and certificates for a server on loopback and its client, made at start and gone at stop."""

from __future__ import annotations

import datetime
import ipaddress
import secrets
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ["Certificates", "make_certificates"]

_VALIDITY = datetime.timedelta(days=30)
_MARGIN = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Certificates:
    """What a server and its clients need for TLS, each as PEM.

    Attributes:
        authority: The certificate of the authority: what clients trust.
        chain: The certificate of the server, followed by the one of the authority.
        key: The private key of the server.
        client: The certificate of a client, followed by its private key; empty when none was asked for.
    """

    authority: bytes
    chain: bytes
    key: bytes
    client: bytes = b""


def make_certificates(*, client: bool = False) -> Certificates:
    """Make an authority and, signed by it, a certificate for ``127.0.0.1``, ``::1`` and ``localhost``.

    Elliptic curve keys (P-256), because they take a millisecond. The extensions are those of RFC 5280 section 4.2 that
    OpenSSL's strict mode asks for, which Python 3.13 turned on for every client. Valid from yesterday for 30 days of the
    machine's time: the clock that the emulator turns is the platform's, not the one of TLS.

    Args:
        client: Make one for a client, too.
    """
    authority_key = ec.generate_private_key(ec.SECP256R1())
    # Servers that run side by side are trusted by one file, and not every TLS library tells authorities of one name apart.
    authority_name = _name(f"gatepost emulator authority {secrets.token_hex(4)}")
    authority_identifier = x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key())
    authority = (
        _builder(authority_name, authority_name, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(authority_identifier, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority_identifier), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    names = x509.SubjectAlternativeName(
        [
            x509.DNSName("localhost"),
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
            x509.IPAddress(ipaddress.ip_address("::1")),
        ]
    )

    def signed(name: str, purpose: x509.ObjectIdentifier, alternatives: x509.SubjectAlternativeName) -> tuple[bytes, bytes]:
        """Return a certificate and its private key."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _builder(_name(name), authority_name, key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(alternatives, critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority_identifier), critical=False)
            .sign(authority_key, hashes.SHA256())
        )
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return certificate.public_bytes(serialization.Encoding.PEM), private

    authority_pem = authority.public_bytes(serialization.Encoding.PEM)
    server, key = signed("gatepost emulator", ExtendedKeyUsageOID.SERVER_AUTH, names)
    client_names = x509.SubjectAlternativeName([x509.DNSName("client.example")])
    clients = signed("gatepost emulator client", ExtendedKeyUsageOID.CLIENT_AUTH, client_names) if client else ()
    return Certificates(authority=authority_pem, chain=server + authority_pem, key=key, client=b"".join(clients))


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _MARGIN)
        .not_valid_after(now + _VALIDITY)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
