"""Addresses: every host and port comes back from its text."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.address import Address

NAMES = st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?", fullmatch=True)
HOSTS = NAMES | st.ip_addresses().map(str)
PORTS = st.integers(0, 65_535)


@given(HOSTS, PORTS)
def test_the_text_of_an_address_reads_back(host: str, port: int) -> None:
    assert Address.parse(str(Address(host, port))) == Address(host, port)


@given(HOSTS, PORTS)
def test_an_address_unpacks_as_host_and_port(host: str, port: int) -> None:
    address = Address(host, port)
    assert tuple(address) == (address.host, address.port) == (host, port)


def test_an_ipv6_host_loses_its_brackets() -> None:
    assert Address.parse("[::1]:80").host == str(ipaddress.IPv6Address("::1"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "host",
        ":80",
        "host:",
        "host:http",
        "host:65536",
        "host:-1",
        "::1:80",
        "[::1]",
        "[::1]80",
        "[host]:80",
        "[::g]:80",
        "a b:80",
        "udp://host:80",
        "host:80/",
        "host:80\n",
        "host:٣",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Address.parse(text)
