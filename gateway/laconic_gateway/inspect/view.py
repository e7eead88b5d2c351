"""What is told of a frame."""

from dataclasses import dataclass

from laconic_codec.frame import Direction
from laconic_gateway.errors import GatewayError


class InspectError(GatewayError):
    """What was given cannot be inspected; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Given:
    """A frame to inspect, or why there is none."""

    direction: Direction
    frame: bytes
    origin: str = ""
    """Where it was seen; empty if it was given as such."""
    note: str = ""
    """What this is instead of a frame; empty if it is one."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some bytes of a frame in CBOR, and what they say."""

    offset: int
    depth: int
    data: bytes
    meaning: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What one part of an adaptive frame took."""

    item: int | None
    """Place of the item in the frame; None: the frame as a whole."""
    what: str
    kind: str
    """Of a value: number, text, ..."""
    value: str
    coded: str
    """How it was coded: as predicted, how far off, spelled out, ..."""
    decisions: int
    """Of the range coder."""
    bits: float


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item of a frame."""

    what: str
    """In a few words, with the action of a message."""
    channel: int | None
    number: int | None
    """Its sequence number; None in an open frame."""
    text: str = ""
    """Of a message: the JSON text of its payload, or of an error's arguments."""
    bits: float | None = None
    """What it took; None if that cannot be told, as in a compressed frame."""


@dataclass(frozen=True, slots=True)
class FrameView:
    """One frame."""

    given: Given
    coding: str
    kind: str
    header: tuple[tuple[str, str], ...] = ()
    """Names and values."""
    items: tuple[ItemView, ...] = ()
    chunks: tuple[Chunk, ...] = ()
    """Of a frame in `cbor`."""
    content_bytes: int | None = None
    """Of a compressed frame: its size before."""
    costs: tuple[Cost, ...] = ()
    """Of an adaptive frame."""
    problem: str = ""
    """Why it cannot be read; empty if it was."""
