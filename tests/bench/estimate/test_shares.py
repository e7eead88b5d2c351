"""Bytes of actions are shared among keys and chargers, and none is lost."""

import pytest

from laconic_bench.estimate.shares import (
    HEADERS_BYTES,
    NOBODY,
    charger_of,
    key_of,
    link_key_of,
    nobody,
    shared,
)
from tests.support.small_logs import Talk, charging_day, exchanges_of, in_order, sample


def test_each_charger_gets_its_part_of_an_action() -> None:
    one, two = Talk("CP1"), Talk("CP2")
    one.heartbeats(0, 200, 100)
    two.heartbeats(50, 50, 100)
    exchanges = exchanges_of(in_order(one, two))
    by_action = {"Heartbeat": 400.0, "Heartbeat (answer)": 800.0, "(keepalive)": 30.0, "-": 5.0}
    found = shared(by_action, exchanges, charger_of, nobody)
    assert found == pytest.approx({"CP1": 900, "CP2": 300, NOBODY: 35})


def test_larger_messages_cost_more() -> None:
    talk = Talk()
    talk.up(0, "DataTransfer", {"data": "x" * 300}, message_id="a")
    other = Talk("CP2")
    other.up(1, "DataTransfer", {}, message_id="b")
    large, small = (len(one.records[0].raw) + HEADERS_BYTES for one in (talk, other))
    found = shared({"DataTransfer": 1.0}, exchanges_of(in_order(talk, other)), charger_of, nobody)
    assert found["CP1"] == pytest.approx(large / (large + small))


def test_each_message_has_a_configuration_key() -> None:
    talk = Talk()
    talk.heartbeats(0, 0, 1)
    talk.status(1, "Available")
    talk.meter_values(2, sample("1"))
    talk.meter_values(3, sample("1"), transaction=None)
    talk.meter_values(4, sample("1", context="Transaction.Begin"))
    talk.down(5, "GetConfiguration", {})
    assert [key_of(one) for one in talk.exchanges()] == [
        "HeartbeatInterval",
        "statuses (MinimumStatusDuration)",
        "MeterValueSampleInterval",
        "ClockAlignedDataInterval",
        "everything else",
        "questions of the CSMS",
    ]


@pytest.mark.parametrize(
    ("contender", "key"),
    [
        ("ocppj-tls", "WebSocketPingInterval"),
        ("mqtt-tls", "keep alive of MQTT"),
        ("laconic-relay", "link.keepalive_seconds (gateway)"),
        ("coap-cbor", "link.keepalive_seconds (gateway)"),
    ],
)
def test_keepalives_have_the_key_of_who_sends_them(contender: str, key: str) -> None:
    by_action = {"(keepalive)": 30.0, "(probe)": 5.0, "(handshake)": 9.0, "(answer)": 1.0}
    found = shared(by_action, [], key_of, link_key_of(contender))
    assert found == {key: 35.0, NOBODY: 10.0}


def test_nothing_is_lost_or_made() -> None:
    exchanges = charging_day().exchanges()
    by_action = {one.message.action: 10.0 for one in exchanges} | {"(keepalive)": 7.0, "new": 1.0}
    for group in (key_of, charger_of):
        found = shared(by_action, exchanges, group, nobody)
        assert sum(found.values()) == pytest.approx(sum(by_action.values()))
        assert list(found.values()) == sorted(found.values(), reverse=True)
