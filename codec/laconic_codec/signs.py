"""Signs: the shortest messages between the ends, which are no frames (wire profile, section 35).

    (nothing)        up    sign of life
    50..57 xx        up    probe: answer after so many seconds (11 bits), with nothing
    60 or 61 xx xx   up    reach: the path is kept open (61) or not (60); seconds between signs
    70               down  a downlink needed more than one try
    71               down  the address of the site has changed

A *bare keepalive* is one byte outside of CoAP; it only refreshes the NAT and carries nothing.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

PROBE_MAX_SECONDS: Final = 1800
"""Longest time that a probe may ask for."""

BARE_KEEPALIVE: Final = b"\x00"
"""What a site sends to refresh the mapping in the NAT (RFC 4787, REQ-6), unprotected."""

_PROBE: Final = 0x50
_REACH: Final = 0x60
_SILENCE_MAX_SECONDS: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class Probe:
    """Asks for an empty answer after a time, to where the probe came from."""

    delay_seconds: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Says when a command can reach the site."""

    kept_open: bool
    """The site keeps the path open until it says otherwise; else a command reaches it only just
    after something came from it."""
    silence_seconds: int
    """Longest time between two signs of life of the site."""


ASSUMED_REACH: Final = Reach(kept_open=True, silence_seconds=30)
"""What holds in an epoch until the site says something else."""


class Notice(IntEnum):
    """What an expander tells a site about the path between them."""

    LATE_DOWNLINK = 0x70
    """A downlink needed more than one try."""
    MOVED = 0x71
    """The site's messages come from another address than before."""


def encode(sign: Probe | Reach | Notice) -> bytes:
    """Return the bytes of a sign.

    Raises:
        ValueError: its time is negative or too long.
    """
    match sign:
        case Probe(delay_seconds):
            return _with_seconds(_PROBE << 8, delay_seconds, PROBE_MAX_SECONDS).to_bytes(2, "big")
        case Reach(kept_open, silence_seconds):
            head = (_REACH + kept_open) << 16
            return _with_seconds(head, silence_seconds, _SILENCE_MAX_SECONDS).to_bytes(3, "big")
        case Notice():
            return bytes([sign])


def decode(payload: bytes) -> Probe | Reach | Notice | None:
    """Return the sign in a payload; None if it is none, so a frame perhaps."""
    if len(payload) == 1 and payload[0] in set(Notice):
        return Notice(payload[0])
    if len(payload) == 2 and payload[0] & 0xF8 == _PROBE:
        delay_seconds = int.from_bytes(payload, "big") & 0x7FF
        return Probe(delay_seconds) if delay_seconds <= PROBE_MAX_SECONDS else None
    if len(payload) == 3 and payload[0] & 0xFE == _REACH:
        return Reach(payload[0] == _REACH + 1, int.from_bytes(payload[1:], "big"))
    return None


def delay_of(payload: bytes) -> float | None:
    """Return after how many seconds a request wants its answer; None: it is no probe."""
    sign = decode(payload)
    return float(sign.delay_seconds) if isinstance(sign, Probe) else None


def _with_seconds(head: int, seconds: int, limit: int) -> int:
    if not 0 <= seconds <= limit:
        raise ValueError(f"{seconds} seconds; the limit is {limit}")
    return head | seconds
