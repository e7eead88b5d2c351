"""What quantities say about each other, on hand-made examples."""

from laconic_codec.adaptive.past import Past
from laconic_codec.adaptive.quantities import CHARGE, CURRENT, ENERGY, POWER, VOLTAGE, Quantities


def _noted(*values: tuple[int, int, int]) -> Quantities:
    """Return quantities with (role, phase, mantissa of whole units)."""
    quantities = Quantities()
    for role, phase, mantissa in values:
        quantities.note(role, phase, mantissa, 0, None)
    return quantities


def _power(quantities: Quantities, phase: int = 0, decimals: int = 0) -> tuple[int, ...]:
    return quantities.expected(POWER, phase, 0, decimals, 0)


def test_power_is_voltage_times_current() -> None:
    quantities = _noted((VOLTAGE, 0, 230), (CURRENT, 0, 16))
    assert _power(quantities) == (3_680,)
    assert _power(quantities, decimals=2) == (368_000,)
    assert _power(quantities, decimals=-3) == (4,)  # in kW


def test_a_phase_has_its_own_power() -> None:
    quantities = _noted((VOLTAGE, 1, 230), (CURRENT, 1, 10), (CURRENT, 2, 20))
    assert _power(quantities, 1) == (2_300,)
    assert _power(quantities, 2) == ()
    quantities.note(VOLTAGE, 0, 240, 0, None)  # of all phases
    assert _power(quantities, 2) == (4_800,)


def test_all_phases_together_have_the_sum_of_powers_or_of_products() -> None:
    products = _noted(*((VOLTAGE, phase, 230) for phase in (1, 2, 3)))
    for phase in (1, 2, 3):
        products.note(CURRENT, phase, 100 * phase, 1, None)
    assert _power(products) == (230 * 60,)
    powers = _noted((POWER, 1, 1_000), (POWER, 3, 1_500))
    assert _power(powers) == (2_500,)


def test_without_current_or_voltage_nothing_is_expected() -> None:
    assert _power(Quantities()) == ()
    assert _power(_noted((VOLTAGE, 0, 230))) == ()
    assert _power(_noted((CURRENT, 0, 16))) == ()


def test_factors_and_values_that_are_too_large_say_nothing() -> None:
    assert _power(_noted((VOLTAGE, 0, 10_000), (CURRENT, 0, 16))) == ()
    assert _power(_noted((VOLTAGE, 0, 10**14), (CURRENT, 0, 16))) == ()
    assert Quantities().expected(POWER, 0, 0, 7, 0) == ()


def test_energy_grows_by_power_times_time() -> None:
    quantities = Quantities()
    quantities.interval_milliseconds = 60_000
    quantities.note(POWER, 0, 6_000, 0, 3_000)
    # For the power now, and for the mean of 6,000 W and 3,000 W.
    assert quantities.expected(ENERGY, 0, 1_000, 0, 0) == (1_100, 1_075)
    assert quantities.expected(ENERGY, 0, 1_000, -3, 0) == (1_000, 1_000)
    assert quantities.expected(ENERGY, 0, 1_000, 1, 500_000) == (2_005, 1_755)


def test_energy_of_no_phase_grows_by_the_power_of_all() -> None:
    quantities = Quantities()
    quantities.interval_milliseconds = 60_000
    quantities.note(POWER, 1, 3_000, 0, 1_500)
    quantities.note(POWER, 3, 3_000, 0, None)
    # 6,000 W now, 1,500 W before: as much as is known.
    assert quantities.expected(ENERGY, 0, 1_000, 1, 0) == (2_000, 1_625)
    assert quantities.expected(ENERGY, 2, 1_000, 1, 0) == ()
    first = _noted((VOLTAGE, 2, 200), (CURRENT, 2, 30))
    first.interval_milliseconds = 60_000
    assert first.expected(ENERGY, 0, 1_000, 1, 0) == (2_000, 2_000)


def test_energy_is_not_expected_after_a_long_pause_or_without_power() -> None:
    quantities = Quantities()
    quantities.interval_milliseconds = 60_000
    assert quantities.expected(ENERGY, 0, 1_000, 0, 0) == ()
    quantities.note(POWER, 0, 6_000, 0, None)
    for interval in (0, -1, 1 << 21):
        quantities.interval_milliseconds = interval
        assert quantities.expected(ENERGY, 0, 1_000, 0, 0) == ()
    quantities.interval_milliseconds = (1 << 21) - 1
    assert quantities.expected(ENERGY, 0, 1_000, 0, 0)


def test_the_rest_of_an_energy_that_its_text_leaves_out_is_remembered() -> None:
    quantities = Quantities()
    quantities.interval_milliseconds = 36_000
    quantities.note(POWER, 0, 1_040, 0, None)  # 10.4 Wh
    assert quantities.expected(ENERGY, 0, 101, 0, 0) == (111, 111)
    past = Past.first(111, 0)
    assert quantities.link(ENERGY, 111, 0, 10, past) == 400_000
    # More than half a step of the text it cannot be; much more, and it is another story.
    assert quantities.link(ENERGY, 110, 0, 9, past) == 500_000
    assert quantities.link(ENERGY, 101, 0, 0, past) == 0


def test_a_battery_gains_charge_as_it_did_before() -> None:
    quantities = Quantities()
    quantities.note(ENERGY, 0, 1_500, 0, 1_000)  # 500 Wh: 1 per 100 Wh
    past = Past.first(40, 0)
    past.link = quantities.link(CHARGE, 45, 0, 5, past)
    assert past.link == (5 << 24) // 500_000
    assert quantities.expected(CHARGE, 0, 45, 0, past.link) == (50,)


def test_a_battery_that_loses_charge_is_another_one() -> None:
    quantities = Quantities()
    quantities.note(ENERGY, 0, 1_500, 0, 1_000)
    past = Past.first(40, 0)
    past.link = 7
    assert quantities.link(CHARGE, 20, 0, -20, past) == 7
    assert Quantities().link(CHARGE, 45, 0, 5, past) == 7  # nothing was charged
