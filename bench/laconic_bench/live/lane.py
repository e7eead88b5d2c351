"""One direction of a link, without a clock and without I/O."""

from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Final

from laconic_bench.radio.channel import Channel
from laconic_bench.radio.profiles import LinkProfile

_UDP: Final = 17


@dataclass(slots=True)
class Tally:
    """Some IP packets. Bytes are those of whole packets, IP header included."""

    packets: int = 0
    packet_bytes: int = 0
    datagrams: int = 0
    """Those of the packets that carry UDP over IPv4 (RFC 791, RFC 768)."""
    datagram_bytes: int = 0

    def add(self, packet: bytes) -> None:
        """Count one packet."""
        self.packets += 1
        self.packet_bytes += len(packet)
        if len(packet) > 9 and packet[0] >> 4 == 4 and packet[9] == _UDP:
            self.datagrams += 1
            self.datagram_bytes += len(packet)


@dataclass(slots=True)
class LaneCounts:
    """What became of the packets of one direction."""

    entered: Tally = field(default_factory=Tally)
    """Sent into the link: what a SIM pays for upwards."""
    left: Tally = field(default_factory=Tally)
    """Delivered, each copy of a doubled packet for itself: what a SIM pays for downwards."""
    lost: Tally = field(default_factory=Tally)
    overflowed: Tally = field(default_factory=Tally)
    """Dropped because the queue was full."""
    duplicated: Tally = field(default_factory=Tally)
    """Second copies."""


class Lane:
    """One direction of a link: `send` puts packets in, `due` takes them out.

    After `send` and `due` the caller asks `timer()` when to call `due` again. Times are seconds of
    any monotonic clock.
    """

    def __init__(self, profile: LinkProfile, seed: str) -> None:
        self.channel = Channel(profile, seed)
        self.counts = LaneCounts()
        self._waiting: list[tuple[float, int, bytes]] = []
        self._numbers = count()

    def send(self, packet: bytes, now: float) -> None:
        """Take one packet: deliver it later, once or twice, or drop it."""
        self.counts.entered.add(packet)
        fate = self.channel.send(len(packet), now)
        if not fate.found_room:
            self.counts.overflowed.add(packet)
        elif not fate.arrivals:
            self.counts.lost.add(packet)
        for number, due in enumerate(fate.arrivals):
            if number:
                self.counts.duplicated.add(packet)
            heappush(self._waiting, (due, next(self._numbers), packet))

    def due(self, now: float) -> list[bytes]:
        """Take out what has arrived at the far end by `now`, in the order of arrival."""
        arrived: list[bytes] = []
        while self._waiting and self._waiting[0][0] <= now:
            packet = heappop(self._waiting)[2]
            self.counts.left.add(packet)
            arrived.append(packet)
        return arrived

    def timer(self) -> float | None:
        """Return when the next packet arrives; None if the lane is empty."""
        return self._waiting[0][0] if self._waiting else None
