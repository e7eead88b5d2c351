"""Writes IP packets into a capture file that tcpdump, Wireshark and `laconic inspect` read."""

import struct
from pathlib import Path
from typing import Final

_MAGIC: Final = 0xA1B2C3D4
_VERSION: Final = (2, 4)
_LONGEST_PACKET_BYTES: Final = 65_535
_RAW_IP: Final = 101
"""LINKTYPE_RAW: packets begin with the IP header."""


class PcapWriter:
    """One capture file of the classic pcap format, with microseconds."""

    def __init__(self, path: Path) -> None:
        """Make or replace the file. Raises: OSError."""
        self._file = path.open("wb")
        self._file.write(
            struct.pack("=IHHiIII", _MAGIC, *_VERSION, 0, 0, _LONGEST_PACKET_BYTES, _RAW_IP)
        )

    def write(self, packet: bytes, unix_seconds: float) -> None:
        """Add one IP packet. Raises: OSError."""
        seconds, microseconds = divmod(round(unix_seconds * 1e6), 1_000_000)
        head = struct.pack("=IIII", seconds, microseconds, len(packet), len(packet))
        self._file.write(head + packet)

    def flush(self) -> None:
        """Let readers of the file see every packet so far. Raises: OSError."""
        self._file.flush()

    def close(self) -> None:
        """Write what is left. Raises: OSError."""
        self._file.close()
