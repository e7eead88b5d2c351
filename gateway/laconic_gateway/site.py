"""The site gateway as a process: which core meets which edge."""

import asyncio
import logging
import random
import secrets
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Final

from laconic_codec import signs
from laconic_codec.signs import Probe
from laconic_gateway.address import Address
from laconic_gateway.config import SiteConfig
from laconic_gateway.core.coap import endpoint as coap
from laconic_gateway.core.coap.carrier import Carrier
from laconic_gateway.core.coap.endpoint import Endpoint
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Note
from laconic_gateway.core.records import Record
from laconic_gateway.core.site.budget.contents import Carried
from laconic_gateway.core.site.budget.governor import MEGABYTE
from laconic_gateway.core.site.desk import DeskSettings
from laconic_gateway.core.site.io import (
    Action,
    AppendRecord,
    CarrierChanged,
    ChargerClosed,
    ChargerConnected,
    ChargerText,
    CloseCharger,
    DownlinkRequest,
    ExchangeAnswered,
    ExchangeFailed,
    HeldPage,
    Input,
    JournalPage,
    KeepRecord,
    ReadHeld,
    ReadJournal,
    RecordKept,
    RecordsDurable,
    RecordsRefused,
    RespondDownlink,
    RungChanged,
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
from laconic_gateway.core.site.offline.facts import KeepFact
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
from laconic_gateway.edge.accounts import Accounts
from laconic_gateway.edge.boot import boot_id
from laconic_gateway.edge.chargers.server import ChargerServer
from laconic_gateway.edge.driver import Driver
from laconic_gateway.edge.link.carriers import SiteLink
from laconic_gateway.edge.link.keyring import site_keys
from laconic_gateway.edge.link.oscore import OscoreContext
from laconic_gateway.edge.link.shell import Shell
from laconic_gateway.edge.metrics import Metrics
from laconic_gateway.edge.panel import LinkPanel, counted, take_note, waiting
from laconic_gateway.edge.storage.database import StorageError
from laconic_gateway.edge.storage.facts import FactStore
from laconic_gateway.edge.storage.journal import Journal
from laconic_gateway.edge.storage.room import Shed, told
from laconic_gateway.edge.storage.usage import UsageStore

EXPANDER: Final = "expander"
STUCK_SECONDS: Final = 120.0
"""When the journal has taken nothing for so long, the chargers' sockets are closed: a charger whose
socket is closed queues by itself (semantics D8 and D1)."""
HELD_THROUGH: Final = "held_through"
"""Number of the last held message that has its place in the journal."""
HELD_RETRY_SECONDS: Final = 5.0
TRY_AGAIN_LATER: Final = 1013
"""WebSocket close code (IANA registry): the server is there, and cannot serve now."""
STOP_SECONDS: Final = 2.0
"""How long a stop waits for answers that are on their way: they are paid for in any case, and
without them the next start would send their frames again."""

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
            usage = await _open_usage(config, journal)
            try:
                facts = await _open_facts(config)
                try:
                    files = (journal, usage, facts)
                    await _serve(config, stop, context, files, material.fingerprint())
                finally:
                    await facts.close()
            finally:
                await usage.close()
        finally:
            await journal.close()
    finally:
        context.close()
    return 0


async def _serve(
    config: SiteConfig,
    stop: asyncio.Event,
    context: OscoreContext,
    files: tuple[Journal, UsageStore, FactStore],
    fingerprint: str,
) -> None:
    gateway = await _Gateway.build(config, context, *files)
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
    link: SiteLink
    shell: Shell
    panel: LinkPanel

    def __init__(
        self, config: SiteConfig, journal: Journal, usage: UsageStore, facts: FactStore
    ) -> None:
        self.config = config
        self.journal = journal
        self.usage = usage
        self.facts = facts
        self.metrics = Metrics("site")
        self.accounts = self._accounts()
        self.connections: set[int] = set()
        self._stuck_since: float | None = None
        journal.on_shed = self._shed
        self._tasks: set[asyncio.Task[None]] = set()
        self._link_event = asyncio.Event()
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
        cls,
        config: SiteConfig,
        context: OscoreContext,
        journal: Journal,
        usage: UsageStore,
        facts: FactStore,
    ) -> "_Gateway":
        gateway = cls(config, journal, usage, facts)
        epoch = journal.numbers.get("epoch", 0) + 1
        await journal.set_number("epoch", epoch)
        endpoint = Endpoint(random=random.random, first_message_id=secrets.randbelow(65_536))
        host, port = config.site.expander
        endpoint.add_peer(EXPANDER, context, (host, port))
        gateway.link = await SiteLink.build(
            config.site.carrier,
            endpoint,
            EXPANDER,
            config.site.expander,
            random=random.random,
            on_event=gateway.link_event,
            on_reopened=gateway.link_reopened,
            on_carrier=gateway.carrier_changed,
        )
        gateway.shell = gateway.link.shell
        gateway.core = Site(
            _settings(config),
            epoch=epoch,
            last_sequence=journal.last_sequence,
            trimmed_through=journal.trimmed_through,
            random=random.random,
            held_records=usage.found.held,
            nat=_nat_state(journal, gateway.nat_names()),
            facts=facts.found,
            boot=boot_id(),
        )
        gateway.driver = Driver(gateway.core, gateway.perform, gateway.note_fault)
        gateway.shell.on_datagram = gateway.accounts.take
        gateway.panel = LinkPanel(gateway.metrics, endpoint, gateway.shell, gateway.publish)
        return gateway

    async def start(self) -> None:
        await self.chargers.start()
        if self.config.metrics is not None:
            await self.metrics.serve(*self.config.metrics.listen)
        self.panel.start()
        self.link.start()
        self.driver.start()
        self.accounts.start()

    async def stop(self) -> None:
        """Let no charger in, put on disk what came, and go."""
        await self.chargers.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await self._answered()
        self.driver.stop()
        self.panel.stop()
        self.link.close()
        await self.shell.wait_closed()
        self.accounts.stop()
        await asyncio.to_thread(self.metrics.close)

    async def _answered(self) -> None:
        while self.core.expects_answers:
            self._link_event.clear()
            await self._link_event.wait()

    # --- what the core wants

    def perform(self, action: Action) -> None:
        match action:
            case SendToCharger():
                self.chargers.send(action.connection, action.text)
            case CloseCharger():
                self.chargers.close(action.connection, TRY_AGAIN_LATER, action.reason)
            case KeepFact():
                self.facts.keep(action)
            case AppendRecord():
                self._append(action)
            case KeepRecord():
                self._keep_record(action)
            case ReadHeld():
                self._run(self._read_held(action))
            case Carried():
                self.accounts.tell_items(action)
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
                self._run(self._write_nat_state(action.state))
            case RespondDownlink():
                self.shell.respond(action.request, action.payload)
            case TrimJournal():
                self.journal.trim(action.through)
            case ReadJournal():
                self.journal.read(action.after, action.limit, self._page)
            case SaveEpoch():
                self._run(self._write_epoch(action.epoch))
            case Note():
                take_note(action, self.metrics)

    def _durable(self, through: int) -> None:
        self.driver.feed(RecordsDurable(through))

    def _shed(self, shed: list[Shed]) -> None:
        for one in shed:
            reason = "refused" if one.refused else str(one.rank)
            self.metrics.count("laconic_journal_shed_total", reason=reason)
        refused = frozenset(one.sequence for one in shed if one.refused)
        if refused:
            self.driver.feed(RecordsRefused(refused))
        for line in told(shed):
            _log.warning("%s", line)

    def _close_if_stuck(self) -> None:
        now = asyncio.get_running_loop().time()
        if not self.journal.is_stuck:
            self._stuck_since = None
        elif self._stuck_since is None:
            self._stuck_since = now
        elif now - self._stuck_since >= STUCK_SECONDS:
            self._stuck_since = now
            _log.error("the journal takes no records; closing the sockets of the chargers")
            for connection in list(self.connections):
                self.chargers.close(connection, 1013, "the journal is full")

    def _page(self, records: list[Record]) -> None:
        self.driver.feed(JournalPage(tuple(records)))

    def _run(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _append(self, action: AppendRecord) -> None:
        if action.releases == 0:
            self.journal.append([action.record], self._durable)
            return

        def durable(through: int) -> None:
            self.usage.drop_held(action.releases)
            self._durable(through)

        self.journal.append([action.record], durable, {HELD_THROUGH: action.releases})

    def _keep_record(self, action: KeepRecord) -> None:
        token = action.token
        self.usage.keep(action.record, action.is_held, lambda: self.driver.feed(RecordKept(token)))

    async def _read_held(self, action: ReadHeld) -> None:
        await asyncio.sleep(action.wait_seconds)
        while True:
            try:
                records = await self.usage.read_held(action.after, action.limit)
                break
            except StorageError as error:
                _log.error("cannot read what was held for lack of budget: %s", error)
            await asyncio.sleep(HELD_RETRY_SECONDS)
        self.driver.feed(HeldPage(tuple(records)))

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

    def carrier_changed(self, carrier: Carrier | None) -> None:
        if carrier == "tcp" or self.config.site.carrier == "auto":
            _log.info("the expander is reached by %s now", (carrier or "").upper())
        self.driver.feed(CarrierChanged(carrier))

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
        self._link_event.set()

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
        self.accounts.publish()
        self._close_if_stuck()
        self.metrics.gauge("laconic_journal_damaged_records", self.journal.damaged_records)
        self.metrics.gauge("laconic_journal_records", self.core.undelivered)
        self.metrics.gauge("laconic_chargers_connected", len(self.connections))
        self.metrics.gauge("laconic_link_up", self.core.link_up)
        self.metrics.gauge("laconic_on_tcp", self.link.carrier == "tcp")
        self.metrics.gauge("laconic_keepalive_seconds", self.core.keepalive_seconds)
        self.metrics.gauge("laconic_nat_proven_seconds", self.core.nat_proven_seconds)

    def _accounts(self) -> Accounts:
        budget = self.config.budget
        return Accounts(
            self.usage,
            self.metrics,
            starts_on_day=1 if budget is None else budget.month_starts_on_day,
            budget=None if budget is None else budget.settings(),
            on_rung=lambda rung: self.driver.feed(RungChanged(rung)),
            clock=lambda: Instant(asyncio.get_running_loop().time(), time.time()),
        )


async def _open_facts(config: SiteConfig) -> FactStore:
    return await FactStore.open(config.site.state_directory, on_trouble=_log.error)


async def _open_usage(config: SiteConfig, journal: Journal) -> UsageStore:
    return await UsageStore.open(
        config.site.state_directory,
        released_through=journal.numbers.get(HELD_THROUGH, 0),
        on_trouble=_log.error,
    )


async def _open_journal(config: SiteConfig) -> Journal:
    journal = await Journal.open(
        config.site.state_directory / "journal.db",
        max_bytes=round(config.site.journal_megabytes * MEGABYTE),
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
            is_free_while_offline=config.chargers.unknown_tokens == "accept",
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
