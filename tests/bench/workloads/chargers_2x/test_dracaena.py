"""The make Dracaena: keys by the alphabet, milliseconds, shortest numbers, a location."""

from laconic_bench.workloads.causes import CARD_UP, RIDER_UP
from laconic_bench.workloads.chargers_2x.dracaena import Dracaena
from laconic_bench.workloads.chargers_2x.make import Event
from laconic_bench.workloads.reading import Reading
from tests.support.workload_life import CALENDAR, world

MAKE = Dracaena(CALENDAR)
READING = Reading(236.4, 4.13, 12_345.678, 47, 0.0)
EVENT = Event("Updated", "MeterValuePeriodic", 3_723_004, 7, "77", 1, "Charging", reading=READING)


def test_a_reading_in_its_words() -> None:
    text = MAKE.style.text(MAKE.transaction_event(EVENT))
    assert text.startswith(
        '{"eventType":"Updated","meterValue":[{"sampledValue":[{"context":"Sample.Periodic",'
        '"location":"Outlet","measurand":"Energy.Active.Import.Register",'
        '"unitOfMeasure":{"unit":"Wh"},"value":12345.68},'
    )
    assert text.endswith(
        '"unitOfMeasure":{"unit":"Percent"},"value":47.0}],"timestamp":"2026-03-02T01:02:03.004Z"}],'
        '"offline":false,"seqNo":7,"timestamp":"2026-03-02T01:02:03.004Z","transactionInfo":'
        '{"chargingState":"Charging","transactionId":"77"},"triggerReason":"MeterValuePeriodic"}'
    )


def test_a_boot_in_its_words() -> None:
    assert MAKE.style.text(MAKE.boot("PowerUp", 42, "1.0")) == (
        '{"chargingStation":{"firmwareVersion":"1.0","model":"DR-AC-2",'
        '"serialNumber":"DRC00000042","vendorName":"Dracaena"},"reason":"PowerUp"}'
    )


def test_its_ids() -> None:
    place = world()
    token = MAKE.token(place.riders, place.riders.come(RIDER_UP), CARD_UP)
    assert len(token) == 8
    assert len(MAKE.transaction_id(place, 1)) == len(MAKE.ids(place).next(0)) == 36
