"""Plays a trace over a carrier.

The first BootNotification of a charger and every later one means that it was switched on. Chargers
that say something else first are connected at that moment.
"""

from collections.abc import Callable, Iterator
from typing import Final

from laconic_bench.model.carrier import Carrier
from laconic_bench.model.conversation import BOOT, Conversation
from laconic_bench.model.exchanges import Exchange
from laconic_bench.model.findings import Findings
from laconic_bench.model.timeline import Timeline
from laconic_bench.units import DAY_SECONDS
from laconic_bench.virtual.schedule import Schedule

SETTLE_SECONDS: Final = 3_600.0
"""After the last message of the trace: what still waits may arrive, for so long at most."""
LOOK_SECONDS: Final = 10.0
"""How often it is looked whether something waits: what is sent meanwhile for the sake of time is
charged to a run that is over."""


class Replay:
    """The ends of all conversations of a site (`carrier.Ends`). Set `carrier` before `begin`."""

    carrier: Carrier

    def __init__(self, timeline: Timeline, exchanges: Iterator[Exchange]) -> None:
        self.findings: Final = Findings()
        self._timeline = timeline
        self._exchanges = exchanges
        self._is_reading = True
        """There is more of the trace."""
        self._conversations: dict[str, Conversation] = {}
        self.at_csms: set[str] = set()
        """Chargers that the CSMS believes to be connected."""

    def begin(self) -> None:
        """Have everything of the trace happen in its time."""
        self._next()

    def finish(self) -> None:
        """See what has not arrived."""
        self.carrier.finish()
        for conversation in self._conversations.values():
            conversation.finish()

    def waits_since(self, seconds: float) -> bool:
        """Tell whether something that a charger was to say before then has not arrived."""
        return any(one.waits_since(seconds) for one in self._conversations.values())

    @property
    def is_busy(self) -> bool:
        """Tell whether something is to be said, is under way, or has no answer."""
        return self._is_reading or any(one.is_busy for one in self._conversations.values())

    def opened(self, identity: str) -> None:
        """See `Ends`."""
        self._conversations[identity].opened()

    def closed(self, identity: str) -> None:
        """See `Ends`."""
        self._conversations[identity].closed()

    def csms_opened(self, identity: str) -> None:
        """See `Ends`."""
        self.at_csms.add(identity)
        self._conversations[identity].csms_opened()

    def csms_closed(self, identity: str) -> None:
        """See `Ends`."""
        self.at_csms.discard(identity)
        self._conversations[identity].csms_closed()

    def charger_hears(self, identity: str, text: str) -> None:
        """See `Ends`."""
        self._conversations[identity].charger_hears(text)

    def altered(self) -> None:
        """See `Ends`."""
        self.findings.payload_mismatches += 1

    def csms_hears(self, identity: str, text: str) -> None:
        """See `Ends`."""
        self._conversations[identity].csms_hears(text)

    def _next(self) -> None:
        """Have the next exchange of the trace begin in its time."""
        found = next(self._exchanges, None)
        self._is_reading = found is not None
        if found is not None:
            self._timeline.at(found.at_seconds, lambda: self._begin(found))

    def _begin(self, exchange: Exchange) -> None:
        identity = exchange.identity
        conversation = self._conversations.get(identity)
        if conversation is None:
            conversation = self._conversations[identity] = Conversation(
                identity, self._timeline, self.carrier, self.findings
            )
            if exchange.message.action != BOOT:
                self.carrier.open(identity, exchange.version)
        conversation.add(exchange)
        self._next()


def play_out(
    replay: Replay,
    schedule: Schedule,
    until_seconds: float,
    on_day: Callable[[float], None] = lambda day: None,
) -> None:
    """Play everything in virtual time; then wait for what is under way.

    The time of the schedule says afterwards how long it took. `on_day` is told the number of each
    day that is over.
    """
    replay.begin()
    day = 0
    while (day + 1) * DAY_SECONDS < until_seconds:
        day += 1
        schedule.run(day * DAY_SECONDS)
        on_day(day)
    schedule.run(until_seconds)
    while replay.is_busy and schedule.now < until_seconds + SETTLE_SECONDS:
        schedule.run(schedule.now + LOOK_SECONDS)
    replay.finish()
