"""The state of the sending end: it moves when it should, and it can be exported."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_codec.adaptive import seal
from laconic_codec.decoder import Decoder
from laconic_codec.encoder import Encoder
from laconic_codec.frame import Batch, Coding, Direction, Header
from laconic_codec.items import Item, MessageItem
from laconic_codec.messages import Call
from tests.support.stream_items import stream_items

UP = Direction.UP
HEADER = Header(1, 0, 0)
HEARTBEAT = MessageItem(0, Call("", "Heartbeat", "{}"))
OTHER = MessageItem(0, Call("", "Heartbeat", "[1]"))


def test_the_state_moves_when_a_frame_is_acknowledged_and_not_before() -> None:
    encoder = Encoder(UP, 1)
    before = encoder.state_digest
    encoded = encoder.encode(HEADER, [HEARTBEAT], commit=True)
    assert encoded.commits and encoder.pending
    assert encoder.state_digest == before
    encoder.acknowledge()
    assert not encoder.pending
    assert encoder.state_digest != before


def test_a_frame_that_does_not_commit_moves_nothing() -> None:
    encoder = Encoder(UP, 1)
    before = encoder.state_digest
    assert not encoder.encode(HEADER, [HEARTBEAT]).commits
    assert not encoder.pending
    assert encoder.state_digest == before


def test_a_frame_that_was_given_up_moves_nothing() -> None:
    encoder = Encoder(UP, 1)
    before = encoder.state_digest
    first = encoder.encode(HEADER, [HEARTBEAT], commit=True)
    encoder.abandon()
    assert encoder.state_digest == before
    again = encoder.encode(HEADER, [HEARTBEAT], commit=True)
    assert len(again.frame) == len(first.frame) + seal.ATTEMPT_BYTES  # it tells that it is later


def test_attempts_are_counted_anew_for_each_state_and_over_a_restart() -> None:
    encoder = Encoder(UP, 1)
    for attempt in range(3):
        head, _ = seal.read_head(encoder.encode(HEADER, [HEARTBEAT], commit=True).frame)
        assert head.attempt == attempt
        encoder.abandon()
    encoder = Encoder.restore(UP, encoder.export())
    head, _ = seal.read_head(encoder.encode(HEADER, [HEARTBEAT], commit=True).frame)
    assert head.attempt == 3
    encoder.acknowledge()
    head, _ = seal.read_head(encoder.encode(HEADER, [HEARTBEAT], commit=True).frame)
    assert head.attempt == 0


def test_without_attempts_left_no_frame_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "ATTEMPTS_MAX", 1)
    encoder = Encoder(UP, 1)
    commits: list[bool] = []
    for _ in range(3):
        commits.append(encoder.encode(HEADER, [HEARTBEAT], commit=True).commits)
        encoder.abandon()
    assert commits == [True, True, False]


def test_frames_beside_a_committing_one_are_coded_against_the_state_before() -> None:
    encoder = Encoder(UP, 1)
    beside = encoder.encode(HEADER, [OTHER])
    encoder.encode(HEADER, [HEARTBEAT], commit=True)
    assert encoder.encode(HEADER, [OTHER]) == beside


def test_one_committing_frame_at_a_time() -> None:
    encoder = Encoder(UP, 1)
    encoder.encode(HEADER, [HEARTBEAT], commit=True)
    with pytest.raises(ValueError, match="on its way already"):
        encoder.encode(HEADER, [HEARTBEAT], commit=True)


def test_what_does_not_commit_is_not_acknowledged() -> None:
    encoder = Encoder(UP, 1)
    with pytest.raises(ValueError, match="no committing frame"):
        encoder.acknowledge()
    encoder.encode(HEADER, [HEARTBEAT])
    with pytest.raises(ValueError, match="no committing frame"):
        encoder.acknowledge()


def test_a_header_of_another_epoch_is_an_error() -> None:
    with pytest.raises(ValueError, match="epoch 1"):
        Encoder(UP, 1).encode(Header(2, 0, 0), [])


@pytest.mark.parametrize("codings", [Coding.CBOR, Coding.ZSTD])
def test_without_the_adaptive_coding_nothing_commits(codings: Coding) -> None:
    encoder = Encoder(UP, 1, codings=codings)
    for _ in range(2):
        assert not encoder.encode(HEADER, [HEARTBEAT], commit=True).commits


@given(st.lists(stream_items(), min_size=1, max_size=8), st.lists(stream_items(), max_size=4))
@settings(max_examples=30)
def test_a_decoder_follows_an_encoder_that_was_restored(
    before: list[Item], after: list[Item]
) -> None:
    encoder, decoder = Encoder(UP, 3, codings=Coding.ADAPTIVE), Decoder(UP, 3)
    for number, item in enumerate(before):
        made = encoder.encode(Header(3, number, 0), [item], commit=True)
        if made.commits:
            decoder.decode(made.frame)
            encoder.acknowledge()
    restored = Encoder.restore(UP, encoder.export())
    assert (restored.epoch, restored.codings) == (3, Coding.ADAPTIVE)
    assert restored.state_digest == decoder.condensed_state_digest
    assert Encoder.restore(UP, restored.export()).state_digest == restored.state_digest
    header = Header(3, len(before), 0)
    beside = restored.encode(header, after)
    again = restored.encode(header, after, commit=True)
    for made in (beside, again):
        received = decoder.decode(made.frame)
        assert isinstance(received, Batch)
        assert received.items == tuple(after[place] for place in made.order)
    if again.commits:
        assert restored.is_condensed
        restored.acknowledge()
        assert not restored.is_condensed
        assert restored.state_digest == decoder.state_digest


def test_a_frame_on_its_way_is_not_exported() -> None:
    encoder = Encoder(UP, 1)
    before = Encoder.restore(UP, encoder.export())
    encoder.encode(HEADER, [HEARTBEAT], commit=True)
    restored = Encoder.restore(UP, encoder.export())
    assert restored.state_digest == before.state_digest
    assert not restored.pending and restored.attempts == 1


@pytest.mark.parametrize("damaged", [b"", b"\x00", b"\x05\x00", b"\x04\x83\x01\x02\x03", b"\xff"])
def test_what_is_no_export_is_not_restored(damaged: bytes) -> None:
    for restore in (Encoder.restore, Decoder.restore):
        with pytest.raises(ValueError, match=r"."):
            restore(UP, damaged)


def test_an_export_that_is_cut_short_or_has_other_fields_is_not_restored() -> None:
    exported = Encoder(UP, 1).export()
    for wrong in (exported[:-1], exported[:20], b"\x04\x83\x01\x00\xf6" + exported[5:]):
        with pytest.raises(ValueError, match=r"."):
            Encoder.restore(UP, wrong)
