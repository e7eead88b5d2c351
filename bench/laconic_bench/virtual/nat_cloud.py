"""The expander of a `NatWorld`: the real core, endpoint and context, and a CSMS."""

from collections import Counter
from collections.abc import Callable
from typing import Final

from laconic_bench.virtual.coap_link import KID, MemoryFiles, material
from laconic_bench.virtual.nat import Nat
from laconic_bench.virtual.nat_site import Gateway
from laconic_bench.virtual.process import Process
from laconic_bench.virtual.schedule import Schedule
from laconic_codec import signs
from laconic_codec.messages import Call, parse
from laconic_gateway.core.coap import endpoint as coap
from laconic_gateway.core.coap.endpoint import Address, Endpoint
from laconic_gateway.core.expander import io as e
from laconic_gateway.core.expander.expander import Expander
from laconic_gateway.core.expander.sites import SiteSettings
from laconic_gateway.core.notes import Note, Topic
from laconic_gateway.edge.link.keys import End
from laconic_gateway.edge.link.oscore import OscoreContext

NAME: Final = "kisumu-1"
KEY: Final = (NAME, "CP1")
ONE_CHARGER: Final = SiteSettings(90.0, frozenset({"CP1"}), 0, 0)


class Cloud:
    """The expander: its core, its endpoint, and a CSMS that answers every CALL."""

    def __init__(
        self,
        schedule: Schedule,
        nat: Nat,
        site: Gateway,
        settings: SiteSettings = ONE_CHARGER,
        random: Callable[[], float] = lambda: 0.5,
        kid: bytes = KID,
    ) -> None:
        self._schedule, self._nat, self._site = schedule, nat, site
        keys = material(End.EXPANDER, kid)
        self.context = OscoreContext(keys, files=MemoryFiles(keys.fingerprint()))
        self.endpoint = Endpoint(random=random, first_message_id=7, delay_of=signs.delay_of)
        self.endpoint.add_peer(NAME, self.context, None)
        self.core = Expander({NAME: settings}, random=random, new_id=self._new_id)
        self.process = Process[e.Input, e.Action](schedule, "expander", self.core, self._perform)
        self.answer: Callable[[Call], str] = lambda call: "{}"
        """The payload of the CSMS's answer to a CALL."""
        self.csms: list[str] = []
        """What the CSMS was sent, without heartbeats."""
        self.csms_at: list[float] = []
        self.changes: list[tuple[float, str]] = []
        """When the site was said to be there, or not."""
        self.sockets: Counter[str] = Counter()
        self._socket = 0
        """Number of the charger's WebSocket; a new one when it is closed."""
        self._is_open = False
        self._ids = 0
        self._alarm = 0
        self._alarm_at: float | None = None

    def _new_id(self) -> str:
        self._ids += 1
        return f"made-{self._ids}"

    def command(self, text: str) -> None:
        """Let the CSMS say something to the charger, if that is connected."""
        if self._is_open:
            self.process.feed(e.CsmsText(KEY, text))

    def receive(self, datagram: bytes, source: Address) -> None:
        """Take a datagram."""
        self.endpoint.receive(datagram, source, self._schedule.now)
        self._pump()

    def _perform(self, action: e.Action) -> None:
        now = self._schedule.now
        match action:
            case e.RespondSite():
                self.endpoint.respond(action.request, self._nat.twist(action.payload), now)
            case e.RequestSite():
                payload = self._nat.twist(action.payload)
                self.endpoint.request(NAME, payload, now, exchange=action.exchange)
            case e.HastenSite():
                self.endpoint.hasten(NAME, action.exchange, now)
            case e.AbandonSite():
                self.endpoint.abandon(NAME, action.exchange)
            case e.NotifySite():
                self.endpoint.send(NAME, action.payload, now)
            case e.StoreRecords():
                stored = e.RecordsStored(NAME, action.records[-1].sequence)
                self._schedule.after(0.01, lambda: self.process.feed(stored))
            case e.DeliverDone(key, sequence):
                self._schedule.after(0.01, lambda: self._done(key, sequence))
            case e.OpenCsms():
                self.sockets["opened"] += 1
                number = self._socket
                self._schedule.after(0.01, lambda: self._opened(number))
            case e.CloseCsms():
                self.sockets["closed"] += 1
                self._socket, self._is_open = self._socket + 1, False
            case e.SendToCsms():
                self._csms(action.text)
            case Note(Topic.LINK):
                self.changes.append((now, action.label))
            case _:
                pass
        self._pump()

    def _done(self, key: e.Key, sequence: int) -> None:
        self.process.feed(e.DeliveredThrough(NAME, sequence))
        self.process.feed(e.RecordDone(key, sequence))

    def _opened(self, number: int) -> None:
        if number == self._socket:
            self._is_open = True
            self.process.feed(e.CsmsOpened(KEY))

    def _say(self, number: int, text: str) -> None:
        if number == self._socket:
            self.process.feed(e.CsmsText(KEY, text))

    def _csms(self, text: str) -> None:
        message = parse(text)
        if not isinstance(message, Call) or message.action != "Heartbeat":
            self.csms.append(text)
            self.csms_at.append(self._schedule.now)
        if isinstance(message, Call):
            answer = f'[3,"{message.message_id}",{self.answer(message)}]'
            number = self._socket
            self._schedule.after(0.05, lambda: self._say(number, answer))

    def _pump(self) -> None:
        for event in self.endpoint.events():
            match event:
                case coap.RequestReceived():
                    self.process.feed(
                        e.SiteRequest(
                            NAME,
                            event.request,
                            event.payload,
                            event.confirmable,
                            event.newest,
                            event.order,
                        )
                    )
                case coap.ResponseReceived():
                    self.process.feed(
                        e.DownlinkAnswered(NAME, event.exchange, event.payload, event.path_in_doubt)
                    )
                case coap.ExchangeFailed():
                    self.process.feed(e.DownlinkFailed(NAME, event.exchange))
                case coap.PeerMoved():
                    self.process.feed(e.SiteMoved(NAME))
                case _:
                    raise AssertionError(event)
        for outgoing in self.endpoint.outgoing():
            self._send(outgoing.datagram, outgoing.address)
        due = self.endpoint.timer()
        if due == self._alarm_at:
            return
        self._alarm, self._alarm_at = self._alarm + 1, due
        alarm = self._alarm
        if due is not None:
            self._schedule.at(due, lambda: self._ring(alarm))

    def _send(self, datagram: bytes, target: Address) -> None:
        inside = self._nat.inwards(target, datagram)
        if inside is not None and not self._nat.loses():
            self._schedule.after(
                self._nat.delay_seconds, lambda: self._site.receive(inside, datagram)
            )

    def _ring(self, alarm: int) -> None:
        if alarm == self._alarm:
            self._alarm_at = None
            self.endpoint.handle_timer(self._schedule.now)
            self._pump()
