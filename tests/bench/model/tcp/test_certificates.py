"""The certificates of the CSMS."""

import ssl

import pytest

from laconic_bench.model.tcp import certificates
from laconic_bench.model.tcp.tls import Pair


def pair(client: ssl.SSLContext, server: ssl.SSLContext, host: str) -> Pair:
    """Return two ends without a network."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    return Pair(
        client.wrap_bio(to_client, to_server, server_hostname=host),
        server.wrap_bio(to_server, to_client, server_side=True),
        to_server,
        to_client,
    )


def test_chargers_verify_a_chain_of_two_and_the_name() -> None:
    server, client = certificates.contexts()
    assert client.verify_mode is ssl.CERT_REQUIRED and client.check_hostname
    one = pair(client, server, certificates.HOST)
    one.handshake()
    assert one.client.version() == "TLSv1.3"
    found = one.client.getpeercert()
    assert found and found["subjectAltName"] == (("DNS", certificates.HOST),)
    with pytest.raises(ssl.SSLCertVerificationError):
        pair(client, server, "other.example.com").handshake()


def test_they_are_the_same_in_every_run() -> None:
    def leaf() -> bytes | None:
        server, client = certificates.contexts()
        one = pair(client, server, certificates.HOST)
        one.handshake()
        return one.client.getpeercert(binary_form=True)

    assert leaf() == leaf()
