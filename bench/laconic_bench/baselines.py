"""What the same messages cost as OCPP-J over WebSocket, TLS 1.3, TCP and IPv4.

The figure is what each charger would have paid with a SIM of its own or shared, in steady state
and at its best: no handshake of TCP, TLS or WebSocket, no reconnection, no retransmission, no
more than one acknowledgement per message. Real connections cost more. Per message:

    WebSocket header   2, 4 or 10 bytes by payload length, and 4 bytes of mask from the
                       charger (RFC 6455, 5.2); no compression
    TLS 1.3 records    for each 16,384 bytes: 5 header, 1 inner content type, 16 tag of
                       AES-GCM or ChaCha20-Poly1305 (RFC 8446, 5.1 and 5.2)
    TCP/IPv4 segments  for each 1,448 bytes: 20 IPv4 (RFC 791), 20 TCP (RFC 9293) and
                       12 of time stamps (RFC 7323, 3.2, padded to 32 bits)
    acknowledgement    a segment of 52 bytes without data, unless the next message goes the other
                       way and either answers this one or follows within 40 ms, the shortest
                       time that Linux delays an acknowledgement (RFC 9293, 3.8.6.3 allows 500 ms)

Heartbeats are among the messages. A WebSocket ping and its pong are added for every
`PING_INTERVAL_SECONDS` of each charger, which is less often than most chargers send them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from laconic_bench.transcript import Entry
from laconic_codec.messages import Call, CallError, CallResult

WEBSOCKET_MASK_BYTES: Final = 4
TLS_RECORD_MAX_BYTES: Final = 16_384
TLS_RECORD_OVERHEAD_BYTES: Final = 5 + 1 + 16
TCP_IPV4_HEADER_BYTES: Final = 20 + 20 + 12
SEGMENT_MAX_BYTES: Final = 1_500 - TCP_IPV4_HEADER_BYTES
DELAYED_ACKNOWLEDGEMENT_SECONDS: Final = 0.040
PING_INTERVAL_SECONDS: Final = 300.0
PING_PAYLOAD_BYTES: Final = 4
"""What the `websockets` package sends."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Bytes on the wire as IPv4 packets."""

    up_bytes: int = 0
    down_bytes: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.up_bytes + other.up_bytes, self.down_bytes + other.down_bytes)

    @property
    def total_bytes(self) -> int:
        """Both directions."""
        return self.up_bytes + self.down_bytes


def tls_bytes(payload_bytes: int, masked: bool) -> int:
    """Bytes above TCP of one WebSocket message in TLS 1.3.

    Args:
        payload_bytes: length of the message, in UTF-8.
        masked: True for frames from the charger, the client.
    """
    header = 2 if payload_bytes < 126 else 4 if payload_bytes < 65_536 else 10
    frame = header + (WEBSOCKET_MASK_BYTES if masked else 0) + payload_bytes
    return frame + _pieces(frame, TLS_RECORD_MAX_BYTES) * TLS_RECORD_OVERHEAD_BYTES


def segment_bytes(stream_bytes: int) -> int:
    """Bytes on the wire of `stream_bytes` that are given to TCP at once."""
    return stream_bytes + _pieces(stream_bytes, SEGMENT_MAX_BYTES) * TCP_IPV4_HEADER_BYTES


def message_cost(size_bytes: int, up: bool, acknowledged: bool) -> Cost:
    """Cost of one OCPP-J message.

    `acknowledged` says whether a pure acknowledgement travels back for it.
    """
    there = segment_bytes(tls_bytes(size_bytes, masked=up))
    back = TCP_IPV4_HEADER_BYTES if acknowledged else 0
    return Cost(there, back) if up else Cost(back, there)


def ping_cost() -> Cost:
    """Cost of one WebSocket ping of a charger, its pong, and the acknowledgement of the pong."""
    ping = message_cost(PING_PAYLOAD_BYTES, up=True, acknowledged=False)
    return ping + message_cost(PING_PAYLOAD_BYTES, up=False, acknowledged=True)


def conversation_cost(entries: Sequence[Entry], connected_seconds: float) -> Cost:
    """Cost of all messages at one charger's socket and of its WebSocket pings.

    Args:
        entries: in order, times in seconds.
        connected_seconds: how long the charger was there; pings are counted by it.
    """
    cost = Cost()
    for entry, following in pairwise([*entries, None]):
        if entry is not None:
            acknowledged = not _takes_acknowledgement_along(entry, following)
            cost += message_cost(entry.size_bytes, entry.up, acknowledged)
    pings, ping = int(connected_seconds / PING_INTERVAL_SECONDS), ping_cost()
    return cost + Cost(pings * ping.up_bytes, pings * ping.down_bytes)


def _takes_acknowledgement_along(entry: Entry, following: Entry | None) -> bool:
    """Whether the next message carries the acknowledgement of `entry` at no cost."""
    if following is None or following.up == entry.up:
        return False
    soon = following.at_seconds - entry.at_seconds <= DELAYED_ACKNOWLEDGEMENT_SECONDS
    return soon or _answers(following, entry)


def _answers(answer: Entry, entry: Entry) -> bool:
    return (
        isinstance(answer.message, CallResult | CallError)
        and isinstance(entry.message, Call)
        and answer.message.message_id == entry.message.message_id
    )


def _pieces(length: int, piece: int) -> int:
    return -(-length // piece)
