"""Meter values of all versions: their kind, and what is left when samples go."""

import json

import pytest

from laconic_bench.estimate.readings import (
    Json,
    Kind,
    measurand_of,
    number_of,
    readings_of,
    with_samples,
)
from laconic_bench.model.exchanges import Exchange
from laconic_bench.trace import TraceRecord
from tests.support.small_logs import Talk, sample


def one_of(talk: Talk) -> Exchange:
    (exchange,) = talk.exchanges()
    return exchange


def meter_values(*samples: object, transaction: int | None = 7) -> Exchange:
    talk = Talk()
    talk.meter_values(0, *samples, transaction=transaction)
    return one_of(talk)


def event(**fields: object) -> Exchange:
    talk = Talk(version="2.0.1")
    value = {"timestamp": "x", "sampledValue": [{"value": 1.5}]}
    payload = {"eventType": "Updated", "transactionInfo": {"transactionId": "T"}, "evse": {"id": 1}}
    talk.up(0, "TransactionEvent", {**payload, "meterValue": [value], **fields})
    return one_of(talk)


@pytest.mark.parametrize(
    ("exchange", "kind"),
    [
        (meter_values(sample("1")), Kind.SAMPLED),
        (meter_values(sample("1", context="Sample.Periodic")), Kind.SAMPLED),
        (meter_values(sample("1"), transaction=None), Kind.ALIGNED),
        (meter_values(sample("1", context="Sample.Clock")), Kind.ALIGNED),
        (meter_values(sample("1", context="Transaction.Begin")), Kind.OTHER),
        (meter_values(sample("1"), sample("2", context="Transaction.End")), Kind.OTHER),
        (meter_values(sample("1", format="SignedData")), Kind.OTHER),
        (meter_values(sample("1", context="Trigger")), Kind.OTHER),
        (event(triggerReason="MeterValuePeriodic"), Kind.SAMPLED),
        (event(triggerReason="MeterValueClock"), Kind.ALIGNED),
        (event(triggerReason="ChargingStateChanged"), Kind.OTHER),
        (event(triggerReason="MeterValuePeriodic", eventType="Ended"), Kind.OTHER),
        (event(triggerReason="MeterValuePeriodic", idToken={}), Kind.OTHER),
    ],
)
def test_only_what_an_interval_has_sent_may_be_touched(exchange: Exchange, kind: Kind) -> None:
    readings = readings_of(exchange)
    assert readings is not None and readings.kind is kind


def test_other_messages_have_no_readings() -> None:
    talk = Talk()
    talk.heartbeats(0, 0, 1)
    talk.up(1, "MeterValues", {"connectorId": 1, "meterValue": "x"})
    talk.up(2, "MeterValues", [])
    talk.down(3, "MeterValues", {"meterValue": ["x"]})
    assert [readings_of(one) for one in talk.exchanges()] == [None] * 4


def test_samples_go_and_the_rest_stays_as_it_was() -> None:
    exchange = meter_values(sample("1"), sample("2", "Voltage"), sample("3", "Voltage", phase="L2"))
    less = with_samples(exchange, lambda one: measurand_of(one) != "Voltage")
    assert less is not None
    expected = meter_values(sample("1"))
    assert (less.text, less.message) == (expected.text, expected.message)
    assert less.answer_text == exchange.answer_text
    assert with_samples(exchange, lambda one: True) is not None
    assert with_samples(exchange, lambda one: False) is None


def test_white_space_stays_as_the_charger_writes_it() -> None:
    exchange = meter_values(sample("1"), sample("2", "Voltage"))
    spaced = json.dumps(json.loads(exchange.text))
    talk = Talk()
    talk.records.append(TraceRecord(0.0, "CP1", "up", "1.6", spaced))
    less = with_samples(one_of(talk), lambda one: measurand_of(one) != "Voltage")
    assert less is not None and '"connectorId": 1, "transactionId": 7' in less.text


@pytest.mark.parametrize(
    ("one", "number"),
    [
        ({"value": "1.5"}, 1.5),
        ({"value": "1.5", "unit": "kW"}, 1_500),
        ({"value": 2, "unitOfMeasure": {"unit": "kWh"}}, 2_000),
        ({"value": "3.48e-05"}, 3.48e-05),
        ({"value": "NaN"}, None),
        ({"value": "Charging"}, None),
        ({"value": None}, None),
        ({}, None),
    ],
)
def test_the_number_of_a_sample(one: Json, number: float | None) -> None:
    assert number_of(one) == number
