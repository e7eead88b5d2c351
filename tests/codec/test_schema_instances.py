"""Every message of the three OCPP versions comes back byte for byte, in each coding."""

import random
from collections.abc import Iterator

import pytest

from laconic_codec import items
from laconic_codec.adaptive.tokens import VERBATIM, Flattened
from laconic_codec.decoder import Decoder
from laconic_codec.encoder import ALL_CODINGS, Encoder
from laconic_codec.frame import Batch, Coding, Direction, Fragment, Header
from laconic_codec.items import Item, MessageItem
from laconic_codec.messages import Call, CallResult, Send
from laconic_codec.registry import CORE
from tests.support.ocpp_instances import ALL, MESSAGES, REQUIRED_ONLY, payload

CODINGS = [Coding.ADAPTIVE, Coding.ZSTD, Coding.CBOR]
FRAME_ITEMS = 8


def _instances(optional: float, seed: int) -> list[MessageItem]:
    draws = random.Random(seed)
    return [_item(message, payload(message, draws, optional)) for message in MESSAGES]


def _item(message: tuple[str, str, bool], text: str) -> MessageItem:
    _, action, is_response = message
    if is_response:
        return MessageItem(0, CallResult("", text), 5)
    if action == "NotifyPeriodicEventStream":
        return MessageItem(0, Send("", action, text))
    return MessageItem(0, Call("", action, text))


def _carried(sent: list[MessageItem], codings: Coding) -> Iterator[Item]:
    """Yield items after their way through frames and fragments; check the states on the way."""
    encoder, decoder = Encoder(Direction.UP, 1, codings=codings), Decoder(Direction.UP, 1)
    left, first = sent, 0
    while left:
        header = Header(1, first, 0)
        encoded = encoder.encode(header, left[:FRAME_ITEMS], commit=True)
        pieces = encoder.encode_fragments(header, left[0]) if not encoded.order else []
        if pieces:
            fragments = [decoder.decode(piece) for piece in pieces]
            yield items.decode(b"".join(f.data for f in fragments if isinstance(f, Fragment)))
        else:
            batch = decoder.decode(encoded.frame)
            assert isinstance(batch, Batch) and batch.header == header
            yield from batch.items
        if encoded.commits:
            encoder.acknowledge()
        assert encoder.state_digest == decoder.state_digest
        count = len(encoded.order) or 1
        left, first = left[count:], first + count


def test_every_message_of_the_three_versions_is_there() -> None:
    assert {version for version, _, _ in MESSAGES} == {"1.6", "2.0.1", "2.1"}
    assert len(MESSAGES) > 350


@pytest.mark.parametrize("codings", CODINGS)
@pytest.mark.parametrize("optional", [REQUIRED_ONLY, ALL], ids=["required", "all"])
def test_instances_of_every_message_come_back(optional: float, codings: Coding) -> None:
    sent = _instances(optional, seed=1)
    assert list(_carried(sent, codings)) == sent


def test_instances_with_some_optional_fields_come_back_in_whatever_is_shortest() -> None:
    sent = [item for seed in range(3) for item in _instances(0.5, seed)]
    assert list(_carried(sent, ALL_CODINGS)) == sent


@pytest.mark.parametrize("optional", [REQUIRED_ONLY, 0.5, ALL])
def test_no_instance_is_an_escape(optional: float) -> None:
    for item in _instances(optional, seed=2):
        assert not items.is_escape(items.encode(item))
        message = item.message
        assert isinstance(message, Call | CallResult | Send)
        flattened = Flattened(2, "Heartbeat", message.payload, CORE)
        assert flattened.tokens[-1] != VERBATIM
