"""Datagrams and payloads that are nearly right."""

from collections.abc import Sequence
from random import Random
from typing import Final

from laconic_bench.mutations import Mutator

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


def noise(chance: Random) -> bytes:
    """Return bytes by chance, half of the time behind something like the head of CoAP."""
    body = chance.randbytes(chance.choice((0, 1, 3, 4, 8, 20, 60, 300, 1_300)))
    if chance.random() < 0.5:
        return body
    head = bytes((chance.choice(_FIRST_BYTES), chance.choice(_CODES))) + chance.randbytes(2)
    return head + chance.choice(_OPTIONS) + body


def _put_a_head(data: bytearray, at: int, others: Sequence[bytes], chance: Random) -> None:
    data[:2] = bytes((chance.choice(_FIRST_BYTES), chance.choice(_CODES)))


def _put_an_option(data: bytearray, at: int, others: Sequence[bytes], chance: Random) -> None:
    data[4:4] = chance.choice(_OPTIONS)


MUTATOR: Final = Mutator(LONGEST_BYTES, _put_a_head, _put_an_option)
