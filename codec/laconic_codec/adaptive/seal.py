"""Head and check of an adaptive frame.

    head   1 byte    0 0 c e i i i i   c: it commits; e: epoch, odd or even; i: state, mod 16
    check  2 bytes   the low 16 bits of the seal, highest byte first
    body   the rest  what the range coder wrote

The *seal* is a CRC-32 over head, body and the JSON texts of the entries, each with a zero byte
after it, continued from the chain of the state. The *chain* of a new state begins with direction,
epoch and registry; each committing frame's seal becomes the next chain. So a frame is accepted only
by an end that has read just the same frames and has read the same texts in this one.
"""

from collections.abc import Iterable
from typing import Final
from zlib import crc32

from laconic_codec.adaptive.entries import Entry
from laconic_codec.frame import Direction
from laconic_codec.registry import Registry

HEAD_BYTES: Final = 3
COMMITS: Final = 0x20
ODD_EPOCH: Final = 0x10
CONDENSED: Final = 0x08
INDEX_MASK: Final = 0x07
HEAD_LIMIT: Final = 0x40
"""First bytes from this on belong to other codings."""


def first_chain(direction: Direction, epoch: int, registry: Registry) -> int:
    """Return the chain of the state that an epoch begins with."""
    way = b"\x01" if direction is Direction.UP else b"\x02"
    return crc32(way + epoch.to_bytes(8, "little") + registry.fingerprint)


def head(commits: bool, epoch: int, index: int, is_condensed: bool = False) -> int:
    """Return the first byte of a frame."""
    return (
        COMMITS * commits | ODD_EPOCH * (epoch & 1) | CONDENSED * is_condensed | index & INDEX_MASK
    )


def seal(chain: int, first: int, body: bytes, entries: Iterable[Entry]) -> int:
    """Return the seal of a frame."""
    crc = crc32(body, crc32(bytes([first]), chain))
    for entry in entries:
        crc = crc32(entry.text.encode() + b"\0", crc)
    return crc
