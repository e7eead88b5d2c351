"""The site of the model: the gateway's core with the configuration of a contender."""

from typing import Final

from laconic_bench.model.bill import Bill
from laconic_bench.model.carrier import Ends
from laconic_bench.model.laconic.settings import LaconicSettings
from laconic_bench.model.laconic.wire import layers_of
from laconic_bench.model.link import ModelLink
from laconic_bench.virtual.coap_link import CLOUD
from laconic_bench.virtual.nat import HEADERS_BYTES, Nat
from laconic_bench.virtual.nat_site import Gateway
from laconic_bench.virtual.process import Process
from laconic_bench.virtual.schedule import UNIX_START
from laconic_gateway.core.coap.endpoint import Endpoint, Mark
from laconic_gateway.core.site import io as s
from laconic_gateway.core.site import site as site_core
from laconic_gateway.core.site.budget.contents import Carried
from laconic_gateway.core.site.budget.meter import Meter, Way
from laconic_gateway.core.site.desk import DeskSettings
from laconic_gateway.core.site.policy import Answering
from laconic_gateway.core.site.reachability import ReachSettings
from laconic_gateway.core.site.site import Site
from laconic_gateway.edge.link.keys import SENDER_ID_BYTES

SENDER_ID: Final = bytes(SENDER_ID_BYTES)
"""As long as those that `laconic keys new` makes."""
FIRST_SEQUENCE: Final = round(UNIX_START * 1_000)
"""A new journal counts from the time at which it was made, in milliseconds."""
_KINDS_OF_PAYLOAD: Final = frozenset({"request", "response"})


class LaconicSite(Gateway):
    """The gateway, its chargers' connections, and the byte meter that it has in the field too."""

    def __init__(
        self, link: ModelLink, nat: Nat, settings: LaconicSettings, identities: frozenset[str]
    ) -> None:
        super().__init__(link.schedule, nat, ReachSettings(settings.reachability), kid=SENDER_ID)
        self.sequence = self._trimmed = FIRST_SEQUENCE
        self._link = link
        self._settings = settings
        self._identities = identities
        self.ends: Ends
        self.meter = Meter(starts_on_day=1)
        self._connections: dict[str, int] = {}
        self._chargers: dict[int, str] = {}

    def start(self) -> None:
        """Start the process."""
        self.epoch += 1
        chosen = self._settings
        answering = Answering(chosen.answers, chosen.empty_answers)
        desk = DeskSettings(dict.fromkeys(self._identities, answering), chosen.patience_seconds)
        self.core = Site(
            site_core.SiteSettings(
                desk, preserve_ids=False, reach=self._reach, codings=chosen.codings
            ),
            epoch=self.epoch,
            last_sequence=self.sequence,
            trimmed_through=self._trimmed,
            random=self._schedule.random.random,
        )
        self.endpoint = Endpoint(random=self._schedule.random.random, first_message_id=self.epoch)
        self.endpoint.add_peer("expander", self.context, CLOUD)
        self.process = Process[s.Input, s.Action](self._schedule, "site", self.core, self._perform)
        self.process.start()

    def connect(self, identity: str, version: str) -> None:
        """Let a charger connect over the local network."""
        number = len(self._chargers) + 1
        self._connections[identity] = number
        self._chargers[number] = identity
        self.feed(s.ChargerConnected(number, identity, f"/{identity}", version))
        self.ends.opened(identity)

    def disconnect(self, identity: str) -> None:
        """Let the connection of a charger end, if it has one."""
        number = self._connections.pop(identity, None)
        if number is not None:
            self.feed(s.ChargerClosed(number))

    def hear(self, identity: str, text: str) -> None:
        """Take a text of a charger."""
        self.feed(s.ChargerText(self._connections[identity], text))

    def _perform(self, action: s.Action) -> None:
        match action:
            case Carried():
                way = Way.UP if action.is_up else Way.DOWN
                self.meter.tell_items(
                    way, action.number, action.items, asked_by_peer=action.asked_by_peer
                )
            case s.CloseCharger():
                self._close(action.connection)
            case _:
                super()._perform(action)

    def _close(self, connection: int) -> None:
        identity = self._chargers[connection]
        if self._connections.get(identity) == connection:
            self.disconnect(identity)
            self.ends.closed(identity)

    def _tell(self, action: s.SendToCharger) -> None:
        identity = self._chargers[action.connection]
        if self._connections.get(identity) == action.connection:
            self.ends.charger_hears(identity, action.text)

    def _took(self, datagram: bytes, mark: Mark) -> None:
        self._charge(Way.DOWN, datagram, mark)

    def _send(self, inside: str, datagram: bytes, mark: Mark) -> None:
        if self._link.is_down:
            return
        self._charge(Way.UP, datagram, mark)

        def arrive() -> None:
            # The carrier's NAT is behind the radio: what is lost there keeps no mapping.
            self.cloud.receive(datagram, self._nat.outwards(inside, datagram))

        self._link.carry("up", len(datagram) + HEADERS_BYTES, arrive)

    def _charge(self, way: Way, datagram: bytes, mark: Mark) -> None:
        now = self._schedule.instant
        wire_bytes = len(datagram) + HEADERS_BYTES
        self.meter.take(way, wire_bytes, mark, now.unix)
        payload_bytes = len(mark.payload or b"") if mark.kind in _KINDS_OF_PAYLOAD else 0
        bill: Bill = self._link.bill
        bill.payload_bytes += payload_bytes
        bill.count(str(way), layers_of(datagram, payload_bytes), now.monotonic)  # type: ignore[arg-type]
