"""What the stations of a site share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from laconic_bench.workloads.agenda import Agenda
from laconic_bench.workloads.cabinets.batteries import Batteries
from laconic_bench.workloads.calendar import Calendar
from laconic_bench.workloads.csms import Csms
from laconic_bench.workloads.draws import Draws
from laconic_bench.workloads.mains import Mains
from laconic_bench.workloads.riders import Riders
from laconic_bench.workloads.site import Site
from laconic_bench.workloads.tape import Tape

_USUAL: Final = Site()


@dataclass(frozen=True, slots=True)
class World:
    """Settings, time, chance, the mains, the people, the batteries and the CSMS of one site."""

    site: Site
    calendar: Calendar
    agenda: Agenda
    tape: Tape
    draws: Draws
    mains: Mains
    riders: Riders
    batteries: Batteries
    csms: Csms

    @classmethod
    def create(cls, seed: int, start: datetime, site: Site = _USUAL) -> "World":
        """Return a new world; `seed` decides everything in it."""
        calendar, draws = Calendar(start), Draws(seed)
        riders = Riders(draws, site.riders)
        return cls(
            site,
            calendar,
            Agenda(),
            Tape(),
            draws,
            Mains(draws, calendar),
            riders,
            Batteries(draws, site.batteries),
            Csms(draws, calendar, riders, site.heartbeat_seconds),
        )
