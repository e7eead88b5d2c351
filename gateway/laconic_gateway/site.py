"""The site gateway as a process: which core meets which edge."""

import asyncio
import logging
import random
import secrets
import time
from contextlib import AsyncExitStack, suppress
from typing import Final

from laconic_gateway.address import Address
from laconic_gateway.config import SiteConfig
from laconic_gateway.core.coap import endpoint as coap
from laconic_gateway.core.coap.carrier import Carrier
from laconic_gateway.core.coap.endpoint import Endpoint
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.site.desk import DeskSettings
from laconic_gateway.core.site.io import (
    Action,
    CarrierChanged,
    ChargerClosed,
    ChargerConnected,
    ChargerText,
    DownlinkRequest,
    ExchangeAnswered,
    ExchangeFailed,
    Input,
    RecordsRefused,
    RungChanged,
)
from laconic_gateway.core.site.nat_probe import (
    PathChanged,
    ProbeAnswered,
    ProbeFailed,
)
from laconic_gateway.core.site.policy import MessageClass
from laconic_gateway.core.site.reachability import ReachSettings
from laconic_gateway.core.site.site import Site, SiteSettings
from laconic_gateway.edge import loop
from laconic_gateway.edge.accounts import Accounts
from laconic_gateway.edge.boot import boot_id
from laconic_gateway.edge.chargers.server import ChargerServer
from laconic_gateway.edge.driver import Driver
from laconic_gateway.edge.link.carriers import SiteLink
from laconic_gateway.edge.link.keyring import site_keys
from laconic_gateway.edge.link.keys import KeyMaterial
from laconic_gateway.edge.link.oscore import OscoreContext
from laconic_gateway.edge.link.shell import Shell
from laconic_gateway.edge.metrics import Metrics
from laconic_gateway.edge.panel import LinkPanel, counted, waiting
from laconic_gateway.edge.storage.patience import Patience, StopWaiting
from laconic_gateway.edge.storage.room import Shed, told
from laconic_gateway.site_actions import EXPANDER, TRY_AGAIN_LATER, SiteActions
from laconic_gateway.site_files import SiteFiles

STUCK_SECONDS: Final = 120.0
"""When the journal has taken nothing for so long, the chargers' sockets are closed: a charger whose
socket is closed queues by itself (semantics D8 and D1)."""
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
    while not stop.is_set():
        async with AsyncExitStack() as stack:
            patience = Patience(stop)
            try:
                context = await patience.have(lambda: _open_context(material))
                stack.callback(context.close)
                files = await SiteFiles.open(config, patience, stack)
            except StopWaiting:
                return 0
            await _serve(config, stop, context, files, material.fingerprint())
    return 0


async def _open_context(material: KeyMaterial) -> OscoreContext:
    return OscoreContext(material, on_half_used=_half_used)


async def _serve(
    config: SiteConfig,
    stop: asyncio.Event,
    context: OscoreContext,
    files: SiteFiles,
    fingerprint: str,
) -> None:
    """Serve until `stop` is set, or the gateway has to start again."""
    gateway = await _Gateway.build(config, context, files)
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
        await _first_of(stop, gateway.starts_again)
        _log.info("stopping" if stop.is_set() else "starting again")
    finally:
        await gateway.stop()
    _log.info("stopped; %s on disk", waiting(gateway.core.undelivered))


async def _first_of(*events: asyncio.Event) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


class _Gateway:
    """Everything of one site that is alive."""

    core: Site
    driver: Driver[Input, Action]
    link: SiteLink
    shell: Shell
    panel: LinkPanel

    def __init__(self, config: SiteConfig, files: SiteFiles) -> None:
        self.config = config
        self.files = files
        self.journal = files.journal
        self.metrics = Metrics("site")
        self.accounts = self._accounts()
        self.connections: set[int] = set()
        self._stuck_since: float | None = None
        self.journal.on_shed = self._shed
        self._link_event = asyncio.Event()
        self.starts_again = asyncio.Event()
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
        cls, config: SiteConfig, context: OscoreContext, files: SiteFiles
    ) -> "_Gateway":
        gateway = cls(config, files)
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
            epoch=files.epoch,
            last_sequence=files.journal.last_sequence,
            trimmed_through=files.journal.trimmed_through,
            random=random.random,
            held_records=files.usage.found.held,
            nat=files.nat_state(gateway.nat_names()),
            facts=files.facts.found,
            boot=boot_id(),
        )
        actions = SiteActions(
            files,
            gateway.chargers,
            gateway.accounts,
            gateway.metrics,
            gateway.shell,
            gateway.nat_names(),
            lambda item: gateway.driver.feed(item),
            gateway.starts_again.set,
        )
        gateway.driver = Driver(gateway.core, actions.perform, gateway.note_fault)
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

    # --- what happens

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
                self.chargers.close(connection, TRY_AGAIN_LATER, "the journal is full")

    def nat_names(self) -> tuple[str, str]:
        """Return the names under which the journal keeps what was measured on this SIM."""
        family = "ipv4" if self.shell.is_ipv4 else "ipv6"
        prefix = f"nat {self.config.link.sim} {family}"
        return f"{prefix} proven_seconds", f"{prefix} searched_unix_seconds"

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
            self.files.usage,
            self.metrics,
            starts_on_day=1 if budget is None else budget.month_starts_on_day,
            budget=None if budget is None else budget.settings(),
            on_rung=lambda rung: self.driver.feed(RungChanged(rung)),
            clock=lambda: Instant(asyncio.get_running_loop().time(), time.time()),
        )


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


def _half_used() -> None:
    _log.warning(
        "half of the messages that these keys may protect are used; make new ones with"
        " `laconic keys new` in the next weeks"
    )
