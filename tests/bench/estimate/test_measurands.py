"""Measurands that say nothing are found; what matters is never among them."""

from laconic_bench.estimate.measurands import CONSTANT, DERIVED, ZERO, measurands_in
from tests.support.small_logs import Talk, sample


def day(*samples: tuple[str, list[str]], phase: str = "") -> Talk:
    talk = Talk()
    for number in range(30):
        values = [
            sample(texts[number % len(texts)], name, **({"phase": phase} if phase else {}))
            for name, texts in samples
        ]
        talk.meter_values(10 * number, sample(str(number)), *values)
    return talk


def test_zero_and_constant_measurands_are_idle() -> None:
    talk = day(
        ("Current.Offered", ["16"]),
        ("Power.Reactive.Import", ["0", "0.0"]),
        ("Voltage", ["230.1", "230.4"]),
        ("SoC", ["0"]),
        ("Temperature", ["40"]),
    )
    found = measurands_in(talk.exchanges())
    assert found.idle == {"Current.Offered": CONSTANT, "Power.Reactive.Import": ZERO}
    assert found.samples["Voltage"] == 30


def test_power_that_is_voltage_times_current_is_derived() -> None:
    talk = day(
        ("Voltage", ["230", "231"]),
        ("Current.Import", ["10", "12"]),
        ("Power.Active.Import", ["2300", "2772"]),
    )
    assert measurands_in(talk.exchanges()).idle == {"Power.Active.Import": DERIVED}


def test_the_power_of_three_phases_is_the_sum() -> None:
    talk = Talk()
    for number in range(30):
        phases = [
            sample(str(value + number), name, phase=phase)
            for phase in ("L1", "L2", "L3")
            for name, value in (("Voltage", 230), ("Current.Import", 10))
        ]
        watts = 3 * (230 + number) * (10 + number)
        power = sample(str(watts / 1000), "Power.Active.Import", unit="kW")
        talk.meter_values(10 * number, sample(str(number)), *phases, power)
    assert measurands_in(talk.exchanges()).idle == {"Power.Active.Import": DERIVED}


def test_power_stays_if_it_says_more_or_its_sources_go() -> None:
    more = day(
        ("Voltage", ["230", "231"]),
        ("Current.Import", ["10", "12"]),
        ("Power.Active.Import", ["2000", "2500"]),
    )
    assert measurands_in(more.exchanges()).idle == {}
    flat = day(
        ("Voltage", ["230"]),
        ("Current.Import", ["10", "12"]),
        ("Power.Active.Import", ["2300", "2760"]),
    )
    assert measurands_in(flat.exchanges()).idle == {"Voltage": CONSTANT}


def test_few_samples_prove_nothing() -> None:
    talk = Talk()
    for number in range(10):
        talk.meter_values(number, sample("16", "Current.Offered"))
    assert measurands_in(talk.exchanges()).idle == {}
