"""The requests that the expander makes of its sites by itself, and what becomes of them.

A request takes down what found no answer to go with, asks a silent site for a sign of life, or
tells a site that nothing is known of it. Notices go the same way; nobody answers them.
"""

from laconic_codec import signs
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Direction, decode, encode_refused
from laconic_codec.signs import Notice
from laconic_gateway.core.expander.association import Association
from laconic_gateway.core.expander.io import (
    AbandonSite,
    Action,
    DownlinkAnswered,
    DownlinkFailed,
    HastenSite,
    NotifySite,
    RequestSite,
)
from laconic_gateway.core.expander.to_site import Withdraw
from laconic_gateway.core.notes import Note, Topic


class OwnRequests:
    """Numbers the requests to all sites; appends what is to be done to `actions`."""

    def __init__(self, actions: list[Action]) -> None:
        self._actions = actions
        self._exchange = 0
        self._asked: set[str] = set()
        """Sites to which a request for a new epoch is on its way."""
        self._located: set[str] = set()
        """Sites whose address was known before."""

    # --- what is sent

    def send_waiting(self, site: Association, now: float) -> None:
        """Send what is to go down to a site, if it can be reached."""
        reachable = site.reach.is_reachable(now)
        while reachable and site.sender.may_request(now):
            self._exchange += 1
            encoded = site.request_frame(self._exchange, now)
            self._actions.append(RequestSite(site.site, self._exchange, encoded))

    def ask_for_sign(self, site: Association, now: float) -> None:
        """Ask a site that has missed a sign of life, with a frame without items."""
        idle = site.epoch is not None and not site.sender.downlink.has_unsent
        if site.reach.must_ask(now) and idle:
            self._request(site.site, site.empty_frame(now))

    def ask_for_epoch(self, site: str) -> None:
        """Tell a site that only sends signs of life that this end knows nothing of it."""
        if site not in self._asked:
            self._asked.add(site)
            self._request(site, encode_refused(FrameFault.UNKNOWN_EPOCH))

    def moved(self, site: Association) -> None:
        """Repeat what went to the old address; tell a site that its mapping in the NAT changed.

        A site that does not try to keep its mapping is not told.
        """
        for exchange in site.sender.downlink.exchanges:
            self._actions.append(HastenSite(site.site, exchange))
        if site.site in self._located and site.reach.kept_open:
            self._actions.append(NotifySite(site.site, signs.encode(Notice.MOVED)))
        self._located.add(site.site)

    def withdraw(self, site: Association, action: Withdraw) -> None:
        """Take commands back; a repetition of their frame must not deliver them late (trap 30)."""
        downlink = site.sender.downlink
        for sequence in action.downlink_sequences:
            for exchange in downlink.exchanges_with(sequence):
                abandoned = AbandonSite(site.site, exchange)
                if abandoned not in self._actions:
                    self._actions.append(abandoned)
            downlink.withdraw(sequence)

    def _request(self, site: str, encoded: bytes) -> None:
        self._exchange += 1
        self._actions.append(RequestSite(site, self._exchange, encoded))

    # --- what becomes of it

    def failed(self, site: Association, item: DownlinkFailed, now: float) -> None:
        """Take note that a frame of ours gets no answer."""
        self._asked.discard(site.site)
        site.sender.downlink.fail(item.exchange, now)

    def answered(self, site: Association, item: DownlinkAnswered, now: float) -> None:
        """Take the answer to a frame of ours."""
        self._asked.discard(site.site)
        downlink = site.sender.downlink
        arrived = downlink.has_arrived(item.exchange)  # then only its answer was lost
        if item.path_in_doubt and not arrived and site.reach.kept_open:
            self._actions.append(NotifySite(site.site, signs.encode(Notice.LATE_DOWNLINK)))
        try:
            received = decode(item.payload, Direction.UP)
        except FrameError as error:
            downlink.fail(item.exchange, now)
            self._actions.append(Note(Topic.REFUSED_FRAME, error.fault.name.lower()))
            return
        if not isinstance(received, Batch) or received.header.epoch != site.epoch:
            downlink.fail(item.exchange, now)  # an epoch begins soon
            return
        site.sender.confirm(received.header.acknowledged, now)
        for exchange in downlink.finish(item.exchange, now):
            self._actions.append(HastenSite(site.site, exchange))
