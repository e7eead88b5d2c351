"""All sites of an expander: their requests, epochs and leases."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from laconic_codec import signs
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Fragment, Open, encode_refused
from laconic_codec.signs import Reach
from laconic_gateway.core.deadlines import Deadlines
from laconic_gateway.core.expander.association import Association
from laconic_gateway.core.expander.dispatch import Dispatch
from laconic_gateway.core.expander.io import (
    Action,
    DownlinkAnswered,
    DownlinkFailed,
    RecordsStored,
    ResetStored,
    RespondSite,
    SiteRequest,
    StoreRecords,
)
from laconic_gateway.core.expander.kept import Kept
from laconic_gateway.core.expander.lanes import Lanes
from laconic_gateway.core.expander.own_requests import OwnRequests
from laconic_gateway.core.expander.reach import SiteReach
from laconic_gateway.core.expander.to_site import ToSite, Withdraw
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
        self._actions = actions
        self._dispatch = Dispatch(lanes, actions)
        self._requests = OwnRequests(actions)
        self._sites = {
            name: Association(
                name, SiteReach(one.lease_seconds), stored=one.stored, delivered=one.delivered
            )
            for name, one in settings.items()
        }
        self._touched: dict[str, None] = dict.fromkeys(settings)  # as a set, in a certain order
        self._deadlines = Deadlines[str]()

    @property
    def backlog(self) -> int:
        """Return how many stored messages the CSMS has not taken."""
        return sum(site.backlog for site in self._sites.values())

    @property
    def alive(self) -> int:
        """Return how many sites have given a sign of life within their lease."""
        return sum(site.reach.is_alive for site in self._sites.values())

    def handle_timer(self, now: Instant) -> None:
        """Do what is due."""
        for name in self._deadlines.pop_due(now.monotonic):
            site = self._site(name)
            site.sender.downlink.handle_timer(now.monotonic)
            self._requests.ask_for_sign(site, now.monotonic)
            self._check_lease(site, now)

    def timer(self) -> float | None:
        """Return when `handle_timer` wants to be called."""
        return self._deadlines.earliest()

    def finish(self, now: Instant) -> None:
        """Send what is to go down to the sites that something has touched."""
        while self._touched:
            site = self._sites[self._touched.popitem()[0]]
            for request, answer in site.due(now.monotonic):
                self._actions.append(RespondSite(request, answer))
            self._requests.send_waiting(site, now.monotonic)
            self._deadlines.set(site.site, site.timer(now.monotonic))

    def _site(self, name: str) -> Association:
        self._touched[name] = None
        return self._sites[name]

    # --- from the outbox

    def stored(self, item: RecordsStored, now: Instant) -> None:
        """Take note of what is in the outbox."""
        site = self._site(item.site)
        site.stored = max(site.stored, item.through)
        self._dispatch.pass_on(site, now)
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
            site.reach.told(sign, item.order)
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

    def _read_frame(self, site: Association, item: SiteRequest, now: Instant) -> None:
        received = site.read(item.payload)
        if isinstance(received, Open):
            if item.newest:
                site.reach.note_open(item.order)
                self._open(site, item.request, received, now)
        elif isinstance(received, Batch | Fragment):
            arrivals = site.accept(received, now)
            records = tuple(a.record for a in arrivals if a.record is not None)
            if records:
                self._actions.append(StoreRecords(site.site, records))
            if item.confirmable:
                site.hold(item.request, received, arrivals, now.monotonic)
            self._dispatch.pass_on(site, now)
        elif site.epoch is None:
            self._requests.ask_for_epoch(site.site)

    def _open(self, site: Association, request: int, received: Open, now: Instant) -> None:
        if not site.is_settled:
            site.postpone(request, received)
            return
        known = site.stored > 0
        answer, jump = site.open(received, now)
        site.reach.forget()
        if jump is not None:
            self._actions.append(ResetStored(site.site, jump))
            if known:
                text = (
                    f"site {site.site}: messages up to {jump} are gone from its journal and were"
                    " never stored here; was the outbox restored from an older copy?"
                )
                self._note(Topic.SEQUENCE_GAP, "outbox_behind", text, Level.ERROR)
        self._actions.append(RespondSite(request, answer))
        self._dispatch.forget_commands(site.site)
        site.announce(received)
        self._dispatch.pass_on(site, now)
        self._dispatch.show_presence(site, now)

    def _refuse(self, site: Association, item: SiteRequest, error: FrameError) -> None:
        fault = error.fault.name.lower()
        level = Level.INFO if error.fault is FrameFault.UNKNOWN_EPOCH else Level.WARNING
        self._note(
            Topic.REFUSED_FRAME, fault, f"site {site.site}: refused a frame ({error})", level
        )
        if error.fault not in (FrameFault.UNKNOWN_EPOCH, FrameFault.BAD_STATE):
            # Part of the frame may have been used; only a new epoch is sure to be in step. A
            # frame of another epoch or state, late perhaps, says nothing about this one.
            site.end_epoch()
        if item.confirmable:
            self._actions.append(RespondSite(item.request, encode_refused(error.fault)))

    # --- whether they are there

    def moved(self, name: str) -> None:
        """Take note that a site's messages come from another address."""
        self._requests.moved(self._site(name))

    def _renew_lease(self, site: Association, now: Instant) -> None:
        self._check_lease(site, now)  # the timer may be late
        if site.reach.heard(now.monotonic):
            self._note(Topic.LINK, "up", f"site {site.site} is alive", Level.INFO)
            self._dispatch.show_presence(site, now)

    def _check_lease(self, site: Association, now: Instant) -> None:
        if not site.reach.expire(now.monotonic):
            return
        text = (
            f"site {site.site} is silent for {site.reach.lease_seconds:g} s;"
            " its chargers are shown as disconnected"
        )
        self._note(Topic.LINK, "down", text, Level.WARNING)
        self._dispatch.show_presence(site, now)

    # --- down to the sites

    def send_down(self, action: ToSite, now: Instant) -> None:
        """Send a message of the CSMS to its charger."""
        self._dispatch.send_down(self._site(action.key[0]), action, now)

    def withdraw(self, action: Withdraw) -> None:
        """Take commands back that shall not be carried out any more."""
        self._requests.withdraw(self._site(action.key[0]), action)

    def downlink_failed(self, item: DownlinkFailed, now: Instant) -> None:
        """Take note that a frame of ours gets no answer."""
        self._requests.failed(self._site(item.site), item, now.monotonic)

    def downlink_answered(self, item: DownlinkAnswered, now: Instant) -> None:
        """Take the answer to a frame of ours."""
        site = self._site(item.site)
        self._renew_lease(site, now)  # its answers keep the site from sending signs of life
        self._requests.answered(site, item, now.monotonic)

    def _note(
        self, topic: Topic, label: str = "", text: str = "", level: Level = Level.SILENT
    ) -> None:
        self._actions.append(Note(topic, label, text, level))
