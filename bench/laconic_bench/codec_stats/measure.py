"""One trace, from a cold start to its figures."""

import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Final

from laconic_bench.codec_stats.figures import Figures
from laconic_bench.codec_stats.lane import Lane
from laconic_bench.codec_stats.selection import Parcel, parcels
from laconic_bench.codec_stats.settings import Settings, StatsError
from laconic_bench.trace import TraceError
from laconic_codec import jsontext
from laconic_codec.frame import Direction

_OTHER_WAY: Final = {Direction.UP: Direction.DOWN, Direction.DOWN: Direction.UP}


def measure(
    path: Path,
    settings: Settings,
    on_line: Callable[[], None],
    on_bad_line: Callable[[TraceError], None],
) -> Figures:
    """Return the figures of a trace.

    `on_line` is called for every line, `on_bad_line` for those that hold no OCPP message.

    Raises:
        StatsError: frames are made by time, and a message has none.
        OSError: the file cannot be read.
    """
    figures = Figures(is_verified=settings.verify)
    lanes = {way: Lane(way, settings, figures) for way in Direction}
    archive = _Archive()
    lines = 0

    def count_line() -> None:
        nonlocal lines
        lines += 1
        on_line()

    def skip(error: TraceError) -> None:
        figures.unreadable_lines += 1
        on_bad_line(error)

    for parcel in parcels(path, settings.ways, count_line, skip):
        if settings.window_seconds is not None and parcel.time_seconds is None:
            raise StatsError(
                f"{path}, line {lines}: t is null, but --window needs the time of every message; "
                "make frames with --frame-messages"
            )
        lanes[parcel.way].add(parcel, lanes[_OTHER_WAY[parcel.way]].sent_items)
        archive.add(parcel)
    for way, lane in lanes.items():
        lane.flush(lanes[_OTHER_WAY[way]].sent_items)
        lane.finish()
    figures.xz_bytes = archive.finish()
    return figures


class _Archive:
    """All messages of a trace in one `xz -9e`, a line `[action,payload]` each."""

    def __init__(self) -> None:
        self._compressor = lzma.LZMACompressor(preset=9 | lzma.PRESET_EXTREME)
        self._size_bytes = 0

    def add(self, parcel: Parcel) -> None:
        """Append the line of a message."""
        if parcel.is_message:
            action = jsontext.scalar_text(parcel.action, jsontext.STYLES[0])
            line = f"[{action},{_compact(parcel.payload)}]\n"
            self._size_bytes += len(self._compressor.compress(line.encode()))

    def finish(self) -> int:
        """Return the size of the archive in bytes."""
        return self._size_bytes + len(self._compressor.flush())


def _compact(payload: str) -> str:
    """Return a payload without white space between its parts; the parts stay as they are."""
    try:
        return jsontext.render(jsontext.parse(payload), jsontext.STYLES[0])
    except (ValueError, RecursionError):
        return payload
