"""The site gateway's core: chargers on one side, the expander on the other, the journal between.

A message of a charger goes: text -> session -> journal -> (durable) -> answered here, or queued
for the expander -> frame. A message of the expander goes: frame -> session -> charger.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from laconic_codec.encoder import ALL_CODINGS
from laconic_codec.frame import Coding
from laconic_codec.items import Bind, Presence
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Level, Note, Topic
from laconic_gateway.core.site.clock import Clock
from laconic_gateway.core.site.desk import Desk, DeskSettings
from laconic_gateway.core.site.express import Express
from laconic_gateway.core.site.io import (
    Action,
    CarrierChanged,
    ChargerClosed,
    ChargerConnected,
    ChargerText,
    CloseCharger,
    DownlinkRequest,
    ExchangeAnswered,
    ExchangeFailed,
    HeldPage,
    Input,
    JournalPage,
    RecordKept,
    RecordsDurable,
    RecordsRefused,
    RungChanged,
)
from laconic_gateway.core.site.keeper import Keeper
from laconic_gateway.core.site.nat_probe import (
    NatState,
    PathChanged,
    ProbeAnswered,
    ProbeFailed,
)
from laconic_gateway.core.site.offline.availability import Availability
from laconic_gateway.core.site.offline.deputy import Deputy
from laconic_gateway.core.site.offline.facts import Facts
from laconic_gateway.core.site.offline.substitute import Substitute
from laconic_gateway.core.site.outbound import Outbound
from laconic_gateway.core.site.policy import MessageClass
from laconic_gateway.core.site.reachability import Reachability, ReachSettings
from laconic_gateway.core.site.roster import Roster
from laconic_gateway.core.site.send_queue import SendQueue
from laconic_gateway.core.site.session import Session
from laconic_gateway.core.site.uplink import Uplink
from laconic_gateway.core.site.upstream import Upstream
from laconic_gateway.core.site.waiting import Waiting

CONNECT_PATIENCE_SECONDS: Final = 0.2
"""A charger that has just connected says something at once; its presence travels along."""

STRICT_SECONDS: Final = 120.0
"""After so long without the CSMS, a charger that is to be told of it loses its connection (D1)."""


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What the core needs of the configuration."""

    desk: DeskSettings
    preserve_ids: bool
    reach: ReachSettings = field(default_factory=ReachSettings)
    codings: Coding = ALL_CODINGS
    """Of frames, if the expander speaks them too."""

    def recreates_heartbeats(self, identity: str) -> bool:
        """Tell whether the expander makes the heartbeats of a charger."""
        answering = self.desk.answering.get(identity)
        return answering is not None and answering.answers == "local"


class Site:
    """Decides everything that a site does. Feed inputs, carry out the actions that come back."""

    def __init__(
        self,
        settings: SiteSettings,
        *,
        epoch: int,
        last_sequence: int,
        trimmed_through: int,
        random: Callable[[], float],
        held_records: int = 0,
        nat: NatState | None = None,
        facts: Mapping[str, str] | None = None,
        boot: str = "",
    ) -> None:
        """`held_records` is how many are held for lack of budget; `nat` is what was measured
        before on this SIM; `facts` is what `KeepFact` had written down; `boot` names the start of
        the machine, on whose monotonic clock all processes agree."""
        self._closed: set[int] = set()
        """Connections that are being closed."""
        self._is_shut = False
        self._actions: list[Action] = []
        self._waiting = Waiting()
        queue = SendQueue(trimmed_through)
        self._reachability = Reachability(settings.reach, nat)
        self._uplink = Uplink(
            queue,
            epoch=epoch,
            reachability=self._reachability,
            random=random,
            states=lambda: self._roster.states(),
            codings=settings.codings,
        )
        self._roster = Roster(
            self._announce,
            recreates_heartbeats=settings.recreates_heartbeats,
            preserve_ids=settings.preserve_ids,
        )
        self._outbound = Outbound(
            last_sequence,
            queue,
            self._uplink,
            self._roster.bind,
            preserve_ids=settings.preserve_ids,
        )
        self._keeper = Keeper(
            self._outbound, self._roster.session, self._actions, held_records=held_records
        )
        self._held_patience_seconds = settings.desk.patience_seconds[MessageClass.BACKGROUND]
        known = Facts(facts or {}, self._actions.append)
        self._clock = Clock(known, boot)
        self._availability = Availability()
        self._express = Express(
            self._uplink,
            self._roster,
            self._availability,
            preserve_ids=settings.preserve_ids,
        )
        self._substitute = Substitute(
            Deputy(known, self._availability, is_free=settings.desk.is_free_while_offline),
            self._clock,
            self._roster,
            self._outbound,
            self._uplink,
            self._actions,
            self._express,
            settings.desk.is_strict,
        )
        self._is_strict = settings.desk.is_strict
        self._desk = Desk(
            settings.desk,
            self._roster,
            self._outbound,
            self._uplink,
            self._actions,
            self._keeper,
            self._clock,
            self._substitute,
            self._express,
        )
        self._upstream = Upstream(
            self._uplink,
            self._outbound,
            self._roster,
            self._desk,
            self._express,
            self._clock,
            self._availability,
            self._actions,
            trimmed_through=trimmed_through,
            found_through=last_sequence,
        )

    @property
    def expects_answers(self) -> bool:
        """Tell whether frames are on their way whose answers will probably come soon."""
        return self._uplink.expects_answers

    @property
    def undelivered(self) -> int:
        """Return how many messages the CSMS has not taken yet."""
        return self._outbound.last_sequence - self._uplink.delivered

    @property
    def link_up(self) -> bool:
        """Tell whether the last exchange with the expander succeeded."""
        return self._uplink.contact.link_up

    @property
    def keepalive_seconds(self) -> float:
        """Return how far apart keepalives are while the path is kept open."""
        return self._reachability.interval_seconds

    @property
    def nat_proven_seconds(self) -> int:
        """Return the longest silence after which the NAT still let something in; 0: unknown."""
        return self._reachability.proven_seconds

    def receive(self, item: Input, now: Instant) -> list[Action]:
        """Take one input; return what is to be done, in order."""
        match item:
            case ChargerText():
                self._desk.take(item, now)
            case RecordsDurable():
                self._records_durable(item.through, now)
            case RecordsRefused():
                self._outbound.refuse(item.sequences)
            case ExchangeAnswered():
                self._upstream.exchange_answered(item, now)
            case DownlinkRequest():
                self._upstream.downlink_request(item, now)
            case ChargerConnected():
                self._charger_connected(item, now)
            case ChargerClosed():
                self._charger_closed(item.connection, now)
            case ExchangeFailed():
                self._upstream.exchange_failed(item, now)
            case JournalPage():
                self._outbound.page(item.records)
                self._uplink.flush()
            case RecordKept():
                self._keeper.kept(item.token)
            case RungChanged():
                self._keeper.set_rung(item.rung)
            case HeldPage():
                self._keeper.release(item.records, now, self._held_patience_seconds)
            case ProbeAnswered() | ProbeFailed() | PathChanged():
                self._reachability.probed(item, now)
            case CarrierChanged():
                self._upstream.carrier_changed(item, now)
        return self._finish(now)

    def handle_timer(self, now: Instant) -> list[Action]:
        """Do what is due."""
        return self._finish(now)

    def timer(self) -> float | None:
        """Return when `handle_timer` wants to be called, on the monotonic clock."""
        times = [self._waiting.deadline, self._uplink.timer(), self._desk.timer()]
        times.append(self._reachability.timer())
        times.append(self._strict_at())
        return min((time for time in times if time is not None), default=None)

    def _finish(self, now: Instant) -> list[Action]:
        keepalive_due = self._uplink.keepalive_due(now.monotonic)
        if self._waiting.take_due(now.monotonic, keepalive_due=keepalive_due):
            self._uplink.flush()
        self._desk.handle_timer(now)
        self._shut_out(now)
        read = self._outbound.read_more()
        if read is not None:
            self._actions.append(read)
        self._actions += self._uplink.outgoing(now.monotonic)
        is_open = self._uplink.contact.link_up and self._uplink.epoch.is_open
        self._reachability.link(is_open, now)
        self._actions += self._reachability.probes(now)
        for _ in range(self._outbound.take_escapes()):
            self._note(Topic.ESCAPE)
        actions = self._actions[:]
        self._actions.clear()
        return actions

    # --- chargers

    def _strict_at(self) -> float | None:
        """Return when chargers are to lose their connection because the CSMS is away."""
        since = self._availability.offline_since
        return None if since is None or self._is_shut else since + STRICT_SECONDS

    def _shut_out(self, now: Instant) -> None:
        """Let chargers that are to know of an outage know of it, once for each."""
        since = self._availability.offline_since
        self._is_shut = since is not None and now.monotonic >= since + STRICT_SECONDS
        if not self._is_shut:
            return
        for session in self._roster.sessions():
            if self._is_strict(session.identity) and session.connection not in self._closed:
                self._closed.add(session.connection)
                reason = "the CSMS cannot be reached"
                self._actions.append(CloseCharger(session.connection, reason))

    def _charger_connected(self, item: ChargerConnected, now: Instant) -> None:
        session = Session(item.connection, item.identity, item.path, item.version)
        self._roster.connect(session)
        self._keeper.throttle.connected(item.identity)
        self._waiting.want_by(now.monotonic + CONNECT_PATIENCE_SECONDS, now.monotonic)

    def _announce(self, bind: Bind, presence: Presence) -> None:
        self._outbound.announce(bind, presence)

    def _charger_closed(self, connection: int, now: Instant) -> None:
        session = self._roster.session(connection)
        self._closed.discard(connection)
        if self._roster.disconnect(connection):
            assert session is not None
            self._reachability.activity.left(session.identity)
            self._waiting.want_by(now.monotonic, now.monotonic)

    def _records_durable(self, through: int, now: Instant) -> None:
        for saved in self._outbound.saved(through):
            if saved.refused:
                self._desk.forget_refused(saved)
            else:
                self._substitute.saved(saved)
                if saved.record.answered:
                    self._desk.answer_saved(saved, now)
            self._waiting.want_by(saved.deadline, now.monotonic)

    # --- small things

    def _note(
        self, topic: Topic, label: str = "", text: str = "", level: Level = Level.SILENT
    ) -> None:
        self._actions.append(Note(topic, label, text, level))
