"""The make Ficus: white space after colons, whole seconds, whole numbers with a multiplier."""

from laconic_bench.workloads.causes import CARD_UP, RIDER_UP
from laconic_bench.workloads.chargers_2x.ficus import Ficus
from laconic_bench.workloads.chargers_2x.make import Event
from laconic_bench.workloads.reading import Reading
from tests.support.workload_life import CALENDAR, world

MAKE = Ficus(CALENDAR)
READING = Reading(236.4, 4.13, 12_345.678, 47, 0.0)
EVENT = Event("Updated", "MeterValuePeriodic", 3_723_004, 7, "77", 1, "Charging", reading=READING)


def test_a_reading_in_its_words() -> None:
    text = MAKE.style.text(MAKE.transaction_event(EVENT))
    assert text.startswith(
        '{"eventType": "Updated","timestamp": "2026-03-02T01:02:03Z","triggerReason": '
        '"MeterValuePeriodic","seqNo": 7,"transactionInfo": {"transactionId": "77",'
        '"chargingState": "Charging"},"evse": {"id": 1,"connectorId": 1},"meterValue": '
        '[{"timestamp": "2026-03-02T01:02:03Z","sampledValue": [{"value": 12345,'
    )
    assert '{"value": 4130,"measurand": "Current.Import","unitOfMeasure": {"unit": "A",' in text
    assert '"unitOfMeasure": {"unit": "V","multiplier": -1}' in text


def test_a_boot_in_its_words() -> None:
    assert MAKE.style.text(MAKE.boot("PowerUp", 42, "1.0")) == (
        '{"reason": "PowerUp","chargingStation": {"serialNumber": "FP-00000042",'
        '"model": "Twin 22","vendorName": "Ficus Power","firmwareVersion": "1.0",'
        '"modem": {"iccid": "8925400000000000042"}}}'
    )


def test_its_ids() -> None:
    place = world()
    token = MAKE.token(place.riders, place.riders.come(RIDER_UP), CARD_UP)
    assert len(token) == 14 and token == token.lower()
    assert MAKE.transaction_id(place, 2) == "2-1772409600"
    assert MAKE.ids(place).next(0) == "1"


def test_an_idle_outlet_has_no_state_of_charge() -> None:
    kinds = [sample["measurand"] for sample in MAKE.samples(Reading(230.0, 0, 5, None, 0), "")]
    assert "Voltage" in kinds and "SoC" not in kinds
