"""Every bound that the codec enforces, in one place."""

from typing import Final

MESSAGE_MAX_BYTES: Final = 65_536
"""Longest OCPP-J message, in bytes of UTF-8."""

DEPTH_MAX: Final = 64
"""Deepest nesting of arrays and objects in an OCPP-J message."""

FRAME_MAX_BYTES: Final = 1_024
"""Longest frame: with CoAP, OSCORE, UDP and IPv4 around it, 1,072 bytes of IP."""

FRAME_MAX_ITEMS: Final = 255
"""Most entries in one frame: its header's and its items."""

ITEM_MAX_BYTES: Final = 2 * MESSAGE_MAX_BYTES
"""Longest encoded item, that is: most bytes that fragments may add up to."""

FRAME_CONTENT_MAX_BYTES: Final = 65_536
"""Longest CBOR of a frame that came in the `zstd` coding."""

CBOR_VALUES_MAX: Final = 2_048
"""Most CBOR values, keys counted too, in a frame, or in an item that came in fragments. Compressed,
33 bytes can stand for tens of thousands, and each takes some 500 bytes of memory."""

FRAME_TEXT_MAX_BYTES: Final = 262_144
"""Most bytes that the payloads of a frame in the `adaptive` coding add up to."""

COMPRESSED_BLOCKS_MAX: Final = 256
"""Most blocks of a text in the `zstd` coding. Each may have tables of its own, which take time."""

FRAME_TOKENS_MAX: Final = 4_096
"""Most tokens of new templates in a frame in the `adaptive` coding."""

FRAGMENT_DATA_BYTES: Final = 972
"""Bytes of an item that one fragment carries; leaves room for the longest header, 51 bytes."""

MESSAGE_ID_MAX_CHARACTERS: Final = 36
"""Longest message id (OCPP-J 1.6 and 2.1, 4.1.4)."""

PATH_MAX_CHARACTERS: Final = 512
"""Longest URL path of a charger."""

CHANNEL_MAX: Final = 65_535
"""Highest channel number."""
