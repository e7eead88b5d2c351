"""Capture files: what is written is read by `laconic inspect`."""

from pathlib import Path

import pytest

from laconic_bench.live.pcap import PcapWriter
from laconic_gateway.inspect.pcap import datagrams
from tests.support.captures import udp


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "link.pcap"
    writer = PcapWriter(path)
    writer.write(udp(("100.64.0.2", 7), ("198.51.100.10", 5683), b"up"), 1_772_352_000.9999999)
    writer.write(udp(("198.51.100.10", 5683), ("100.64.0.2", 7), b"down"), 1_772_352_001.5)
    writer.flush()
    first, second = datagrams(path.read_bytes())
    writer.close()
    assert (first.source, first.target) == ("100.64.0.2:7", "198.51.100.10:5683")
    assert first.payload == b"up"
    assert first.time_seconds == 0.0
    assert second.time_seconds == pytest.approx(0.5)
    assert second.payload == b"down"
