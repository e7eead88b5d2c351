"""Items: encoding and decoding are inverses, and wrong items are refused with their fault."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import cbor, items, messages
from laconic_codec.cbor import Cbor
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
from laconic_codec.jsontext import STYLES, render
from laconic_codec.limits import CHANNEL_MAX, ITEM_MAX_BYTES, MESSAGE_MAX_BYTES
from laconic_codec.messages import Call, CallError, CallResult, CallResultError, Send
from laconic_codec.registry import ACTION_NUMBERS, KEY_NUMBERS
from tests.support.frame_strategies import any_items, message_items
from tests.support.schema_instances import PACKAGE_VERSION, draw_instance, is_available, schemas
from tests.support.strategies import deep_texts, json_texts, texts


@given(any_items())
def test_an_item_comes_back(item: Item) -> None:
    assert items.decode(items.encode(item)) == item


@given(message_items(json_texts() | texts(200) | deep_texts(300)))
def test_a_message_comes_back_whatever_its_payload_is(item: MessageItem) -> None:
    assert items.decode(items.encode(item)) == item


@given(st.integers(0, 7), st.binary(max_size=40))
def test_bytes_that_start_like_an_item_are_an_item_or_refused(kind: int, rest: bytes) -> None:
    try:
        item = items.decode(b"\x83" + bytes([kind]) + rest)
    except FrameError:
        return
    assert items.decode(items.encode(item)) == item


_ACTION = ACTION_NUMBERS["Heartbeat"]
_ITEMS: list[tuple[Item, Cbor]] = [
    (Void(), None),
    (Bind(0, "/CP1", "1.6"), [0, "/CP1", 0, 1]),
    (Bind(3, "/ocpp/CP%201", "2.1", False, True), [24, "/ocpp/CP%201", 2, 2]),
    (Presence(1, 5), [15, 5]),
    (MessageItem(0, Call("", "Heartbeat", "{}"), answered=True), [1, _ACTION, {}]),
    (MessageItem(1, Call("", "Heartbeat", "{}")), [10, _ACTION, {}]),
    (MessageItem(1, Call("19", "Own", "{}")), [10, "Own", {}, "19"]),
    (MessageItem(0, CallResult("", "[ ]"), 7), [3, 7, "[ ]"]),
    (MessageItem(0, CallError("", '["X"]'), 7), [4, 7, [0, ["X"]]]),
    (MessageItem(0, CallResultError("", "[]"), 7), [5, 7, [0, []]]),
    (MessageItem(0, Send("", "Own", "{}")), [6, "Own", {}]),
]


@pytest.mark.parametrize(("item", "value"), _ITEMS)
def test_the_array_of_an_item(item: Item, value: Cbor) -> None:
    assert cbor.load(items.encode(item)) == value
    assert items.from_cbor(value) == item


@pytest.mark.parametrize(
    ("text", "is_escape"),
    [
        ('[2,"1","Heartbeat",{}]', False),
        ('[2,"1","Heartbeat",{ }]', True),
        ('[3,"1",{"a":1,"a":1}]', True),
        ('[4,"1","GenericError", "",{}]', False),
        ('[4,"1","GenericError","",{ }]', True),
    ],
)
def test_an_escape_is_seen_in_the_bytes(text: str, is_escape: bool) -> None:
    assert items.is_escape(items.encode(MessageItem(0, messages.parse(text)))) == is_escape


def test_only_messages_are_escapes() -> None:
    for item in (Bind(0, "/CP1", "1.6"), Presence(0, 1), Void()):
        assert not items.is_escape(items.encode(item))


def _many_keys() -> list[Cbor]:
    """Return what is short in CBOR and long in JSON."""
    return [{KEY_NUMBERS["evSessionTotalDischargeEnergyAvailable"]: 0} for _ in range(10_000)]


_REFUSED: list[tuple[Cbor, FrameFault]] = [
    (True, FrameFault.MALFORMED),
    (7, FrameFault.MALFORMED),
    ({}, FrameFault.MALFORMED),
    ([], FrameFault.MALFORMED),
    ([7], FrameFault.MALFORMED),
    ([-1, 0], FrameFault.MALFORMED),
    ([True, _ACTION, {}], FrameFault.MALFORMED),
    ([(CHANNEL_MAX + 1) * 8 + 7, 0], FrameFault.OVER_LIMIT),
    ([0, "/CP1", 0], FrameFault.MALFORMED),
    ([0, "", 0, 0], FrameFault.MALFORMED),
    ([0, "/" * 513, 0, 0], FrameFault.MALFORMED),
    ([0, b"/CP1", 0, 0], FrameFault.MALFORMED),
    ([0, "/CP1", 3, 0], FrameFault.MALFORMED),
    ([0, "/CP1", False, 0], FrameFault.MALFORMED),
    ([0, "/CP1", 0, 8], FrameFault.MALFORMED),
    ([0, "/CP1", 0, True], FrameFault.MALFORMED),
    ([0, "/CP1", 0, 0, 0], FrameFault.MALFORMED),
    ([7, -1], FrameFault.MALFORMED),
    ([7, True], FrameFault.MALFORMED),
    ([7, 2**63], FrameFault.MALFORMED),
    ([7, 1, 1], FrameFault.MALFORMED),
    ([2, _ACTION], FrameFault.MALFORMED),
    ([2, len(ACTION_NUMBERS), {}], FrameFault.MALFORMED),
    ([2, -1, {}], FrameFault.MALFORMED),
    ([2, None, {}], FrameFault.MALFORMED),
    ([2, _ACTION, {}, 19], FrameFault.MALFORMED),
    ([2, _ACTION, {}, "i" * 37], FrameFault.MALFORMED),
    ([2, _ACTION, {}, "19", "20"], FrameFault.MALFORMED),
    ([2, _ACTION, None], FrameFault.MALFORMED),
    ([3, 2**63, {}], FrameFault.MALFORMED),
    ([3, "1", {}], FrameFault.MALFORMED),
    ([3, 1, {}, "19"], FrameFault.MALFORMED),
    ([4, 1, {}], FrameFault.MALFORMED),
    ([5, 1, "no array"], FrameFault.MALFORMED),
    ([2, _ACTION, "x" * (MESSAGE_MAX_BYTES + 1)], FrameFault.OVER_LIMIT),
    ([2, _ACTION, "é" * (MESSAGE_MAX_BYTES // 2 + 1)], FrameFault.OVER_LIMIT),
    ([2, _ACTION, [0, _many_keys()]], FrameFault.OVER_LIMIT),
    ([2, _ACTION, "x" * ITEM_MAX_BYTES], FrameFault.OVER_LIMIT),
]


@pytest.mark.parametrize(("value", "fault"), _REFUSED)
def test_a_wrong_item_is_refused(value: Cbor, fault: FrameFault) -> None:
    with pytest.raises(FrameError) as caught:
        items.decode(cbor.dump(value))
    assert caught.value.fault is fault


def test_a_longest_message_is_no_longer_than_the_limit_of_an_item() -> None:
    for entry in ('"A"', "0e0", "1", '"-1.5"', '{"":0}', "true"):
        count = (MESSAGE_MAX_BYTES - 40) // (len(entry) + 1)
        text = f'[2,"1","A",{{"status":[{",".join([entry] * count)}]}}]'
        item = MessageItem(0, messages.parse(text))
        assert items.decode(items.encode(item)) == item


@pytest.mark.parametrize("version", ["", "1.7", "2.0"])
def test_a_version_that_the_profile_does_not_know_is_not_encoded(version: str) -> None:
    with pytest.raises(ValueError, match="not in"):
        items.encode(Bind(0, "/CP1", version))


@pytest.mark.skipif(not is_available(), reason=f"needs the package ocpp {PACKAGE_VERSION}")
@pytest.mark.parametrize("version", items.VERSIONS)
def test_instances_of_every_schema_come_back(version: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    count = 0
    for schema in schemas(version):
        validator = jsonschema.validators.validator_for(schema.definition)(schema.definition)
        draws = random.Random(schema.name)
        for style in (0, 0, 0, *range(len(STYLES))):
            tree = draw_instance(schema, draws)
            text = render(tree, STYLES[style])
            validator.validate(json.loads(text))
            message = Call("", schema.name.removesuffix("Request"), text)
            encoded = items.encode(MessageItem(0, message))
            assert items.decode(encoded) == MessageItem(0, message), schema.name
            assert style or not items.is_escape(encoded), text
            count += 1
    assert count > 1000
