"""Head and check of an adaptive frame.

    head     1 byte        0 0 c e k r i i   c: it commits; e: epoch, odd or even; k: condensed;
                                             r: it has an attempt; i: state, mod 4
    check    2 bytes       the low 16 bits of the seal, highest byte first
    attempt  0 or 2 bytes  how many frames have committed this state in vain, highest byte first
    body     the rest      what the range coder wrote

The *seal* is a CRC-32 over head, attempt, body and the JSON texts of the entries, each with a zero
byte after it, continued from the chain of the state. The *chain* of a new state begins with
direction, epoch and registry; each committing frame's seal becomes the next chain. So a frame is
accepted only by an end that has read just the same frames and has read the same texts in this one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from laconic_codec.adaptive.entries import Entry
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Direction
from laconic_codec.registry import Registry

HEAD_BYTES: Final = 3
"""Head and check."""
ATTEMPT_BYTES: Final = 2
ATTEMPTS_MAX: Final = 0xFFFF
COMMITS: Final = 0x20
ODD_EPOCH: Final = 0x10
CONDENSED: Final = 0x08
REPEATED: Final = 0x04
INDEX_MASK: Final = 0x03
HEAD_LIMIT: Final = 0x40
"""First bytes from this on belong to other codings."""


def first_chain(direction: Direction, epoch: int, registry: Registry) -> int:
    """Return the chain of the state that an epoch begins with."""
    way = b"\x01" if direction is Direction.UP else b"\x02"
    return crc32(way + epoch.to_bytes(8, "little") + registry.fingerprint)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the body of a frame, but the check."""

    commits: bool
    epoch: int
    """Of what is read, its lowest bit."""
    index: int
    """Of what is read, modulo 4."""
    is_condensed: bool = False
    attempt: int = 0
    """How many committing frames the sender has made against this state before; 0 if this one
    does not commit."""

    def encode(self) -> tuple[int, bytes]:
        """Return the first byte, and what stands between check and body."""
        first = (
            COMMITS * self.commits
            | ODD_EPOCH * (self.epoch & 1)
            | CONDENSED * self.is_condensed
            | REPEATED * (self.attempt > 0)
            | self.index & INDEX_MASK
        )
        return first, self.attempt.to_bytes(ATTEMPT_BYTES, "big") if self.attempt else b""


def read_head(encoded: bytes) -> tuple[Head, bytes]:
    """Return the head and the body of a frame.

    Raises:
        FrameError: MALFORMED: it is too short, or its attempt is 0 or has no place in it.
    """
    first, attempt, body = encoded[0], 0, encoded[HEAD_BYTES:]
    if len(encoded) < HEAD_BYTES:
        raise FrameError(FrameFault.MALFORMED, "an adaptive frame without a check")
    if first & REPEATED:
        attempt, body = int.from_bytes(body[:ATTEMPT_BYTES], "big"), body[ATTEMPT_BYTES:]
        if not attempt or not first & COMMITS or len(encoded) < HEAD_BYTES + ATTEMPT_BYTES:
            raise FrameError(FrameFault.MALFORMED, "an attempt that cannot be")
    commits, is_condensed = bool(first & COMMITS), bool(first & CONDENSED)
    head = Head(commits, first >> 4 & 1, first & INDEX_MASK, is_condensed, attempt)
    return head, body


def seal(chain: int, first: int, coded: bytes, entries: Iterable[Entry]) -> int:
    """Return the seal of a frame; `coded` is what follows the check."""
    crc = crc32(coded, crc32(bytes([first]), chain))
    for entry in entries:
        crc = crc32(entry.text.encode() + b"\0", crc)
    return crc
