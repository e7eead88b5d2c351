"""What is played costs exactly what the carrier charges; a month is so many times that."""

import pytest

from laconic_bench.estimate.costs import Cost, MonthFactors, Radio, cost_of
from laconic_bench.radio.profiles import PROFILES
from tests.support.plain_carrier import PlainFactory
from tests.support.small_logs import Talk, charging_day, exchanges_of, in_order

RADIO = Radio(PROFILES["2g"], 120.0)
COST = Cost(
    {
        "up": {"A": 500, "(keepalive)": 200, "(handshake)": 150, "(opening)": 60},
        "down": {"A (answer)": 90, "B": 10, "(keepalive)": 100, "(handshake)": 50},
    },
    1_000.0,
    {"up": 60.0, "down": 20.0},
)


def test_each_text_is_charged_once_with_its_header() -> None:
    talk = charging_day()
    cost = cost_of(talk.exchanges(), 86_400, PlainFactory(40), RADIO)
    up = sum(len(one.raw) + 40 for one in talk.records if one.direction == "up")
    down = sum(len(one.raw) + 40 for one in talk.records if one.direction == "down")
    assert (cost.way_bytes("up"), cost.way_bytes("down")) == (up, down)
    starts = [one.raw for one in talk.records if "StartTransaction" in one.raw]
    assert cost.by_action["up"]["StartTransaction"] == len(starts[0]) + 40


def test_handshakes_of_the_first_connection_of_each_charger_are_told_apart() -> None:
    talks = [Talk("CP1"), Talk("CP2"), Talk("CP3")]
    for talk, moments in zip(talks, ((0, 1_000, 2_000), (30, 1_500), (500,)), strict=True):
        for moment in moments:
            talk.up(moment, "BootNotification", {}, {"status": "Accepted"})
    factory = PlainFactory(0, handshake_bytes=500, ping_seconds=100, ping_bytes=7)
    cost = cost_of(exchanges_of(in_order(*talks)), 2_000, factory, RADIO)
    assert cost.by_action["up"]["(handshake)"] == 6 * 500
    assert cost.first_handshake_bytes == {"up": 3 * 500, "down": 0}
    assert cost.seconds == 2_010  # the last answer was awaited
    assert cost.by_action["up"]["(keepalive)"] == 7 * (20 + 19 + 15)


def test_a_replay_may_end_while_a_charger_makes_its_first_connection() -> None:
    talk = Talk()
    talk.up(0, "BootNotification", {}, {"status": "Accepted"})
    cost = cost_of(talk.exchanges(), 5, PlainFactory(0, handshake_bytes=500), RADIO)
    assert cost.first_handshake_bytes == {"up": 500, "down": 0}


def test_a_month_has_more_time_more_messages_and_no_first_connections() -> None:
    factors = MonthFactors(10, 5_000, {"A": 8.0, "A (answer)": 7.0})
    assert factors.actions_per_month(COST) == {
        "A": 500 * 8,
        "(keepalive)": 300 * 5_000 / 1_000,
        "(handshake)": (200 - 80) * 10,
        "A (answer)": 90 * 7,
        "B": 100,
        "(opening)": 0,
    }
    assert factors.way_per_month(COST, "up") == 4_000 + 1_000 + 900
    assert factors.way_per_month(COST, "down") == 630 + 100 + 500 + 300
    assert factors.bytes_per_month(COST) == pytest.approx(5_900 + 1_530)


def test_the_same_is_played_the_same() -> None:
    exchanges = charging_day().exchanges()
    costs = [cost_of(exchanges, 86_400, PlainFactory(), RADIO) for _ in range(2)]
    assert costs[0] == costs[1]


def test_nothing_costs_nothing() -> None:
    cost = cost_of([], 0, PlainFactory(), RADIO)
    assert cost.total_bytes == 0
    assert MonthFactors(1, 1).actions_per_month(cost) == {}
