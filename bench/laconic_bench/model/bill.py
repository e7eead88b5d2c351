"""What a contender has put on the wire, as the SIM of the site pays for it.

What goes up is charged when it is sent, lost or not; what comes down when it has arrived. Sizes are
those of IPv4 packets.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from laconic_bench.trace import Direction
from laconic_bench.units import DAY_SECONDS

MESSAGE: Final = "message"
ACKNOWLEDGEMENT: Final = "acknowledgement"
REPETITION: Final = "repetition"
KEEPALIVE: Final = "keepalive"
HANDSHAKE: Final = "handshake"
"""Causes that every contender has; the gateway has more (`budget.contents.Cause`)."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One IPv4 packet, as far as its price is concerned."""

    layers: tuple[tuple[str, int], ...]
    """Name of a layer, and how many bytes of the packet are its own; their sum is its length."""
    cause: str = MESSAGE
    shares: tuple[tuple[str, int], ...] = ()
    """Actions, and how many bytes of the packet carry each: weights for its whole length."""

    @property
    def size_bytes(self) -> int:
        """Return its length with the IP header."""
        return sum(size for _, size in self.layers)


@dataclass(slots=True)
class Bill:
    """All bytes of a contender, and what they are for."""

    wire_bytes: dict[Direction, int] = field(default_factory=lambda: {"up": 0, "down": 0})
    payload_bytes: int = 0
    """What stands for the OCPP messages: texts, compressed texts or frames. Carriers add to it."""
    layers: Counter[str] = field(default_factory=Counter[str])
    days: Counter[int] = field(default_factory=Counter[int])
    """Bytes of both ways by day, counted from 0."""
    packets: Counter[str] = field(default_factory=Counter[str])
    """By direction."""
    _causes: dict[str, float] = field(default_factory=dict[str, float])
    _actions: dict[Direction, dict[str, float]] = field(
        default_factory=lambda: {"up": {}, "down": {}}
    )

    def charge(self, way: Direction, packet: Packet, at_seconds: float) -> None:
        """Charge a packet to its layers, its cause and its actions."""
        size = self.count(way, packet.layers, at_seconds)
        self.attribute(way, packet.cause, packet.shares, size)

    def count(self, way: Direction, layers: Iterable[tuple[str, int]], at_seconds: float) -> int:
        """Charge a packet to its layers only; return its length."""
        size = 0
        for name, own in layers:
            self.layers[name] += own
            size += own
        self.wire_bytes[way] += size
        self.packets[way] += 1
        self.days[int(at_seconds // DAY_SECONDS)] += size
        return size

    def attribute(
        self, way: Direction, cause: str, shares: Sequence[tuple[str, int]], size_bytes: int
    ) -> None:
        """Say what some bytes that were counted are for; without shares their cause stands in."""
        self._causes[cause] = self._causes.get(cause, 0.0) + size_bytes
        total = sum(weight for _, weight in shares)
        if not total:
            shares, total = ((f"({cause})", 1),), 1
        actions = self._actions[way]
        for action, weight in shares:
            actions[action] = actions.get(action, 0.0) + size_bytes * weight / total

    @property
    def total_bytes(self) -> int:
        """Return the bytes of both ways."""
        return self.wire_bytes["up"] + self.wire_bytes["down"]

    def by_cause(self) -> dict[str, int]:
        """Return whole bytes by cause, the most first; they add up to `total_bytes`."""
        return _by_size(_rounded(self._causes, self.total_bytes))

    def by_action(self) -> dict[str, int]:
        """Return whole bytes by action, the most first; they add up to `total_bytes`."""
        return _by_size(self.by_action_of("up") + self.by_action_of("down"))

    def bytes_without_action(self, way: Direction, cause: str) -> float:
        """Return the bytes of one direction for a cause that are for no action."""
        return self._actions[way].get(f"({cause})", 0.0)

    def by_action_of(self, way: Direction) -> Counter[str]:
        """Return whole bytes of one direction by action; they add up to its `wire_bytes`."""
        return _rounded(self._actions[way], self.wire_bytes[way])


def _by_size(sizes: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(sizes.items(), key=lambda entry: (-entry[1], entry[0])))


def _rounded(shares: Mapping[str, float], total: int) -> Counter[str]:
    """Return whole numbers with the given sum (method of the largest remainder)."""
    floors = {name: int(share) for name, share in shares.items()}
    by_remainder = sorted(shares, key=lambda name: (floors[name] - shares[name], name))
    for name in by_remainder[: total - sum(floors.values())]:
        floors[name] += 1
    return Counter(floors)
