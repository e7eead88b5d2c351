"""Writes IP packets into a capture file, and reads them back.

tcpdump, Wireshark and `laconic inspect` read such files, too.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_MAGIC: Final = 0xA1B2C3D4
_VERSION: Final = (2, 4)
_LONGEST_PACKET_BYTES: Final = 65_535
_RAW_IP: Final = 101
"""LINKTYPE_RAW: packets begin with the IP header."""
_FILE_HEADER: Final = struct.Struct("=IHHiIII")
_RECORD_HEADER: Final = struct.Struct("=IIII")


class PcapWriter:
    """One capture file of the classic pcap format, with microseconds."""

    def __init__(self, path: Path) -> None:
        """Make or replace the file. Raises: OSError."""
        self._file = path.open("wb")
        self._file.write(_FILE_HEADER.pack(_MAGIC, *_VERSION, 0, 0, _LONGEST_PACKET_BYTES, _RAW_IP))

    def write(self, packet: bytes, unix_seconds: float) -> None:
        """Add one IP packet. Raises: OSError."""
        seconds, microseconds = divmod(round(unix_seconds * 1e6), 1_000_000)
        head = _RECORD_HEADER.pack(seconds, microseconds, len(packet), len(packet))
        self._file.write(head + packet)

    def flush(self) -> None:
        """Let readers of the file see every packet so far. Raises: OSError."""
        self._file.flush()

    def close(self) -> None:
        """Write what is left. Raises: OSError."""
        self._file.close()


def read_packets(data: bytes) -> Iterator[tuple[float, bytes]]:
    """Yield Unix time and content of each packet of a file that `PcapWriter` has written."""
    position = _FILE_HEADER.size
    while position < len(data):
        seconds, microseconds, size, _ = _RECORD_HEADER.unpack_from(data, position)
        position += _RECORD_HEADER.size
        yield seconds + microseconds / 1e6, data[position : position + size]
        position += size
