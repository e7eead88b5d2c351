"""Recorded traffic of real chargers goes through the codec byte for byte."""

import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import pytest

from laconic_codec import frame, items, messages
from laconic_codec.frame import Batch, Direction, Fragment, Header
from laconic_codec.items import Item, MessageItem
from laconic_codec.messages import Call, CallResult, Send
from tests.support import ocppj
from tests.support.corpus import FOLDER

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the recorded traffic is not on this machine"
)

FILES = sorted(FOLDER.glob("*.jsonl"))
MESSAGES_IN_A_FRAME = 50


@dataclass(frozen=True, slots=True)
class Sizes:
    """What a log costs; messages carry no ids and frames are full."""

    messages: int
    json_bytes: int
    item_bytes: int
    frame_bytes: int
    escapes: int


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_logged_message_comes_back_byte_for_byte(path: Path) -> None:
    for text in (*_texts(path, Direction.UP), *_texts(path, Direction.DOWN)):
        decoded = items.decode(items.encode(MessageItem(0, messages.parse(text))))
        assert isinstance(decoded, MessageItem)
        # The tests' own reader says what the log has; it shares nothing with the codec.
        logged = ocppj.parse(text)
        again = ocppj.parse(decoded.message.to_text())
        assert again.content == logged.content
        if isinstance(decoded.message, Call | Send | CallResult):
            assert decoded.message.payload == logged.payload


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_log_comes_back_from_frames(path: Path, direction: Direction) -> None:
    sent = [_item(text) for text in _texts(path, direction)]
    received: list[Item] = []
    pieces = b""
    for encoded in _frames(sent, direction):
        decoded = frame.decode(encoded, direction)
        if isinstance(decoded, Batch):
            received += decoded.items
            continue
        assert isinstance(decoded, Fragment)
        assert decoded.offset == len(pieces)
        pieces += decoded.data
        if len(pieces) == decoded.total:
            received.append(items.decode(pieces))
            pieces = b""
    assert received == sent


def test_escapes_are_few_and_the_bytes_a_third() -> None:
    """Also prints the table of bytes: `pytest -s tests/codec/test_corpus.py`."""
    table = {path.stem: _measure(path) for path in FILES}
    total = Sizes(*map(sum, zip(*map(astuple, table.values()), strict=True)))
    for name, sizes in {**table, "all": total}.items():
        print(
            f"{name:34}{sizes.messages:6} messages {sizes.json_bytes:7} JSON"
            f" {sizes.item_bytes:7} items {sizes.frame_bytes:7} frames"
            f" {sizes.frame_bytes / sizes.json_bytes:6.3f} {sizes.escapes:3} escapes"
        )
    # Spaces as no style has them (3 times).
    assert (total.messages, total.escapes) == (6335, 3)
    assert total.frame_bytes * 3 < total.json_bytes


def _texts(path: Path, direction: Direction) -> Iterator[str]:
    name = "up" if direction is Direction.UP else "down"
    for line in path.read_text(encoding="utf-8").splitlines():
        logged = json.loads(line)
        if logged["dir"] == name:
            yield logged["raw"]


def _item(text: str) -> MessageItem:
    message = messages.parse(text)
    return MessageItem(0, replace(message, message_id=""))


def _frames(sent: list[MessageItem], direction: Direction) -> Iterator[bytes]:
    left = [items.encode(item) for item in sent]
    first = 0
    while left:
        header = Header(epoch=1, first=first, acknowledged=first)
        encoded, count = frame.encode_batch(header, left[:MESSAGES_IN_A_FRAME], direction)
        if count:
            yield encoded
        else:
            yield from frame.encode_fragments(header, left[0], direction)
        first += count or 1
        left = left[count or 1 :]


def _measure(path: Path) -> Sizes:
    texts = {direction: list(_texts(path, direction)) for direction in Direction}
    sent = {direction: [_item(text) for text in texts[direction]] for direction in Direction}
    encoded = [items.encode(item) for direction in Direction for item in sent[direction]]
    return Sizes(
        messages=len(encoded),
        json_bytes=sum(len(text.encode()) for part in texts.values() for text in part),
        item_bytes=sum(map(len, encoded)),
        frame_bytes=sum(len(one) for way in Direction for one in _frames(sent[way], way)),
        escapes=sum(map(items.is_escape, encoded)),
    )
