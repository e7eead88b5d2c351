"""The texts that the dictionary is trained on: items and frames in the `cbor` coding."""

from collections.abc import Iterator
from typing import Final

from laconic_codec import frame, items
from laconic_codec.frame import Direction, Header
from laconic_codec.items import Bind, Item, MessageItem, Presence
from laconic_codec.jsontext import STYLES, parse, render
from laconic_codec.messages import Call, CallResult, Send
from laconic_codec.registry import CORE
from laconic_codec.training.chargers import Charger
from laconic_codec.training.dice import Dice
from laconic_codec.training.instances import Writer
from laconic_codec.training.large import LARGE_2, LARGE_16
from laconic_codec.training.meters import Json, to_json

_VERSIONS: Final = ("1.6", "1.6", "1.6", "2.0.1", "2.1")
_PATHS: Final = ("/ocpp/{}", "/{}", "/ocpp16/{}", "/ocpp/2.0.1/{}", "/steve/websocket/{}")
_STYLES: Final = (0, 0, 0, 0, 0, 1, 2, 3)
_EVERYDAY_16: Final = (
    "MeterValues StatusNotification Heartbeat StartTransaction StopTransaction Authorize "
    "BootNotification DataTransfer FirmwareStatusNotification"
).split()
_EVERYDAY_2: Final = (
    "TransactionEvent StatusNotification NotifyEvent Heartbeat MeterValues Authorize "
    "BootNotification BatterySwap SecurityEventNotification NotifyPeriodicEventStream"
).split()
_MESSAGES_IN_A_FRAME: Final = (1, 3, 10, 25)
_SHAPES: Final = frozenset(CORE.skeletons)


def samples(count: int, seed: int = 0) -> list[bytes]:
    """Return items and frames of `count` chargers, and one item of each message there is."""
    dice = Dice(seed)
    texts = [text for _ in range(count) for text in _of_one_charger(dice)]
    for version, action, response in CORE.skeletons:
        charger = Charger.draw(version, dice)
        payload = Writer(charger).message(action, response)
        texts.append(items.encode(_item(charger, action, response, payload, 0)))
    return texts


def _of_one_charger(dice: Dice) -> Iterator[bytes]:
    charger = Charger.draw(dice.pick(_VERSIONS), dice)
    writer = Writer(charger)
    style = dice.pick(_STYLES)
    yield items.encode(_large(charger, style))
    yield _frame(dice, _start(charger, writer, style))
    count = dice.pick(_MESSAGES_IN_A_FRAME)
    yield _frame(dice, [_everyday(charger, writer, style) for _ in range(count)])


def _start(charger: Charger, writer: Writer, style: int) -> list[Item]:
    identity = charger.dice.letters("0123456789ABCDEF", 8)
    path = charger.dice.early(_PATHS).format(identity)
    actions = ["BootNotification", *["StatusNotification"] * (1 + charger.dice.below(3))]
    return [
        Bind(charger.channel, path, charger.version),
        Presence(charger.channel, 1),
        *(_item(charger, one, False, writer.message(one, False), style) for one in actions),
    ]


def _everyday(charger: Charger, writer: Writer, style: int) -> Item:
    action = charger.dice.early(_EVERYDAY_16 if charger.version == "1.6" else _EVERYDAY_2)
    if (charger.version, action, False) not in _SHAPES:
        action = "Heartbeat"  # some stand in 2.1 only
    response = charger.dice.chance(0.2) and (charger.version, action, True) in _SHAPES
    return _item(charger, action, response, writer.message(action, response), style)


def _large(charger: Charger, style: int) -> Item:
    action, response, payload = charger.dice.pick(LARGE_16 if charger.version == "1.6" else LARGE_2)
    return _item(charger, action, response, payload(charger), style)


def _item(charger: Charger, action: str, response: bool, payload: Json, style: int) -> Item:
    text = render(parse(to_json(payload)), STYLES[style])
    if response:
        return MessageItem(charger.channel, CallResult("", text), charger.dice.below(300))
    if action == "NotifyPeriodicEventStream":
        return MessageItem(charger.channel, Send("", action, text))
    answered = charger.dice.chance(0.8)
    return MessageItem(charger.channel, Call("", action, text), answered=answered)


def _frame(dice: Dice, entries: list[Item]) -> bytes:
    header = Header(1 + dice.below(200), dice.below(5000), dice.below(5000))
    return frame.batch_content(header, [items.encode(item) for item in entries], Direction.UP)
