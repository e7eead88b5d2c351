"""How the values of an adaptive frame were coded, in words."""

import json
from collections.abc import Sequence

from laconic_codec.encoder import Encoder
from laconic_codec.frame import Coding, Direction, Header
from laconic_codec.items import MessageItem
from laconic_codec.messages import Call, CallResult, Message
from laconic_gateway.inspect.reader import Reader
from laconic_gateway.inspect.view import Cost, Given


def costs(*batches: Sequence[Message]) -> tuple[Cost, ...]:
    """Return the account of the last of some frames."""
    encoder, reader = Encoder(Direction.UP, 1, codings=Coding.ADAPTIVE), Reader(1)
    found: tuple[Cost, ...] = ()
    for messages in batches:
        items = [MessageItem(0, message, reference=3) for message in messages]
        made = encoder.encode(Header(1, 0, 0), items, commit=True)
        encoder.acknowledge()
        found = reader.read(Given(Direction.UP, made.frame)).costs
    return found


def status(status: str = "Charging", time: str = "2026-03-02T10:00:00Z", info: str = "") -> Call:
    fields = {"connectorId": 1, "status": status, "timestamp": time, "info": info}
    return Call("", "StatusNotification", json.dumps(fields, separators=(",", ":")))


def value(what: str, found: tuple[Cost, ...], item: int = 0) -> Cost:
    (cost,) = (cost for cost in found if cost.what == what and cost.item == item)
    return cost


def test_the_first_message_and_the_same_again() -> None:
    found = costs([status(), status()])
    assert value("new shape", found).bits > value("shape", found, 1).bits
    assert value("connectorId", found).coded == "first one"
    assert value("status", found).coded == "from the registry"
    assert value("info", found).value == '""'
    assert value("connectorId", found, 1).coded == "as the last time"
    for what in ("status", "timestamp", "info"):
        again = value(what, found, 1)
        assert (again.coded, again.decisions) == ("as predicted", 1)
        assert again.bits < value(what, found).bits


def test_values_are_told_as_their_text_and_kind() -> None:
    payload = '{"a":-1.50,"b":"7","c":null,"d":1e5,"e":"2026-03-02T10:00:00.5Z"}'
    found = costs([Call("", "Own", payload)])
    told = {cost.what: (cost.kind, cost.value) for cost in found if cost.kind}
    assert told == {
        "a": ("number", "-1.50"),
        "b": ("number as text", '"7"'),
        "c": ("text", "null"),
        "d": ("as it stands", "1e5"),
        "e": ("time", '"2026-03-02T10:00:00.5Z"'),
    }


def test_times_are_off_in_their_own_resolution() -> None:
    before = [status(time="2026-03-02T10:00:00Z")] * 3
    found = costs(before, [status(time="2026-03-02T10:00:05Z")])
    assert value("timestamp", found).coded == "off by +5"


def test_numbers_are_off_in_steps_of_their_last_digit() -> None:
    def meter(wh: str) -> Call:
        return Call("", "StopTransaction", f'{{"meterStop":{wh}}}')

    found = costs([meter("10.0")], [meter("10.7")])
    assert value("meterStop", found).coded == "off by +7"


def test_texts_are_recent_or_the_last_again_or_spelled() -> None:
    found = costs(
        [status(info="first text"), status(info="other text")], [status(info="first text")]
    )
    assert value("info", found).coded in ("as predicted", "recent text 2")
    found = costs([status(info="first text")], [status(info="never seen")])
    assert value("info", found).coded == "spelled out"


def test_references_and_the_frame_itself() -> None:
    found = costs([CallResult("", "{}")])
    assert value("reference", found).value == "3"
    of_frame = [cost.what for cost in found if cost.item is None]
    assert of_frame == [
        *("head and check", "cursors", "new channels", "channel present (channel 0)"),
        *("one more (channel 0)", "ending"),
    ]
    changes = {cost.what: cost.coded for cost in found}
    assert changes["cursors"] == "as predicted"
    assert changes["new channels"] == "off by +1"


def test_a_payload_that_travels_as_text_is_shown_as_it_is() -> None:
    found = costs([Call("", "Own", '{ "a" :1}')])
    assert value("(payload)", found).value == '{ "a" :1}'
