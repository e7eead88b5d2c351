"""What a TCP connection has put on the wire, by the kernel's own count (Linux, `TCP_INFO`).

The kernel counts segments and bytes of each connection. With the sizes of the headers that is what
a packet capture sees, but for options on the way (SACK) and for what comes after the end.
Elsewhere nothing is known, and only what was written and read is counted, each with one header.
"""

import socket
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

TCP_HEADER_BYTES: Final = 32
"""20, and 12 of the timestamps option with its padding."""
_BARE_TCP_HEADER_BYTES: Final = 20
_IP_HEADER_BYTES: Final = {int(socket.AF_INET): 20, int(socket.AF_INET6): 40}
_HANDSHAKE_OPTIONS_BYTES: Final = 8
"""By so much a SYN is longer: MSS, SACK permitted, timestamps and window scale take 20."""

# struct tcp_info (linux/tcp.h); the socket module does not describe it.
_INFO_BYTES: Final = 232
_BYTES_RECEIVED: Final = 128
_SEGMENTS: Final = 136
_BYTES_SENT: Final = 200

_TO_COME: Final = {4: (1, 2), 5: (1, 1), 9: (0, 1), 11: (0, 1)}
"""Segments out and in that follow a state, when nothing more is counted: FIN_WAIT1 (the peer's
acknowledgement and FIN, and our acknowledgement), FIN_WAIT2, LAST_ACK, CLOSING."""


@dataclass(frozen=True, slots=True)
class Total:
    """Bytes on the wire, in both directions."""

    sent: int = 0
    received: int = 0


class TcpBytes:
    """Counts one connection; the socket stays the caller's."""

    def __init__(self, opened: socket.socket, *, is_accepted: bool) -> None:
        self._socket = opened
        self._is_accepted = is_accepted
        ip = _IP_HEADER_BYTES.get(int(opened.family), 40)
        self.segment_header_bytes = ip + TCP_HEADER_BYTES
        self._rst_bytes = ip + _BARE_TCP_HEADER_BYTES
        self._syn_bytes = self.segment_header_bytes + _HANDSHAKE_OPTIONS_BYTES

    def total(self) -> Total | None:
        """Return what has been on the wire until now; None if the system does not tell."""
        info = self._info()
        if not info:
            return None
        (bytes_received,) = struct.unpack_from("=Q", info, _BYTES_RECEIVED)
        segments_out, segments_in = struct.unpack_from("=II", info, _SEGMENTS)
        (bytes_sent,) = struct.unpack_from("=Q", info, _BYTES_SENT)
        sent = segments_out * self.segment_header_bytes + bytes_sent
        received = segments_in * self.segment_header_bytes + bytes_received
        # A socket that was accepted is younger than the SYN that was sent for it.
        sent += self._syn_bytes if self._is_accepted else _HANDSHAKE_OPTIONS_BYTES
        return Total(sent, received + (_HANDSHAKE_OPTIONS_BYTES if segments_in else 0))

    def of_failed_try(self, *, was_refused: bool) -> Total:
        """Return what an attempt to connect has taken that failed; `was_refused`: by a RST.

        The kernel forgets what it has counted when it is refused. That was the first SYN.
        """
        info = self._info()
        if was_refused or not info:
            return Total(self._syn_bytes, self._rst_bytes if was_refused else 0)
        (segments_out,) = struct.unpack_from("=I", info, _SEGMENTS)
        return Total(segments_out * self._syn_bytes, 0)

    def still_to_come(self) -> Total:
        """Return what the end of a connection takes that is shut down and is about to be closed."""
        info = self._info()
        segments_out, segments_in = _TO_COME.get(info[0], (0, 0)) if info else (0, 0)
        header = self.segment_header_bytes
        return Total(segments_out * header, segments_in * header)

    def _info(self) -> bytes:
        """Return what the kernel says; nothing if it does not."""
        if sys.platform != "linux":
            return b""
        with suppress(OSError):
            info = self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_BYTES)
            return info if len(info) >= _BYTES_SENT + 8 else b""
        return b""
