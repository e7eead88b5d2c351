"""Sizes of the packets of MQTT 3.1.1."""

from typing import Final

CONNACK_BYTES: Final = 4
SUBACK_BYTES: Final = 5
PUBACK_BYTES: Final = 4
PING_BYTES: Final = 2
PASSWORD: Final = "0123456789abcdef0123"
"""As long as that of the contenders over WebSocket."""
_WILL: Final = "0"
_CONNECT_BYTES: Final = 2 + 4 + 1 + 1 + 2
"""Name of the protocol, level, flags, keep alive (3.1.2)."""
_PACKET_ID_BYTES: Final = 2


def connect_bytes(identity: str, will_topic: str) -> int:
    """Return the length of CONNECT: client id and user name are the charger's identity."""
    texts = (identity, will_topic, _WILL, identity, PASSWORD)
    return _with_header(_CONNECT_BYTES + sum(_text_bytes(text) for text in texts))


def subscribe_bytes(topic: str) -> int:
    """Return the length of SUBSCRIBE to one topic."""
    return _with_header(_PACKET_ID_BYTES + _text_bytes(topic) + 1)


def publish_bytes(topic: str, payload_bytes: int) -> int:
    """Return what a PUBLISH with QoS 1 has besides its payload."""
    rest = _text_bytes(topic) + _PACKET_ID_BYTES
    return _with_header(rest + payload_bytes) - payload_bytes


def _text_bytes(text: str) -> int:
    return 2 + len(text.encode())


def _with_header(remaining_bytes: int) -> int:
    """Return the length with the fixed header: 7 bits of the remaining length in a byte (2.2.3)."""
    return 1 + max(1, -(-remaining_bytes.bit_length() // 7)) + remaining_bytes
