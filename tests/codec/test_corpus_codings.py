"""Recorded traffic of real chargers goes through every coding byte for byte, both ways.

`pytest -s tests/codec/test_corpus_codings.py` prints what it costs. The release's prior was trained
on these logs, so the sizes say nothing about others.
"""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from laconic_codec import items, messages
from laconic_codec.adaptive.entries import of_item
from laconic_codec.adaptive.tokens import VERBATIM, Flattened
from laconic_codec.decoder import Decoder
from laconic_codec.encoder import ALL_CODINGS, Encoder
from laconic_codec.frame import Batch, Coding, Direction, Fragment, Header
from laconic_codec.items import Item, MessageItem
from laconic_codec.registry import CORE
from tests.support.corpus import FOLDER

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the recorded traffic is not on this machine"
)

FILES = sorted(FOLDER.glob("*.jsonl"))
CODINGS = [ALL_CODINGS, Coding.ADAPTIVE, Coding.ZSTD, Coding.CBOR]
ESCAPES_MAX = 0.001
"""As a part of all messages."""


@dataclass(frozen=True, slots=True)
class Carried:
    """One direction of a log after its way through the codec."""

    received: list[Item]
    frame_bytes: int
    fragments: int


@cache
def _logged(path: Path, direction: Direction) -> list[MessageItem]:
    name = "up" if direction is Direction.UP else "down"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    parsed = [messages.parse(line["raw"]) for line in lines if line["dir"] == name]
    return [MessageItem(0, replace(message, message_id="")) for message in parsed]


def _carry(sent: list[MessageItem], direction: Direction, codings: Coding, size: int) -> Carried:
    """Send items in frames of a size; check the states on the way."""
    encoder, decoder = Encoder(direction, 1, codings=codings), Decoder(direction, 1)
    received: list[Item] = []
    frame_bytes = fragments = 0
    while len(received) < len(sent):
        header = Header(1, len(received), 0)
        encoded = encoder.encode(header, sent[len(received) :][:size], commit=True)
        frames = [encoded.frame]
        if encoded.order:
            batch = decoder.decode(encoded.frame)
            assert isinstance(batch, Batch) and batch.header == header
            received += batch.items
        else:
            frames = encoder.encode_fragments(header, sent[len(received)])
            pieces = [decoder.decode(each) for each in frames]
            received.append(
                items.decode(b"".join(p.data for p in pieces if isinstance(p, Fragment)))
            )
            fragments += len(frames)
        if encoded.commits:
            encoder.acknowledge()
        frame_bytes += sum(map(len, frames))
    assert encoder.state_digest == decoder.state_digest
    return Carried(received, frame_bytes, fragments)


@cache
def _in_frames_of_50(path: Path, direction: Direction, codings: Coding) -> Carried:
    return _carry(_logged(path, direction), direction, codings, 50)


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_log_comes_back_in_every_coding(path: Path, direction: Direction) -> None:
    for codings in CODINGS:
        assert _in_frames_of_50(path, direction, codings).received == _logged(path, direction)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_log_comes_back_message_by_message_and_in_small_frames(path: Path) -> None:
    sent = _logged(path, Direction.UP)
    for size, part in ((1, sent[:150]), (10, sent)):
        assert _carry(part, Direction.UP, ALL_CODINGS, size).received == part


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_encoder_and_a_decoder_that_restart_all_the_time_go_on(path: Path) -> None:
    sent = _logged(path, Direction.UP)[:120]
    encoder, decoder = Encoder(Direction.UP, 1), Decoder(Direction.UP, 1)
    received: list[Item] = []
    while len(received) < len(sent):
        header = Header(1, len(received), 0)
        encoded = encoder.encode(header, sent[len(received) :][:20], commit=True)
        if encoded.order:
            batch = decoder.decode(encoded.frame)
            assert isinstance(batch, Batch)
            received += batch.items
        else:
            received.append(sent[len(received)])  # in fragments, which no state is needed for
        if encoded.commits:
            encoder.acknowledge()
        encoder = Encoder.restore(Direction.UP, encoder.export())
        decoder = Decoder.restore(Direction.UP, decoder.export())
        assert encoder.is_condensed
        assert encoder.state_digest == decoder.condensed_state_digest
    assert received == sent


def test_escapes_are_rare() -> None:
    logged = [item for path in FILES for way in Direction for item in _logged(path, way)]
    plain = sum(items.is_escape(items.encode(item)) for item in logged)
    adaptive = sum(map(_is_verbatim, logged))
    print(f"\n{len(logged)} messages, escapes: {plain} in cbor, {adaptive} in adaptive")
    assert max(plain, adaptive) < ESCAPES_MAX * len(logged)


def test_what_all_logs_cost_in_each_coding() -> None:
    print()
    totals: dict[Coding, int] = {}
    for codings in CODINGS:
        carried = [_in_frames_of_50(path, way, codings) for path in FILES for way in Direction]
        totals[codings] = sum(each.frame_bytes for each in carried)
        fragments = sum(each.fragments for each in carried)
        print(f"{codings!r:28} {totals[codings]:8} bytes in frames of 50, {fragments} fragments")
    assert (
        totals[ALL_CODINGS] <= totals[Coding.ADAPTIVE] < totals[Coding.ZSTD] < totals[Coding.CBOR]
    )


def _is_verbatim(item: MessageItem) -> bool:
    """Tell whether the adaptive coding carries a payload letter by letter."""
    entry = of_item(item)
    flattened = Flattened(entry.kind, entry.action, entry.text, CORE)
    return flattened.tokens[-1] == VERBATIM and len(flattened.values) == 1
