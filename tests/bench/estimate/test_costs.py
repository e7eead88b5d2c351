"""What is played costs exactly what the carrier charges; a month is so many times that."""

from dataclasses import replace

from laconic_bench.estimate.costs import Cost, MonthFactors, Radio, cost_of
from laconic_bench.radio.profiles import PROFILES
from tests.support.plain_carrier import PlainFactory
from tests.support.small_logs import Talk, charging_day

RADIO = Radio(PROFILES["2g"], 120.0)
COST = Cost(600, 400, {"A": 500, "(keepalive)": 300, "(handshake)": 200}, {}, 1_000.0, 4, 1)


def test_each_text_is_charged_once_with_its_header() -> None:
    talk = charging_day()
    cost = cost_of(talk.exchanges(), 86_400, PlainFactory(40), RADIO)
    up = sum(len(one.raw) + 40 for one in talk.records if one.direction == "up")
    down = sum(len(one.raw) + 40 for one in talk.records if one.direction == "down")
    assert (cost.up_bytes, cost.down_bytes) == (up, down)
    assert sum(cost.by_action.values()) == sum(cost.by_cause.values()) == cost.total_bytes
    starts = [one.raw for one in talk.records if "StartTransaction" in one.raw]
    assert cost.by_action["StartTransaction"] == len(starts[0]) + 40
    assert (cost.connections, cost.first_connections) == (1, 1)


def test_keepalives_and_connections_are_told_apart() -> None:
    talk = Talk()
    for moment in (0, 1_000, 2_000):
        talk.up(moment, "BootNotification", {}, {"status": "Accepted"})
    factory = PlainFactory(0, handshake_bytes=500, ping_seconds=100, ping_bytes=7)
    cost = cost_of(talk.exchanges(), 2_000, factory, RADIO)
    assert cost.by_cause["handshake"] == 3 * 500
    assert cost.seconds == 2_010  # the last answer was awaited
    assert cost.by_cause["keepalive"] == 7 * round(cost.seconds / 100)
    assert (cost.connections, cost.first_connections) == (3, 1)


def test_a_month_has_more_time_more_messages_and_no_first_connections() -> None:
    factors = MonthFactors(10, 5_000, {"A": 8.0})
    parts = {"A": 500, "B": 10, "(keepalive)": 300, "(handshake)": 200, "(repetition)": 7, "": 20}
    assert factors.actions_per_month(replace(COST, by_action=parts)) == {
        "A": 500 * 8,
        "(handshake)": 200 * 10 * 3 / 4,
        "(keepalive)": 300 * 5_000 / 1_000,
        "B": 100,
        "(the link itself)": 20 * 5,
        "(repetition)": 70,
    }
    assert factors.bytes_per_month(COST) == 4_000 + 1_500 + 1_500


def test_the_same_is_played_the_same() -> None:
    exchanges = charging_day().exchanges()
    costs = [cost_of(exchanges, 86_400, PlainFactory(), RADIO) for _ in range(2)]
    assert costs[0] == costs[1]


def test_nothing_costs_nothing() -> None:
    cost = cost_of([], 0, PlainFactory(), RADIO)
    assert cost.total_bytes == 0
    assert MonthFactors(1, 1).actions_per_month(cost) == {}
