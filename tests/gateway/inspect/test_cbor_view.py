"""Every byte of a frame in CBOR is shown once, with its meaning."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import frame, items
from laconic_codec.frame import Direction, Header
from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
from laconic_codec.messages import Call, CallError
from laconic_gateway.inspect.cbor_view import cbor_chunks
from tests.support.frame_strategies import encoded_frames

UP, DOWN = Direction.UP, Direction.DOWN


def told(*some: Item, direction: Direction = UP) -> list[str]:
    """Return the meanings in a batch of some items."""
    encoded = [items.encode(item) for item in some]
    made, _ = frame.encode_batch(Header(1, 2, 3, 0), encoded, direction)
    return [chunk.meaning for chunk in cbor_chunks(made, direction)]


@given(st.sampled_from(Direction).flatmap(lambda way: st.tuples(st.just(way), encoded_frames(way))))
def test_the_chunks_are_the_frame(drawn: tuple[Direction, bytes]) -> None:
    direction, encoded = drawn
    chunks = cbor_chunks(encoded, direction)
    assert b"".join(chunk.data for chunk in chunks) == encoded
    offset = 0
    for chunk in chunks:
        assert chunk.offset == offset
        assert chunk.data and chunk.meaning
        offset += len(chunk.data)
    assert [chunk.depth for chunk in chunks].count(0) == 1


def test_the_header_of_each_way() -> None:
    header = ["epoch: 1", "number of the first item: 2", "acknowledged: 3"]
    assert told() == ["array of 4 entries", "kind of frame: batch", *header]
    assert told(direction=DOWN)[2:] == [*header, "backlog: 0"]


def test_items_without_a_message() -> None:
    meanings = told(Bind(5, "/CP1", "2.0.1"), Presence(5, 3), Void())
    assert meanings[5:] == [
        *("item: array of 4 entries", "channel 5, bind", 'path: "/CP1"', "OCPP version: 1"),
        *("flags: 1", "item: array of 2 entries", "channel 5, presence", "generation: 3"),
        "item: void",
    ]


def test_names_and_texts_of_the_registry_are_told() -> None:
    payload = (
        '{"connectorId":1,"errorCode":"NoError","info":"2026-01-01T00:00:00Z","own":[1.5,"x"]}'
    )
    meanings = told(MessageItem(0, Call("19", "StatusNotification", payload), answered=True))
    assert meanings[5:] == [
        *("item: array of 4 entries", "channel 0, CALL, answered by the site"),
        *("action: 2: StatusNotification", "object with 4 keys", "key 4: connectorId", "1"),
        *("key 9: errorCode", 'text 13: "NoError"', "key 25: info"),
        *('packed: "2026-01-01T00:00:00Z"', 'key "own"', "array of 2", "packed: 1.5", '"x"'),
        'message id: "19"',
    ]


def test_styles_escapes_and_answers() -> None:
    spaced = MessageItem(0, Call("", "Own", '{"a": true}'))
    assert told(spaced)[5:] == [
        *("item: array of 3 entries", "channel 0, CALL", 'action: "Own"'),
        *("payload with its style", "style: 1", "object with 1 keys", 'key "a"', "true"),
    ]
    error = MessageItem(0, CallError("", '[ "X"]'), reference=7)
    assert told(error)[7:] == ["answers message: 7", 'payload as text: "[ \\"X\\"]"']
