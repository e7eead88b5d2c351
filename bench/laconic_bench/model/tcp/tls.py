"""TLS 1.3: the flights of its handshake as OpenSSL makes them, and the records after it.

The handshake is a full one each time, with the server's certificate only: few chargers resume
sessions. The server sends its two session tickets all the same, as OpenSSL does by default.
"""

import ssl
from dataclasses import dataclass
from functools import cache
from typing import Final

from laconic_bench.model.tcp import certificates

RECORD_BYTES_MAX: Final = 16_384
RECORD_OVERHEAD_BYTES: Final = 5 + 1 + 16
"""Header, inner content type, tag of AES-GCM (RFC 8446, 5.2)."""
CLOSE_NOTIFY_BYTES: Final = 2 + RECORD_OVERHEAD_BYTES
_HANDSHAKES: Final = 40
"""The signature of the server has 70 to 72 bytes in one handshake or another."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """Bytes of the flights of a full handshake."""

    client_hello: int
    server_flight: int
    """From ServerHello to Finished, with the longest signature."""
    client_finished: int
    tickets: int
    """From the server, with the client's Finished or after it."""

    @property
    def total_bytes(self) -> int:
        """All of it."""
        return self.client_hello + self.server_flight + self.client_finished + self.tickets


def records_bytes(plain_bytes: int) -> int:
    """Return what TLS adds to so many bytes that are written at once."""
    return -(-plain_bytes // RECORD_BYTES_MAX) * RECORD_OVERHEAD_BYTES


@dataclass(slots=True)
class Pair:
    """Both ends of one TLS connection, without a network."""

    client: ssl.SSLObject
    server: ssl.SSLObject
    to_server: ssl.MemoryBIO
    to_client: ssl.MemoryBIO

    def handshake(self) -> Handshake:
        """Make the handshake and return the sizes of its flights."""
        _step(self.client)
        hello = self.to_server.pending
        _step(self.server)
        flight = self.to_client.pending
        self.client.do_handshake()
        finished = self.to_server.pending
        self.server.do_handshake()
        return Handshake(hello, flight, finished, self.to_client.pending)


def pair() -> Pair:
    """Return two ends that have not spoken yet."""
    server, client = _contexts()
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    return Pair(
        client.wrap_bio(to_client, to_server, server_hostname=certificates.HOST),
        server.wrap_bio(to_server, to_client, server_side=True),
        to_server,
        to_client,
    )


@cache
def full_handshake() -> Handshake:
    """Return the handshake of this machine's OpenSSL; it is measured once."""
    found = [pair().handshake() for _ in range(_HANDSHAKES)]
    return max(found, key=lambda one: one.total_bytes)


@cache
def _contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return certificates.contexts()


def _step(end: ssl.SSLObject) -> None:
    try:
        end.do_handshake()
    except ssl.SSLWantReadError:
        return
    raise AssertionError("a handshake needs more than one flight")
