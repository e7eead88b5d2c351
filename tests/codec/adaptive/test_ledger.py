"""A ledger changes nothing, and what it says adds up to the bytes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive import seal
from laconic_codec.adaptive.ledger import Ledger, Part
from laconic_codec.decoder import Decoder
from laconic_codec.encoder import Encoder
from laconic_codec.frame import Coding, Direction, Header
from laconic_codec.items import Bind, Item, MessageItem
from laconic_codec.messages import Call, CallResult

BIND = Bind(0, "/CP1", "1.6")
STATUS = Call("", "StatusNotification", '{"connectorId":1,"errorCode":"NoError"}')
ENDING_BITS = 32
"""More than the range coder can need to end, or save by luck."""

MESSAGES = st.one_of(
    st.just(STATUS),
    st.text(max_size=30).map(lambda data: Call("", "DataTransfer", _data(data))),
    st.integers(0, 10**6).map(lambda wh: Call("", "StopTransaction", f'{{"meterStop":{wh}}}')),
    st.just(Call("7", "Heartbeat", "{}")),
)


def _data(text: str) -> str:
    return json.dumps({"vendorId": "x", "data": text}, ensure_ascii=False)


@given(st.lists(st.lists(MESSAGES, min_size=1, max_size=4), min_size=1, max_size=3))
def test_both_ends_note_the_same_and_it_adds_up_to_the_frame(batches: list[list[Call]]) -> None:
    written, read = Ledger(), Ledger()
    encoder = Encoder(Direction.UP, 1, codings=Coding.ADAPTIVE, code_body=written.code)
    plain = Encoder(Direction.UP, 1, codings=Coding.ADAPTIVE)
    decoder = Decoder(Direction.UP, 1, code_body=read.code)
    for calls in batches:
        items: list[Item] = [MessageItem(0, call) for call in calls]
        made = encoder.encode(Header(1, 0, 0), items, commit=True)
        assert made == plain.encode(Header(1, 0, 0), items, commit=True)
        if made.coding is not Coding.ADAPTIVE:
            continue
        encoder.acknowledge()
        plain.acknowledge()
        decoder.decode(made.frame)
        assert [one.steps for one in read.spent] == [one.steps for one in written.spent]
        assert [one.bits for one in read.spent] == pytest.approx(
            [one.bits for one in written.spent]
        )
        body_bits = 8 * (len(made.frame) - seal.HEAD_BYTES)
        assert abs(sum(one.bits for one in read.spent) - body_bits) < ENDING_BITS
        assert all(one.bits >= 0 and one.decisions > 0 for one in read.spent)


def test_every_value_is_noted_with_its_key_and_how_it_was_coded() -> None:
    ledger = Ledger()
    encoder = Encoder(Direction.UP, 1, code_body=ledger.code)
    items: list[Item] = [BIND, MessageItem(0, STATUS), MessageItem(0, STATUS)]
    encoder.encode(Header(1, 0, 0), items, commit=True)
    parts = [one.part for one in ledger.spent]
    assert parts[:3] == [Part.CURSORS, Part.CHANNELS, Part.PRESENCE]
    assert parts.count(Part.NEW_TEMPLATE) == 2
    assert parts.count(Part.TEMPLATE) == 1
    assert parts.count(Part.MORE) == 3
    values = [(one.entry, one.value) for one in ledger.spent if one.part is Part.SLOT]
    assert values[:3] == [(0, "/CP1"), (0, (0, 0)), (0, (1, 0))]
    assert sorted(map(str, values[3:5])) == sorted(map(str, [(1, (1, 0)), (1, "NoError")]))
    again = [one for one in ledger.spent if one.entry == 2 and one.part is Part.SLOT]
    assert all(one.steps and one.decisions >= len(one.steps) for one in again)
    first = sum(one.bits for one in ledger.spent if one.entry == 1)
    assert sum(one.bits for one in again) < first / 3


def test_message_ids_and_references_are_noted() -> None:
    ledger = Ledger()
    encoder = Encoder(Direction.UP, 1, code_body=ledger.code)
    items: list[Item] = [
        MessageItem(0, Call("19", "Heartbeat", "{}")),
        MessageItem(0, CallResult("", "{}"), reference=7),
    ]
    encoder.encode(Header(1, 0, 0), items, commit=True)
    noted = {one.part: one.value for one in ledger.spent}
    assert noted[Part.MESSAGE_ID] == "19"
    assert noted[Part.REFERENCE] == (7, 0)
