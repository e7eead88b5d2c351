"""How a link behaves, and the links that have a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class LinkProfile:
    """How a link treats IP packets, the same in both directions. The default does nothing to them.

    Raises:
        ValueError: a probability is not between 0 and 1, or another number is negative.
    """

    delay_seconds: float = 0.0
    """One way, without the time that the packet takes at the rate of the link."""
    jitter_seconds: float = 0.0
    """The delay of each packet is uniform in `delay_seconds` plus or minus this."""
    loss: float = 0.0
    """Probability that a packet is lost, 0 to 1. It has used the link all the same."""
    rate_bits_per_second: float = 0.0
    """Bits of IP packets; 0: no limit."""
    queue_bytes: int = 64_000
    """IP packets that may wait while the link is busy; what finds no room is dropped."""
    reordering: float = 0.0
    """Probability that a packet skips the delay and so overtakes those before it, 0 to 1."""
    duplication: float = 0.0
    """Probability that a packet arrives twice, 0 to 1."""

    def __post_init__(self) -> None:
        for name in ("loss", "reordering", "duplication"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a probability, from 0 to 1")
        for name in ("delay_seconds", "jitter_seconds", "rate_bits_per_second", "queue_bytes"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be negative")


PROFILES: Final[Mapping[str, LinkProfile]] = {
    "2g": LinkProfile(
        delay_seconds=0.300, jitter_seconds=0.050, loss=0.02, rate_bits_per_second=32_000
    ),
    "nbiot": LinkProfile(
        delay_seconds=1.000, jitter_seconds=0.200, loss=0.05, rate_bits_per_second=20_000
    ),
    "lte": LinkProfile(
        delay_seconds=0.030, jitter_seconds=0.005, loss=0.005, rate_bits_per_second=1_000_000
    ),
}
"""Round trips of 600 ms, 2 s and 60 ms; the loss is that of each direction."""
