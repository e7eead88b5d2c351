"""What is to be measured, and how."""

from dataclasses import dataclass
from enum import StrEnum

from laconic_gateway.errors import GatewayError


class StatsError(GatewayError):
    """Traces cannot be measured; the text says which, why, and what to do."""


class Ways(StrEnum):
    """Which messages of a trace are encoded."""

    UP = "up"
    """CALLs from the chargers."""
    DOWN = "down"
    """CALLs from the CSMS."""
    BOTH = "both"
    """All messages of both ways."""


class CodingChoice(StrEnum):
    """Which codings frames may have."""

    CBOR = "cbor"
    ZSTD = "zstd"
    """The shorter one of `zstd` and `cbor`."""
    ADAPTIVE = "adaptive"
    """The others only for what does not fit into an adaptive frame."""
    ALL = "all"
    """For each frame the one that is shortest, as the gateway does."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What to encode, in which frames. Of the two ways to make frames one is set."""

    frame_messages: int | None = 50
    """Messages in a frame."""
    window_seconds: float | None = None
    """A frame has the messages of so many seconds."""
    coding: CodingChoice = CodingChoice.ALL
    ways: Ways = Ways.UP
    verify: bool = True
    """Decode all frames and compare."""
