"""The make Gardenia: compact, seconds with +00:00, optional members with their defaults."""

from laconic_bench.workloads.causes import CARD_UP, RIDER_UP
from laconic_bench.workloads.chargers_2x.gardenia import Gardenia
from laconic_bench.workloads.chargers_2x.make import Event
from laconic_bench.workloads.reading import Reading
from tests.support.workload_life import CALENDAR, world

MAKE = Gardenia(CALENDAR)
READING = Reading(236.4, 4.13, 12_345.678, 47, 0.0)
EVENT = Event("Updated", "MeterValuePeriodic", 3_723_004, 7, "77", 1, "Charging", reading=READING)


def test_a_reading_in_its_words() -> None:
    text = MAKE.style.text(MAKE.transaction_event(EVENT))
    assert text.startswith(
        '{"seqNo":7,"eventType":"Updated","triggerReason":"MeterValuePeriodic",'
        '"timestamp":"2026-03-02T01:02:03+00:00","offline":false,"numberOfPhasesUsed":1,'
        '"evse":{"id":1,"connectorId":1},"transactionInfo":{"transactionId":"77",'
        '"chargingState":"Charging"},"meterValue":[{"timestamp":"2026-03-02T01:02:03+00:00",'
        '"sampledValue":[{"measurand":"Energy.Active.Import.Register","value":12345.7,'
        '"context":"Sample.Periodic","unitOfMeasure":{"unit":"Wh"}},'
    )


def test_a_boot_in_its_words() -> None:
    assert MAKE.style.text(MAKE.boot("PowerUp", 42, "1.0")) == (
        '{"chargingStation":{"vendorName":"Gardenia","model":"G-One",'
        '"serialNumber":"G100000042","firmwareVersion":"1.0"},"reason":"PowerUp"}'
    )


def test_its_ids() -> None:
    place = world()
    token = MAKE.token(place.riders, place.riders.come(RIDER_UP), CARD_UP)
    assert len(token) == 14 and token == token.upper()
    assert len(MAKE.transaction_id(place, 1)) == 36
    assert MAKE.ids(place).next(3_723_004) == "2026030201020300000001"
