"""Archivers as a reference."""

import lzma

from laconic_bench.radio.profiles import PROFILES
from laconic_bench.suite.archivers import archive_sizes, trace_lines
from laconic_bench.suite.script import Work

WORK = Work("chaji", 1, 0.2, PROFILES["2g"], 120.0)


def test_each_packs_the_same_lines() -> None:
    sizes = archive_sizes(WORK)
    assert {"xz -9e", "zstd --ultra -22 --long", "brotli -q 11"} <= set(sizes)
    lines = b"".join(trace_lines(WORK))
    assert sizes["xz -9e"] == len(lzma.compress(lines, preset=9 | lzma.PRESET_EXTREME))
    assert all(100 < size < len(lines) / 10 for size in sizes.values())
    assert lines.startswith(b'["BootNotification",{')
