"""The way between the sites and the lanes of their chargers: what is stored, answers, presence."""

from laconic_codec.items import Bind, MessageItem, Presence
from laconic_codec.messages import Call, CallResultError, Send
from laconic_gateway.core.expander.arrival import Arrival
from laconic_gateway.core.expander.association import Association
from laconic_gateway.core.expander.io import Action
from laconic_gateway.core.expander.lanes import Lanes
from laconic_gateway.core.expander.site_sender import SentDown
from laconic_gateway.core.expander.to_site import ToSite
from laconic_gateway.core.identity import identity_of
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Note, Topic


class Dispatch:
    """Passes items on, each to the lane or the site that it is for."""

    def __init__(self, lanes: Lanes, actions: list[Action]) -> None:
        self._lanes = lanes
        self._actions = actions

    # --- to the lanes

    def pass_on(self, site: Association, now: Instant) -> None:
        """Give the lanes of a site's chargers what may go on now."""
        for arrival in site.dispatchable():
            if isinstance(arrival.item, Bind):
                self._unpark(site, now)
            elif isinstance(arrival.item, Presence):
                assert arrival.bind is not None
                if arrival.epoch == site.epoch:
                    identity = site.channels.note_presence(arrival.item, arrival.bind)
                    self._lanes.show_presence(site, [identity], now.monotonic)
            elif isinstance(arrival.item, MessageItem):
                self._message(site, arrival, arrival.item)

    def show_presence(self, site: Association, now: Instant) -> None:
        """Tell the lanes of all chargers of a site who is connected."""
        identities = [*self._lanes.known(site.site), *site.channels.connected]
        self._lanes.show_presence(site, identities, now.monotonic)

    def forget_commands(self, site: str) -> None:
        """Have the lanes of a site give up the CALLs that were sent: an epoch has ended."""
        for identity in self._lanes.known(site):
            self._lanes.existing((site, identity)).forget_commands()

    def _message(self, site: Association, arrival: Arrival, item: MessageItem) -> None:
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

    # --- to the sites

    def send_down(self, site: Association, action: ToSite, now: Instant) -> None:
        """Send a message of the CSMS to its charger."""
        expect = self._lanes.existing(action.key).expect
        match site.sender.send(action, expect, now.monotonic):
            case SentDown.SENT:
                self._note(Topic.MESSAGE, "down")
            case SentDown.TOO_LATE:
                self._note(Topic.LATE_ANSWER)
            case SentDown.PARKED:
                pass

    def _unpark(self, site: Association, now: Instant) -> None:
        """Try again to send the answers that had no way to the site."""
        for action in site.sender.take_parked():
            self.send_down(site, action, now)

    def _note(self, topic: Topic, label: str = "") -> None:
        self._actions.append(Note(topic, label))
