"""Frames of all codings are read in their order; what is told of them adds up."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import frame, issue
from laconic_codec.encoder import Encoder
from laconic_codec.errors import FrameFault
from laconic_codec.frame import Coding, Direction, Header, Open, Opened
from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
from laconic_codec.messages import Call, CallError, CallResult, Send
from laconic_codec.registry import FINGERPRINT
from laconic_gateway.inspect.reader import Reader, advice
from laconic_gateway.inspect.view import FrameView, Given
from tests.support.frame_strategies import encoded_frames
from tests.support.traces import noise

UP, DOWN = Direction.UP, Direction.DOWN
STATUS = Call("", "StatusNotification", '{"connectorId":1,"errorCode":"NoError"}')
FEW: Sequence[Item] = (
    *(Bind(0, "/CP1", "1.6", preserve_ids=True), Presence(0, 1), MessageItem(0, STATUS)),
    *(MessageItem(0, Call("19", "Heartbeat", "{}"), answered=True), Void()),
    MessageItem(0, CallResult("", '{"status":"Accepted"}'), reference=7),
    MessageItem(0, CallError("", '["X","",{}]'), reference=8),
    MessageItem(0, Send("", "NotifyPeriodicEventStream", '{"id":1}')),
    MessageItem(0, Call("", "DataTransfer", f'{{"data":"{"again and " * 20}again"}}')),
)


def frames(codings: Coding, epoch: int = 1, direction: Direction = UP) -> list[bytes]:
    """Return three frames with the same items."""
    encoder = Encoder(direction, epoch, codings=codings)
    made: list[bytes] = []
    for number in range(3):
        encoded = encoder.encode(Header(epoch, len(FEW) * number, 0), FEW, commit=True)
        assert len(encoded.order) == len(FEW)
        if encoded.commits:
            encoder.acknowledge()
        made.append(encoded.frame)
    return made


def read(*encoded: bytes, epoch: int | None = None, direction: Direction = UP) -> list[FrameView]:
    reader = Reader(epoch)
    return [reader.read(Given(direction, one)) for one in encoded]


@pytest.mark.parametrize("codings", [Coding.CBOR, Coding.ZSTD, Coding.ADAPTIVE])
def test_all_items_are_told_in_each_coding(codings: Coding) -> None:
    views = read(*frames(codings))
    for number, view in enumerate(views):
        assert view.problem == ""
        assert view.kind == "batch"
        assert dict(view.header)["items"] == f"{9 * number} to {9 * number + 8}"
        assert sorted(item.what for item in view.items) == [
            "CALL DataTransfer",
            "CALL Heartbeat, answered by the site, id 19",
            "CALL StatusNotification",
            "CALLERROR to message 8",
            "CALLRESULT to message 7",
            "SEND NotifyPeriodicEventStream",
            "bind: /CP1, OCPP 1.6, message ids travel",
            "presence: connected, generation 1",
            "void: the place of a message that is gone",
        ]
        texts = {item.what: item.text for item in view.items}
        assert texts["CALL StatusNotification"] == STATUS.payload
        assert texts["CALLERROR to message 8"] == '["X","",{}]'


@pytest.mark.parametrize("codings", [Coding.CBOR, Coding.ZSTD, Coding.ADAPTIVE])
def test_the_mark_before_a_frame_is_told(codings: Coding) -> None:
    plain = read(*frames(codings, direction=DOWN), direction=DOWN)
    first, *others = frames(codings, direction=DOWN)
    marked = read(issue.mark(79, first), *others, direction=DOWN)
    mark = ("mark", "3 bytes, made 79 s after `opened` (modulo 2^19)")
    assert marked[0].header == (mark, *plain[0].header)
    assert [view.items for view in marked] == [view.items for view in plain]
    (up,) = read(issue.mark(79, frames(codings)[0]))
    assert up.problem, "a site marks nothing"


def test_where_the_bytes_of_each_coding_went() -> None:
    (plain, *_), (compressed, *_), (adaptive, *_) = (
        read(*frames(codings)) for codings in (Coding.CBOR, Coding.ZSTD, Coding.ADAPTIVE)
    )
    assert b"".join(chunk.data for chunk in plain.chunks) == plain.given.frame
    assert compressed.content_bytes == len(plain.given.frame)
    assert all(item.bits is None for item in compressed.items)
    size_bits = 8 * len(adaptive.given.frame)
    assert sum(cost.bits for cost in adaptive.costs) == pytest.approx(size_bits)
    for view in (plain, adaptive):
        bits = sum(item.bits or 0.0 for item in view.items)
        assert 0.5 * 8 * len(view.given.frame) < bits < 8 * len(view.given.frame)


def test_an_adaptive_frame_needs_those_before_it() -> None:
    first, second, third = frames(Coding.ADAPTIVE)
    (alone,) = read(second)
    assert alone.kind == "unreadable" and alone.problem.startswith("bad_state: ")
    assert "all frames before it" in advice(alone)
    without_one = read(first, third)
    assert [bool(view.problem) for view in without_one] == [False, True]


def test_the_epoch_is_given_or_told_or_the_first() -> None:
    seven = frames(Coding.ADAPTIVE, epoch=7)
    assert read(seven[0])[0].problem.startswith("bad_state")
    assert not any(view.problem for view in read(*seven, epoch=7))
    opening, _ = frame.encode_open(Open(7, 0, FINGERPRINT))
    assert not any(view.problem for view in read(opening, *seven))
    plain = Encoder(UP, 7, codings=Coding.CBOR).encode(Header(7, 0, 0), FEW)
    assert not any(view.problem for view in read(plain.frame, *seven))
    assert not any(view.problem for view in read(*frames(Coding.ADAPTIVE, epoch=2)))


def test_an_open_frame_begins_anew() -> None:
    first = frames(Coding.ADAPTIVE)
    opening, _ = frame.encode_open(Open(2, 0, FINGERPRINT, (FEW[0],)))
    views = read(*first, opening, *frames(Coding.ADAPTIVE, epoch=2))
    assert not any(view.problem for view in views)
    opened = views[3]
    assert opened.kind == "open"
    assert [(item.what, item.number) for item in opened.items] == [
        ("bind: /CP1, OCPP 1.6, message ids travel", None)
    ]
    assert dict(opened.header)["registry"].endswith(", the one of this version")


def test_a_frame_that_takes_the_place_of_a_lost_one_is_read() -> None:
    """As the decoder of the other end, who never saw the first one, would read it."""
    encoder = Encoder(UP, 1)
    lost = encoder.encode(Header(1, 0, 0), FEW[:3], commit=True)
    encoder.abandon()
    instead = encoder.encode(Header(1, 0, 0), FEW, commit=True)
    assert not any(view.problem for view in read(lost.frame, instead.frame))


def test_both_ways_have_a_state_of_their_own() -> None:
    reader = Reader(1)
    for up, down in zip(
        frames(Coding.ADAPTIVE), frames(Coding.ADAPTIVE, direction=DOWN), strict=True
    ):
        assert not reader.read(Given(UP, up)).problem
        view = reader.read(Given(DOWN, down))
        assert not view.problem
        assert dict(view.header)["backlog"] == "0"


@pytest.mark.parametrize("codings", [Coding.CBOR, Coding.ZSTD])
def test_the_last_fragment_shows_the_item(codings: Coding) -> None:
    payload = f'{{"data":"{noise(2500)}"}}'
    item = MessageItem(0, Call("", "DataTransfer", payload))
    pieces = Encoder(UP, 1, codings=codings).encode_fragments(Header(1, 5, 0), item)
    assert len(pieces) > 2
    views = read(*reversed(pieces))
    assert [len(view.items) for view in views] == [0] * (len(pieces) - 1) + [1]
    (found,) = views[-1].items
    assert (found.number, found.text) == (5, payload)
    assert dict(views[-1].header)["of its item"].startswith("bytes 0 to ")


def test_the_answers_of_the_expander() -> None:
    opened, refused = read(
        frame.encode_opened(Opened(3, 41, 1_767_225_600_000, int(Coding.ADAPTIVE))),
        frame.encode_refused(FrameFault.BAD_STATE),
        direction=DOWN,
    )
    assert dict(opened.header) == {
        "epoch": "3",
        "last message that is stored": "41",
        "time": "2026-01-01T00:00:00.000Z",
        "codings of both": "cbor, adaptive",
    }
    assert (refused.kind, refused.header) == ("refused", (("fault", "bad_state"),))


def test_an_empty_batch_says_what_is_next() -> None:
    (view,) = read(frame.encode_batch(Header(1, 9, 4), [], UP)[0])
    assert dict(view.header)["items"] == "none; the next is 9"


def test_a_note_instead_of_a_frame_is_passed_on() -> None:
    view = Reader(None).read(Given(UP, b"", "here", "keepalive"))
    assert (view.kind, view.problem) == ("keepalive", "")


@given(st.sampled_from(Direction).flatmap(lambda way: st.tuples(st.just(way), encoded_frames(way))))
def test_any_valid_frame_is_told(drawn: tuple[Direction, bytes]) -> None:
    direction, encoded = drawn
    (view,) = read(encoded, direction=direction)
    assert view.problem == ""
    assert sum(item.bits or 0.0 for item in view.items) <= 8 * len(encoded)


@given(st.binary(min_size=1, max_size=60), st.sampled_from(Direction))
def test_any_bytes_are_read_or_refused(encoded: bytes, direction: Direction) -> None:
    (view,) = read(encoded, direction=direction)
    assert bool(view.problem) is (view.kind == "unreadable")
    assert advice(view)
