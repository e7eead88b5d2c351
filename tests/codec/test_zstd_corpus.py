"""What the `zstd` coding makes of recorded traffic, none of which its dictionary has seen."""

import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import pytest

from laconic_codec import frame, items, messages
from laconic_codec.frame import Direction, Header
from laconic_codec.items import MessageItem
from laconic_codec.limits import FRAME_CONTENT_MAX_BYTES
from laconic_codec.zstd_coding import compress, decompress
from tests.support.corpus import FOLDER

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the recorded traffic is not on this machine"
)

BOUNDS = {1: 194_000, 10: 56_000, 50: 29_000}
"""Bytes of all frames in the `zstd` coding, by messages in a frame."""

FIRST_MESSAGES = 10


@dataclass(frozen=True, slots=True)
class Log:
    """One direction of a log, its items encoded."""

    direction: Direction
    items: list[bytes]


def test_frames_come_back_and_are_as_short_as_they_were() -> None:
    """Prints a table: `pytest -s tests/codec/test_zstd_corpus.py`."""
    logs = list(_logs())
    print(f"\n{'frames of':24}{'cbor':>9}{'zlib':>9}{'zstd':>9}{'the shorter of cbor, zstd':>27}")
    for count, bound in BOUNDS.items():
        frames = [text for log in logs for text in _frames(log, count)]
        assert [decompress(compress(one), FRAME_CONTENT_MAX_BYTES) for one in frames] == frames
        assert _report(f"{count} messages", frames) <= bound


def test_the_first_frames_of_a_log_are_a_third_of_their_cbor() -> None:
    frames = [next(_frames(log, FIRST_MESSAGES)) for log in _logs()]
    assert _report("the first 10 messages", frames) * 3 < sum(map(len, frames))


def _report(name: str, frames: Sequence[bytes]) -> int:
    zipped = _total(lambda one: zlib.compress(one, 9, -15), frames)
    shorter = _total(lambda one: min(one, compress(one), key=len), frames)
    compressed = _total(compress, frames)
    print(f"{name:24}{sum(map(len, frames)):9}{zipped:9}{compressed:9}{shorter:27}")
    return compressed


def _total(coding: Callable[[bytes], bytes], frames: Sequence[bytes]) -> int:
    return sum(len(coding(one)) for one in frames)


def _logs() -> Iterator[Log]:
    for path in sorted(FOLDER.glob("*.jsonl")):
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for direction, name in ((Direction.UP, "up"), (Direction.DOWN, "down")):
            found = [_item(line["raw"]) for line in lines if line["dir"] == name]
            if found:
                yield Log(direction, found)


def _item(text: str) -> bytes:
    return items.encode(MessageItem(0, replace(messages.parse(text), message_id="")))


def _frames(log: Log, count: int) -> Iterator[bytes]:
    for first in range(0, len(log.items), count):
        header = Header(epoch=1, first=first, acknowledged=first)
        yield frame.batch_content(header, log.items[first : first + count], log.direction)
