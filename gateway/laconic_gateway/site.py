"""The site gateway as a process: which core meets which edge."""

import asyncio
import logging
import random
import secrets
import time
from collections.abc import Coroutine
from typing import Final

from laconic_codec import signs
from laconic_codec.signs import Probe
from laconic_gateway.address import Address
from laconic_gateway.config import SiteConfig
from laconic_gateway.core.coap import endpoint as coap
from laconic_gateway.core.coap.endpoint import Endpoint
from laconic_gateway.core.notes import Note
from laconic_gateway.core.records import Record
from laconic_gateway.core.site.desk import DeskSettings
from laconic_gateway.core.site.io import (
    Action,
    AppendRecord,
    ChargerClosed,
    ChargerConnected,
    ChargerText,
    DownlinkRequest,
    ExchangeAnswered,
    ExchangeFailed,
    Input,
    JournalPage,
    ReadJournal,
    RecordsDurable,
    RespondDownlink,
    SaveEpoch,
    SendToCharger,
    TrimJournal,
)
from laconic_gateway.core.site.nat_probe import (
    EndProbing,
    NatState,
    PathChanged,
    ProbeAnswered,
    ProbeFailed,
    SaveNatState,
    SendProbe,
)
from laconic_gateway.core.site.policy import MessageClass
from laconic_gateway.core.site.reachability import ReachSettings
from laconic_gateway.core.site.site import Site, SiteSettings
from laconic_gateway.core.site.uplink import (
    HastenFrame,
    SendBareKeepalive,
    SendFrame,
    SendKeepalive,
)
from laconic_gateway.edge import loop
from laconic_gateway.edge.chargers.server import ChargerServer
from laconic_gateway.edge.driver import Driver
from laconic_gateway.edge.link.datagrams import DatagramShell
from laconic_gateway.edge.link.keyring import site_keys
from laconic_gateway.edge.link.oscore import OscoreContext
from laconic_gateway.edge.metrics import Metrics
from laconic_gateway.edge.panel import LinkPanel, counted, take_note, waiting
from laconic_gateway.edge.storage.database import StorageError
from laconic_gateway.edge.storage.journal import Journal

EXPANDER: Final = "expander"
JOURNAL_MAX_BYTES: Final = 512 * 1024 * 1024

_log = logging.getLogger("laconic")


def run(config: SiteConfig) -> int:
    """Run the gateway until SIGTERM or SIGINT; return the exit code.

    Raises:
        KeyMaterialError, SequenceStateError, StorageError, OSError: it cannot start; the text
            says why.
    """
    return loop.run(lambda stop: serve(config, stop))


async def serve(config: SiteConfig, stop: asyncio.Event) -> int:
    """Run the gateway until `stop` is set."""
    material = site_keys(config)
    context = OscoreContext(material, on_half_used=_half_used)
    try:
        journal = await _open_journal(config)
        try:
            await _serve(config, stop, context, journal, material.fingerprint())
        finally:
            await journal.close()
    finally:
        context.close()
    return 0


async def _serve(
    config: SiteConfig,
    stop: asyncio.Event,
    context: OscoreContext,
    journal: Journal,
    fingerprint: str,
) -> None:
    gateway = await _Gateway.build(config, context, journal)
    try:
        await gateway.start()
        _log.info(
            "site %s serves chargers on %s; keys %s, expander %s, %s",
            config.site.name,
            Address(config.chargers.listen[0], gateway.chargers.port),
            fingerprint,
            Address(*config.site.expander),
            counted(len(config.charger), "charger"),
        )
        await stop.wait()
        _log.info("stopping")
    finally:
        await gateway.stop()
    _log.info("stopped; %s on disk", waiting(gateway.core.undelivered))


class _Gateway:
    """Everything of one site that is alive."""

    core: Site
    driver: Driver[Input, Action]
    shell: DatagramShell
    panel: LinkPanel

    def __init__(self, config: SiteConfig, journal: Journal) -> None:
        self.config = config
        self.journal = journal
        self.metrics = Metrics("site")
        self.connections: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        host, port = config.chargers.listen
        self.chargers = ChargerServer(
            host,
            port,
            config.passwords(),
            ping_seconds=config.chargers.ping_seconds,
            on_connected=self._connected,
            on_text=lambda connection, text: self.driver.feed(ChargerText(connection, text)),
            on_unusable=self._unusable,
            on_closed=self._closed,
            on_refused=self._refused,
        )

    @classmethod
    async def build(
        cls, config: SiteConfig, context: OscoreContext, journal: Journal
    ) -> "_Gateway":
        gateway = cls(config, journal)
        epoch = journal.numbers.get("epoch", 0) + 1
        await journal.set_number("epoch", epoch)
        endpoint = Endpoint(random=random.random, first_message_id=secrets.randbelow(65_536))
        host, port = config.site.expander
        endpoint.add_peer(EXPANDER, context, (host, port))
        gateway.shell = await DatagramShell.connect(
            endpoint, host, port, gateway.link_event, gateway.link_reopened
        )
        gateway.core = Site(
            _settings(config),
            epoch=epoch,
            last_sequence=journal.last_sequence,
            trimmed_through=journal.trimmed_through,
            random=random.random,
            nat=_nat_state(journal, gateway.nat_names()),
        )
        gateway.driver = Driver(gateway.core, gateway.perform, gateway.note_fault)
        gateway.panel = LinkPanel(gateway.metrics, endpoint, gateway.shell, gateway.publish)
        return gateway

    async def start(self) -> None:
        await self.chargers.start()
        if self.config.metrics is not None:
            await self.metrics.serve(*self.config.metrics.listen)
        self.panel.start()
        self.driver.start()

    async def stop(self) -> None:
        """Let no charger in, put on disk what came, and go."""
        await self.chargers.stop()
        self.driver.stop()
        self.panel.stop()
        self.shell.close()
        await asyncio.to_thread(self.metrics.close)

    # --- what the core wants

    def perform(self, action: Action) -> None:
        match action:
            case SendToCharger():
                self.chargers.send(action.connection, action.text)
            case AppendRecord():
                self.journal.append([action.record], self._durable)
            case SendFrame():
                self.shell.request(EXPANDER, action.frame, action.exchange)
            case HastenFrame():
                self.shell.hasten(EXPANDER, action.exchange)
            case SendKeepalive():
                self.shell.send(EXPANDER, b"")
            case SendBareKeepalive():
                self.metrics.count("laconic_bare_keepalives_total")
                self.shell.send_bare()
            case SendProbe():
                self.metrics.count("laconic_nat_probes_total")
                payload = signs.encode(Probe(action.delay_seconds))
                self.shell.probe(EXPANDER, payload, action.number, action.wait_seconds)
            case EndProbing():
                self.shell.end_probing()
            case SaveNatState():
                self._keep(self._write_nat_state(action.state))
            case RespondDownlink():
                self.shell.respond(action.request, action.payload)
            case TrimJournal():
                self.journal.trim(action.through)
            case ReadJournal():
                self.journal.read(action.after, action.limit, self._page)
            case SaveEpoch():
                self._save_epoch(action.epoch)
            case Note():
                take_note(action, self.metrics)

    def _durable(self, through: int) -> None:
        self.driver.feed(RecordsDurable(through))

    def _page(self, records: list[Record]) -> None:
        self.driver.feed(JournalPage(tuple(records)))

    def _save_epoch(self, epoch: int) -> None:
        self._keep(self._write_epoch(epoch))

    def _keep(self, writing: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(writing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write_epoch(self, epoch: int) -> None:
        try:
            await self.journal.set_number("epoch", epoch)
        except StorageError as error:
            _log.error("cannot write the epoch down: %s", error)

    async def _write_nat_state(self, state: NatState) -> None:
        proven, searched = self.nat_names()
        try:
            await self.journal.set_number(proven, state.proven_seconds)
            await self.journal.set_number(searched, state.searched_unix_seconds)
        except StorageError as error:
            _log.error("cannot write the timer of the NAT down: %s", error)

    def nat_names(self) -> tuple[str, str]:
        """Return the names under which the journal keeps what was measured on this SIM."""
        family = "ipv4" if self.shell.is_ipv4 else "ipv6"
        prefix = f"nat {self.config.link.sim} {family}"
        return f"{prefix} proven_seconds", f"{prefix} searched_unix_seconds"

    # --- what happens

    def link_reopened(self) -> None:
        if hasattr(self, "driver"):
            self.driver.feed(PathChanged())

    def link_event(self, event: coap.Event) -> None:
        match event:
            case coap.RequestReceived():
                self.driver.feed(DownlinkRequest(event.request, event.payload))
            case coap.ResponseReceived():
                self.driver.feed(ExchangeAnswered(event.exchange, event.payload))
            case coap.ExchangeFailed():
                self.driver.feed(ExchangeFailed(event.exchange, event.reason))
            case coap.ProbeAnswered():
                self.driver.feed(ProbeAnswered(event.exchange))
            case coap.ProbeFailed():
                self.driver.feed(ProbeFailed(event.exchange, event.conclusive))
            case coap.PeerMoved():
                pass

    def _connected(self, connection: int, identity: str, path: str, version: str) -> None:
        self.connections.add(connection)
        self.driver.feed(ChargerConnected(connection, identity, path, version))

    def _closed(self, connection: int) -> None:
        self.connections.discard(connection)
        self.driver.feed(ChargerClosed(connection))

    def _unusable(self, connection: int, reason: str) -> None:
        self.metrics.count("laconic_bad_input_total", reason=reason)

    def _refused(self, reason: str, identity: str | None) -> None:
        self.metrics.count("laconic_refused_connections_total", reason=reason)

    def note_fault(self) -> None:
        self.metrics.count("laconic_faults_total")

    def publish(self) -> None:
        self.metrics.gauge("laconic_journal_records", self.core.undelivered)
        self.metrics.gauge("laconic_chargers_connected", len(self.connections))
        self.metrics.gauge("laconic_link_up", self.core.link_up)
        self.metrics.gauge("laconic_keepalive_seconds", self.core.keepalive_seconds)
        self.metrics.gauge("laconic_nat_proven_seconds", self.core.nat_proven_seconds)


async def _open_journal(config: SiteConfig) -> Journal:
    journal = await Journal.open(
        config.site.state_directory / "journal.db",
        max_bytes=JOURNAL_MAX_BYTES,
        on_trouble=_log.error,
    )
    if journal.last_sequence == 0:
        # A journal that replaces a lost one begins beyond it, or the expander would take new
        # messages for old ones.
        await journal.begin_after(int(time.time() * 1000))
    return journal


def _settings(config: SiteConfig) -> SiteSettings:
    batch = config.batch
    return SiteSettings(
        desk=DeskSettings(
            answering=config.answering(),
            patience_seconds={
                MessageClass.INTERACTIVE: 0.0,
                MessageClass.TRANSACTION: batch.transaction_seconds,
                MessageClass.ALARM: batch.alarm_seconds,
                MessageClass.STATUS: batch.status_seconds,
                MessageClass.TELEMETRY: batch.telemetry_seconds,
                MessageClass.BACKGROUND: batch.background_seconds,
            },
        ),
        preserve_ids=config.chargers.message_ids == "preserve",
        reach=ReachSettings(
            mode=config.link.reachability,
            keepalive_seconds=config.link.keepalive_seconds,
            sign_of_life_seconds=config.link.sign_of_life_seconds,
            poll_seconds=config.link.poll_seconds,
        ),
    )


def _nat_state(journal: Journal, names: tuple[str, str]) -> NatState | None:
    proven, searched = (journal.numbers.get(name) for name in names)
    return None if proven is None or searched is None else NatState(proven, searched)


def _half_used() -> None:
    _log.warning(
        "half of the messages that these keys may protect are used; make new ones with"
        " `laconic keys new` in the next weeks"
    )
