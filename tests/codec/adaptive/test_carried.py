"""What goes on from one kind of message to another, and what does not."""

from laconic_codec.adaptive.carried import Carried
from laconic_codec.adaptive.quantities import CHARGE, ENERGY, VOLTAGE
from laconic_codec.adaptive.records import Records
from laconic_codec.adaptive.situation import Situation
from laconic_codec.adaptive.slots import Slot
from laconic_codec.adaptive.tokens import MAGNITUDE_MAX, NUMBER

CHARGER, OTHER_CHARGER = 1_000, 2_000


def _slot(role: int, phase: int = 0, kilo: int = 0) -> Slot:
    slot = Slot(NUMBER, 5)
    slot.role, slot.phase, slot.kilo = role, phase, kilo
    return slot


def _at(entity: int, charger: int = CHARGER) -> Situation:
    around = Situation(0, 1, 77)
    around.entity, around.whole = entity, charger
    return around


def test_a_register_is_known_in_each_unit_and_with_any_decimals() -> None:
    carried = Carried(Records())
    carried.keep(_slot(ENERGY, kilo=3), (12_345, 2), _at(1))  # 123.45 kWh
    assert carried.mantissa(_slot(ENERGY), 0, _at(1)) == 123_450
    assert carried.mantissa(_slot(ENERGY), 1, _at(1)) == 1_234_500
    assert carried.mantissa(_slot(ENERGY, kilo=3), -3, _at(1)) == 123
    assert carried.mantissa(_slot(ENERGY), 7, _at(1)) is None


def test_a_connector_has_its_own_and_else_the_last_of_its_charger() -> None:
    carried = Carried(Records())
    carried.keep(_slot(CHARGE), (50, 0), _at(1))
    carried.keep(_slot(CHARGE), (60, 0), _at(2))
    assert carried.mantissa(_slot(CHARGE), 0, _at(1)) == 50
    assert carried.mantissa(_slot(CHARGE), 0, _at(3)) == 60
    assert carried.mantissa(_slot(CHARGE), 0, _at(4, OTHER_CHARGER)) is None
    assert carried.mantissa(_slot(ENERGY), 0, _at(1)) is None


def test_phases_other_quantities_and_what_is_too_large_are_not_kept() -> None:
    carried = Carried(Records())
    carried.keep(_slot(VOLTAGE), (230, 0), _at(1))
    carried.keep(_slot(ENERGY, phase=1), (1_000, 0), _at(1))
    carried.keep(_slot(ENERGY), (MAGNITUDE_MAX - 1, 0), _at(1))
    for slot in (_slot(VOLTAGE), _slot(ENERGY, phase=1), _slot(ENERGY)):
        assert carried.mantissa(slot, 0, _at(1)) is None
