"""All sites of an expander: requests and epochs, leases, what goes down to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from laconic_codec import signs
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Direction, Fragment, Open, decode, encode_refused
from laconic_codec.items import Bind, MessageItem, Presence
from laconic_codec.messages import Call, CallResultError, Send
from laconic_codec.signs import Notice, Reach
from laconic_gateway.core.deadlines import Deadlines
from laconic_gateway.core.expander.arrival import Arrival
from laconic_gateway.core.expander.association import Association, SentDown
from laconic_gateway.core.expander.io import (
    AbandonSite,
    Action,
    DownlinkAnswered,
    DownlinkFailed,
    HastenSite,
    NotifySite,
    RecordsStored,
    RequestSite,
    ResetStored,
    RespondSite,
    SiteRequest,
    StoreRecords,
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


class Sites:
    """Decides what happens with each site; appends what is to be done to `actions`."""

    def __init__(
        self, settings: Mapping[str, SiteSettings], lanes: Lanes, actions: list[Action]
    ) -> None:
        self._lanes = lanes
        self._actions = actions
        self._sites = {
            name: Association(
                name, stored=one.stored, delivered=one.delivered, dispatched=one.stored
            )
            for name, one in settings.items()
        }
        self._reaches = {name: SiteReach(one.lease_seconds) for name, one in settings.items()}
        self._located: set[str] = set()
        """Sites whose address was known before."""
        self._touched: dict[str, None] = dict.fromkeys(settings)  # as a set, in a certain order
        self._deadlines = Deadlines[str]()
        self._exchange = 0

    @property
    def backlog(self) -> int:
        """Return how many stored messages the CSMS has not taken."""
        return sum(site.backlog for site in self._sites.values())

    @property
    def alive(self) -> int:
        """Return how many sites have given a sign of life within their lease."""
        return sum(site.alive for site in self._sites.values())

    def handle_timer(self, now: Instant) -> None:
        """Do what is due."""
        for name in self._deadlines.pop_due(now.monotonic):
            site = self._site(name)
            site.downlink.handle_timer(now.monotonic)
            self._ask_for_sign(site, now)
            self._check_lease(site, now)

    def timer(self) -> float | None:
        """Return when `handle_timer` wants to be called."""
        return self._deadlines.earliest()

    def finish(self, now: Instant) -> None:
        """Send what is to go down to the sites that something has touched."""
        while self._touched:
            site = self._sites[self._touched.popitem()[0]]
            self._answer_site(site, now)
            times = (site.timer(now.monotonic), self._reaches[site.site].timer())
            due = min((time for time in times if time is not None), default=None)
            self._deadlines.set(site.site, due)

    def _site(self, name: str) -> Association:
        self._touched[name] = None
        return self._sites[name]

    # --- from the outbox

    def stored(self, item: RecordsStored, now: Instant) -> None:
        """Take note of what is in the outbox."""
        site = self._site(item.site)
        site.stored = max(site.stored, item.through)
        self._dispatch(site, now)
        if site.opening is not None and site.is_settled:
            self._open(site, *site.opening, now)

    def delivered(self, name: str, through: int) -> None:
        """Take note of what the CSMS has taken."""
        site = self._site(name)
        site.delivered = max(site.delivered, through)

    # --- from the sites

    def request(self, item: SiteRequest, now: Instant) -> None:
        """Take a verified request of a site."""
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

    def moved(self, name: str) -> None:
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

    # --- to the lanes

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
            self.send_down(action, now)

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

    # --- down to the sites

    def send_down(self, action: ToSite, now: Instant) -> None:
        """Send a message of the CSMS to its charger."""
        expect = self._lanes.existing(action.key).expect
        match self._site(action.key[0]).send_down(action, expect, now.monotonic):
            case SentDown.SENT:
                self._note(Topic.MESSAGE, "down")
            case SentDown.TOO_LATE:
                self._note(Topic.LATE_ANSWER)
            case SentDown.PARKED:
                pass

    def withdraw(self, action: Withdraw) -> None:
        """Take commands back; a repetition of their frame must not deliver them late (trap 30)."""
        downlink = self._site(action.key[0]).downlink
        for sequence in action.downlink_sequences:
            for exchange in downlink.exchanges_with(sequence):
                abandoned = AbandonSite(action.key[0], exchange)
                if abandoned not in self._actions:
                    self._actions.append(abandoned)
            downlink.withdraw(sequence)

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

    def downlink_failed(self, item: DownlinkFailed, now: Instant) -> None:
        """Take note that a frame of ours gets no answer."""
        site = self._site(item.site)
        site.asked = False
        site.downlink.fail(item.exchange, now.monotonic)

    def downlink_answered(self, item: DownlinkAnswered, now: Instant) -> None:
        """Take the answer to a frame of ours."""
        site = self._site(item.site)
        self._renew_lease(site, now)  # its answers keep the site from sending signs of life
        site.asked = False
        arrived = site.downlink.has_arrived(item.exchange)  # then only its answer was lost
        if item.path_in_doubt and not arrived and self._reaches[item.site].kept_open:
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

    def _note(
        self, topic: Topic, label: str = "", text: str = "", level: Level = Level.SILENT
    ) -> None:
        self._actions.append(Note(topic, label, text, level))
