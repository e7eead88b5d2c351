"""Items in the `cbor` coding, each encoded once.

An item is looked at twice before its frame leaves: to see whether it travels as plain text, and to
share the bytes of its frame. Encoding proves itself by decoding, which is too dear to do twice.
"""

from functools import lru_cache
from typing import Final

from laconic_codec import items
from laconic_codec.items import Item

ITEMS_KEPT: Final = 1_024
"""More than wait for a frame, so that the second look finds what the first one has made."""


@lru_cache(maxsize=ITEMS_KEPT)
def encoded(item: Item) -> bytes:
    """Return `items.encode(item)`."""
    return items.encode(item)
