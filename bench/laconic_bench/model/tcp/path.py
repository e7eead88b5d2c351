"""The way between the two ends of a connection: the radio link, and the carrier's NAT behind it."""

from collections.abc import Callable
from functools import partial
from math import inf
from typing import Final

from laconic_bench.model.bill import HANDSHAKE, Packet
from laconic_bench.model.link import ModelLink
from laconic_bench.model.tcp.segment import (
    IPV4_HEADER_BYTES,
    RESET_HEADER_BYTES,
    Segment,
)
from laconic_bench.trace import Direction

_RESET: Final = Packet((("ip", IPV4_HEADER_BYTES), ("tcp", RESET_HEADER_BYTES)), HANDSHAKE)

Receive = Callable[[Segment], None]


class Nat:
    """The mapping of one connection. It is made by what comes from the site, and kept by both."""

    __slots__ = ("_seen_at", "timeout_seconds")

    def __init__(self, timeout_seconds: float = inf) -> None:
        self.timeout_seconds = timeout_seconds
        """How long it lives without a packet; infinite: the site has an address of its own."""
        self._seen_at = 0.0 if timeout_seconds == inf else -inf

    def outward(self, now: float) -> None:
        """Let a packet out, through the old mapping or a new one with the same port."""
        self._seen_at = now

    def lets_in(self, now: float) -> bool:
        """Tell whether a packet of the cloud finds a mapping, which it keeps alive."""
        if now - self._seen_at > self.timeout_seconds:
            return False
        self._seen_at = now
        return True


class Path:
    """Carries segments both ways; `up` and `down` take what has arrived above and at the site."""

    up: Receive
    down: Receive

    def __init__(self, link: ModelLink, nat: Nat) -> None:
        self.is_dead = False
        """There is nobody at the site: what comes for it is lost at the NAT."""
        self.is_moved = False
        """The site has another address than when the connection was made: what comes for the old
        one is lost, and what comes from the new one belongs to no connection of the cloud."""
        self._link: Final = link
        self._nat: Final = nat

    def send(self, way: Direction, packet: Packet, segment: Segment) -> None:
        """Send a segment, for which the packet is charged."""
        if way == "up":
            self._link.send("up", packet, partial(self._arrive, segment))
        elif not self.is_dead and not self.is_moved and self._nat.lets_in(self._link.schedule.now):
            self._link.send("down", packet, partial(self.down, segment))

    def _arrive(self, segment: Segment) -> None:
        self._nat.outward(self._link.schedule.now)
        if not self.is_moved:
            self.up(segment)
        elif not segment.is_reset:
            self._refuse()

    def _refuse(self) -> None:
        """Have the cloud's kernel answer what belongs to no connection (RFC 9293, 3.5.2)."""
        reset = Segment(0, self._link.schedule.now, 0.0)
        reset.is_reset = True
        self._link.send("down", _RESET, partial(self.down, reset))
