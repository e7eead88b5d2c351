"""What a frame is about."""

import pytest

from laconic_codec import frame, items, zstd_coding
from laconic_codec.encoder import Encoder
from laconic_codec.errors import FrameFault
from laconic_codec.frame import Coding, Direction, Header, Open
from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
from laconic_codec.messages import Call, CallResult, Send
from laconic_gateway.core.site.budget.contents import (
    ANSWER,
    EMPTY,
    FRAGMENT,
    NO_ACTION,
    PRESENCE,
    SITE,
    UNREAD,
    Cause,
    Contents,
    Reader,
    Share,
)

HEADER = Header(3, 0, 0)
BIND = Bind(7, "/ocpp/CP%201", "1.6")
AUTHORIZE = MessageItem(7, Call("", "Authorize", '{"idTag":"AB12"}'))


def batch(*carried: Item, direction: Direction = Direction.UP) -> bytes:
    encoded, taken = frame.encode_batch(HEADER, [items.encode(one) for one in carried], direction)
    assert taken == len(carried)
    return encoded


def test_the_items_of_a_batch_are_its_shares_by_their_texts() -> None:
    stream = MessageItem(7, Send("", "NotifyPeriodicEventStream", "{}"))
    carried: list[Item] = [BIND, Presence(7, 1), AUTHORIZE, stream, Void()]
    contents = Reader().of_frame(batch(*carried), Direction.UP)
    assert contents == Contents(
        Cause.MESSAGE,
        (
            Share("CP 1", PRESENCE, len(BIND.path)),
            Share("CP 1", PRESENCE, 1),
            Share("CP 1", "Authorize", len("Authorize" + '{"idTag":"AB12"}')),
            Share("CP 1", "NotifyPeriodicEventStream", len("NotifyPeriodicEventStream{}")),
            Share(SITE, NO_ACTION, 1),
        ),
    )


def test_a_binding_counts_for_later_frames_of_both_directions() -> None:
    reader = Reader()
    reader.of_frame(batch(BIND), Direction.UP)
    answer = MessageItem(7, CallResult("", "{}"), reference=0)
    contents = reader.of_frame(batch(answer, direction=Direction.DOWN), Direction.DOWN)
    assert contents.shares == (Share("CP 1", ANSWER, len(ANSWER + "{}")),)


def test_a_channel_of_which_nothing_is_known_is_the_sites() -> None:
    assert Reader().of_items([AUTHORIZE]).shares[0].charger == SITE
    path_without_identity = Bind(7, "/", "1.6")
    assert Reader().of_items([path_without_identity]).shares[0].charger == SITE


def test_a_compressed_frame_is_read_too() -> None:
    content = frame.batch_content(HEADER, [items.encode(BIND)], Direction.UP)
    contents = Reader().of_frame(zstd_coding.compress(content), Direction.UP)
    assert contents.shares == (Share("CP 1", PRESENCE, len(BIND.path)),)


def test_a_frame_that_needs_a_state_is_unread() -> None:
    encoded = Encoder(Direction.UP, 3, codings=Coding.ADAPTIVE).encode(HEADER, [BIND, AUTHORIZE])
    assert encoded.coding is Coding.ADAPTIVE
    assert Reader().of_frame(encoded.frame, Direction.UP).shares == (Share(SITE, UNREAD, 1),)


def test_an_open_frame_begins_an_epoch_and_binds() -> None:
    reader = Reader()
    encoded, _ = frame.encode_open(Open(3, 1, b"12345678", (BIND, Presence(7, 1))))
    assert reader.of_frame(encoded, Direction.UP) == Contents(Cause.OPENING)
    assert reader.of_items([AUTHORIZE]).shares[0].charger == "CP 1"


@pytest.mark.parametrize(
    ("encoded", "contents"),
    [
        (b"", EMPTY),
        (batch(direction=Direction.DOWN), EMPTY),
        (frame.encode_opened(frame.Opened(3, 0, 0)), Contents(Cause.OPENING)),
        (frame.encode_refused(FrameFault.UNKNOWN_EPOCH), Contents(Cause.REFUSAL)),
        (b"\x00\x12\x34", Contents(Cause.MESSAGE, (Share(SITE, UNREAD, 1),))),
        (
            frame.encode_fragments(HEADER, bytes(3000), Direction.DOWN)[1],
            Contents(Cause.MESSAGE, (Share(SITE, FRAGMENT, 1),)),
        ),
    ],
)
def test_the_other_kinds_of_frames(encoded: bytes, contents: Contents) -> None:
    assert Reader().of_frame(encoded, Direction.DOWN) == contents
