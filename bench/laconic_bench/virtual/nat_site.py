"""The site of a `NatWorld`: the real core, endpoint and context, and the two sockets."""

from collections import Counter, deque
from typing import TYPE_CHECKING, Final

from laconic_bench.virtual.coap_link import CLOUD, KID, MemoryFiles, material
from laconic_bench.virtual.nat import Nat
from laconic_bench.virtual.process import Process
from laconic_bench.virtual.schedule import Schedule
from laconic_codec import signs
from laconic_codec.signs import BARE_KEEPALIVE, Probe
from laconic_gateway.core.coap import endpoint as coap
from laconic_gateway.core.coap.endpoint import Endpoint
from laconic_gateway.core.records import Record
from laconic_gateway.core.site import io as s
from laconic_gateway.core.site import nat_probe
from laconic_gateway.core.site import site as site_core
from laconic_gateway.core.site.desk import DeskSettings
from laconic_gateway.core.site.nat_probe import NatState
from laconic_gateway.core.site.policy import Answering, MessageClass
from laconic_gateway.core.site.reachability import ReachSettings
from laconic_gateway.core.site.sendings import (
    HastenFrame,
    SendBareKeepalive,
    SendFrame,
    SendKeepalive,
)
from laconic_gateway.core.site.site import Site
from laconic_gateway.edge.link.keys import End
from laconic_gateway.edge.link.oscore import OscoreContext

if TYPE_CHECKING:
    from laconic_bench.virtual.nat_cloud import Cloud

DISK_SECONDS: Final = 0.01
PATIENCE_SECONDS: Final = {
    MessageClass.INTERACTIVE: 0.0,
    MessageClass.TRANSACTION: 2.0,
    MessageClass.ALARM: 0.0,
    MessageClass.STATUS: 10.0,
    MessageClass.TELEMETRY: 60.0,
    MessageClass.BACKGROUND: 300.0,
}
"""How long a message of each class may wait for company in a frame."""


class Gateway:
    """The site: its core, its endpoint, its two sockets."""

    def __init__(
        self, schedule: Schedule, nat: Nat, reach: ReachSettings, kid: bytes = KID
    ) -> None:
        self._schedule, self._nat, self._reach = schedule, nat, reach
        keys = material(End.SITE, kid)
        self.context = OscoreContext(keys, files=MemoryFiles(keys.fingerprint()))
        self.cloud: Cloud
        self.epoch = 0
        self.sequence = 0
        self.nat_state: NatState | None = None
        self.probes: list[int] = []
        self.told: list[str] = []
        """What the chargers were told."""
        self.rounds = 0
        self.told_at: list[float] = []
        self.keepalives: Counter[str] = Counter()
        """Signs of life that were sent, "protected" and "bare"."""
        self._journal: deque[Record] = deque()
        self._trimmed = 0
        self._alarm = 0
        self._alarm_at: float | None = None

    def start(self) -> None:
        """Start the process, again perhaps."""
        self.epoch += 1
        desk = DeskSettings({"CP1": Answering("local")}, PATIENCE_SECONDS)
        self.core = Site(
            site_core.SiteSettings(desk, preserve_ids=False, reach=self._reach),
            epoch=self.epoch,
            last_sequence=self.sequence,
            trimmed_through=self._trimmed,
            random=lambda: 0.5,
            nat=self.nat_state,
        )
        self.endpoint = Endpoint(random=lambda: 0.5, first_message_id=self.epoch)
        self.endpoint.add_peer("expander", self.context, CLOUD)
        self.process = Process[s.Input, s.Action](self._schedule, "site", self.core, self._perform)
        self.process.start()

    def feed(self, item: s.Input) -> None:
        """Give the core an input."""
        self.process.feed(item)

    def receive(self, inside: str, datagram: bytes) -> None:
        """Take a datagram that came through the NAT."""
        if inside == "main":
            mark = self.endpoint.receive(datagram, CLOUD, self._schedule.now)
            self._took(datagram, mark)
        elif inside == f"probe {self.rounds}":
            self._took(datagram, self.endpoint.receive_probe(datagram))
        self._pump()

    def _perform(self, action: s.Action) -> None:
        match action:
            case nat_probe.EndProbing():
                self.rounds += 1
            case nat_probe.SaveNatState(state):
                self.nat_state = state
            case s.AppendRecord():
                through = self.sequence = action.record.sequence
                self._journal.append(action.record)
                self._schedule.after(DISK_SECONDS, lambda: self.feed(s.RecordsDurable(through)))
            case s.TrimJournal():
                self._trimmed = action.through
                while self._journal and self._journal[0].sequence <= action.through:
                    self._journal.popleft()
            case s.ReadJournal():
                after, limit = action.after, action.limit
                self._schedule.after(DISK_SECONDS, lambda: self._read(after, limit))
            case s.SendToCharger():
                self._tell(action)
            case _:
                self._perform_on_link(action, self._schedule.now)
                self._pump()

    def _perform_on_link(self, action: s.Action, now: float) -> None:
        match action:
            case SendFrame():
                frame = self._nat.twist(action.frame)
                self.endpoint.request("expander", frame, now, exchange=action.exchange)
            case HastenFrame():
                self.endpoint.hasten("expander", action.exchange, now)
            case SendKeepalive():
                self.keepalives["protected"] += 1
                self.endpoint.send("expander", b"", now)
            case SendBareKeepalive():
                self.keepalives["bare"] += 1
                self._send("main", BARE_KEEPALIVE, coap.KEEPALIVE)
            case nat_probe.SendProbe(number, delay_seconds, wait_seconds):
                self.probes.append(delay_seconds)
                payload = signs.encode(Probe(delay_seconds))
                self.endpoint.probe(
                    "expander", payload, now, exchange=number, wait_seconds=wait_seconds
                )
            case s.RespondDownlink():
                self.endpoint.respond(action.request, self._nat.twist(action.payload), now)
            case _:
                pass

    def _tell(self, action: s.SendToCharger) -> None:
        self.told.append(action.text)
        self.told_at.append(self._schedule.now)

    def _read(self, after: int, limit: int) -> None:
        records = [record for record in self._journal if record.sequence > after]
        self.feed(s.JournalPage(tuple(records[:limit])))

    def _pump(self) -> None:
        for event in self.endpoint.events():
            match event:
                case coap.RequestReceived():
                    self.feed(s.DownlinkRequest(event.request, event.payload))
                case coap.ResponseReceived():
                    self.feed(s.ExchangeAnswered(event.exchange, event.payload))
                case coap.ExchangeFailed():
                    self.feed(s.ExchangeFailed(event.exchange, event.reason))
                case coap.ProbeAnswered():
                    self.feed(nat_probe.ProbeAnswered(event.exchange))
                case coap.ProbeFailed():
                    self.feed(nat_probe.ProbeFailed(event.exchange, event.conclusive))
                case coap.PeerMoved():
                    pass
        for outgoing in self.endpoint.outgoing():
            self._send("main", outgoing.datagram, outgoing.mark)
        for datagram in self.endpoint.outgoing_probes():
            self._send(f"probe {self.rounds}", datagram, coap.PROBE)
        self._set_alarm()

    def _took(self, datagram: bytes, mark: coap.Mark) -> None:
        """Take note of a datagram that came."""

    def _send(self, inside: str, datagram: bytes, mark: coap.Mark) -> None:
        source = self._nat.outwards(inside, datagram)
        if not self._nat.loses():
            self._schedule.after(
                self._nat.delay_seconds, lambda: self.cloud.receive(datagram, source)
            )

    def _set_alarm(self) -> None:
        due = self.endpoint.timer()
        if due == self._alarm_at:
            return
        self._alarm, self._alarm_at = self._alarm + 1, due
        alarm = self._alarm
        if due is not None:
            self._schedule.at(due, lambda: self._ring(alarm))

    def _ring(self, alarm: int) -> None:
        if alarm == self._alarm:
            self._alarm_at = None
            self.endpoint.handle_timer(self._schedule.now)
            self._pump()
