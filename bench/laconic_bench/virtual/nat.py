"""A NAT with a timer in virtual time, and a meter of every byte that passes it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from laconic_bench.virtual.schedule import Schedule
from laconic_codec.signs import BARE_KEEPALIVE
from laconic_gateway.core.coap.endpoint import Address

HEADERS_BYTES: Final = 28
"""IPv4 and UDP."""


@dataclass
class Mapping:
    """What a NAT remembers of one socket."""

    port: int
    refreshed_at: float


class Nat:
    """A NAT that only what goes out refreshes (RFC 4787, REQ-6), and a meter of every byte."""

    def __init__(
        self, schedule: Schedule, timer_seconds: float, *, keeps_port: bool = False
    ) -> None:
        """`keeps_port`: a socket gets the port again that it had before its mapping was over."""
        self._schedule = schedule
        self._keeps_port = keeps_port
        self.timer_seconds = timer_seconds
        self.loss = 0.0
        self.delay_seconds = 0.1
        """One way."""
        self._mappings: dict[str, Mapping] = {}
        self._ports = 40_000
        self.wire_bytes: Counter[str] = Counter()
        """IPv4 bytes by kind of datagram."""
        self.datagrams: Counter[str] = Counter()
        self.lost_inwards = 0
        """Datagrams that came when the mapping was gone."""
        self.on_datagram: Callable[[str, bytes], None] = lambda kind, datagram: None
        """Told of every datagram that was counted: "up", "down", "bare", "probe", "lost"."""
        self.twist: Callable[[bytes], bytes] = lambda payload: payload
        """What becomes of the payload of a frame before it is protected: for who plays foul."""

    def outwards(self, inside: str, datagram: bytes) -> Address:
        """Return as whom the datagram leaves."""
        mapping = self._mappings.get(inside)
        if mapping is None or (self._is_over(mapping) and not self._keeps_port):
            self._ports += 1
            mapping = self._mappings[inside] = Mapping(self._ports, 0.0)
        mapping.refreshed_at = self._schedule.now
        kind = "bare" if datagram == BARE_KEEPALIVE else "up"
        self._count(inside if inside != "main" else kind, datagram)
        return ("198.51.100.7", mapping.port)

    def inwards(self, address: Address, datagram: bytes) -> str | None:
        """Return which socket a datagram reaches."""
        for inside, mapping in self._mappings.items():
            if mapping.port == address[1] and not self._is_over(mapping):
                self._count("down" if inside == "main" else inside, datagram)
                return inside
        self.lost_inwards += 1
        self._count("lost", datagram)
        return None

    def rebind(self) -> None:
        """Forget every mapping."""
        self._mappings.clear()

    def loses(self) -> bool:
        """Tell whether the next datagram gets lost."""
        return self._schedule.chance(self.loss)

    def _is_over(self, mapping: Mapping) -> bool:
        return self._schedule.now - mapping.refreshed_at > self.timer_seconds

    def _count(self, kind: str, datagram: bytes) -> None:
        name = kind.partition(" ")[0]
        self.wire_bytes[name] += len(datagram) + HEADERS_BYTES
        self.datagrams[name] += 1
        self.on_datagram(name, datagram)
