"""Measures the codec and writes the page of its figures: docs/codec-figures.md.

    python -m laconic_bench.codec_figures [--days 30] [--traces FOLDER] > docs/codec-figures.md

Without recorded traces the first table is left out. The synthetic month takes a few minutes; it is
also packed with `zpaq -m5` if that is installed.
"""

import argparse
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import IO, Final

from laconic_bench.codec_stats.state_size import buffer_bytes, object_bytes
from laconic_bench.workloads.boda_site import boda_site
from laconic_bench.workloads.causes import MESSAGE_IDS
from laconic_bench.workloads.draws import Lane
from laconic_codec import messages
from laconic_codec.adaptive.body import Body
from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.ledger import Ledger, Part
from laconic_codec.adaptive.state import State
from laconic_codec.decoder import Decoder
from laconic_codec.encoder import Encoder
from laconic_codec.frame import Direction, Header
from laconic_codec.items import Bind, Item, MessageItem
from laconic_codec.messages import Call, Send
from laconic_codec.training import prior
from laconic_gateway.inspect.slot_names import slot_names

WINDOW_SECONDS: Final = 300
SEED: Final = 1
ROWS: Final = 40
"""Of the table of values."""
LAST_FRAMES: Final = 288
"""The last day: what a frame costs when everything is learned."""


@dataclass(slots=True)
class Month:
    """Figures of the synthetic site."""

    messages: int = 0
    payload_bytes: int = 0
    frames: int = 0
    frame_bytes: int = 0
    entropy_bytes: float = 0.0
    zpaq_bytes: int | None = None
    encode_us: list[float] = field(default_factory=list[float])
    decode_us: list[float] = field(default_factory=list[float])
    overhead_bytes: list[float] = field(default_factory=list[float])
    bits: dict[str, float] = field(default_factory=dict[str, float])
    values: Counter[str] = field(default_factory=Counter[str])
    state_bytes: int = 0
    object_bytes: int = 0
    exported_bytes: int = 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m laconic_bench.codec_figures")
    parser.add_argument("--days", type=float, default=30.0)
    parser.add_argument("--traces", type=Path, help="folder with recorded traces")
    options = parser.parse_args(arguments)
    print("\n".join(_head()))
    if options.traces is not None:
        print("\n".join(_recorded(options.traces)))
    print("\n".join(_synthetic(options.days)))
    return 0


def _head() -> Iterator[str]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    yield "# Figures of the codec"
    yield ""
    yield "Made by `make codec-figures`; not typed."
    yield ""
    yield f"{datetime.now(UTC):%Y-%m-%d}, commit {commit or 'unknown'}, CPython"
    yield f"{platform.python_version()}, {platform.machine()}, on a shared machine."
    yield ""


def _recorded(folder: Path) -> Iterator[str]:
    logs = [prior.read_log(path) for path in sorted(folder.glob("*.jsonl"))]
    yield "## Recorded traffic"
    yield ""
    yield "Uplink CALLs with the bind of each charger, cold start included. Bytes of frames against"
    yield "`xz -9e` over all `[action,payload]` lines of the log. For each log, the prior is"
    yield "trained on the logs of other makes."
    yield ""
    yield "| log | CALLs | xz -9e | frames of 10 | frames of 50 | ratio of 10 | ratio of 50 |"
    yield "|---|---|---|---|---|---|---|"
    results = list(prior.cross_validated(logs))
    for result in results:
        ratios = [f"{size / result.xz_bytes:.3f}" for size in result.frame_bytes]
        cells = [result.name, result.calls, result.xz_bytes, *result.frame_bytes, *ratios]
        yield f"| {' | '.join(map(str, cells))} |"
    yield ""
    for place, count in enumerate(prior.FRAME_SIZES):
        total, mean = prior.summary(results, place)
        yield f"Frames of {count} messages against `xz -9e`: {total:.3f} in sum, {mean:.3f} as the"
        yield "mean of the logs."
        yield ""


def _synthetic(days: float) -> Iterator[str]:
    month = _play(days)
    ratio = month.frame_bytes / month.entropy_bytes
    zpaq = "not installed"
    if month.zpaq_bytes:
        zpaq = f"{month.zpaq_bytes:,} bytes, ratio {month.frame_bytes / month.zpaq_bytes:.3f}"
    yield f"## The reference site, {days:g} days"
    yield ""
    yield f"`boda-site`, seed {SEED}: uplink CALLs and SENDs without heartbeats and without message"
    yield f"ids, frames of {WINDOW_SECONDS} s, a cold start at the beginning."
    yield ""
    yield "| figure | measured |"
    yield "|---|---|"
    yield f"| messages | {month.messages:,} |"
    yield f"| payload, JSON | {month.payload_bytes:,} bytes |"
    yield f"| frames | {month.frames:,} of {month.frame_bytes:,} bytes together |"
    yield f"| a message | {month.frame_bytes / month.messages:.2f} bytes |"
    yield f"| entropy of the random draws | {month.entropy_bytes:,.0f} bytes |"
    yield f"| frames against the entropy | {ratio:.3f} |"
    yield f"| `zpaq -m5` over all of it at once | {zpaq} |"
    yield f"| overhead of a frame, last day, mean | {_mean(month.overhead_bytes):.2f} bytes |"
    yield f"| encode, decode: median of a message | {_times(month)} |"
    sizes = f"{month.state_bytes:,}, {month.object_bytes:,} bytes"
    yield f"| state in flat buffers, as Python's objects | {sizes} |"
    yield f"| state exported | {month.exported_bytes:,} bytes |"
    yield ""
    yield "The overhead is head, check, cursors and the end of the coder: everything but the"
    yield "entries and which channels have some."
    yield ""
    yield "### What the bytes of the last day are"
    yield ""
    yield "| value | times | bits each | bytes | share |"
    yield "|---|---|---|---|---|"
    total = sum(month.bits.values())
    for name, bits in sorted(month.bits.items(), key=lambda entry: -entry[1])[:ROWS]:
        times = month.values[name]
        yield f"| {name} | {times:,} | {bits / times:.2f} | {bits / 8:,.0f} | {bits / total:.1%} |"
    yield ""


def _play(days: float) -> Month:
    month = Month()
    watcher = _Watcher()
    encoder, decoder = Encoder(Direction.UP, 1), Decoder(Direction.UP, 1)
    watching = Decoder(Direction.UP, 1, code_body=watcher.code)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as lines:
        windows = list(_windows(days, month, lines))
        lines.flush()
        month.zpaq_bytes = _zpaq(Path(lines.name))
    first = 0
    for number, window in enumerate(windows):
        waiting = window
        while waiting:
            started = time.process_time()
            made = encoder.encode(Header(1, first, 0), waiting, commit=True)
            encoded_at = time.process_time()
            decoder.decode(made.frame)
            decoded_at = time.process_time()
            if made.commits:
                encoder.acknowledge()
            watching.decode(made.frame)
            count = len(made.order)
            month.encode_us += [(encoded_at - started) / count * 1e6] * count
            month.decode_us += [(decoded_at - encoded_at) / count * 1e6] * count
            month.frames += 1
            month.frame_bytes += len(made.frame)
            if number >= len(windows) - LAST_FRAMES:
                watcher.account(month, len(made.frame))
            first += count
            waiting = waiting[count:]
    month.exported_bytes = len(encoder.export())
    if watcher.state is not None:
        month.state_bytes = buffer_bytes(watcher.state)
        month.object_bytes = object_bytes(watcher.state)
    return month


class _Watcher:
    """Sees what each part of a body costs, and the state behind it."""

    def __init__(self) -> None:
        self.state: State | None = None
        self._ledger = Ledger()

    def code(self, state: State, body: Body, data: bytes | None) -> tuple[Body, Coder]:
        """Code a body with a ledger."""
        self.state = state
        return self._ledger.code(state, body, data)

    def account(self, month: Month, frame_bytes: int) -> None:
        """Add the last frame to the account of the last day."""
        bits = 0.0
        for spent in self._ledger.spent:
            if spent.part is Part.CURSORS:
                continue
            name = str(spent.part)
            if spent.slot is not None and spent.template is not None:
                place = spent.template.slots.index(spent.slot)
                name = slot_names(spent.template)[place]
            bits += spent.bits
            month.bits[name] = month.bits.get(name, 0.0) + spent.bits
            month.values[name] += 1
        month.overhead_bytes.append(frame_bytes - bits / 8)


def _windows(days: float, month: Month, lines: IO[str]) -> Iterator[list[Item]]:
    """Yield the items of each window; write the lines of `[action,payload]`."""
    workload = boda_site(SEED, days)
    channels: dict[str, int] = {}
    requests = (
        (record, message)
        for record in workload.records()
        if record.direction == "up"
        and isinstance(message := messages.parse(record.raw), Call | Send)
        and message.action != "Heartbeat"
    )
    for _, group in groupby(requests, key=lambda r: int(r[0].time_seconds or 0) // WINDOW_SECONDS):
        window: list[Item] = []
        for record, message in group:
            if record.identity not in channels:
                channels[record.identity] = len(channels)
                bind = Bind(channels[record.identity], f"/{record.identity}", record.version)
                window.append(bind)
            window.append(MessageItem(channels[record.identity], replace(message, message_id="")))
            lines.write(f'["{message.action}",{message.payload}]\n')
            month.messages += 1
            month.payload_bytes += len(message.payload.encode())
        yield window
    month.entropy_bytes = sum(
        entry.bits / 8
        for entry in workload.draws.entries()
        if entry.cause.lane is Lane.UP_CALL and entry.cause not in MESSAGE_IDS
    )


def _zpaq(path: Path) -> int | None:
    if shutil.which("zpaq") is None:
        return None
    archive = path.with_suffix(".zpaq")
    command = ["zpaq", "a", str(archive), str(path), "-m5", "-t1"]
    subprocess.run(command, check=True, capture_output=True)
    size = archive.stat().st_size
    archive.unlink()
    return size


def _mean(values: list[float]) -> float:
    return statistics.fmean(values) if values else 0.0


def _times(month: Month) -> str:
    encode, decode = statistics.median(month.encode_us), statistics.median(month.decode_us)
    return f"{encode:.0f} us, {decode:.0f} us"


if __name__ == "__main__":
    sys.exit(main())
