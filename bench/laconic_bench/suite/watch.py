"""Makes the events of a run happen, and measures how long an outage is felt."""

from typing import Final

from laconic_bench.model.carrier import Carrier
from laconic_bench.model.link import ModelLink
from laconic_bench.model.replay import Replay
from laconic_bench.suite.events import Events, Outage
from laconic_bench.virtual.schedule import Schedule

LOOK_SECONDS: Final = 1.0
"""How often it is looked whether an outage is noticed, and whether something of it still waits."""


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
        self._detections: list[float] = []
        self._recoveries: list[float] = []
        for outage in events.outages:
            schedule.at(outage.begin_seconds, lambda outage=outage: self._break(outage))  # type: ignore[misc]
            schedule.at(outage.end_seconds, lambda outage=outage: self._mend(outage))  # type: ignore[misc]
        for at_seconds in events.address_changes_seconds:
            schedule.at(at_seconds, carrier.move)

    @property
    def detection_seconds(self) -> float | None:
        """Return the longest time from the beginning of an outage until the CSMS knew of it.

        It knows when the connection of a charger is closed. None: nobody noticed an outage.
        """
        return max(self._detections, default=None)

    @property
    def recovery_seconds(self) -> float | None:
        """Return the longest time from the end of an outage until nothing of it waited any more.

        None: there was no outage, or something waits until the end, and is lost.
        """
        return max(self._recoveries, default=None)

    def _break(self, outage: Outage) -> None:
        self._link.is_down = True
        self._notice(outage, frozenset(self._replay.at_csms))

    def _notice(self, outage: Outage, connected: frozenset[str]) -> None:
        """Look whether one of those that were connected is not any more, until it is over."""
        if connected - self._replay.at_csms:
            self._detections.append(self._schedule.now - outage.begin_seconds)
        elif self._schedule.now < outage.end_seconds:
            self._schedule.after(LOOK_SECONDS, lambda: self._notice(outage, connected))

    def _mend(self, outage: Outage) -> None:
        self._link.is_down = False
        self._look(outage)

    def _look(self, outage: Outage) -> None:
        if self._replay.waits_since(outage.end_seconds):
            self._schedule.after(LOOK_SECONDS, lambda: self._look(outage))
        else:
            self._recoveries.append(self._schedule.now - outage.end_seconds)
