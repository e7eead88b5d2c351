"""A site behind a NAT with a timer, in virtual time: the real cores, endpoints and OSCORE contexts.

`python -m tests.support.idle_month` prints what a month costs in which nothing happens.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final, cast

from laconic_codec import signs
from laconic_codec.messages import Call, parse
from laconic_codec.signs import BARE_KEEPALIVE, Probe
from laconic_gateway.core.coap import endpoint as coap
from laconic_gateway.core.coap.endpoint import Address, Endpoint
from laconic_gateway.core.expander import expander as expander_core
from laconic_gateway.core.expander import io as e
from laconic_gateway.core.expander.expander import Expander
from laconic_gateway.core.notes import Note, Topic
from laconic_gateway.core.site import io as s
from laconic_gateway.core.site import nat_probe
from laconic_gateway.core.site import site as site_core
from laconic_gateway.core.site.desk import DeskSettings
from laconic_gateway.core.site.nat_probe import NatState
from laconic_gateway.core.site.offline.facts import KeepFact
from laconic_gateway.core.site.policy import Answering
from laconic_gateway.core.site.reachability import Mode, ReachSettings
from laconic_gateway.core.site.site import Site
from laconic_gateway.core.site.uplink import (
    HastenFrame,
    SendBareKeepalive,
    SendFrame,
    SendKeepalive,
)
from laconic_gateway.edge.link.keys import End
from laconic_gateway.edge.link.oscore import OscoreContext
from tests.support.coap_link import CLOUD, MemoryFiles, material
from tests.support.virtual_process import Process
from tests.support.virtual_site import PATIENCE_SECONDS
from tests.support.virtual_time import Schedule

MONTH_SECONDS: Final = 30 * 86_400.0
HEADERS_BYTES: Final = 28
"""IPv4 and UDP."""
DELAY_SECONDS: Final = 0.1
NAME: Final = "kisumu-1"
KEY: Final = (NAME, "CP1")


@dataclass
class Mapping:
    """What a NAT remembers of one socket."""

    port: int
    refreshed_at: float


class Nat:
    """A NAT that only what goes out refreshes (RFC 4787, REQ-6), and a meter of every byte."""

    def __init__(self, schedule: Schedule, timer_seconds: float) -> None:
        self._schedule = schedule
        self.timer_seconds = timer_seconds
        self.loss = 0.0
        self._mappings: dict[str, Mapping] = {}
        self._ports = 40_000
        self.wire_bytes: Counter[str] = Counter()
        """IPv4 bytes by kind of datagram."""
        self.datagrams: Counter[str] = Counter()
        self.lost_inwards = 0
        """Datagrams that came when the mapping was gone."""

    def outwards(self, inside: str, datagram: bytes) -> Address:
        """Return as whom the datagram leaves."""
        mapping = self._mappings.get(inside)
        if mapping is None or self._is_over(mapping):
            self._ports += 1
            mapping = self._mappings[inside] = Mapping(self._ports, 0.0)
        mapping.refreshed_at = self._schedule.now
        kind = "bare" if datagram == BARE_KEEPALIVE else "up"
        self._count(inside if inside != "main" else kind, datagram)
        return ("198.51.100.7", mapping.port)

    def inwards(self, address: Address, datagram: bytes) -> str | None:
        """Return which socket a datagram reaches."""
        for inside, mapping in self._mappings.items():
            if mapping.port == address[1] and not self._is_over(mapping):
                self._count("down" if inside == "main" else inside, datagram)
                return inside
        self.lost_inwards += 1
        self._count("lost", datagram)
        return None

    def rebind(self) -> None:
        """Forget every mapping."""
        self._mappings.clear()

    def loses(self) -> bool:
        """Tell whether the next datagram gets lost."""
        return self._schedule.chance(self.loss)

    def _is_over(self, mapping: Mapping) -> bool:
        return self._schedule.now - mapping.refreshed_at > self.timer_seconds

    def _count(self, kind: str, datagram: bytes) -> None:
        name = kind.partition(" ")[0]
        self.wire_bytes[name] += len(datagram) + HEADERS_BYTES
        self.datagrams[name] += 1


class Gateway:
    """The site: its core, its endpoint, its two sockets."""

    def __init__(self, schedule: Schedule, nat: Nat, reach: ReachSettings) -> None:
        self._schedule, self._nat, self._reach = schedule, nat, reach
        keys = material(End.SITE)
        self.context = OscoreContext(keys, files=MemoryFiles(keys.fingerprint()))
        self.cloud: Cloud
        self.epoch = 0
        self.sequence = 0
        self.nat_state: NatState | None = None
        self.probes: list[int] = []
        self.told: list[str] = []
        """What the chargers were told."""
        self.rounds = 0
        self._alarm = 0

    def start(self) -> None:
        """Start the process, again perhaps."""
        self.epoch += 1
        desk = DeskSettings({"CP1": Answering("local")}, PATIENCE_SECONDS)
        self.core = Site(
            site_core.SiteSettings(desk, preserve_ids=False, reach=self._reach),
            epoch=self.epoch,
            last_sequence=self.sequence,
            trimmed_through=self.sequence,
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
            self.endpoint.receive(datagram, CLOUD, self._schedule.now)
        elif inside == f"probe {self.rounds}":
            self.endpoint.receive_probe(datagram)
        self._pump()

    def _perform(self, action: s.Action) -> None:
        now = self._schedule.now
        match action:
            case SendFrame():
                self.endpoint.request("expander", action.frame, now, exchange=action.exchange)
            case HastenFrame():
                self.endpoint.hasten("expander", action.exchange, now)
            case SendKeepalive():
                self.endpoint.send("expander", b"", now)
            case SendBareKeepalive():
                self._send("main", BARE_KEEPALIVE)
            case nat_probe.SendProbe(number, delay_seconds, wait_seconds):
                self.probes.append(delay_seconds)
                payload = signs.encode(Probe(delay_seconds))
                self.endpoint.probe(
                    "expander", payload, now, exchange=number, wait_seconds=wait_seconds
                )
            case nat_probe.EndProbing():
                self.rounds += 1
            case nat_probe.SaveNatState(state):
                self.nat_state = state
            case s.RespondDownlink():
                self.endpoint.respond(action.request, action.payload, now)
            case KeepFact() | s.CloseCharger():
                pass
            case s.AppendRecord():
                through = self.sequence = action.record.sequence
                self._schedule.after(0.01, lambda: self.feed(s.RecordsDurable(through)))
            case s.SendToCharger():
                self.told.append(action.text)
            case _:
                pass
        self._pump()

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
            self._send("main", outgoing.datagram)
        for datagram in self.endpoint.outgoing_probes():
            self._send(f"probe {self.rounds}", datagram)
        self._set_alarm()

    def _send(self, inside: str, datagram: bytes) -> None:
        source = self._nat.outwards(inside, datagram)
        if not self._nat.loses():
            self._schedule.after(DELAY_SECONDS, lambda: self.cloud.receive(datagram, source))

    def _set_alarm(self) -> None:
        self._alarm += 1
        alarm, due = self._alarm, self.endpoint.timer()
        if due is not None:
            self._schedule.at(due, lambda: self._ring(alarm))

    def _ring(self, alarm: int) -> None:
        if alarm == self._alarm:
            self.endpoint.handle_timer(self._schedule.now)
            self._pump()


class Cloud:
    """The expander: its core, its endpoint, and a CSMS that answers every CALL with `{}`."""

    def __init__(self, schedule: Schedule, nat: Nat, site: Gateway) -> None:
        self._schedule, self._nat, self._site = schedule, nat, site
        keys = material(End.EXPANDER)
        context = OscoreContext(keys, files=MemoryFiles(keys.fingerprint()))
        self.endpoint = Endpoint(random=lambda: 0.5, first_message_id=7, delay_of=signs.delay_of)
        self.endpoint.add_peer(NAME, context, None)
        settings = expander_core.SiteSettings(90.0, frozenset({"CP1"}), 0, 0)
        self.core = Expander({NAME: settings}, random=lambda: 0.5, new_id=self._new_id)
        self.process = Process[e.Input, e.Action](schedule, "expander", self.core, self._perform)
        self.csms: list[str] = []
        """What the CSMS was sent, without heartbeats."""
        self.csms_at: list[float] = []
        self.changes: list[tuple[float, str]] = []
        """When the site was said to be there, or not."""
        self.sockets: Counter[str] = Counter()
        self._ids = 0
        self._alarm = 0

    def _new_id(self) -> str:
        self._ids += 1
        return f"made-{self._ids}"

    def command(self, text: str) -> None:
        """Let the CSMS say something to the charger."""
        self.process.feed(e.CsmsText(KEY, text))

    def receive(self, datagram: bytes, source: Address) -> None:
        """Take a datagram."""
        self.endpoint.receive(datagram, source, self._schedule.now)
        self._pump()

    def _perform(self, action: e.Action) -> None:
        now = self._schedule.now
        match action:
            case e.RespondSite():
                self.endpoint.respond(action.request, action.payload, now)
            case e.RequestSite():
                self.endpoint.request(NAME, action.payload, now, exchange=action.exchange)
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
                self._schedule.after(0.01, lambda: self.process.feed(e.CsmsOpened(KEY)))
            case e.CloseCsms():
                self.sockets["closed"] += 1
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

    def _csms(self, text: str) -> None:
        message = parse(text)
        if not isinstance(message, Call) or message.action != "Heartbeat":
            self.csms.append(text)
            self.csms_at.append(self._schedule.now)
        if isinstance(message, Call):
            answer = f'[3,"{message.message_id}",{{}}]'
            self._schedule.after(0.05, lambda: self.process.feed(e.CsmsText(KEY, answer)))

    def _pump(self) -> None:
        for event in self.endpoint.events():
            match event:
                case coap.RequestReceived():
                    self.process.feed(
                        e.SiteRequest(
                            NAME, event.request, event.payload, event.confirmable, event.newest
                        )
                    )
                case coap.ResponseReceived():
                    self.process.feed(
                        e.DownlinkAnswered(NAME, event.exchange, event.payload, event.transmissions)
                    )
                case coap.ExchangeFailed():
                    self.process.feed(e.DownlinkFailed(NAME, event.exchange))
                case coap.PeerMoved():
                    self.process.feed(e.SiteMoved(NAME))
                case _:
                    raise AssertionError(event)
        for outgoing in self.endpoint.outgoing():
            self._send(outgoing.datagram, outgoing.address)
        self._alarm += 1
        alarm, due = self._alarm, self.endpoint.timer()
        if due is not None:
            self._schedule.at(due, lambda: self._ring(alarm))

    def _send(self, datagram: bytes, target: Address) -> None:
        inside = self._nat.inwards(target, datagram)
        if inside is not None and not self._nat.loses():
            self._schedule.after(DELAY_SECONDS, lambda: self._site.receive(inside, datagram))

    def _ring(self, alarm: int) -> None:
        if alarm == self._alarm:
            self.endpoint.handle_timer(self._schedule.now)
            self._pump()


class NatWorld:
    """One site with one charger, its NAT and its expander."""

    def __init__(
        self, mode: Mode, nat_seconds: float, *, seed: int = 0, reach: ReachSettings | None = None
    ) -> None:
        self.schedule = Schedule(seed)
        self.nat = Nat(self.schedule, nat_seconds)
        self.site = Gateway(self.schedule, self.nat, reach or ReachSettings(mode))
        self.cloud = self.site.cloud = Cloud(self.schedule, self.nat, self.site)
        self.cloud.process.start()
        self.site.start()
        self.site.feed(s.ChargerConnected(1, "CP1", "/ocpp/CP1", "1.6"))

    def run(self, seconds: float) -> None:
        """Let time pass."""
        self.schedule.run(self.schedule.now + seconds)
        self.schedule.trace.clear()

    def says(self, text: str) -> None:
        """Let the charger say something."""
        self.site.feed(s.ChargerText(1, text))

    @property
    def total_bytes(self) -> int:
        """Return the IPv4 bytes of everything, both ways."""
        return self.nat.wire_bytes.total()


def month(mode: str, nat_seconds: float) -> NatWorld:
    """Return a world in which nothing has happened for 30 days."""
    world = NatWorld(cast(Mode, mode), nat_seconds)
    for _ in range(30):
        world.run(MONTH_SECONDS / 30)
    return world


def main() -> None:
    """Print the table."""
    print(f"{'mode':7} {'NAT':>6} {'interval':>8} {'MB':>6}  search  IPv4 bytes by kind")
    for mode in ("always", "active", "poll"):
        for nat_seconds in (30.0, 60.0, 120.0, 300.0, 1e9):
            world = month(mode, nat_seconds)
            kinds = dict(sorted(world.nat.wire_bytes.items()))
            interval = world.site.core.keepalive_seconds
            nat = "none" if nat_seconds == 1e9 else f"{nat_seconds:.0f} s"
            megabytes = world.total_bytes / 1e6
            print(f"{mode:7} {nat:>6} {interval:7.1f}s {megabytes:6.3f}  {world.site.probes[:10]}")
            print(f"{'':30}  {kinds} {world.cloud.sockets} {world.cloud.changes[:4]}")


if __name__ == "__main__":
    main()
