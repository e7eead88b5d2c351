"""The site gateway's core: chargers on one side, the expander on the other, the journal between.

A message of a charger goes: text -> session -> journal -> (durable) -> answered here, or queued
for the expander -> frame. A message of the expander goes: frame -> session -> charger.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from laconic_codec import signs
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.items import Bind, MessageItem, Presence
from laconic_codec.signs import Notice
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Level, Note, Topic
from laconic_gateway.core.site.budget.contents import Carried
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
    RespondDownlink,
    RungChanged,
    SaveEpoch,
    TrimJournal,
)
from laconic_gateway.core.site.keeper import Keeper
from laconic_gateway.core.site.nat_probe import (
    DownlinkLate,
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
from laconic_gateway.core.site.sendings import HastenFrame
from laconic_gateway.core.site.session import Session
from laconic_gateway.core.site.uplink import Phase, Progress, Uplink

TRIM_EVERY_RECORDS: Final = 64
"""The journal is trimmed in steps of this size: each step costs a write to flash."""

CONNECT_PATIENCE_SECONDS: Final = 0.2
"""A charger that has just connected says something at once; its presence travels along."""

SILENCE: Final = "no answer"
"""The usual reason of an exchange that fails; it tells an operator nothing."""

STRICT_SECONDS: Final = 120.0
"""After so long without the CSMS, a charger that is to be told of it loses its connection (D1)."""


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What the core needs of the configuration."""

    desk: DeskSettings
    preserve_ids: bool
    reach: ReachSettings = field(default_factory=ReachSettings)

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
        self._trimmed_through = trimmed_through
        self._closed: set[int] = set()
        """Connections that are being closed."""
        self._is_shut = False
        self._actions: list[Action] = []
        self._deadline: float | None = None
        self._link_noted: bool | None = None
        """Whether the link was up when it was last noted; None: not noted yet."""
        queue = SendQueue(trimmed_through)
        self._reachability = Reachability(settings.reach, nat)
        self._uplink = Uplink(
            queue,
            epoch=epoch,
            reachability=self._reachability,
            random=random,
            states=lambda: self._roster.states(),
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
        return self._uplink.link_up

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
                self._exchange_answered(item, now)
            case DownlinkRequest():
                self._downlink_request(item, now)
            case ChargerConnected():
                self._charger_connected(item, now)
            case ChargerClosed():
                self._charger_closed(item.connection, now)
            case ExchangeFailed():
                self._exchange_failed(item, now)
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
                self._carrier_changed(item, now)
        return self._finish(now)

    def handle_timer(self, now: Instant) -> list[Action]:
        """Do what is due."""
        return self._finish(now)

    def timer(self) -> float | None:
        """Return when `handle_timer` wants to be called, on the monotonic clock."""
        times = [self._deadline, self._uplink.timer(), self._desk.timer()]
        times.append(self._reachability.timer())
        times.append(self._strict_at())
        return min((time for time in times if time is not None), default=None)

    def _finish(self, now: Instant) -> list[Action]:
        if self._deadline is not None and now.monotonic >= self._deadline:
            self._deadline = None
            self._uplink.flush()
        self._desk.handle_timer(now)
        self._shut_out(now)
        read = self._outbound.read_more()
        if read is not None:
            self._actions.append(read)
        self._actions += self._uplink.outgoing(now.monotonic)
        is_open = self._uplink.link_up and self._uplink.phase is Phase.OPEN
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
        self._want_by(now.monotonic + CONNECT_PATIENCE_SECONDS)

    def _announce(self, bind: Bind, presence: Presence) -> None:
        self._outbound.announce(bind, presence)

    def _charger_closed(self, connection: int, now: Instant) -> None:
        session = self._roster.session(connection)
        self._closed.discard(connection)
        if self._roster.disconnect(connection):
            assert session is not None
            self._reachability.activity.left(session.identity)
            self._want_by(now.monotonic)

    def _records_durable(self, through: int, now: Instant) -> None:
        for saved in self._outbound.saved(through):
            if saved.refused:
                self._desk.forget_refused(saved)
            else:
                self._substitute.saved(saved)
                if saved.record.answered:
                    self._desk.answer_saved(saved, now)
            self._want_by(saved.deadline)

    # --- expander

    def _exchange_answered(self, item: ExchangeAnswered, now: Instant) -> None:
        try:
            progress = self._uplink.receive(item.exchange, item.payload)
        except FrameError as error:
            self._refused_frame(error)
            self._begin_epoch(now, wait=True)
            return
        self._availability.link_answered(now.monotonic)
        if self._uplink.link_up and not self._link_noted:
            self._link_noted = True
            self._note(Topic.LINK, "up", "the expander answers", Level.INFO)
        if progress.carried:
            self._actions.append(Carried(False, item.exchange, progress.carried))
        self._progress(progress, now)

    def _downlink_request(self, item: DownlinkRequest, now: Instant) -> None:
        notice = signs.decode(item.payload)
        if isinstance(notice, Notice):
            late = notice is Notice.LATE_DOWNLINK
            self._reachability.probed(DownlinkLate() if late else PathChanged(), now)
            return
        self._uplink.note_sent(now.monotonic)
        try:
            progress = self._uplink.receive_request(item.payload, now.monotonic)
            if progress.carried:
                carried = Carried(False, item.request, progress.carried, asked_by_peer=True)
                self._actions.append(carried)
            if self._uplink.phase is Phase.OPEN:
                self._progress(progress, now)
            if self._uplink.phase is Phase.OPEN and self._uplink.freshness.is_in_doubt:
                self._begin_epoch(now, wait=True)
        except FrameError as error:
            self._refused_frame(error)
            if self._uplink.phase is Phase.OPEN:
                self._begin_epoch(now, wait=True)
        self._actions.append(RespondDownlink(item.request, self._uplink.acknowledgement()))

    def _carrier_changed(self, item: CarrierChanged, now: Instant) -> None:
        self._reachability.carried_by(item.carrier, now)
        self._uplink.carried_by(item.carrier, now.monotonic)

    def _exchange_failed(self, item: ExchangeFailed, now: Instant) -> None:
        epoch = self._uplink.epoch
        if self._uplink.fail(item.exchange, now.monotonic):
            self._availability.link_failed(now.monotonic)
            if self._link_noted is not False:
                self._note(Topic.LINK, "down", self._silent(item.reason), Level.WARNING)
                self._link_noted = False
        if self._uplink.epoch != epoch:
            self._actions.append(SaveEpoch(self._uplink.epoch))

    def _silent(self, reason: str) -> str:
        why = "" if reason == SILENCE else f" ({reason})"
        if self._link_noted:
            return (
                f"the expander does not answer any more{why}; messages are kept and sent when it"
                " is back"
            )
        return (
            f"the expander does not answer since the start{why}; check that it runs, that its"
            " port is open, and that both key folders show the same fingerprint"
            " (laconic keys show)"
        )

    def _progress(self, progress: Progress, now: Instant) -> None:
        if progress.refused is not None:
            self._refused(progress, now)
        elif progress.opened is not None:
            self._opened(progress.opened.stored, progress.opened.unix_milliseconds / 1000, now)
        self._actions += [HastenFrame(exchange) for exchange in progress.overdue]
        for sequence, item in progress.items:
            is_late = self._uplink.freshness.is_late(sequence, item, now.monotonic)
            if isinstance(item, MessageItem):
                self._desk.give(sequence, item, now, is_late=is_late)
        at_expander = self._uplink.queue.stored - self._uplink.delivered
        backlog = at_expander + self._outbound.backlog + self._uplink.queue.backlog
        self._availability.progress(self._uplink.delivered, backlog, now.monotonic)
        if self._uplink.delivered - self._trimmed_through >= TRIM_EVERY_RECORDS:
            self._trimmed_through = self._uplink.delivered
            self._actions.append(TrimJournal(self._trimmed_through))

    def _refused(self, progress: Progress, now: Instant) -> None:
        assert progress.refused is not None
        fault = progress.refused.name.lower()
        # An expander that was restarted knows no epoch; everything else is not mended by haste.
        restarted = progress.refused is FrameFault.UNKNOWN_EPOCH
        text = (
            "the expander was restarted; sending again what it may not have"
            if restarted
            else f"the expander refused a frame ({fault}); beginning a new epoch"
        )
        self._note(Topic.REFUSED_FRAME, fault, text, Level.INFO)
        self._begin_epoch(now, wait=not restarted or self._uplink.phase is not Phase.OPEN)

    def _begin_epoch(self, now: Instant, *, wait: bool) -> None:
        self._uplink.close(now.monotonic, wait)
        self._actions.append(SaveEpoch(self._uplink.epoch))

    def _refused_frame(self, error: FrameError) -> None:
        fault = error.fault.name.lower()
        text = f"a frame of the expander cannot be read ({error})"
        self._note(Topic.REFUSED_FRAME, fault, text, Level.WARNING)

    def _opened(self, stored: int, unix: float, now: Instant) -> None:
        if stored > self._outbound.last_sequence:
            self._note(
                Topic.SEQUENCE_GAP,
                "journal_behind",
                f"the expander has stored messages up to {stored} of this site, the journal"
                f" reaches {self._outbound.last_sequence} only: it was replaced by an older one."
                " Move the journal away and start again; a new one begins beyond.",
                Level.ERROR,
            )
            self._begin_epoch(now, wait=True)
            return
        self._uplink.freshness.begin(self._uplink.opening_since, now.monotonic)
        back_seconds = self._clock.told(unix, self._uplink.opening_since, now)
        if back_seconds > 0:
            self._note(
                Topic.CLOCK_BACK,
                text=f"chargers were told a time that is {back_seconds:.0f} s ahead of the"
                " expander's clock; from now on they are told the expander's",
                level=Level.WARNING,
            )
        self._outbound.restart(stored, self._roster.states())
        self._express.restart()

    # --- small things

    def _want_by(self, deadline: float) -> None:
        self._deadline = deadline if self._deadline is None else min(self._deadline, deadline)

    def _note(
        self, topic: Topic, label: str = "", text: str = "", level: Level = Level.SILENT
    ) -> None:
        self._actions.append(Note(topic, label, text, level))
