"""Datagrams and payloads that are nearly right."""

from collections.abc import Sequence
from random import Random
from typing import Final

LONGEST_BYTES: Final = 1_400
"""Over the limit of the message layer, so that the limit is tried too."""
_FIRST_BYTES: Final = bytes((0x40, 0x50, 0x60, 0x70, 0x41, 0x48, 0x4F, 0x00, 0xC0))
"""Version, type and length of the token of CoAP (RFC 7252, 3)."""
_CODES: Final = bytes((0x00, 0x02, 0x44, 0x81, 0x01, 0x45, 0xE2, 0xFF))
_OPTIONS: Final = tuple(
    bytes.fromhex(text)
    for text in ("90", "91 01", "92 09 00", "93 09 00 00", "9d ff", "9e ffff", "d9 f3", "e0", "ff")
)
"""Heads of options: OSCORE (9) with odd contents, lengths that say more than there is."""


def mutated(data: bytes, others: Sequence[bytes], chance: Random) -> bytes:
    """Return a datagram or payload with one to eight changes."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 8))):
        _change(changed, others, chance)
    return bytes(changed[:LONGEST_BYTES])


def noise(chance: Random) -> bytes:
    """Return bytes by chance, half of the time behind something like the head of CoAP."""
    body = chance.randbytes(chance.choice((0, 1, 3, 4, 8, 20, 60, 300, 1_300)))
    if chance.random() < 0.5:
        return body
    head = bytes((chance.choice(_FIRST_BYTES), chance.choice(_CODES))) + chance.randbytes(2)
    return head + chance.choice(_OPTIONS) + body


def _change(data: bytearray, others: Sequence[bytes], chance: Random) -> None:
    at = chance.randrange(len(data) + 1)
    match chance.randrange(11):
        case 0 | 1 | 2 if at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        case 3 if at < len(data):
            data[at] = chance.choice((0x00, 0xFF, 0x80, 0x7F, chance.randrange(256)))
        case 4:
            data[at:at] = chance.randbytes(chance.randint(1, 4))
        case 5:
            del data[at : at + chance.randint(1, 8)]
        case 6:
            del data[at:]
        case 7:
            other = chance.choice(others)
            data[at:] = other[chance.randrange(len(other) + 1) :]
        case 8:
            data[:2] = bytes((chance.choice(_FIRST_BYTES), chance.choice(_CODES)))
        case 9:
            data[4:4] = chance.choice(_OPTIONS)
        case _:
            data[at:at] = data[at : at + 32] * chance.choice((1, 2, 8))
