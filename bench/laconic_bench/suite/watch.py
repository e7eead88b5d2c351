"""Makes the events of a run happen, and measures how long an outage is felt."""

from typing import Final

from laconic_bench.model.carrier import Carrier
from laconic_bench.model.link import ModelLink
from laconic_bench.model.replay import Replay
from laconic_bench.suite.events import Events, Outage
from laconic_bench.virtual.schedule import Schedule

LOOK_SECONDS: Final = 1.0
"""How often it is looked whether something of an outage still waits."""


class Watch:
    """Breaks the link and mends it."""

    def __init__(
        self,
        schedule: Schedule,
        link: ModelLink,
        replay: Replay,
        carrier: Carrier,
        events: Events,
    ) -> None:
        self._schedule = schedule
        self._link = link
        self._replay = replay
        self._recoveries: list[float] = []
        for outage in events.outages:
            schedule.at(outage.begin_seconds, self._break)
            schedule.at(outage.end_seconds, lambda outage=outage: self._mend(outage))  # type: ignore[misc]
        for at_seconds in events.address_changes_seconds:
            schedule.at(at_seconds, carrier.move)

    @property
    def recovery_seconds(self) -> float | None:
        """Return the longest time from the end of an outage until nothing of it waited any more.

        None: there was no outage, or something waits until the end, and is lost.
        """
        return max(self._recoveries, default=None)

    def _break(self) -> None:
        self._link.is_down = True

    def _mend(self, outage: Outage) -> None:
        self._link.is_down = False
        self._look(outage)

    def _look(self, outage: Outage) -> None:
        if self._replay.waits_since(outage.end_seconds):
            self._schedule.after(LOOK_SECONDS, lambda: self._look(outage))
        else:
            self._recoveries.append(self._schedule.now - outage.end_seconds)
