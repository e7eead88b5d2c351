"""What it takes to decode a frame: decisions, memory, calls; and what is bounded for every frame.

Nothing is timed.
"""

import sys
import tracemalloc
from dataclasses import dataclass
from functools import cache
from types import FrameType
from typing import Final

from laconic_codec import zstd_coding
from laconic_codec.adaptive.body import Body, BodyCoder
from laconic_codec.adaptive.coder import WORK_FREE, WORK_PER_BYTE, Coder
from laconic_codec.adaptive.state import State
from laconic_codec.decoder import Decoder
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Direction, Frame
from laconic_codec.items import MessageItem
from laconic_codec.limits import FRAME_MAX_BYTES, FRAME_TEXT_MAX_BYTES
from tests.support.hostile import EPOCH

PEAK_MAX_BYTES: Final = 2_500_000
RAW_MAX: Final = 1_024
"""Most steps that a number of raw bits takes; only the next decision notices that it is over."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a frame came to, and what that took."""

    found: Frame | FrameFault
    decisions: int
    peak_bytes: int


def decode(encoded: bytes) -> tuple[Frame | FrameFault, int]:
    """Return what a frame is decoded to, and the decisions that this takes."""
    coders: list[Coder] = []

    def counting(state: State, body: Body, data: bytes | None) -> tuple[Body, Coder]:
        coders.append(Coder(state.memory, data))
        return BodyCoder(coders[0], state).code(body), coders[0]

    decoder = Decoder(Direction.UP, EPOCH, code_body=counting)
    try:
        found: Frame | FrameFault = decoder.decode(encoded)
    except FrameError as error:
        found = error.fault
    return found, sum(coder.work for coder in coders)


@cache
def _read_once() -> None:
    """Keep what is read once and kept out of the figures."""
    decode(b"\x10")
    decode(zstd_coding.compress(b"\x80"))


def taken(name: str, encoded: bytes) -> Taken:
    """Return what a frame takes; check all that is bounded for every frame."""
    _read_once()
    tracemalloc.start()
    try:
        found, decisions = bounded(name, encoded)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    print(f"{peak_bytes:46} bytes of memory at most")
    assert peak_bytes <= PEAK_MAX_BYTES
    return Taken(found, decisions, peak_bytes)


def bounded(name: str, encoded: bytes) -> tuple[Frame | FrameFault, int]:
    """Do the same without a look at memory, which takes ten times as long."""
    assert len(encoded) <= FRAME_MAX_BYTES
    found, decisions = decode(encoded)
    end = found.name if isinstance(found, FrameFault) else "accepted"
    print(f"{name:40}{len(encoded):6} bytes{decisions:8} decisions  {end}")
    assert decisions <= WORK_FREE + WORK_PER_BYTE * len(encoded) + RAW_MAX
    if isinstance(found, Batch):
        assert output_bytes(found) <= FRAME_TEXT_MAX_BYTES
    return found, decisions


def output_bytes(batch: Batch) -> int:
    return sum(
        len(item.message.to_text().encode()) - len('[2,"","DataTransfer",]')
        for item in batch.items
        if isinstance(item, MessageItem)
    )


def calls(encoded: bytes) -> int:
    """Return how many functions are called, ours and those of C, to decode a frame."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        decode(encoded)
    finally:
        sys.setprofile(before)
    return count
