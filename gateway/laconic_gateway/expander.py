"""The cloud expander as a process: which core meets which edge."""

import asyncio
import logging
import random
import secrets
from contextlib import AsyncExitStack
from dataclasses import asdict
from functools import partial
from uuid import uuid4

from laconic_codec import signs
from laconic_gateway.address import Address
from laconic_gateway.config import ExpanderConfig
from laconic_gateway.core.coap import endpoint as coap
from laconic_gateway.core.coap.endpoint import Endpoint
from laconic_gateway.core.expander.csms_policy import CsmsPolicy
from laconic_gateway.core.expander.expander import Expander
from laconic_gateway.core.expander.io import (
    AbandonSite,
    Action,
    CloseCsms,
    CsmsClosed,
    CsmsFailed,
    CsmsOpened,
    CsmsText,
    DeliverDone,
    DeliveredThrough,
    DownlinkAnswered,
    DownlinkFailed,
    HastenSite,
    Input,
    KeepNow,
    Key,
    NotifySite,
    OpenCsms,
    OutboxPage,
    ReadOutbox,
    RecordDone,
    RecordsStored,
    RequestSite,
    ResetStored,
    RespondSite,
    SendToCsms,
    SiteMoved,
    SiteRequest,
    StoreRecords,
    TakenBack,
)
from laconic_gateway.core.expander.sites import SiteSettings
from laconic_gateway.core.notes import Note
from laconic_gateway.core.records import Record
from laconic_gateway.edge import loop
from laconic_gateway.edge.csms.sockets import CsmsSockets
from laconic_gateway.edge.driver import Driver
from laconic_gateway.edge.link.datagrams import DatagramShell
from laconic_gateway.edge.link.keyring import expander_keys
from laconic_gateway.edge.link.keys import KeyMaterial
from laconic_gateway.edge.link.oscore import OscoreContext
from laconic_gateway.edge.link.stream_server import StreamServer
from laconic_gateway.edge.metrics import Metrics
from laconic_gateway.edge.operator_socket import Command, OperatorSocket
from laconic_gateway.edge.panel import LinkPanel, counted, take_note, waiting
from laconic_gateway.edge.storage.engine import Engine
from laconic_gateway.edge.storage.outbox import Outbox
from laconic_gateway.edge.storage.outbox_tables import FILE_MAX_BYTES, OUTBOX_FILE
from laconic_gateway.edge.storage.patience import Patience, StopWaiting
from laconic_gateway.errors import GatewayError

_log = logging.getLogger("laconic")


def run(config: ExpanderConfig) -> int:
    """Run the expander until SIGTERM or SIGINT; return the exit code.

    Raises:
        KeyMaterialError, SequenceStateError, StorageError, OSError: it cannot start; the text
            says why.
    """
    return loop.run(lambda stop: serve(config, stop))


async def serve(config: ExpanderConfig, stop: asyncio.Event) -> int:
    """Run the expander until `stop` is set."""
    async with AsyncExitStack() as stack:
        patience = Patience(stop)
        contexts: dict[str, OscoreContext] = {}
        try:
            for name, material in expander_keys(config).items():
                _log.info("site %s has the keys %s", name, material.fingerprint())
                contexts[name] = await patience.have(partial(_open_context, name, material))
                stack.callback(contexts[name].close)
            outbox = await patience.have(lambda: _open_outbox(config))
            stack.push_async_callback(outbox.close)
        except StopWaiting:
            return 0
        await _serve(config, stop, contexts, outbox)
    return 0


async def _open_context(site: str, material: KeyMaterial) -> OscoreContext:
    return OscoreContext(material, on_half_used=partial(_half, site))


async def _serve(
    config: ExpanderConfig,
    stop: asyncio.Event,
    contexts: dict[str, OscoreContext],
    outbox: Engine,
) -> None:
    service = await _Service.build(config, contexts, outbox)
    try:
        await service.start()
        _log.info(
            "serving %s on %s %s",
            counted(len(config.site), "site"),
            "UDP and TCP" if config.expander.tcp else "UDP",
            Address(config.expander.listen[0], service.shell.local_port),
        )
        await stop.wait()
        _log.info("stopping")
    finally:
        await service.stop()
    _log.info("stopped; %s for the CSMS", waiting(service.core.backlog))


class _Service:
    """Everything of one expander that is alive."""

    core: Expander
    driver: Driver[Input, Action]
    shell: DatagramShell
    panel: LinkPanel
    operators: OperatorSocket

    def __init__(self, config: ExpanderConfig, outbox: Engine) -> None:
        self.config = config
        self.outbox = outbox
        self.metrics = Metrics("expander")
        self.passwords = config.passwords()
        self.open_sockets: set[Key] = set()
        self.csms = CsmsSockets(
            config.csms.url,
            on_opened=self._opened,
            on_failed=lambda key, status, reason: self.driver.feed(CsmsFailed(key, status, reason)),
            on_text=lambda key, text: self.driver.feed(CsmsText(key, text)),
            on_unusable=lambda _, reason: self.metrics.count(
                "laconic_bad_input_total", reason=reason
            ),
            on_closed=self._closed,
            ca_file=config.csms.ca_file,
            ping_seconds=config.csms.ping_seconds,
        )

    @classmethod
    async def build(
        cls, config: ExpanderConfig, contexts: dict[str, OscoreContext], outbox: Engine
    ) -> "_Service":
        service = cls(config, outbox)
        service.core = Expander(
            _settings(config, outbox),
            random=random.random,
            new_id=_new_id,
            policy=CsmsPolicy(
                command_seconds=config.csms.command_seconds,
                replay_boot=config.csms.replay_boot,
                refresh_status_seconds=config.csms.refresh_status_seconds,
            ),
        )
        service.driver = Driver(service.core, service.perform, service.note_fault)
        endpoint = Endpoint(
            random=random.random,
            first_message_id=secrets.randbelow(65_536),
            delay_of=signs.delay_of,
        )
        for name, context in contexts.items():
            endpoint.add_peer(name, context, None)
        host, port = config.expander.listen
        service.shell = await DatagramShell.bind(endpoint, host, port, service.link_event)
        if config.expander.tcp:
            await StreamServer.listen(service.shell, host, service.shell.local_port)
        service.panel = LinkPanel(service.metrics, endpoint, service.shell, service.publish)
        return service

    async def start(self) -> None:
        if self.config.metrics is not None:
            await self.metrics.serve(*self.config.metrics.listen)
        self.panel.start()
        self.driver.start()
        self.operators = await OperatorSocket.listen(
            self.config.expander.state_directory, self.obey
        )

    async def stop(self) -> None:
        await self.operators.close()
        self.driver.stop()
        self.shell.close()
        await self.csms.stop()
        self.panel.stop()
        await asyncio.to_thread(self.metrics.close)

    # --- what the core wants

    def perform(self, action: Action) -> None:
        match action:
            case SendToCsms():
                self.csms.send(action.key, action.text)
            case RespondSite():
                self.shell.respond(action.request, action.payload)
            case RequestSite():
                self.shell.request(action.site, action.payload, action.exchange)
            case HastenSite():
                self.shell.hasten(action.site, action.exchange)
            case AbandonSite():
                self.shell.abandon(action.site, action.exchange)
            case NotifySite():
                self.shell.send(action.site, action.payload)
            case StoreRecords():
                stored = partial(self._stored, action.site)
                self.outbox.commit(action.site, action.records, stored)
            case DeliverDone():
                done = partial(self._done, action.key, action.sequence)
                keeps = [(action.key[1], kept) for kept in action.keeps]
                self.outbox.done(action.key[0], [action.sequence], done, keeps=keeps)
            case KeepNow():
                self.outbox.done(action.key[0], [], keeps=[(action.key[1], action.kept)])
            case OpenCsms():
                password = self.passwords.get(action.key)
                self.csms.open(action.key, action.path, action.version, password)
            case CloseCsms():
                self.open_sockets.discard(action.key)
                self.csms.close(action.key)
            case ReadOutbox():
                site, charger = action.key
                page = partial(self._page, action.key)
                self.outbox.pending(site, charger, action.after, action.limit, page)
            case ResetStored():
                self.outbox.reset(action.site, action.stored)
            case Note():
                take_note(action, self.metrics)

    def _stored(self, site: str, through: int) -> None:
        # The frame is answered with the second of these: it tells the newest state of both.
        self._delivered(site)
        self.driver.feed(RecordsStored(site, through))

    def _done(self, key: Key, sequence: int) -> None:
        self._delivered(key[0])
        self.driver.feed(RecordDone(key, sequence))

    def _delivered(self, site: str) -> None:
        self.driver.feed(DeliveredThrough(site, self.outbox.delivered(site)))

    def _page(self, key: Key, records: list[Record]) -> None:
        self.driver.feed(OutboxPage(key, tuple(records)))

    # --- what happens

    def link_event(self, event: coap.Event) -> None:
        match event:
            case coap.RequestReceived():
                self.driver.feed(
                    SiteRequest(
                        event.peer,
                        event.request,
                        event.payload,
                        event.confirmable,
                        event.newest,
                        event.order,
                    )
                )
            case coap.ResponseReceived():
                answered = DownlinkAnswered(
                    event.peer, event.exchange, event.payload, event.path_in_doubt
                )
                self.driver.feed(answered)
            case coap.ExchangeFailed():
                self.driver.feed(DownlinkFailed(event.peer, event.exchange))
            case coap.PeerMoved():
                _log.debug("site %s has a new address", event.peer)
                if not isinstance(event.address, coap.StreamId):  # it knows of a new connection
                    self.driver.feed(SiteMoved(event.peer))
            case coap.ProbeAnswered() | coap.ProbeFailed():
                raise AssertionError("an expander sends no probes")

    def _opened(self, key: Key) -> None:
        self.open_sockets.add(key)
        self.driver.feed(CsmsOpened(key))

    def _closed(self, key: Key, reason: str) -> None:
        self.open_sockets.discard(key)
        self.driver.feed(CsmsClosed(key, reason))

    async def obey(self, command: Command) -> object:
        """Carry out a command of an operator."""
        match command:
            case {"command": "list"}:
                return [asdict(one) for one in await self.outbox.refused()]
            case {"command": "resend", "site": str(site), "number": int(number)}:
                record = await self.outbox.take_back(site, number)
                self.driver.feed(TakenBack((site, record.charger), record))
            case {"command": "drop", "site": str(site), "number": int(number)}:
                await self.outbox.drop(site, number)
            case _:
                raise GatewayError("this release does not know the command")
        return None

    def note_fault(self) -> None:
        self.metrics.count("laconic_faults_total")

    def publish(self) -> None:
        self.metrics.gauge("laconic_outbox_damaged_records", self.outbox.damaged_records)
        self.metrics.gauge("laconic_queue_messages", self.core.backlog)
        self.metrics.gauge("laconic_chargers_connected", self.core.present)
        self.metrics.gauge("laconic_csms_connected", len(self.open_sockets))
        self.metrics.gauge("laconic_sites_alive", self.core.alive)


async def _open_outbox(config: ExpanderConfig) -> Engine:
    path = config.expander.state_directory / OUTBOX_FILE
    return await Outbox.open(path, max_bytes=FILE_MAX_BYTES, on_trouble=_log.error)


def _settings(config: ExpanderConfig, outbox: Engine) -> dict[str, SiteSettings]:
    return {
        site.name: SiteSettings(
            lease_seconds=site.lease_seconds,
            chargers=frozenset(charger.identity for charger in site.charger),
            stored=outbox.stored(site.name),
            delivered=outbox.delivered(site.name),
            backlog=tuple(
                sorted({entry.charger for entry in outbox.backlog() if entry.site == site.name})
            ),
            kept=outbox.kept(site.name),
        )
        for site in config.site
    }


def _new_id() -> str:
    return str(uuid4())


def _half(site: str) -> None:
    _log.warning(
        "half of the messages that the keys of site %s may protect are used; make new ones with"
        " `laconic keys new` in the next weeks",
        site,
    )
