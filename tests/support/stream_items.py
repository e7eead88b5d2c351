"""What travels in a stream of frames: few shapes that come again and again, and everything that
is odd in between.

`stream_items` is a strategy of Hypothesis. `drawn_items` makes the like from a seed: where many
items are needed, a strategy would use up what Hypothesis may draw for one example.
"""

import random
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from laconic_codec.items import VERSIONS, Bind, Item, MessageItem, Presence, Void
from laconic_codec.jsontext import STYLES, Number, Tree, parse, render
from laconic_codec.messages import Call, CallError, CallResult, CallResultError, Send
from tests.support.frame_strategies import error_arguments, message_ids, message_items
from tests.support.ocpp_instances import MESSAGES, payload
from tests.support.strategies import deep_texts, json_texts, json_trees, keys, texts

_USUAL: Final = [
    ("1.6", "Heartbeat", False),
    ("1.6", "StatusNotification", False),
    ("1.6", "MeterValues", False),
    ("2.0.1", "TransactionEvent", False),
    ("2.1", "NotifyEvent", False),
]


def stream_items() -> SearchStrategy[Item]:
    """Items of a few chargers: valid OCPP mostly, then all that a charger could do wrong."""
    return st.one_of(_valid(), _valid(), _valid(), _invalid(), _odd(), _states(), st.just(Void()))


_ODD_PAYLOADS: Final = [
    *(
        "",
        "{}",
        "[]",
        "null",
        "no JSON",
        '{"a":1',
        '{ "a" :1}',
        '{"a":1,"a":2}',
        '{"\\u0061":"\\/"}',
    ),
    *('{"a":-0}', '{"a":1e5}', '{"a":1E+2}', '{"a":0.10}', '{"a":12345678901234567890.50}', "7"),
    *('{"unit":"\\ud800"}', '{"é":"€😀"}', '{"":{"":[]}}', "[" * 60 + "]" * 60, '{"a":' * 60 + "1"),
    *('{"status": "Charging"}', '[1,\n "x"]', "\t{}", '{"timestamp":"2021-02-30T00:00:00Z"}'),
]
_ODD_ERRORS: Final = [
    *("[]", '["GenericError"]', '["GenericError",""]', '["X","no",{"a":[1.50,null]}]', '["",7]'),
]
_OWN_VALUES: Final[list[Tree]] = [Number(7), "own", None, True, [], {"own": [Number("1.50")]}]


def drawn_items(draws: random.Random, count: int) -> list[Item]:
    """Return items of a few chargers."""
    return [_drawn(draws) for _ in range(count)]


def _drawn(draws: random.Random) -> Item:
    channel = draws.choice((0, 1, 2) * 10 + (7, 1_023, 1_024, 65_535))
    match draws.randrange(24):
        case 0 | 1:
            return _drawn_state(draws, channel)
        case 2:
            error = draws.choice((CallError, CallResultError))
            arguments = draws.choice(_ODD_ERRORS)
            return MessageItem(channel, error("", arguments), _drawn_reference(draws))
        case 3:
            call = Call(_drawn_id(draws), "OwnAction", draws.choice(_ODD_PAYLOADS))
            return MessageItem(channel, call, answered=draws.random() < 0.5)
        case 4:
            piece = draws.choice(("ab", "é", "\\u00e9", "0123456789abcdef"))
            long = f'{{"data":"{piece * draws.choice((1, 20, 200, 2_500))}"}}'
            return MessageItem(channel, Call(_drawn_id(draws), "DataTransfer", long))
        case kind:
            return _drawn_message(draws, channel, is_spoilt=kind < 8)


def _drawn_message(draws: random.Random, channel: int, is_spoilt: bool) -> MessageItem:
    message = draws.choice(draws.choice((_USUAL, _USUAL, _USUAL, MESSAGES)))
    style = draws.choice((0, 0, 0, draws.randrange(len(STYLES))))
    text = payload(message, random.Random(draws.randrange(4)), draws.choice((0, 0.5, 1)), style)
    if is_spoilt:
        text = _drawn_spoilt(draws, text)
    _, action, is_response = message
    if is_response:
        return MessageItem(channel, CallResult("", text), _drawn_reference(draws))
    if action == "NotifyPeriodicEventStream":
        return MessageItem(channel, Send(_drawn_id(draws), action, text))
    call = Call(_drawn_id(draws), action, text)
    return MessageItem(channel, call, answered=draws.random() < 0.5)


def _drawn_id(draws: random.Random) -> str:
    return draws.choice(("",) * 6 + (str(draws.randrange(10**6)), f"{draws.getrandbits(128):032x}"))


def _drawn_state(draws: random.Random, channel: int) -> Item:
    path, version = draws.choice(("/CP1", "/ocpp/CP%201", "/é")), draws.choice(VERSIONS)
    bind = Bind(channel, path, version, *(draws.random() < 0.5 for _ in range(3)))
    return draws.choice((bind, Presence(channel, draws.choice((0, 1, 2, 2**63 - 1))), Void()))


def _drawn_reference(draws: random.Random) -> int:
    return draws.choice((draws.randrange(10),) * 10 + (2**63 - 1, 1 - 2**63))


def _drawn_spoilt(draws: random.Random, text: str) -> str:
    """Put a vendor's key or a wrong value in, or leave a key out."""
    tree = parse(text)
    assert isinstance(tree, dict)
    tree[draws.choice(["vendorKey", *tree])] = draws.choice(_OWN_VALUES)
    if draws.random() < 0.5:
        del tree[draws.choice(list(tree))]
    return render(tree, STYLES[0])


def _channels() -> SearchStrategy[int]:
    return st.integers(0, 2) | st.sampled_from([0, 1, 7, 1_023, 1_024, 65_535])


def _references() -> SearchStrategy[int]:
    return st.integers(0, 9) | st.integers(-(2**63) + 1, 2**63 - 1)


@st.composite
def _valid(draw: st.DrawFn) -> MessageItem:
    """Valid OCPP; the values differ little from one message to the next."""
    message = draw(st.sampled_from(_USUAL) | st.sampled_from(MESSAGES))
    draws = random.Random(draw(st.integers(0, 3)))
    optional = draw(st.sampled_from((0.0, 0.5, 1.0)))
    style = draw(st.just(0) | st.integers(0, len(STYLES) - 1))
    return draw(_carried(message, payload(message, draws, optional, style)))


@st.composite
def _invalid(draw: st.DrawFn) -> MessageItem:
    """OCPP with a vendor's key, a key too few, or a value that the schema does not allow."""
    message = draw(st.sampled_from(_USUAL))
    tree = parse(payload(message, random.Random(draw(st.integers(0, 3)))))
    assert isinstance(tree, dict)
    return draw(_carried(message, render(draw(_spoilt(tree)), STYLES[0])))


@st.composite
def _spoilt(draw: st.DrawFn, tree: dict[str, Tree]) -> dict[str, Tree]:
    values: SearchStrategy[Tree] = st.sampled_from([Number(7), "own", None]) | json_trees()
    spoilt = {**tree, draw(st.sampled_from(["vendorKey", *tree]) | keys()): draw(values)}
    left_out = draw(st.sampled_from(["", *tree]))
    result = {key: value for key, value in spoilt.items() if key != left_out}
    # What has no UTF-8 reaches no encoder: `messages.parse` refuses it.
    rendered = render(result, STYLES[0]).encode("utf-8", "replace").decode()
    again = parse(rendered)
    assert isinstance(again, dict)
    return again


@st.composite
def _carried(draw: st.DrawFn, message: tuple[str, str, bool], text: str) -> MessageItem:
    """Put a payload into an item."""
    _, action, is_response = message
    channel = draw(_channels())
    if is_response:
        return MessageItem(channel, CallResult("", text), draw(_references()))
    message_id = draw(st.just("") | message_ids())
    if action == "NotifyPeriodicEventStream":
        return MessageItem(channel, Send(message_id, action, text))
    return MessageItem(channel, Call(message_id, action, text), answered=draw(st.booleans()))


def _odd() -> SearchStrategy[Item]:
    """Errors, JSON as odd as it gets, no JSON at all, what is deep and what is long."""
    payloads = json_texts() | texts(60) | deep_texts(300) | _long()
    errors = st.one_of(
        st.builds(CallError, st.just(""), error_arguments()),
        st.builds(CallResultError, st.just(""), error_arguments()),
    )
    return message_items(payloads) | st.builds(MessageItem, _channels(), errors, _references())


def _long() -> SearchStrategy[str]:
    """Payloads that need fragments, some of them."""
    pieces = st.sampled_from(["ab", "é", "\\u00e9", "0123456789abcdef", "\\/", "\x00"])
    sizes = st.integers(0, 200) | st.integers(0, 2_500)
    return st.tuples(pieces, sizes).map(lambda drawn: f'{{"data":"{drawn[0] * drawn[1]}"}}')


def _states() -> SearchStrategy[Item]:
    paths = st.sampled_from(["/CP1", "/ocpp/CP%201"]) | texts(100).filter(bool)
    binds = st.builds(Bind, _channels(), paths, st.sampled_from(VERSIONS), *[st.booleans()] * 3)
    counts = st.integers(0, 9) | st.integers(0, 2**63 - 1)
    return binds | st.builds(Presence, _channels(), counts)
