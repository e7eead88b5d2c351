"""The expander's core: sites on one side, the CSMS on the other, the outbox between.

A message of a charger goes: frame -> association -> outbox -> (stored) -> lane -> CSMS. An answer
or a CALL of the CSMS goes: lane -> association -> frame.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from laconic_codec import signs
from laconic_codec.errors import FrameError, FrameFault, MessageError
from laconic_codec.frame import Batch, Direction, Fragment, Open, decode, encode_refused
from laconic_codec.items import Bind, MessageItem, Presence
from laconic_codec.messages import Call, CallResultError, Send
from laconic_codec.signs import Notice, Reach
from laconic_gateway.core.deadlines import Deadlines
from laconic_gateway.core.expander.arrival import Arrival
from laconic_gateway.core.expander.association import Association, SentDown
from laconic_gateway.core.expander.csms_policy import DEFAULT_POLICY, CsmsPolicy
from laconic_gateway.core.expander.io import (
    AbandonSite,
    Action,
    CsmsClosed,
    CsmsFailed,
    CsmsOpened,
    CsmsText,
    DeliveredThrough,
    DownlinkAnswered,
    DownlinkFailed,
    HastenSite,
    Input,
    Key,
    NotifySite,
    OutboxPage,
    RecordDone,
    RecordsStored,
    RequestSite,
    ResetStored,
    RespondSite,
    SiteMoved,
    SiteRequest,
    StoreRecords,
    TakenBack,
)
from laconic_gateway.core.expander.kept import Kept
from laconic_gateway.core.expander.lanes import Lanes
from laconic_gateway.core.expander.reach import SiteReach
from laconic_gateway.core.expander.to_site import ToSite, Withdraw
from laconic_gateway.core.identity import identity_of
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Level, Note, Topic


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What the core needs to know of one site."""

    lease_seconds: float
    chargers: frozenset[str]
    """Identities that this site may speak for."""
    stored: int
    """Absolute sequence number of the last message in the outbox."""
    delivered: int
    backlog: tuple[str, ...] = ()
    """Chargers with messages in the outbox."""
    kept: Mapping[str, tuple[Kept, ...]] = field(default_factory=dict[str, tuple[Kept, ...]])
    """What was kept of chargers, by identity."""


class Expander:
    """Decides everything that an expander does. Feed inputs, carry out the actions."""

    def __init__(
        self,
        sites: Mapping[str, SiteSettings],
        *,
        random: Callable[[], float],
        new_id: Callable[[], str],
        policy: CsmsPolicy = DEFAULT_POLICY,
    ) -> None:
        """Begin with what is on disk."""
        self._settings = sites
        self._sites: dict[str, Association] = {}
        self._reaches: dict[str, SiteReach] = {}
        self._located: set[str] = set()
        """Sites whose address was known before."""
        self._touched_sites: dict[str, None] = {}  # as a set, in a certain order
        self._site_deadlines = Deadlines[str]()
        self._exchange = 0
        self._actions: list[Action] = []
        self._lanes = Lanes(
            {name: settings.chargers for name, settings in sites.items()},
            random=random,
            new_id=new_id,
            note=lambda note: self._actions.append(note),
            policy=policy,
            kept={
                (name, identity): kept
                for name, settings in sites.items()
                for identity, kept in settings.kept.items()
            },
            lease_seconds={name: settings.lease_seconds for name, settings in sites.items()},
        )
        for name, settings in sites.items():
            self._sites[name] = Association(
                name,
                stored=settings.stored,
                delivered=settings.delivered,
                dispatched=settings.stored,
            )
            self._reaches[name] = SiteReach(settings.lease_seconds)
            self._touched_sites[name] = None
            for identity in settings.backlog:
                lane = self._lanes.of((name, identity))
                if lane is not None:
                    lane.queue.add_backlog()

    @property
    def backlog(self) -> int:
        """Return how many stored messages the CSMS has not taken."""
        return sum(site.backlog for site in self._sites.values())

    @property
    def present(self) -> int:
        """Return how many chargers are connected at sites that are alive."""
        return self._lanes.present

    @property
    def alive(self) -> int:
        """Return how many sites have given a sign of life within their lease."""
        return sum(site.alive for site in self._sites.values())

    def receive(self, item: Input, now: Instant) -> list[Action]:
        """Take one input; return what is to be done, in order."""
        match item:
            case SiteRequest():
                self._site_request(item, now)
            case CsmsText():
                self._csms_text(item, now)
            case RecordsStored():
                site = self._site(item.site)
                site.stored = max(site.stored, item.through)
                self._dispatch(site, now)
                if site.opening is not None and site.is_settled:
                    self._open(site, *site.opening, now)
            case RecordDone():
                self._lanes.existing(item.key).queue.confirm(item.sequence)
            case DeliveredThrough():
                site = self._site(item.site)
                site.delivered = max(site.delivered, item.through)
            case DownlinkAnswered():
                self._downlink_answered(item, now)
            case DownlinkFailed():
                self._downlink_failed(item, now)
            case SiteMoved():
                self._site_moved(item.site)
            case OutboxPage():
                self._lanes.existing(item.key).queue.add_page(item.records)
            case TakenBack():
                if (lane := self._lanes.of(item.key)) is not None:
                    lane.queue.add_again(item.record)
            case CsmsOpened():
                self._csms_opened(item.key, now)
            case CsmsFailed():
                self._csms_lost(item.key, _why_not_connected(item), now)
            case CsmsClosed():
                text = f"the connection to the CSMS is closed ({item.reason})"
                self._csms_lost(item.key, text, now)
        return self._finish(now)

    def handle_timer(self, now: Instant) -> list[Action]:
        """Do what is due."""
        for name in self._site_deadlines.pop_due(now.monotonic):
            site = self._site(name)
            site.downlink.handle_timer(now.monotonic)
            self._ask_for_sign(site, now)
            self._check_lease(site, now)
        self._lanes.handle_timer(now.monotonic)
        return self._finish(now)

    def timer(self) -> float | None:
        """Return when `handle_timer` wants to be called, on the monotonic clock."""
        times = (self._lanes.timer(), self._site_deadlines.earliest())
        return min((time for time in times if time is not None), default=None)

    def _finish(self, now: Instant) -> list[Action]:
        for action in self._lanes.outgoing(now):
            if isinstance(action, ToSite):
                self._send_down(action, now)
            elif isinstance(action, Withdraw):
                self._withdraw(action)
            else:
                self._actions.append(action)
        while self._touched_sites:
            site = self._sites[self._touched_sites.popitem()[0]]
            self._answer_site(site, now)
            times = (site.timer(now.monotonic), self._reaches[site.site].timer())
            due = min((time for time in times if time is not None), default=None)
            self._site_deadlines.set(site.site, due)
        actions, self._actions = self._actions, []
        return actions

    def _withdraw(self, action: Withdraw) -> None:
        """Take commands back; a repetition of their frame must not deliver them late (trap 30)."""
        downlink = self._site(action.key[0]).downlink
        for sequence in action.downlink_sequences:
            for exchange in downlink.exchanges_with(sequence):
                abandoned = AbandonSite(action.key[0], exchange)
                if abandoned not in self._actions:
                    self._actions.append(abandoned)
            downlink.withdraw(sequence)

    def _site(self, name: str) -> Association:
        self._touched_sites[name] = None
        return self._sites[name]

    # --- sites

    def _site_request(self, item: SiteRequest, now: Instant) -> None:
        site = self._site(item.site)
        sign = signs.decode(item.payload)
        if isinstance(sign, Reach):
            self._reaches[item.site].told(sign, item.order)
        self._renew_lease(site, now)
        if isinstance(sign, Reach):
            self._answer_reach(site, item, now)
            return
        try:
            self._read_frame(site, item, now)
        except FrameError as error:
            self._refuse(site, item, error)

    def _answer_reach(self, site: Association, item: SiteRequest, now: Instant) -> None:
        """Answer like a frame without items: the site learns whether its epoch is known."""
        if not item.confirmable:
            return
        if site.epoch is None:
            refused = encode_refused(FrameFault.UNKNOWN_EPOCH)
            self._actions.append(RespondSite(item.request, refused))
        else:
            site.hold_sign(item.request, now.monotonic)

    def _ask_for_sign(self, site: Association, now: Instant) -> None:
        """Ask a site that has missed a sign of life, with a frame without items."""
        idle = site.epoch is not None and not site.downlink.has_unsent
        if self._reaches[site.site].must_ask(now.monotonic) and idle:
            empty = site.downlink.answer(site.items_stored, site.backlog, now.monotonic)
            self._request_site(site, empty)

    def _site_moved(self, name: str) -> None:
        """Repeat what went to the old address; tell a site that its mapping in the NAT changed.

        A site that does not try to keep its mapping is not told.
        """
        for exchange in self._site(name).downlink.exchanges:
            self._actions.append(HastenSite(name, exchange))
        if name in self._located and self._reaches[name].kept_open:
            self._actions.append(NotifySite(name, signs.encode(Notice.MOVED)))
        self._located.add(name)

    def _renew_lease(self, site: Association, now: Instant) -> None:
        self._check_lease(site, now)  # the timer may be late
        reach = self._reaches[site.site]
        reach.heard(now.monotonic)
        site.alive_until = now.monotonic + reach.lease_seconds
        if not site.alive:
            site.alive = True
            self._note(Topic.LINK, "up", f"site {site.site} is alive", Level.INFO)
            self._update_presence(site, now)

    def _check_lease(self, site: Association, now: Instant) -> None:
        if not site.alive or now.monotonic < site.alive_until:
            return
        site.alive = False
        text = (
            f"site {site.site} is silent for {self._reaches[site.site].lease_seconds:g} s;"
            " its chargers are shown as disconnected"
        )
        self._note(Topic.LINK, "down", text, Level.WARNING)
        self._update_presence(site, now)

    def _read_frame(self, site: Association, item: SiteRequest, now: Instant) -> None:
        received = site.read(item.payload)
        if isinstance(received, Open):
            if item.newest:
                self._reaches[item.site].note_open(item.order)
                self._open(site, item.request, received, now)
        elif isinstance(received, Batch | Fragment):
            arrivals = site.accept(received, now)
            site.pending.extend(arrivals)
            records = tuple(a.record for a in arrivals if a.record is not None)
            if records:
                self._actions.append(StoreRecords(site.site, records))
            if item.confirmable:
                site.hold(item.request, received, arrivals, now.monotonic)
            self._dispatch(site, now)
        elif site.epoch is None:
            self._ask_for_epoch(site)

    def _open(self, site: Association, request: int, received: Open, now: Instant) -> None:
        if not site.is_settled:
            site.postpone(request, received)
            return
        known = site.stored > 0
        answer, jump = site.open(received, now)
        self._reaches[site.site].forget()
        if jump is not None:
            self._actions.append(ResetStored(site.site, jump))
            if known:
                text = (
                    f"site {site.site}: messages up to {jump} are gone from its journal and were"
                    " never stored here; was the outbox restored from an older copy?"
                )
                self._note(Topic.SEQUENCE_GAP, "outbox_behind", text, Level.ERROR)
        self._actions.append(RespondSite(request, answer))
        for identity in self._lanes.known(site.site):
            self._lanes.existing((site.site, identity)).forget_commands()
        site.pending.extend(site.announced(received))
        self._dispatch(site, now)
        self._update_presence(site, now)

    def _refuse(self, site: Association, item: SiteRequest, error: FrameError) -> None:
        fault = error.fault.name.lower()
        level = Level.INFO if error.fault is FrameFault.UNKNOWN_EPOCH else Level.WARNING
        self._note(
            Topic.REFUSED_FRAME, fault, f"site {site.site}: refused a frame ({error})", level
        )
        if error.fault not in (FrameFault.UNKNOWN_EPOCH, FrameFault.BAD_STATE):
            # Part of the frame may have been used; only a new epoch is sure to be in step. A
            # frame of another epoch or state, late perhaps, says nothing about this one.
            site.epoch = None
        if item.confirmable:
            self._actions.append(RespondSite(item.request, encode_refused(error.fault)))

    def _ask_for_epoch(self, site: Association) -> None:
        """Tell a site that only sends signs of life that this end knows nothing of it."""
        if not site.asked:
            site.asked = True
            self._request_site(site, encode_refused(FrameFault.UNKNOWN_EPOCH))

    def _dispatch(self, site: Association, now: Instant) -> None:
        for arrival in site.dispatchable():
            if isinstance(arrival.item, Bind):
                self._unpark(site, now)
            elif isinstance(arrival.item, Presence):
                assert arrival.bind is not None
                if arrival.epoch == site.epoch:
                    identity = site.note_presence(arrival.item, arrival.bind, arrival.epoch)
                    self._lanes.show_presence(site, [identity], now.monotonic)
            elif isinstance(arrival.item, MessageItem):
                self._dispatch_message(site, arrival, arrival.item)

    def _unpark(self, site: Association, now: Instant) -> None:
        """Try again to send the answers that had no way to the site."""
        parked = list(site.parked)
        site.parked.clear()
        for action in parked:
            self._send_down(action, now)

    def _dispatch_message(self, site: Association, arrival: Arrival, item: MessageItem) -> None:
        assert arrival.bind is not None
        self._note(Topic.MESSAGE, "up")
        identity = identity_of(arrival.bind.path)
        lane = self._lanes.of((site.site, identity))
        if lane is None:
            return
        if arrival.question is not None:
            lane.queue.add_question(arrival.question)
        elif isinstance(item.message, Call | Send):
            assert arrival.record is not None
            lane.queue.add(arrival.record)
        elif arrival.epoch != site.epoch:
            self._note(Topic.LATE_ANSWER)
        elif isinstance(item.message, CallResultError):
            if not lane.send_complaint(site.base + item.reference, item.message):
                self._note(Topic.LATE_ANSWER)
        elif not lane.send_answer(item.reference, item.message):
            self._note(Topic.LATE_ANSWER)

    def _update_presence(self, site: Association, now: Instant) -> None:
        identities = [*self._lanes.known(site.site), *site.present]
        self._lanes.show_presence(site, identities, now.monotonic)

    # --- towards the sites

    def _answer_site(self, site: Association, now: Instant) -> None:
        for request, answer in site.due(now.monotonic):
            self._actions.append(RespondSite(request, answer))
        reachable = self._reaches[site.site].is_reachable(now.monotonic)
        while reachable and site.may_request(now.monotonic):
            self._exchange += 1
            encoded = site.downlink.request(
                self._exchange, site.items_stored, site.backlog, now.monotonic
            )
            self._actions.append(RequestSite(site.site, self._exchange, encoded))

    def _request_site(self, site: Association, encoded: bytes) -> None:
        self._exchange += 1
        self._actions.append(RequestSite(site.site, self._exchange, encoded))

    def _downlink_failed(self, item: DownlinkFailed, now: Instant) -> None:
        site = self._site(item.site)
        site.asked = False
        site.downlink.fail(item.exchange, now.monotonic)

    def _downlink_answered(self, item: DownlinkAnswered, now: Instant) -> None:
        site = self._site(item.site)
        self._renew_lease(site, now)  # its answers keep the site from sending signs of life
        site.asked = False
        if item.transmissions > 1 and self._reaches[item.site].kept_open:
            late = signs.encode(Notice.LATE_DOWNLINK)
            self._actions.append(NotifySite(item.site, late))
        try:
            received = decode(item.payload, Direction.UP)
        except FrameError as error:
            site.downlink.fail(item.exchange, now.monotonic)
            self._note(Topic.REFUSED_FRAME, error.fault.name.lower())
            return
        if not isinstance(received, Batch) or received.header.epoch != site.epoch:
            site.downlink.fail(item.exchange, now.monotonic)  # an epoch begins soon
            return
        site.confirm(received.header.acknowledged, now.monotonic)
        for exchange in site.downlink.finish(item.exchange, now.monotonic):
            self._actions.append(HastenSite(site.site, exchange))

    def _send_down(self, action: ToSite, now: Instant) -> None:
        expect = self._lanes.existing(action.key).expect
        match self._site(action.key[0]).send_down(action, expect, now.monotonic):
            case SentDown.SENT:
                self._note(Topic.MESSAGE, "down")
            case SentDown.TOO_LATE:
                self._note(Topic.LATE_ANSWER)
            case SentDown.PARKED:
                pass

    # --- CSMS

    def _csms_text(self, item: CsmsText, now: Instant) -> None:
        try:
            self._lanes.existing(item.key).text(item.text, now.monotonic)
        except MessageError as error:
            text = f"{_name(item.key)}: the CSMS sent a bad message ({error})"
            self._note(Topic.BAD_INPUT, error.fault, text, Level.WARNING)

    def _csms_opened(self, key: Key, now: Instant) -> None:
        if self._lanes.existing(key).opened(now.monotonic):
            self._note(Topic.CSMS_LINK, "up", f"{_name(key)}: connected to the CSMS", Level.INFO)

    def _csms_lost(self, key: Key, what: str, now: Instant) -> None:
        # Said once per episode; the tries that follow are counted only.
        if self._lanes.existing(key).lost(now.monotonic):
            text = f"{_name(key)}: {what}; trying again, with longer and longer waits"
            self._note(Topic.CSMS_LINK, "down", text, Level.WARNING)
        else:
            self._note(Topic.CSMS_LINK, "down")

    def _note(
        self, topic: Topic, label: str = "", text: str = "", level: Level = Level.SILENT
    ) -> None:
        self._actions.append(Note(topic, label, text, level))


def _name(key: Key) -> str:
    return f"{key[0]}/{key[1]}"


def _why_not_connected(failed: CsmsFailed) -> str:
    charger = failed.key[1]
    match failed.status:
        case None:
            return f"cannot connect to the CSMS ({failed.reason})"
        case 401 | 403:
            return (
                f"the CSMS refuses the password of {charger} (HTTP {failed.status}); check"
                " [[site.charger]] password"
            )
        case 404:
            return f"the CSMS does not know {charger} (HTTP 404); check csms.url and the CSMS"
        case _:
            return f"cannot connect to the CSMS (HTTP {failed.status}, {failed.reason})"
