"""Single exchanges between two real endpoints with real OSCORE contexts, in virtual time.

The sender id of the site has one byte, that of the expander none. The Partial IV grows with the
sequence number: 1 byte below 256, 2 below 65,536, then 3.
"""

from dataclasses import dataclass
from typing import Final

from laconic_bench.link_figures.row import HEADERS_BYTES
from laconic_bench.virtual.coap_link import Link, up
from laconic_codec.signs import BARE_KEEPALIVE

TWO_BYTE_SEQUENCE: Final = 256
THREE_BYTE_SEQUENCE: Final = 65_536
ANSWER_BYTES: Final = 10
INTERACTIVE_BYTES: Final = 30
BATCH_BYTES: Final = 300
TOGETHER: Final = 6
TOGETHER_ROUND_TRIP_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Exchanged:
    """IPv4 bytes of each datagram, in the order in which they were sent: "up" or "down"."""

    datagrams: tuple[tuple[str, int], ...]

    @property
    def wire_bytes(self) -> int:
        """Return the sum."""
        return sum(size for _, size in self.datagrams)

    def text(self) -> str:
        """Return the sizes in words."""
        return ", ".join(f"{size} B {direction}" for direction, size in self.datagrams)


def interactive(first_sequence: int = TWO_BYTE_SEQUENCE) -> Exchanged:
    """Return what a request of 30 bytes and its answer of 10 bytes cost."""
    return _exchange(bytes(INTERACTIVE_BYTES), bytes(ANSWER_BYTES), first_sequence)


def batch(first_sequence: int = TWO_BYTE_SEQUENCE) -> Exchanged:
    """Return what a batch of 300 bytes and its acknowledgement without content cost."""
    return _exchange(bytes(BATCH_BYTES), b"", first_sequence)


def protected_keepalive(first_sequence: int = TWO_BYTE_SEQUENCE) -> Exchanged:
    """Return what a protected sign of life costs: one way, and never answered."""
    link = Link(first_sequence=first_sequence)
    link.site.endpoint.send("expander", b"", link.now)
    link.run(60.0)
    assert link.cloud.handled == [b""]
    return _log_of(link)


def bare_keepalive() -> Exchanged:
    """Return what a keepalive without protection costs."""
    return Exchanged((("up", len(BARE_KEEPALIVE) + HEADERS_BYTES),))


@dataclass(frozen=True, slots=True)
class Together:
    """Exchanges that were started at one moment."""

    seconds: float
    """Until the last of them was answered."""
    answered: int
    repeated: int


def together() -> Together:
    """Start six interactive exchanges at once on a link with a round trip of 500 ms."""
    link = Link(delay_seconds=TOGETHER_ROUND_TRIP_SECONDS / 2, first_sequence=TWO_BYTE_SEQUENCE)
    link.cloud.answer = lambda payload: bytes(ANSWER_BYTES)
    up(link, *(bytes(INTERACTIVE_BYTES) for _ in range(TOGETHER)))
    ended = 0.0
    while len(link.site.responses) < TOGETHER and link.now < 60.0:
        link.run(0.001)
        ended = link.now
    link.run(60.0)
    counters = link.site.endpoint.counters
    return Together(ended, len(link.site.responses), counters["retransmitted"])


def _exchange(payload: bytes, answer: bytes, first_sequence: int) -> Exchanged:
    link = Link(first_sequence=first_sequence)
    link.cloud.answer = lambda _: answer
    up(link, payload)
    link.run(60.0)
    assert link.site.responses == [(1, answer)]
    return _log_of(link)


def _log_of(link: Link) -> Exchanged:
    return Exchanged(tuple((way, size + HEADERS_BYTES) for way, size in link.sizes()))
