"""What the site's SIM sees of a story, and how long its exchanges took."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from laconic_bench.trace import Direction


@dataclass(frozen=True, slots=True)
class SeenPacket:
    """One packet, when it left the site or came to it."""

    at_seconds: float
    """Since the first SYN."""
    way: Direction
    size_bytes: int


@dataclass(slots=True)
class Seen:
    """One playing of a story."""

    packets: list[SeenPacket] = field(default_factory=list[SeenPacket])
    answers_seconds: list[float] = field(default_factory=list[float])
    """From each question that has one to its answer, in the order of the answers."""

    def sizes(self, way: Direction) -> Sequence[int]:
        """Return the packets of one direction."""
        return [one.size_bytes for one in self.packets if one.way == way]

    @property
    def wire_bytes(self) -> int:
        """Return what the SIM pays for."""
        return sum(one.size_bytes for one in self.packets)


def same_packets(real: Seen, model: Seen) -> bool:
    """Tell whether both have the same packets in each direction."""
    return real.sizes("up") == model.sizes("up") and real.sizes("down") == model.sizes("down")
