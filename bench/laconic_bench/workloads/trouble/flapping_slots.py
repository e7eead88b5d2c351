"""Slots of a swap cabinet of which a contact flaps."""

from typing import Final

from laconic_bench.workloads.cabinets.cabinet import SLOTS, Cabinet
from laconic_bench.workloads.causes import FLAPPING
from laconic_bench.workloads.spells import Spells
from laconic_bench.workloads.trouble.flapping import Flapping


class FlappingSlots:
    """Makes slots of a cabinet flap, so many a day on average; swaps go on."""

    def __init__(self, cabinet: Cabinet, per_day: float) -> None:
        self._cabinet: Final = cabinet
        self._spells: Final = Spells(cabinet, FLAPPING, per_day, self._flap)

    def begin(self) -> None:
        """Begin after a boot."""
        self._spells.begin()

    def _flap(self) -> None:
        cabinet = self._cabinet
        slot = cabinet.slots[cabinet.world.draws.below(FLAPPING, SLOTS)]

        def tell(is_well: bool) -> None:
            cabinet.tell_states([slot], None if is_well else "Faulted")

        tell(False)
        Flapping(cabinet, True, tell, lambda: tell(True)).go_on()
