"""The sending end: frames carry the first items that fit, and bad items are refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_codec import items
from laconic_codec.adaptive.entries import of_item
from laconic_codec.decoder import Decoder
from laconic_codec.encoder import ALL_CODINGS, Encoded, Encoder
from laconic_codec.errors import MessageError, MessageFault
from laconic_codec.frame import Batch, Coding, Direction, Fragment, Header
from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
from laconic_codec.limits import FRAME_MAX_BYTES, FRAME_MAX_ITEMS, MESSAGE_MAX_BYTES
from laconic_codec.messages import Call, CallResult
from tests.support.colliding import COLLIDING_TEXTS
from tests.support.stream_ends import by_channel
from tests.support.stream_items import stream_items

UP = Direction.UP
CODINGS = [ALL_CODINGS, Coding.ADAPTIVE, Coding.ZSTD, Coding.CBOR]
HEADER = Header(1, 0, 0)


def _call(text: str = "{}", channel: int = 0, action: str = "Heartbeat") -> MessageItem:
    return MessageItem(channel, Call("", action, text))


def _decoded(encoded: Encoded) -> Batch:
    batch = Decoder(UP, 1).decode(encoded.frame)
    assert isinstance(batch, Batch)
    return batch


def _fragmented(encoder: Encoder, item: Item) -> Item:
    """Return an item after its way through fragments."""
    pieces = b""
    for each in encoder.encode_fragments(HEADER, item):
        assert len(each) <= FRAME_MAX_BYTES
        fragment = Decoder(UP, 1).decode(each)
        assert isinstance(fragment, Fragment)
        assert fragment.offset == len(pieces)
        pieces += fragment.data
    return items.decode(pieces)


@given(st.lists(stream_items(), min_size=1, max_size=20))
@settings(max_examples=50)
def test_a_frame_carries_the_first_items_grouped_by_channel(given_items: list[Item]) -> None:
    for codings in CODINGS:
        _check_first_frame(codings, given_items)


def _check_first_frame(codings: Coding, given_items: list[Item]) -> None:
    encoder = Encoder(UP, 1, codings=codings)
    encoded = encoder.encode(HEADER, given_items)
    count = len(encoded.order)
    assert len(encoded.frame) <= FRAME_MAX_BYTES
    assert encoded.coding in (Coding.CBOR, *codings)
    assert sorted(encoded.order) == list(range(count))
    if count == 0:
        assert _fragmented(encoder, given_items[0]) == given_items[0]
        return
    carried = [given_items[place] for place in encoded.order]
    assert by_channel(carried) == by_channel(given_items[:count])
    channels = [of_item(item).channel for item in carried]
    assert channels == sorted(channels)
    assert _decoded(encoded) == Batch(HEADER, tuple(carried))


@given(st.lists(stream_items(), min_size=1, max_size=12))
@settings(max_examples=30)
def test_the_same_items_keep_their_order_whatever_they_are_coded_in(
    given_items: list[Item],
) -> None:
    """So a frame that is coded again, in another coding, gives each item its number again."""
    for codings in CODINGS:
        order = Encoder(UP, 1, codings=codings).encode(HEADER, given_items).order
        carried = [given_items[place] for place in order]
        for other in CODINGS:
            again = Encoder(UP, 1, codings=other).encode(HEADER, carried).order
            assert again == tuple(range(len(again)))


@pytest.mark.parametrize("codings", CODINGS)
def test_an_empty_frame_carries_its_header(codings: Coding) -> None:
    encoded = Encoder(Direction.DOWN, 1, codings=codings).encode(Header(1, 5, 7, 2), [])
    assert encoded.order == ()
    found = Decoder(Direction.DOWN, 1).decode(encoded.frame)
    assert found == Batch(Header(1, 5, 7, 2), ())


def test_a_frame_carries_no_more_items_than_the_limit() -> None:
    encoded = Encoder(UP, 1).encode(HEADER, [_call()] * 1_000)
    assert len(encoded.order) == FRAME_MAX_ITEMS - 5
    assert len(_decoded(encoded).items) == len(encoded.order)


def test_a_frame_is_as_full_as_it_gets() -> None:
    """Of messages that are all different, so many are taken that one more does not fit."""
    given_items = [_call(f'{{"own":"{number * 7919:040}"}}') for number in range(200)]
    encoded = Encoder(UP, 1).encode(HEADER, given_items)
    assert len(encoded.frame) > 0.9 * FRAME_MAX_BYTES


@pytest.mark.parametrize(("one", "other"), COLLIDING_TEXTS)
def test_names_with_one_hash_travel(one: str, other: str) -> None:
    encoder, decoder = Encoder(UP, 1), Decoder(UP, 1)
    for number, pair in enumerate((one, other, one, other)):
        sent = [
            _call(action=pair),
            _call(f'{{"{pair}":1}}'),
            _call(f'{{"unit":"{pair}"}}'),
            _call(f'{{"text":"{pair}"}}'),
        ]
        received: list[Item] = []
        while len(received) < len(sent):
            header = Header(1, 4 * number + len(received), 0)
            encoded = encoder.encode(header, sent[len(received) :], commit=True)
            batch = decoder.decode(encoded.frame)
            assert isinstance(batch, Batch)
            received += batch.items
            if encoded.commits:
                encoder.acknowledge()
        assert received == sent
        assert encoder.state_digest == decoder.state_digest


@pytest.mark.parametrize(
    "item",
    [
        MessageItem(1_024, Call("", "Heartbeat", "{}")),
        MessageItem(0, CallResult("", "{}"), 2**63 - 1),
        _call(action=""),
        _call('{"measurand":"\\ud800"}'),
        _call('{"a":"' + "x" * 5_000 + '"}'),
    ],
    ids=["channel", "reference", "no action", "lone surrogate", "long"],
)
def test_what_the_adaptive_coding_cannot_do_travels_in_another(item: Item) -> None:
    encoder = Encoder(UP, 1)
    encoded = encoder.encode(HEADER, [item], commit=True)
    assert not encoded.commits and not encoder.pending
    if encoded.order:
        assert _decoded(encoded).items == (item,)
    else:
        assert _fragmented(encoder, item) == item


@pytest.mark.parametrize("codings", CODINGS)
def test_a_frame_has_no_more_values_than_may_be_read(codings: Coding) -> None:
    """Items that compress to nothing, of which a frame could hold more."""
    given_items = [_call('{"data":[' + ",".join(["{}"] * 500) + "]}")] * 9
    encoder = Encoder(UP, 1, codings=codings)
    encoded = encoder.encode(HEADER, given_items)
    if not encoded.order:
        assert _fragmented(encoder, given_items[0]) == given_items[0]
    else:
        assert _decoded(encoded).items == tuple(given_items[: len(encoded.order)])


# --- bad input -------------------------------------------------------------------------------

_DEEP = "[" * 64 + "]" * 64
_REFUSED = [
    (_call('"' + "x" * MESSAGE_MAX_BYTES + '"'), MessageFault.TOO_LONG),
    (_call('"' + "é" * (MESSAGE_MAX_BYTES // 2) + '"'), MessageFault.TOO_LONG),
    (_call(_DEEP), MessageFault.TOO_DEEP),
    (_call("[" * 20_000), MessageFault.TOO_DEEP),
    (MessageItem(0, CallResult("", '{"a":' * 64 + "1" + "}" * 64)), MessageFault.TOO_DEEP),
    (_call('"\udc80"'), MessageFault.NOT_JSON),
]


@pytest.mark.parametrize(("item", "fault"), _REFUSED)
def test_a_message_that_is_too_long_or_too_deep_is_refused_before_anything_moves(
    item: Item, fault: MessageFault
) -> None:
    encoder = Encoder(UP, 1)
    before = encoder.state_digest
    with pytest.raises(MessageError) as caught:
        encoder.encode(HEADER, [_call(), item], commit=True)
    assert caught.value.fault is fault
    with pytest.raises(MessageError):
        encoder.encode_fragments(HEADER, item)
    assert not encoder.pending
    assert encoder.state_digest == before


def test_a_message_at_the_limits_travels() -> None:
    longest = _call('"' + "x" * (MESSAGE_MAX_BYTES - len('[2,"","Heartbeat",""]')) + '"')
    assert len(longest.message.to_text()) == MESSAGE_MAX_BYTES
    deepest = _call("[" * 63 + "]" * 63)
    for item in (longest, deepest):
        encoder = Encoder(UP, 1)
        encoded = encoder.encode(HEADER, [item])
        if encoded.order:
            assert _decoded(encoded).items == (item,)
        assert _fragmented(encoder, item) == item


def test_other_items_have_no_message_to_check() -> None:
    sent = (Void(), Bind(0, "/CP1", "1.6"), Presence(0, 1))
    encoded = Encoder(UP, 1).encode(HEADER, sent)
    assert _decoded(encoded).items == sent
