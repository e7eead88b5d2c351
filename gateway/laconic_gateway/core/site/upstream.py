"""What a site does with what its expander says: progress, epochs, downlink, failures."""

from typing import Final

from laconic_codec import signs
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.items import MessageItem
from laconic_codec.signs import Notice
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Level, Note, Topic
from laconic_gateway.core.site.budget.contents import Carried
from laconic_gateway.core.site.clock import Clock
from laconic_gateway.core.site.desk import Desk
from laconic_gateway.core.site.express import Express
from laconic_gateway.core.site.io import (
    Action,
    CarrierChanged,
    DownlinkRequest,
    ExchangeAnswered,
    ExchangeFailed,
    MoveRecords,
    RespondDownlink,
    SaveEpoch,
    TrimJournal,
)
from laconic_gateway.core.site.nat_probe import DownlinkLate, PathChanged
from laconic_gateway.core.site.offline.availability import Availability
from laconic_gateway.core.site.outbound import Outbound
from laconic_gateway.core.site.roster import Roster
from laconic_gateway.core.site.sendings import HastenFrame
from laconic_gateway.core.site.uplink import Progress, Uplink

TRIM_EVERY_RECORDS: Final = 64
"""The journal is trimmed in steps of this size: each step costs a write to flash."""

SILENCE: Final = "no answer"
"""The usual reason of an exchange that fails; it tells an operator nothing."""


class Upstream:
    """Acts on what the uplink makes of it; appends what is to be done to `actions`."""

    def __init__(
        self,
        uplink: Uplink,
        outbound: Outbound,
        roster: Roster,
        desk: Desk,
        express: Express,
        clock: Clock,
        availability: Availability,
        actions: list[Action],
        *,
        trimmed_through: int,
        found_through: int,
    ) -> None:
        self._uplink = uplink
        self._outbound = outbound
        self._roster = roster
        self._desk = desk
        self._express = express
        self._clock = clock
        self._availability = availability
        self._actions = actions
        self._trimmed_through = trimmed_through
        self._found_through: int | None = found_through
        """Where the journal ended at the start; None: the expander has confirmed it. Until then
        nothing of this process was sent, so the expander cannot know of more."""
        self._link_noted: bool | None = None
        """Whether the link was up when it was last noted; None: not noted yet."""

    def exchange_answered(self, item: ExchangeAnswered, now: Instant) -> None:
        """Take the expander's answer to a frame."""
        try:
            progress = self._uplink.receive(item.exchange, item.payload)
        except FrameError as error:
            self._refused_frame(error)
            self._begin_epoch(now, wait=True)
            return
        self._availability.link_answered(now.monotonic)
        if self._uplink.contact.link_up and not self._link_noted:
            self._link_noted = True
            self._note(Topic.LINK, "up", "the expander answers", Level.INFO)
        if progress.carried:
            self._actions.append(Carried(False, item.exchange, progress.carried))
        self._progress(progress, now)

    def downlink_request(self, item: DownlinkRequest, now: Instant) -> None:
        """Take what the expander has sent by itself, and answer it."""
        notice = signs.decode(item.payload)
        if isinstance(notice, Notice):
            late = notice is Notice.LATE_DOWNLINK
            self._uplink.contact.reachability.probed(DownlinkLate() if late else PathChanged(), now)
            return
        self._uplink.contact.asked(now)
        try:
            progress = self._uplink.receive_request(item.payload, now.monotonic)
            if progress.carried:
                carried = Carried(False, item.request, progress.carried, asked_by_peer=True)
                self._actions.append(carried)
            if self._uplink.epoch.is_open:
                self._progress(progress, now)
            if self._uplink.epoch.is_open and self._uplink.freshness.is_in_doubt:
                self._begin_epoch(now, wait=True)
        except FrameError as error:
            self._refused_frame(error)
            if self._uplink.epoch.is_open:
                self._begin_epoch(now, wait=True)
        self._actions.append(RespondDownlink(item.request, self._uplink.acknowledgement()))

    def carrier_changed(self, item: CarrierChanged, now: Instant) -> None:
        """Take note of what carries frames from now on."""
        self._uplink.contact.carried_by(item.carrier, now)

    def exchange_failed(self, item: ExchangeFailed, now: Instant) -> None:
        """Take note that a frame gets no answer."""
        epoch = self._uplink.epoch.number
        if self._uplink.fail(item.exchange, now.monotonic):
            self._availability.link_failed(now.monotonic)
            if self._link_noted is not False:
                self._note(Topic.LINK, "down", self._silent(item.reason), Level.WARNING)
                self._link_noted = False
        if self._uplink.epoch.number != epoch:
            self._actions.append(SaveEpoch(self._uplink.epoch.number))

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
        self._begin_epoch(now, wait=not restarted or not self._uplink.epoch.is_open)

    def _begin_epoch(self, now: Instant, *, wait: bool) -> None:
        self._uplink.close(now.monotonic, wait)
        self._actions.append(SaveEpoch(self._uplink.epoch.number))

    def _refused_frame(self, error: FrameError) -> None:
        fault = error.fault.name.lower()
        text = f"a frame of the expander cannot be read ({error})"
        self._note(Topic.REFUSED_FRAME, fault, text, Level.WARNING)

    def _opened(self, stored: int, unix: float, now: Instant) -> None:
        if self._is_behind(stored):
            self._begin_epoch(now, wait=True)
            return
        self._uplink.freshness.begin(self._uplink.epoch.opening_since, now.monotonic)
        back_seconds = self._clock.told(unix, self._uplink.epoch.opening_since, now)
        if back_seconds > 0:
            self._note(
                Topic.CLOCK_BACK,
                text=f"chargers were told a time that is {back_seconds:.0f} s ahead of the"
                " expander's clock; from now on they are told the expander's",
                level=Level.WARNING,
            )
        self._outbound.restart(stored, self._roster.states())
        self._express.restart()

    def _is_behind(self, stored: int) -> bool:
        """Tell whether an older copy has taken the place of the journal, and have it mended.

        Numbers that came since must not count: they may have passed those of the expander.
        """
        known = self._found_through
        reaches = self._outbound.last_sequence if known is None else known
        if stored <= reaches:
            self._found_through = None
            return False
        text = (
            f"the expander has stored messages up to {stored} of this site, the journal reached"
            f" {reaches} only: an older copy has taken its place. What was in the newer one and"
            " never sent is lost; what has come since is kept. Going on beyond."
        )
        self._note(Topic.SEQUENCE_GAP, "journal_behind", text, Level.ERROR)
        self._actions.append(MoveRecords(reaches, stored))
        return True

    def _note(
        self, topic: Topic, label: str = "", text: str = "", level: Level = Level.SILENT
    ) -> None:
        self._actions.append(Note(topic, label, text, level))
