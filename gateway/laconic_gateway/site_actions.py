"""What a site's core wants done, and who does it."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Final

from laconic_codec import signs
from laconic_codec.signs import Probe
from laconic_gateway.core.notes import Note
from laconic_gateway.core.records import Record
from laconic_gateway.core.site.budget.contents import Carried
from laconic_gateway.core.site.io import (
    Action,
    AppendRecord,
    CloseCharger,
    HeldPage,
    Input,
    JournalPage,
    KeepRecord,
    MoveRecords,
    ReadHeld,
    ReadJournal,
    RecordKept,
    RecordsDurable,
    RespondDownlink,
    SaveEpoch,
    SendToCharger,
    TrimJournal,
)
from laconic_gateway.core.site.nat_probe import EndProbing, NatState, SaveNatState, SendProbe
from laconic_gateway.core.site.offline.facts import KeepFact
from laconic_gateway.core.site.sendings import (
    HastenFrame,
    SendBareKeepalive,
    SendFrame,
    SendKeepalive,
)
from laconic_gateway.edge.accounts import Accounts
from laconic_gateway.edge.chargers.server import ChargerServer
from laconic_gateway.edge.link.shell import Shell
from laconic_gateway.edge.metrics import Metrics
from laconic_gateway.edge.panel import take_note
from laconic_gateway.edge.storage.database import StorageError
from laconic_gateway.site_files import (
    EPOCH,
    HELD_THROUGH,
    MOVES_AFTER,
    MOVES_ONTO,
    SiteFiles,
)

EXPANDER: Final = "expander"
TRY_AGAIN_LATER: Final = 1013
"""WebSocket close code (IANA registry): the server is there, and cannot serve now."""
HELD_RETRY_SECONDS: Final = 5.0

_log = logging.getLogger("laconic")


class SiteActions:
    """Carries out actions; what comes of them is fed to the core again."""

    def __init__(
        self,
        files: SiteFiles,
        chargers: ChargerServer,
        accounts: Accounts,
        metrics: Metrics,
        shell: Shell,
        nat_names: tuple[str, str],
        feed: Callable[[Input], None],
        start_again: Callable[[], None],
    ) -> None:
        """`nat_names` are the numbers under which the journal keeps what was measured."""
        self._journal = files.journal
        self._usage = files.usage
        self._facts = files.facts
        self._chargers = chargers
        self._accounts = accounts
        self._metrics = metrics
        self._shell = shell
        self._nat_names = nat_names
        self._feed = feed
        self._start_again = start_again
        self._tasks: set[asyncio.Task[object]] = set()

    def perform(self, action: Action) -> None:
        """Carry out an action."""
        match action:
            case SendToCharger():
                self._chargers.send(action.connection, action.text)
            case CloseCharger():
                self._chargers.close(action.connection, TRY_AGAIN_LATER, action.reason)
            case KeepFact():
                self._facts.keep(action)
            case AppendRecord():
                self._append(action)
            case KeepRecord():
                self._keep_record(action)
            case ReadHeld():
                self._run(self._read_held(action))
            case Carried():
                self._accounts.tell_items(action)
            case SendFrame():
                self._shell.request(EXPANDER, action.frame, action.exchange)
            case HastenFrame():
                self._shell.hasten(EXPANDER, action.exchange)
            case SendKeepalive():
                self._shell.send(EXPANDER, b"")
            case SendBareKeepalive():
                self._metrics.count("laconic_bare_keepalives_total")
                self._shell.send_bare()
            case SendProbe():
                self._metrics.count("laconic_nat_probes_total")
                payload = signs.encode(Probe(action.delay_seconds))
                self._shell.probe(EXPANDER, payload, action.number, action.wait_seconds)
            case EndProbing():
                self._shell.end_probing()
            case SaveNatState():
                self._run(self._write_nat_state(action.state))
            case RespondDownlink():
                self._shell.respond(action.request, action.payload)
            case TrimJournal():
                self._journal.trim(action.through)
            case ReadJournal():
                self._journal.read(action.after, action.limit, self._page)
            case SaveEpoch():
                self._run(self._write_number(EPOCH, action.epoch))
            case MoveRecords():
                self._run(self._move_records(action))
            case Note():
                take_note(action, self._metrics)

    def _durable(self, through: int) -> None:
        self._feed(RecordsDurable(through))

    def _page(self, records: list[Record]) -> None:
        self._feed(JournalPage(tuple(records)))

    def _run(self, work: Coroutine[None, None, object]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _append(self, action: AppendRecord) -> None:
        if action.releases == 0:
            self._journal.append([action.record], self._durable)
            return

        def durable(through: int) -> None:
            self._usage.drop_held(action.releases)
            self._durable(through)

        self._journal.append([action.record], durable, {HELD_THROUGH: action.releases})

    def _keep_record(self, action: KeepRecord) -> None:
        token = action.token
        self._usage.keep(action.record, action.is_held, lambda: self._feed(RecordKept(token)))

    async def _read_held(self, action: ReadHeld) -> None:
        await asyncio.sleep(action.wait_seconds)
        while True:
            try:
                records = await self._usage.read_held(action.after, action.limit)
                break
            except StorageError as error:
                _log.error("cannot read what was held for lack of budget: %s", error)
            await asyncio.sleep(HELD_RETRY_SECONDS)
        self._feed(HeldPage(tuple(records)))

    async def _write_number(self, name: str, value: int) -> bool:
        try:
            await self._journal.set_number(name, value)
        except StorageError as error:
            _log.error("cannot write %s down: %s", name, error)
            return False
        return True

    async def _move_records(self, action: MoveRecords) -> None:
        """Have the next start do it: now numbers are in use everywhere."""
        planned = await self._write_number(MOVES_AFTER, action.after)
        if planned and await self._write_number(MOVES_ONTO, action.onto):
            self._start_again()

    async def _write_nat_state(self, state: NatState) -> None:
        proven, searched = self._nat_names
        try:
            await self._journal.set_number(proven, state.proven_seconds)
            await self._journal.set_number(searched, state.searched_unix_seconds)
        except StorageError as error:
            _log.error("cannot write the timer of the NAT down: %s", error)
