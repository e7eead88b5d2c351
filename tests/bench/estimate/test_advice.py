"""Advice is found in the traffic, and keeps what is billed and what protects."""

from collections import Counter

import pytest

from laconic_bench.estimate.advice import Advice, advice_for
from laconic_bench.estimate.intervals import HEARTBEAT, Interval, Intervals, What
from laconic_bench.estimate.readings import Kind, readings_of
from laconic_bench.model.exchanges import Exchange
from tests.support.small_logs import Talk, charging_day, sample


def advised(exchanges: list[Exchange]) -> list[Advice]:
    intervals = Intervals()
    for exchange in exchanges:
        intervals.add(exchange)
    return advice_for(exchanges, intervals.of)


def by_key(exchanges: list[Exchange]) -> dict[str, Advice]:
    return {one.key: one for one in advised(exchanges)}


def test_a_day_of_a_charger_gets_advice_with_values() -> None:
    found = by_key(charging_day().exchanges())
    assert {key: (one.before, one.after) for key, one in found.items()} == {
        "HeartbeatInterval": ("300 s", "3600 s"),
        "MeterValueSampleInterval": ("10 s", "60 s"),
        "MeterValuesSampledData": (
            "Current.Offered, Energy.Active.Import.Register",
            "Energy.Active.Import.Register",
        ),
    }


def test_what_is_slow_enough_gets_none() -> None:
    talk = Talk()
    talk.heartbeats(0, 86_400, 3_600)
    for number in range(30):
        talk.meter_values(300 * number, sample(str(number)))
    assert by_key(talk.exchanges()) == {}


def test_ocpp_2_has_other_names() -> None:
    talk = Talk(version="2.0.1")
    talk.heartbeats(0, 3_000, 60)
    for number in range(30):
        value = {"timestamp": "x", "sampledValue": [{"value": number}]}
        info = {"transactionId": "T"}
        payload = {"eventType": "Updated", "transactionInfo": info, "meterValue": [value]}
        talk.up(
            3_000 + 20 * number,
            "TransactionEvent",
            payload | {"triggerReason": "MeterValuePeriodic"},
        )
        talk.up(9_000 + 60 * number, "MeterValues", {"evseId": 1, "meterValue": [value]})
    assert {key: one.after for key, one in by_key(talk.exchanges()).items()} == {
        "HeartbeatInterval (OCPPCommCtrlr)": "3600 s",
        "SampledDataTxUpdatedInterval": "60 s",
        "AlignedDataInterval": "900 s",
    }


def test_questions_ids_white_space_and_flapping_are_seen() -> None:
    talk = Talk()
    for number in range(10):
        talk.down(3_600 * number, "GetConfiguration", {}, message_id=f"question {number:010}")
        talk.status(3_600 * number + 60, "Preparing")
        talk.status(3_600 * number + 63, "Available")
    found = by_key(talk.exchanges())
    assert found["repeated GetConfiguration"].before == "the same question every 3600 s"
    assert found["MinimumStatusDuration"].before == "10 statuses were gone within 10 s"
    ids = Talk()
    ids.up(0, "Heartbeat", {}, message_id="x" * 36)
    assert by_key(ids.exchanges())["message ids"].before == "36 characters (a UUID has 36)"


def test_without_times_only_stated_intervals_count_and_no_status_flaps() -> None:
    talk = charging_day()
    talk.status(90_000, "Preparing")
    talk.status(90_003, "Available")

    def stated(what: What) -> Interval | None:
        return Interval(60, 60) if what == (HEARTBEAT, "1.6") else None

    found = {one.key: one.before for one in advice_for(talk.exchanges(), stated, has_times=False)}
    assert found == {
        "HeartbeatInterval": "60 s",
        "MeterValuesSampledData": "Current.Offered, Energy.Active.Import.Register",
    }


def test_every_advice_saves_and_has_a_side_effect() -> None:
    exchanges = charging_day().exchanges()
    size = sum(len(one.text) for one in exchanges)
    for one in advised(exchanges):
        assert sum(len(after.text) for after in one.change(exchanges)) < size
        assert one.side_effect.endswith(".") and one.where


@pytest.mark.parametrize("talk", [charging_day(), charging_day("CP2", 60)])
def test_no_advice_takes_what_is_billed_or_protects(talk: Talk) -> None:
    talk.status(86_500, "Faulted", "GroundFailure")
    talk.status(86_501, "Available")
    talk.meter_values(86_510, sample("1", context="Transaction.End"), sample("0", "Voltage"))
    talk.up(86_520, "SecurityEventNotification", {"type": "TamperDetectionActivated"})
    exchanges = talk.exchanges()
    changed = exchanges
    for one in advised(exchanges):
        changed = one.change(changed)
    assert len(changed) < len(exchanges)
    assert _kept(exchanges) - _kept(changed) == Counter()


def _kept(exchanges: list[Exchange]) -> Counter[tuple[str, str]]:
    """Return what must be there: everything but heartbeats and periodic meter values."""
    found: Counter[tuple[str, str]] = Counter()
    for one in exchanges:
        readings = readings_of(one)
        is_periodic = readings is not None and readings.kind is not Kind.OTHER
        if one.message.action != "Heartbeat" and not is_periodic:
            found[one.message.action, one.message.payload] += 1
    return found
