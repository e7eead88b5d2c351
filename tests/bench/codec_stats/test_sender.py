"""Frames in the codings that were chosen, and accounts that fit them."""

import pytest

from laconic_bench.codec_stats.receiver import Receiver
from laconic_bench.codec_stats.sender import FRAGMENT, Sender
from laconic_bench.codec_stats.settings import CodingChoice
from laconic_codec.frame import Direction, Header
from laconic_codec.items import Bind, Item, MessageItem
from laconic_codec.messages import Call
from tests.support.traces import noise

STATUS = Call("", "StatusNotification", '{"connectorId":1,"errorCode":"NoError"}')
ODD = Call("", "Heartbeat", '{ "a" :1}')
LONG = Call("", "DataTransfer", f'{{"data":"{noise(3000)}"}}')
FEW: list[Item] = [Bind(0, "/CP1", "1.6"), MessageItem(0, STATUS), MessageItem(0, ODD)]
HEADER = Header(1, 0, 0)


@pytest.mark.parametrize(
    ("choice", "kinds"),
    [
        (CodingChoice.CBOR, {"cbor"}),
        (CodingChoice.ZSTD, {"cbor", "zstd"}),
        (CodingChoice.ADAPTIVE, {"adaptive"}),
        (CodingChoice.ALL, {"adaptive", "zstd", "cbor"}),
    ],
)
def test_frames_have_the_codings_of_the_choice_and_come_back(
    choice: CodingChoice, kinds: set[str]
) -> None:
    sender, receiver = Sender(Direction.UP, choice), Receiver(Direction.UP)
    for count in (3, 2, 1):
        given = FEW[:count] * 4
        sent = sender.send(HEADER, given)
        assert sent.kind in kinds
        carried = tuple(given[place] for place in sent.order)
        assert receiver.receive(sent.datagrams) == (HEADER, carried)
        account = sender.account(sent, HEADER, given)
        assert len(account.item_bits) == len(carried)
        assert 0 < sum(account.item_bits) < 8 * sum(map(len, sent.datagrams)) + 8
        assert list(account.escapes) == [getattr(item, "message", None) == ODD for item in carried]
    assert sender.encoder.state_digest == receiver.decoder.state_digest


@pytest.mark.parametrize("choice", list(CodingChoice))
def test_a_long_message_goes_in_fragments(choice: CodingChoice) -> None:
    sender, receiver = Sender(Direction.UP, choice), Receiver(Direction.UP)
    item = MessageItem(0, LONG)
    sent = sender.send(HEADER, [item, *FEW])
    assert sent.kind == FRAGMENT and len(sent.datagrams) > 1
    assert receiver.receive(sent.datagrams) == (HEADER, (item,))
    account = sender.account(sent, HEADER, [item, *FEW])
    assert account.item_bits == (8 * sum(map(len, sent.datagrams)),)


def test_there_is_a_state_once_a_frame_was_adaptive() -> None:
    stateless = Sender(Direction.UP, CodingChoice.ZSTD)
    stateless.send(HEADER, FEW)
    assert stateless.state is None
    sender = Sender(Direction.UP, CodingChoice.ADAPTIVE)
    sender.send(HEADER, FEW)
    assert sender.state is not None
    assert sender.state.messages == 3
