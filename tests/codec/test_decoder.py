"""The receiving end: what is wrong with a frame is refused with its fault, and nothing moves."""

import random
from functools import cache
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_codec import cbor, frame, zstd_coding
from laconic_codec.decoder import Decoder
from laconic_codec.encoder import Encoded, Encoder
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Coding, Direction, Fragment, Header, Open, Refused
from laconic_codec.items import Item, MessageItem
from laconic_codec.limits import FRAME_MAX_BYTES, ITEM_MAX_BYTES
from laconic_codec.messages import Call
from laconic_codec.registry import CORE, VendorPart
from tests.support.ocpp_instances import MESSAGES, payload
from tests.support.stream_items import stream_items

UP, DOWN = Direction.UP, Direction.DOWN
CODINGS: Final = [Coding.ADAPTIVE, Coding.ZSTD, Coding.CBOR]


def _messages(seed: int, count: int) -> list[Item]:
    draws = random.Random(seed)
    chosen = draws.choices(MESSAGES, k=count)
    return [
        MessageItem(draws.randrange(3), Call("", action, payload((version, action, way), draws, 0)))
        for version, action, way in chosen
    ]


@cache
def _conversation(coding: Coding, frames: int = 12) -> list[Encoded]:
    """Return frames as they follow each other, each committing if its coding does."""
    encoder = Encoder(UP, 1, codings=coding)
    made: list[Encoded] = []
    for number in range(frames):
        sent = _messages(number % 5, 1 + number % 3)
        made.append(encoder.encode(Header(1, number, 0), sent, commit=True))
        if made[-1].commits:
            encoder.acknowledge()
    return made


@cache
def _after(coding: Coding, count: int) -> bytes:
    """Return the export of a decoder that has read the first frames of a conversation."""
    decoder = Decoder(UP, 1)
    for encoded in _conversation(coding)[:count]:
        decoder.decode(encoded.frame)
    return decoder.export()


def _refusal(decoder: Decoder, encoded: bytes) -> FrameFault:
    """Return the fault; check that nothing has moved."""
    before = decoder.state_digest
    with pytest.raises(FrameError) as caught:
        decoder.decode(encoded)
    assert decoder.state_digest == before
    return caught.value.fault


# --- frames as the encoder makes them --------------------------------------------------------


@given(st.sampled_from(Direction), st.lists(stream_items(), min_size=1, max_size=6))
@settings(max_examples=50)
def test_frames_of_all_codings_are_told_apart(
    direction: Direction, given_items: list[Item]
) -> None:
    decoder = Decoder(direction, 1)
    for coding in CODINGS:
        encoded = Encoder(direction, 1, codings=coding).encode(Header(1, 2, 3), given_items)
        found = decoder.decode(encoded.frame)
        assert isinstance(found, Batch) and found.header == Header(1, 2, 3)
        assert len(found.items) == len(encoded.order)


def test_a_decoder_that_was_restored_goes_on_like_the_first() -> None:
    made = _conversation(Coding.ADAPTIVE)
    for count in (0, 1, 11):
        decoder = Decoder(UP, 1)
        for encoded in made[:count]:
            decoder.decode(encoded.frame)
        restored = Decoder.restore(UP, decoder.export())
        assert restored.state_digest == decoder.state_digest
        for encoded in made[count:]:
            assert restored.decode(encoded.frame) == decoder.decode(encoded.frame)
        assert restored.state_digest == decoder.state_digest


def test_frames_beside_a_committing_one_are_read_before_and_after_it() -> None:
    encoder = Encoder(UP, 1)
    urgent = encoder.encode(Header(1, 0, 0), _messages(1, 1))
    commits = encoder.encode(Header(1, 1, 0), _messages(2, 2), commit=True)
    decoder = Decoder(UP, 1)
    first = decoder.decode(urgent.frame)
    decoder.decode(commits.frame)
    moved = decoder.state_digest
    assert decoder.decode(urgent.frame) == first
    assert decoder.state_digest == moved


def test_a_frame_read_twice_moves_the_state_once() -> None:
    made = _conversation(Coding.ADAPTIVE, 2)
    decoder = Decoder(UP, 1)
    first = decoder.decode(made[0].frame)
    once = decoder.state_digest
    assert decoder.decode(made[0].frame) == first
    assert decoder.state_digest == once
    decoder.decode(made[1].frame)


def test_a_committing_frame_takes_the_place_of_one_that_was_given_up() -> None:
    encoder, decoder = Encoder(UP, 1), Decoder(UP, 1)
    decoder.decode(encoder.encode(Header(1, 0, 0), _messages(1, 1), commit=True).frame)
    encoder.abandon()
    again = encoder.encode(Header(1, 0, 0), _messages(2, 2), commit=True)
    decoder.decode(again.frame)
    encoder.acknowledge()
    assert encoder.state_digest == decoder.state_digest


def test_the_last_frame_can_be_taken_back_once() -> None:
    made = _conversation(Coding.ADAPTIVE, 3)
    decoder = Decoder(UP, 1)
    with pytest.raises(ValueError, match="no new state"):
        decoder.rollback()
    decoder.decode(made[0].frame)
    before = decoder.state_digest
    decoder.decode(made[1].frame)
    decoder.rollback()
    assert decoder.state_digest == before
    with pytest.raises(ValueError, match="no new state"):
        decoder.rollback()
    decoder.decode(made[1].frame)
    decoder.decode(made[2].frame)


def test_a_frame_that_came_again_cannot_be_taken_back() -> None:
    """What it says was stored when it came first, and others may build on it."""
    made = _conversation(Coding.ADAPTIVE, 3)
    decoder = Decoder(UP, 1)
    decoder.decode(made[0].frame)
    decoder.decode(made[1].frame)
    after = decoder.state_digest
    decoder.decode(made[1].frame)
    with pytest.raises(ValueError, match="no new state"):
        decoder.rollback()
    assert decoder.state_digest == after
    decoder.decode(made[2].frame)


def test_more_frames_than_the_index_counts_are_read() -> None:
    decoder, encoder = Decoder(UP, 1), Encoder(UP, 1)
    for number in range(40):
        encoded = encoder.encode(Header(1, number, 0), _messages(3, 1), commit=True)
        decoder.decode(encoded.frame)
        encoder.acknowledge()
    assert encoder.state_digest == decoder.state_digest


# --- another state ---------------------------------------------------------------------------


def test_a_frame_that_was_coded_against_another_state_is_refused() -> None:
    made = _conversation(Coding.ADAPTIVE)
    for count in range(len(made)):
        decoder = Decoder.restore(UP, _after(Coding.ADAPTIVE, count))
        for number, encoded in enumerate(made):
            if number == count:
                continue
            assert _refusal(decoder, encoded.frame) in (FrameFault.BAD_STATE, FrameFault.MALFORMED)


def test_a_frame_of_another_epoch_direction_or_registry_is_refused() -> None:
    encoded = _conversation(Coding.ADAPTIVE, 1)[0].frame
    assert _refusal(Decoder(UP, 2), encoded) is FrameFault.UNKNOWN_EPOCH
    vendors = CORE.extended(VendorPart("own", 1, keys=("own",)))
    for other in (Decoder(UP, 3), Decoder(DOWN, 1), Decoder(UP, 1, registry=vendors)):
        assert _refusal(other, encoded) is FrameFault.BAD_STATE


def test_the_same_head_sixteen_states_later_is_refused() -> None:
    decoder, encoder = Decoder(UP, 1), Encoder(UP, 1)
    first = encoder.encode(Header(1, 0, 0), _messages(1, 1))
    for number in range(16):
        encoded = encoder.encode(Header(1, number, 0), _messages(3, 1), commit=True)
        decoder.decode(encoded.frame)
        encoder.acknowledge()
    assert first.frame[0] == encoder.encode(Header(1, 0, 0), _messages(1, 1)).frame[0]
    assert _refusal(decoder, first.frame) in (FrameFault.BAD_STATE, FrameFault.MALFORMED)


# --- damage ----------------------------------------------------------------------------------


@pytest.mark.parametrize("coding", CODINGS)
def test_every_truncation_is_refused(coding: Coding) -> None:
    for count in (0, 5):
        decoder = Decoder.restore(UP, _after(coding, count))
        encoded = _conversation(coding)[count].frame
        for size in range(len(encoded)):
            fault = _refusal(decoder, encoded[:size])
            assert fault in (FrameFault.MALFORMED, FrameFault.BAD_STATE, FrameFault.OVER_LIMIT)


@pytest.mark.parametrize("coding", CODINGS)
def test_every_appended_byte_is_refused(coding: Coding) -> None:
    for count in (0, 5):
        decoder = Decoder.restore(UP, _after(coding, count))
        encoded = _conversation(coding)[count].frame
        for byte in range(256):
            fault = _refusal(decoder, encoded + bytes([byte]))
            # What was changed reads as noise: which fault that is, is chance (wire profile 30.2).
            assert fault in (FrameFault.MALFORMED, FrameFault.BAD_STATE, FrameFault.OVER_LIMIT)


def test_every_flipped_bit_of_an_adaptive_frame_is_refused() -> None:
    decoder = Decoder.restore(UP, _after(Coding.ADAPTIVE, 6))
    encoded = _conversation(Coding.ADAPTIVE)[6].frame
    for bit in range(8 * len(encoded)):
        damaged = bytearray(encoded)
        damaged[bit // 8] ^= 1 << bit % 8
        _refusal(decoder, bytes(damaged))


# --- what no encoder makes -------------------------------------------------------------------

_OVER: Final = bytes(FRAME_MAX_BYTES + 1)
_WRONG: Final = [
    (b"", FrameFault.MALFORMED),
    (b"\x00", FrameFault.MALFORMED),
    (b"\x10", FrameFault.MALFORMED),
    (b"\x10\x00", FrameFault.MALFORMED),
    (b"\x10\x00\x00", FrameFault.MALFORMED),
    (b"\x11\x00\x00", FrameFault.BAD_STATE),
    (b"\x00\x00\x00", FrameFault.UNKNOWN_EPOCH),
    (b"\x10" + _OVER, FrameFault.OVER_LIMIT),
    (b"\x41", FrameFault.MALFORMED),
    (b"\x7f", FrameFault.MALFORMED),
    (b"\x80", FrameFault.MALFORMED),
    (b"\xff", FrameFault.MALFORMED),
    (cbor.dump([4, 1, 0, 0]), FrameFault.MALFORMED),
    (cbor.dump([3, 5]), FrameFault.MALFORMED),
    (cbor.dump([1, 1, 0, 0, [8 * 65_536 + 7, 1]]), FrameFault.OVER_LIMIT),
    (cbor.dump([1, 1, 0, 0, [2, 10**6, {}]]), FrameFault.MALFORMED),
    (cbor.dump([2, 1, 0, 0, 0, ITEM_MAX_BYTES + 1, b"x"]), FrameFault.OVER_LIMIT),
    (cbor.dump([0, 1, 2, b"", 0, 0]), FrameFault.UNKNOWN_VERSION),
]


@pytest.mark.parametrize(("encoded", "fault"), _WRONG, ids=lambda each: str(each)[:40])
def test_a_wrong_frame_is_refused(encoded: bytes, fault: FrameFault) -> None:
    assert _refusal(Decoder(UP, 1), encoded) is fault


@pytest.mark.parametrize(
    "content",
    [
        frame.encode_open(Open(1, 0, CORE.fingerprint))[0],
        cbor.dump([4, 1, 0, 0]),
        b"",
        cbor.dump([1, 1, 0, 0]) + b"\x00",
    ],
    ids=["open", "unknown", "nothing", "more"],
)
def test_what_is_no_batch_is_refused_when_it_comes_compressed(content: bytes) -> None:
    compressed = zstd_coding.compress(content)
    assert _refusal(Decoder(UP, 1), compressed) is FrameFault.MALFORMED


def test_a_frame_in_a_frame_is_refused() -> None:
    inner = zstd_coding.compress(cbor.dump([1, 1, 0, 0]))
    assert _refusal(Decoder(UP, 1), zstd_coding.compress(inner)) is FrameFault.MALFORMED
    adaptive = _conversation(Coding.ADAPTIVE, 1)[0].frame
    assert _refusal(Decoder(UP, 1), zstd_coding.compress(adaptive)) is FrameFault.MALFORMED


@pytest.mark.parametrize("content", [b"\x00" * (65_536 + 1), b"\x98\xff" + b"\xf6" * 70_000])
def test_compressed_content_over_the_limit_is_refused(content: bytes) -> None:
    assert _refusal(Decoder(UP, 1), zstd_coding.compress(content)) is FrameFault.OVER_LIMIT


def test_a_fragment_and_a_refusal_are_read() -> None:
    fragment = frame.encode_fragments(Header(1, 2, 3), b"data", UP)[0]
    found = Decoder(UP, 1).decode(fragment)
    assert found == Fragment(Header(1, 2, 3), 0, 4, b"data")
    assert Decoder(UP, 1).decode(zstd_coding.compress(fragment)) == found
    refusal = frame.encode_refused(FrameFault.BAD_STATE)
    assert Decoder(DOWN, 1).decode(refusal) == Refused(FrameFault.BAD_STATE)


def test_the_numbers_of_a_registry_are_those_of_the_decoder() -> None:
    vendors = CORE.extended(VendorPart("own", 1, actions=("OwnAction",), keys=("ownKey",)))
    sent = MessageItem(0, Call("", "OwnAction", '{"ownKey":1}'))
    for coding in CODINGS:
        encoder = Encoder(UP, 1, registry=vendors, codings=coding)
        encoded = encoder.encode(Header(1, 0, 0), [sent]).frame
        found = Decoder(UP, 1, registry=vendors).decode(encoded)
        assert isinstance(found, Batch) and found.items == (sent,)
        fault = _refusal(Decoder(UP, 1), encoded)
        assert fault in (FrameFault.MALFORMED, FrameFault.BAD_STATE)


@given(st.integers(0, 0x3F), st.binary(max_size=200))
@settings(max_examples=200)
def test_bytes_that_begin_like_an_adaptive_frame_are_refused(first: int, rest: bytes) -> None:
    decoder = Decoder(UP, 1)
    before = decoder.state_digest
    with pytest.raises(FrameError):
        decoder.decode(bytes([first]) + rest)
    assert decoder.state_digest == before
