"""Both ends of the link with real files: cores, endpoints and contexts are those of `virtual`."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from laconic_bench.storage_figures.many_csms import ManyCsms
from laconic_bench.storage_figures.slow_link import LinkRate, Pipe
from laconic_bench.storage_figures.virtual_files import VirtualFiles
from laconic_bench.virtual.coap_link import CLOUD
from laconic_bench.virtual.nat import Nat
from laconic_bench.virtual.nat_cloud import NAME, Cloud
from laconic_bench.virtual.nat_site import PATIENCE_SECONDS, Gateway
from laconic_bench.virtual.process import Process
from laconic_bench.virtual.schedule import Schedule
from laconic_gateway.core.coap.endpoint import Address, Endpoint, Mark
from laconic_gateway.core.expander import io as e
from laconic_gateway.core.expander.sites import SiteSettings
from laconic_gateway.core.notes import Note
from laconic_gateway.core.records import Record
from laconic_gateway.core.site import io as s
from laconic_gateway.core.site import site as site_core
from laconic_gateway.core.site.desk import DeskSettings
from laconic_gateway.core.site.policy import Answering
from laconic_gateway.core.site.reachability import ReachSettings
from laconic_gateway.core.site.site import Site
from laconic_gateway.edge.storage.journal import Journal
from laconic_gateway.edge.storage.outbox import Outbox

JOURNAL_BYTES: Final = 512 * 2**20
OUTBOX_BYTES: Final = 4 * 2**30
LEASE_SECONDS: Final = 90.0


class StoredSite(Gateway):
    """A site with a journal on disk and some chargers, on a link with a rate."""

    def __init__(
        self,
        schedule: Schedule,
        nat: Nat,
        identities: tuple[str, ...],
        files: VirtualFiles,
        folder: Path,
        rate: LinkRate,
    ) -> None:
        super().__init__(schedule, nat, ReachSettings())
        self._identities = identities
        self._files = files
        self.pipe = Pipe(schedule, rate)
        self.path = folder / "journal.db"
        self.on_told: Callable[[int, str], None] = lambda connection, text: None
        """Told what each charger is told."""
        self.journal = files.run(Journal.open(self.path, max_bytes=JOURNAL_BYTES))

    def start(self) -> None:
        """Start the process with what is on disk."""
        self.epoch += 1
        answering = {identity: Answering("local") for identity in self._identities}
        desk = DeskSettings(answering, PATIENCE_SECONDS)
        self.core = Site(
            site_core.SiteSettings(desk, preserve_ids=False, reach=self._reach),
            epoch=self.epoch,
            last_sequence=self.journal.last_sequence,
            trimmed_through=self.journal.trimmed_through,
            random=self._schedule.random.random,
        )
        self.endpoint = Endpoint(random=self._schedule.random.random, first_message_id=self.epoch)
        self.endpoint.add_peer("expander", self.context, CLOUD)
        self.process = Process[s.Input, s.Action](self._schedule, "site", self.core, self._perform)
        self.process.start()

    def _perform(self, action: s.Action) -> None:
        match action:
            case s.AppendRecord():
                self.journal.append([action.record], self._files.expect(self._durable))
            case s.TrimJournal():
                self.journal.trim(action.through)
            case s.ReadJournal():
                self.journal.read(action.after, action.limit, self._files.expect(self._page))
            case _:
                super()._perform(action)

    def _durable(self, through: int) -> None:
        self.feed(s.RecordsDurable(through))

    def _page(self, records: list[Record]) -> None:
        self.feed(s.JournalPage(tuple(records)))

    def _tell(self, action: s.SendToCharger) -> None:
        self.on_told(action.connection, action.text)

    def _send(self, inside: str, datagram: bytes, mark: Mark) -> None:
        source = self._nat.outwards(inside, datagram)
        self.pipe.carry(datagram, lambda: self.cloud.receive(datagram, source))


class StoredCloud(Cloud):
    """An expander with an outbox on disk, and the CSMS behind it."""

    def __init__(
        self,
        schedule: Schedule,
        nat: Nat,
        site: StoredSite,
        identities: tuple[str, ...],
        files: VirtualFiles,
        folder: Path,
        rate: LinkRate,
    ) -> None:
        chargers = frozenset(identities)
        settings = SiteSettings(LEASE_SECONDS, chargers, stored=0, delivered=0)
        super().__init__(schedule, nat, site, settings, schedule.random.random)
        self._files = files
        self.pipe = Pipe(schedule, rate)
        self.outbox = files.run(Outbox.open(folder / "outbox.db", max_bytes=OUTBOX_BYTES))
        self.many = ManyCsms(schedule, self.process.feed)
        self.notes: Counter[str] = Counter()
        """By topic and label."""

    def _perform(self, action: e.Action) -> None:
        match action:
            case e.StoreRecords():
                self.outbox.commit(NAME, action.records, self._files.expect(self._stored))
            case e.DeliverDone():
                done = self._files.expect(partial(self._done, action.key, action.sequence))
                keeps = [(action.key[1], kept) for kept in action.keeps]
                self.outbox.done(NAME, [action.sequence], done, keeps=keeps)
            case e.ReadOutbox(key, after, limit):
                page = self._files.expect(partial(self._page, key))
                self.outbox.pending(NAME, key[1], after, limit, page)
            case e.ResetStored():
                self.outbox.reset(NAME, action.stored)
            case e.OpenCsms():
                self.many.open(action.key)
            case e.CloseCsms():
                self.many.close(action.key)
            case e.SendToCsms():
                self.many.send(action.key, action.text)
            case Note():
                self.notes[f"{action.topic} {action.label}"] += 1
            case _:
                super()._perform(action)

    def _stored(self, through: int) -> None:
        self.process.feed(e.DeliveredThrough(NAME, self.outbox.delivered(NAME)))
        self.process.feed(e.RecordsStored(NAME, through))

    def _done(self, key: e.Key, sequence: int) -> None:
        self.process.feed(e.DeliveredThrough(NAME, self.outbox.delivered(NAME)))
        self.process.feed(e.RecordDone(key, sequence))

    def _page(self, key: e.Key, records: list[Record]) -> None:
        self.process.feed(e.OutboxPage(key, tuple(records)))

    def _send(self, datagram: bytes, target: Address) -> None:
        inside = self._nat.inwards(target, datagram)
        if inside is not None:
            self.pipe.carry(datagram, lambda: self._site.receive(inside, datagram))
