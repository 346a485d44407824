"""IP addresses, with and without ports."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from gatepost.inputs.fields import IpAddress

PLAIN = TypeAdapter[str](Annotated[str, IpAddress()])
STRIPPED = TypeAdapter[str](Annotated[str, IpAddress(strip_port=True)])
TYPED = TypeAdapter[Any](Annotated[IPv4Address | IPv6Address | None, IpAddress(strip_port=True)])


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("192.0.2.1:443", "192.0.2.1"),
        ("192.0.2.1", "192.0.2.1"),
        ("[2001:db8::1]:65535", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8::1:80", "2001:db8::1:80"),
        (" 192.0.2.1 ", "192.0.2.1"),
    ],
)
def test_a_port_is_stripped_where_there_is_one(written: str, address: str):
    assert STRIPPED.validate_python(written) == address


@pytest.mark.parametrize("written", ["192.0.2.1:443", "[::1]", "300.1.1.1", "example.com", "", "192.0.2.1/24", "1"])
def test_anything_else_is_refused(written: str):
    with pytest.raises(ValidationError, match="value is not an IP address"):
        PLAIN.validate_python(written)


@pytest.mark.parametrize("written", ["192.0.2.1:65536", "192.0.2.1:", "[192.0.2.1:80"])
def test_a_port_that_is_none_is_refused(written: str):
    with pytest.raises(ValidationError, match="value is not an IP address"):
        STRIPPED.validate_python(written)


def test_a_number_is_no_address():
    with pytest.raises(ValidationError, match="int is not a IP address type"):
        PLAIN.validate_python(1)


def test_the_annotated_type_says_what_comes_out():
    assert TYPED.validate_python("192.0.2.1:80") == IPv4Address("192.0.2.1")
    assert TYPED.validate_python(IPv6Address("::1")) == IPv6Address("::1")
    assert TYPED.validate_python(None) is None


@given(st.ip_addresses(), st.integers(0, 65535))
def test_every_address_is_read_with_and_without_its_port(address: IPv4Address | IPv6Address, port: int):
    host = f"[{address}]" if address.version == 6 else str(address)
    assert PLAIN.validate_python(str(address)) == str(address)
    assert TYPED.validate_python(f"{host}:{port}") == TYPED.validate_python(str(address)) == address
