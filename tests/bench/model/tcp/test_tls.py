"""TLS by formula, and by OpenSSL."""

import ssl

import pytest

from laconic_bench.model.tcp import tls

SIZES = (1, 2, 125, 1_426, 16_383, 16_384, 16_385, 32_768, 40_000, 70_000)


@pytest.mark.parametrize("size", SIZES)
def test_records_are_as_long_as_those_of_openssl(size: int) -> None:
    pair = tls.pair()
    pair.handshake()
    pair.to_client.read()
    pair.client.write(b"x" * size)
    pair.server.write(b"y" * size)
    expected = size + tls.records_bytes(size)
    assert (pair.to_server.pending, pair.to_client.pending) == (expected, expected)


def test_close_notify_is_as_long_as_that_of_openssl() -> None:
    pair = tls.pair()
    pair.handshake()
    with pytest.raises(ssl.SSLWantReadError):
        pair.client.unwrap()
    assert pair.to_server.pending == tls.CLOSE_NOTIFY_BYTES


def test_a_handshake_differs_only_in_the_length_of_its_signature() -> None:
    longest = tls.full_handshake()
    for _ in range(20):
        one = tls.pair().handshake()
        assert 0 <= longest.server_flight - one.server_flight <= 4
        assert (one.client_hello, one.client_finished, one.tickets) == (
            *(longest.client_hello, longest.client_finished, longest.tickets),
        )
    # ChangeCipherSpec, then Finished with a hash of 48 bytes.
    assert longest.client_finished == 6 + 4 + 48 + tls.RECORD_OVERHEAD_BYTES
