"""Faults and flapping of the connectors of a charger on OCPP 1.6."""

from typing import Final

from laconic_bench.workloads.causes import FAULT_TIME, FLAPPING
from laconic_bench.workloads.chargers_16.charger import Charger
from laconic_bench.workloads.chargers_16.connector import Connector
from laconic_bench.workloads.spells import Spells
from laconic_bench.workloads.trouble.alerts import FAULT_SECONDS
from laconic_bench.workloads.trouble.faults import draw_fault
from laconic_bench.workloads.trouble.flapping import Flapping

FAULTS_PER_DAY: Final = 5.0
FLAPPINGS_PER_DAY: Final = 1.5
"""Of each connector (assumption)."""

_USUAL_FAULT_MS: Final = 140_000


class Breakdowns16:
    """What goes wrong at one connector."""

    def __init__(self, charger: Charger, connector: Connector) -> None:
        self._charger: Final = charger
        self._connector: Final = connector
        self._spells: Final = (
            Spells(charger, FAULT_TIME, FAULTS_PER_DAY, self._break),
            Spells(charger, FLAPPING, FLAPPINGS_PER_DAY, self._flap),
        )

    def begin(self) -> None:
        """Begin after a boot."""
        for spells in self._spells:
            spells.begin()

    def _break(self) -> None:
        charger, connector = self._charger, self._connector
        if not connector.can_fail:
            return
        draws = charger.world.draws
        connector.fail(draw_fault(draws))
        fault_ms = _USUAL_FAULT_MS
        if charger.make.stamps_status:
            fault_ms = draws.delay_ms(FAULT_TIME, FAULT_SECONDS, charger.resolution_ms)
        charger.later(charger.now_ms + fault_ms, connector.recover)

    def _flap(self) -> None:
        charger, connector = self._charger, self._connector
        if not connector.can_fail:
            return
        fault = draw_fault(charger.world.draws)
        connector.fail(fault)

        def tell(is_well: bool) -> None:
            if is_well:
                connector.reports.status("Available")
            else:
                connector.reports.fault(fault)

        Flapping(charger, charger.make.stamps_status, tell, connector.recover).go_on()
