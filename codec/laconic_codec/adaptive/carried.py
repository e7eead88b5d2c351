"""Quantities that go on from one kind of message to another: registers and states of charge.

`meterStop` goes on from the last reading, the next `meterStart` from `meterStop`.
"""

from typing import Final

from laconic_codec.adaptive.hashing import step
from laconic_codec.adaptive.quantities import CHARGE, ENERGY, MICRO_DECIMALS, at, micro_of
from laconic_codec.adaptive.records import Records
from laconic_codec.adaptive.situation import Situation
from laconic_codec.adaptive.slots import Slot

_ROLES: Final = frozenset((ENERGY, CHARGE))
_SALT: Final = 100


class Carried:
    """The last quantity of each entity and of each charger, in millionths."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def keep(self, slot: Slot, value: tuple[int, int], around: Situation) -> None:
        """Keep the value of a slot (mantissa and decimals) for slots of other classes."""
        if slot.role in _ROLES and not slot.phase:
            micro = micro_of(value[0], value[1] - slot.kilo)
            if micro is not None:
                for whose in (around.entity, around.whole):
                    self._records.write_single(step(whose, _SALT + slot.role), around.stamp, micro)

    def mantissa(self, slot: Slot, decimals: int, around: Situation) -> int | None:
        """Return what was kept, at some decimals; None: nothing."""
        if slot.role not in _ROLES or slot.phase or decimals > MICRO_DECIMALS:
            return None
        row = self._records.find(step(around.entity, _SALT + slot.role))
        if row < 0:
            row = self._records.find(step(around.whole, _SALT + slot.role))
        return at(self._records.long(row), decimals) if row >= 0 else None
