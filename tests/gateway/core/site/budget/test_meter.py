"""Every byte is counted once, and for what it was."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import frame, items, signs
from laconic_codec.frame import Direction, Header
from laconic_codec.items import Bind, Item, MessageItem
from laconic_codec.messages import Call, CallResult
from laconic_codec.signs import Reach
from laconic_gateway.core.coap.events import KEEPALIVE, PROBE, STRAY, TRANSPORT, Kind, Mark
from laconic_gateway.core.site.budget import meter as meter_module
from laconic_gateway.core.site.budget.contents import ANSWER, SITE, UNREAD, Cause
from laconic_gateway.core.site.budget.meter import OTHER, Account, Meter, Way, split
from laconic_gateway.core.site.budget.month import DAY_SECONDS

NOW = 1_795_770_856.0  # 2026-11-27
TODAY = int(NOW // DAY_SECONDS)
BINDS = [Bind(0, "/CP1", "1.6"), Bind(1, "/CP2", "1.6")]
METER_VALUES = MessageItem(0, Call("", "MeterValues", '{"connectorId":1}'), answered=True)
AUTHORIZE = MessageItem(1, Call("", "Authorize", '{"idTag":"AB12"}'))
ANSWERED = MessageItem(1, CallResult("", '{"idTagInfo":{"status":"Accepted"}}'), reference=1)


def batch(carried: Sequence[Item], direction: Direction = Direction.UP) -> bytes:
    encoded = [items.encode(one) for one in carried]
    return frame.encode_batch(Header(3, 0, 0), encoded, direction)[0]


def counted(meter: Meter) -> dict[Account, int]:
    return {account: amount for (_, account), amount in meter.take_unsaved()[0].items()}


def bound() -> Meter:
    """Return a meter that knows the channels of two chargers, with nothing counted."""
    meter = Meter(1)
    meter.tell_items(Way.UP, 0, BINDS)
    return meter


# --- sharing


@given(st.integers(0, 1280), st.lists(st.integers(0, 1100), min_size=1, max_size=60))
def test_parts_add_up_and_keep_the_proportion(total: int, weights: list[int]) -> None:
    parts = split(total, weights)
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)
    whole = sum(weights)
    if whole:
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - total * weight / whole) < 1


def test_nothing_has_a_weight() -> None:
    assert split(7, [0, 0]) == [3, 4]


# --- what is counted for what


def test_a_frame_is_shared_among_its_items_with_all_overhead() -> None:
    meter = bound()
    payload = batch([METER_VALUES, AUTHORIZE])
    meter.take(Way.UP, 200, Mark(Kind.REQUEST, 1, payload=payload), NOW)
    first, second = len('MeterValues{"connectorId":1}'), len('Authorize{"idTag":"AB12"}')
    expected = 200 * first // (first + second)
    assert counted(meter) == {
        Account(Way.UP, Cause.MESSAGE, "CP1", "MeterValues"): expected,
        Account(Way.UP, Cause.MESSAGE, "CP2", "Authorize"): 200 - expected,
    }


def test_repetition_and_acknowledgement_count_for_what_they_belong_to() -> None:
    meter = bound()
    payload = batch([METER_VALUES])
    meter.take(Way.UP, 100, Mark(Kind.REQUEST, 1, payload=payload), NOW)
    meter.take(Way.UP, 100, Mark(Kind.REPEATED, 1, payload=payload), NOW)
    meter.take(Way.UP, 108, Mark(Kind.ECHO, 1, payload=payload), NOW)
    meter.take(Way.DOWN, 40, Mark(Kind.ECHO, 1), NOW)
    meter.take(Way.DOWN, 32, Mark(Kind.EMPTY_ACK, 1), NOW)
    meter.take(Way.DOWN, 54, Mark(Kind.RESPONSE, 1, payload=batch([], Direction.DOWN)), NOW)
    assert counted(meter) == {
        Account(Way.UP, Cause.MESSAGE, "CP1", "MeterValues"): 100,
        Account(Way.UP, Cause.REPETITION, "CP1", "MeterValues"): 100,
        Account(Way.UP, Cause.REFUSAL, "CP1", "MeterValues"): 108,
        Account(Way.DOWN, Cause.REFUSAL, "CP1", "MeterValues"): 40,
        Account(Way.DOWN, Cause.ACKNOWLEDGEMENT, "CP1", "MeterValues"): 32 + 54,
    }


def test_an_answer_with_items_counts_for_those() -> None:
    meter = bound()
    meter.take(Way.UP, 100, Mark(Kind.REQUEST, 1, payload=batch([AUTHORIZE])), NOW)
    down = batch([ANSWERED], Direction.DOWN)
    meter.take(Way.DOWN, 80, Mark(Kind.RESPONSE, 1, payload=down), NOW)
    assert counted(meter)[Account(Way.DOWN, Cause.MESSAGE, "CP2", ANSWER)] == 80


def test_a_command_and_its_acknowledgement() -> None:
    meter = bound()
    reset = MessageItem(1, Call("", "Reset", "{}"))
    asked = Mark(Kind.REQUEST, 1, asked_by_peer=True, payload=batch([reset], Direction.DOWN))
    meter.take(Way.DOWN, 70, asked, NOW)
    meter.take(Way.DOWN, 70, Mark(Kind.REPEATED, 1, asked_by_peer=True), NOW)
    given = Mark(Kind.RESPONSE, 1, asked_by_peer=True, payload=batch([]))
    meter.take(Way.UP, 50, given, NOW)
    assert counted(meter) == {
        Account(Way.DOWN, Cause.MESSAGE, "CP2", "Reset"): 70,
        Account(Way.DOWN, Cause.REPETITION, "CP2", "Reset"): 70,
        Account(Way.UP, Cause.ACKNOWLEDGEMENT, "CP2", "Reset"): 50,
    }


@pytest.mark.parametrize(
    ("mark", "cause"),
    [
        (KEEPALIVE, Cause.KEEPALIVE),
        (Mark(Kind.REQUEST, payload=b"\x01"), Cause.KEEPALIVE),
        (PROBE, Cause.PROBE),
        (Mark(Kind.REQUEST, 5, payload=batch([])), Cause.KEEPALIVE),
        (Mark(Kind.REQUEST, 5, payload=signs.encode(Reach(True, 480))), Cause.KEEPALIVE),
        (Mark(Kind.ECHO), Cause.REFUSAL),
        (STRAY, Cause.STRAY),
        (TRANSPORT, Cause.TRANSPORT),
    ],
)
def test_what_carries_nothing_is_the_sites(mark: Mark, cause: Cause) -> None:
    meter = bound()
    meter.take(Way.UP, 47, mark, NOW)
    assert counted(meter) == {Account(Way.UP, cause, SITE, ""): 47}


def test_the_answer_to_a_keepalive_is_a_keepalive() -> None:
    meter = bound()
    meter.take(Way.UP, 47, Mark(Kind.REQUEST, 5, payload=batch([])), NOW)
    answer = Mark(Kind.RESPONSE, 5, payload=batch([], Direction.DOWN))
    meter.take(Way.DOWN, 50, answer, NOW)
    assert {account.cause for account in counted(meter)} == {Cause.KEEPALIVE}


# --- frames that need a state


def test_items_that_were_told_before_count_from_the_start() -> None:
    meter = bound()
    meter.tell_items(Way.UP, 1, [METER_VALUES])
    meter.take(Way.UP, 60, Mark(Kind.REQUEST, 1, payload=b"\x00coded"), NOW)
    assert counted(meter) == {Account(Way.UP, Cause.MESSAGE, "CP1", "MeterValues"): 60}


def test_items_that_are_told_afterwards_move_the_bytes() -> None:
    meter = bound()
    meter.take(Way.UP, 100, Mark(Kind.REQUEST, 1, payload=batch([AUTHORIZE])), NOW)
    meter.take(Way.DOWN, 80, Mark(Kind.RESPONSE, 1, payload=b"\x00coded"), NOW)
    meter.tell_items(Way.DOWN, 1, [ANSWERED])
    assert counted(meter)[Account(Way.DOWN, Cause.MESSAGE, "CP2", ANSWER)] == 80
    assert not any(account.action == UNREAD for account in meter.take_unpublished())


def test_an_answer_that_turns_out_to_be_empty_is_an_acknowledgement() -> None:
    meter = bound()
    meter.take(Way.UP, 100, Mark(Kind.REQUEST, 1, payload=batch([AUTHORIZE])), NOW)
    meter.take(Way.DOWN, 60, Mark(Kind.RESPONSE, 1, payload=b"\x00coded"), NOW)
    meter.tell_items(Way.DOWN, 1, [])
    assert counted(meter)[Account(Way.DOWN, Cause.ACKNOWLEDGEMENT, "CP2", "Authorize")] == 60


def test_a_command_that_is_told_afterwards_is_remembered_for_its_answer() -> None:
    meter = bound()
    asked = Mark(Kind.REQUEST, 4, asked_by_peer=True, payload=b"\x00coded")
    meter.take(Way.DOWN, 70, asked, NOW)
    reset = MessageItem(1, Call("", "Reset", "{}"))
    meter.tell_items(Way.DOWN, 4, [reset], asked_by_peer=True)
    answer = Mark(Kind.RESPONSE, 4, asked_by_peer=True, payload=b"\x00coded")
    meter.take(Way.UP, 50, answer, NOW)
    meter.tell_items(Way.UP, 4, [], asked_by_peer=True)
    assert counted(meter) == {
        Account(Way.DOWN, Cause.MESSAGE, "CP2", "Reset"): 70,
        Account(Way.UP, Cause.ACKNOWLEDGEMENT, "CP2", "Reset"): 50,
    }


def test_what_nobody_tells_stays_unread_once_it_is_saved() -> None:
    meter = bound()
    meter.take(Way.DOWN, 80, Mark(Kind.RESPONSE, 1, payload=b"\x00coded"), NOW)
    assert counted(meter) == {Account(Way.DOWN, Cause.MESSAGE, SITE, UNREAD): 80}
    meter.tell_items(Way.DOWN, 1, [ANSWERED])
    assert counted(meter) == {}


# --- totals, bounds


KINDS = st.builds(
    Mark,
    st.sampled_from(Kind),
    st.none() | st.integers(1, 4),
    st.booleans(),
    st.sampled_from(
        [None, b"", b"\x00x", batch([]), batch([METER_VALUES, AUTHORIZE]), batch([AUTHORIZE])]
    ),
)


@given(
    st.lists(
        st.tuples(st.sampled_from(Way), st.integers(28, 1328), KINDS, st.integers(0, 80 * 86_400)),
        max_size=40,
    ),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 4), st.booleans()), max_size=10),
)
def test_the_sum_of_all_counters_is_what_was_on_the_wire(
    datagrams: list[tuple[Way, int, Mark, int]], told: list[tuple[int, int, bool]]
) -> None:
    meter = Meter(15)
    wire, saved, published, days = Counter[Way](), Counter[Way](), Counter[Way](), 0
    for place, (way, wire_bytes, mark, seconds) in enumerate(datagrams):
        meter.take(way, wire_bytes, mark, NOW + seconds)
        wire[way] += wire_bytes
        for at, number, by_peer in told:
            if at == place:
                meter.tell_items(way, number, [METER_VALUES], asked_by_peer=by_peer)
        if place % 7 == 3:
            amounts, by_day = meter.take_unsaved()
            days += sum(by_day.values())
            for (_, account), amount in amounts.items():
                saved[account.way] += amount
    amounts, by_day = meter.take_unsaved()
    for (_, account), amount in amounts.items():
        saved[account.way] += amount
    for account, amount in meter.take_unpublished().items():
        published[account.way] += amount
    assert saved == wire == published
    assert days + sum(by_day.values()) == wire.total() == sum(meter.day_bytes.values())


def test_totals_go_on_where_the_process_before_ended() -> None:
    meter = Meter(1)
    meter.restore({TODAY: 500, TODAY - 1: 700, TODAY - 40: 9_000})
    meter.take(Way.UP, 47, Mark(Kind.REQUEST, payload=b""), NOW)
    totals = meter.totals(NOW)
    assert (totals.month_bytes, totals.day_bytes, totals.day) == (1247, 547, TODAY)
    assert meter.take_unsaved()[1] == {TODAY: 47}
    assert meter.totals(NOW + 5 * DAY_SECONDS).month_bytes == 0


def test_actions_that_chargers_invent_do_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(meter_module, "ACTIONS_MAX", 3)
    meter = bound()
    for number in range(1, 9):
        item = MessageItem(0, Call("", f"Invented{number}", "{}"))
        meter.take(Way.UP, 60, Mark(Kind.REQUEST, number, payload=batch([item])), NOW)
    amounts = Counter({account.action: n for account, n in counted(meter).items()})
    assert amounts == {"Invented1": 60, "Invented2": 60, "Invented3": 60, OTHER: 300}


def test_requests_are_forgotten_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meter_module, "REQUESTS_KEPT", 2)
    meter = bound()
    for number in (1, 2, 3):
        meter.take(Way.UP, 60, Mark(Kind.REQUEST, number, payload=batch([AUTHORIZE])), NOW)
    meter.take(Way.UP, 60, Mark(Kind.REPEATED, 1), NOW)
    assert counted(meter)[Account(Way.UP, Cause.REPETITION, SITE, "")] == 60
