"""A site's desk and its chargers, with real parts behind it."""

from typing import Final

from laconic_codec.items import Bind, MessageItem, Presence
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.site.clock import Clock
from laconic_gateway.core.site.desk import Desk, DeskSettings
from laconic_gateway.core.site.epoch import Phase
from laconic_gateway.core.site.express import Express
from laconic_gateway.core.site.io import Action, ChargerText
from laconic_gateway.core.site.keeper import Keeper
from laconic_gateway.core.site.offline.availability import Availability
from laconic_gateway.core.site.offline.deputy import Deputy
from laconic_gateway.core.site.offline.facts import Facts
from laconic_gateway.core.site.offline.substitute import Substitute
from laconic_gateway.core.site.outbound import Outbound
from laconic_gateway.core.site.policy import Answering, MessageClass
from laconic_gateway.core.site.reachability import Reachability, ReachSettings
from laconic_gateway.core.site.roster import Roster
from laconic_gateway.core.site.send_queue import SendQueue
from laconic_gateway.core.site.session import Session
from laconic_gateway.core.site.uplink import Uplink

NOW: Final = Instant(100.0, 1_790_000_000.0)
PATIENCE: Final = dict(zip(MessageClass, (0.0, 2.0, 0.0, 10.0, 60.0, 300.0), strict=True))


class Room:
    """A desk with one charger of each kind before it, in an open epoch."""

    def __init__(self, version: str = "2.1") -> None:
        self.actions: list[Action] = []
        queue = SendQueue(0)
        self.uplink = Uplink(
            queue,
            epoch=3,
            reachability=Reachability(
                ReachSettings(keepalive_seconds=28.0, sign_of_life_seconds=28.0)
            ),
            random=lambda: 0.5,
            states=lambda: self.roster.states(),
        )
        self.uplink.epoch.phase = Phase.OPEN
        self.roster = Roster(
            self._announce, recreates_heartbeats=lambda _: True, preserve_ids=False
        )
        self.outbound = Outbound(0, queue, self.uplink, self.roster.bind, preserve_ids=False)
        settings = DeskSettings(
            answering={"local": Answering("local"), "relay": Answering("relay")},
            patience_seconds=PATIENCE,
        )
        keeper = Keeper(self.outbound, self.roster.session, self.actions, held_records=0)
        self.throttle = keeper.throttle
        facts = Facts({}, self.actions.append)
        self.availability = Availability()
        self.clock = Clock(facts)
        self.express = Express(self.uplink, self.roster, self.availability, preserve_ids=False)
        substitute = Substitute(
            Deputy(facts, self.availability, is_free=False),
            self.clock,
            self.roster,
            self.outbound,
            self.uplink,
            self.actions,
            self.express,
            settings.is_strict,
        )
        self.desk = Desk(
            settings,
            self.roster,
            self.outbound,
            self.uplink,
            self.actions,
            keeper,
            self.clock,
            substitute,
            self.express,
        )
        for connection, name in ((1, "local"), (2, "relay")):
            self.roster.connect(Session(connection, name, f"/{name}", version))

    def _announce(self, bind: Bind, presence: Presence) -> None:
        assert bind.channel == presence.channel

    def take(self, connection: int, text: str, now: Instant = NOW) -> list[Action]:
        """Have a charger say something; return what the desk asks for."""
        self.desk.take(ChargerText(connection, text), now)
        return self.done()

    def give(self, sequence: int, item: MessageItem, now: Instant = NOW) -> list[Action]:
        """Have the expander send an item; return what the desk asks for."""
        self.desk.give(sequence, item, now)
        return self.done()

    def save(self) -> list[Action]:
        """Have all records be on disk; return what the desk asks for."""
        for saved in self.outbound.saved(self.outbound.last_sequence):
            if saved.refused:
                self.desk.forget_refused(saved)
            elif saved.record.answered:
                self.desk.answer_saved(saved, NOW)
        return self.done()

    def depart(self) -> None:
        """Have all that is on disk leave in a frame."""
        self.save()
        queue = self.uplink.queue
        queue.take(range(len(queue.next_items())))

    def done(self) -> list[Action]:
        """Return what was asked for since the last time."""
        actions = self.actions[:]
        self.actions.clear()
        return actions
