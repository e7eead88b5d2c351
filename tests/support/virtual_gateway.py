"""The site gateway in virtual time: the real core with its journal, chargers and link."""

from dataclasses import replace

from laconic_bench.virtual.process import Process
from laconic_bench.virtual.schedule import UNIX_START, Schedule
from laconic_codec.frame import Coding
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Note
from laconic_gateway.core.records import Record
from laconic_gateway.core.site import io as s
from laconic_gateway.core.site import site as site_core
from laconic_gateway.core.site.budget.contents import Carried
from laconic_gateway.core.site.nat_probe import EndProbing, SaveNatState, SendProbe
from laconic_gateway.core.site.offline.facts import KeepFact
from laconic_gateway.core.site.sendings import (
    HastenFrame,
    SendBareKeepalive,
    SendFrame,
    SendKeepalive,
)
from laconic_gateway.core.site.site import Site
from tests.support.virtual_charger import Charger
from tests.support.virtual_claims import Claims
from tests.support.virtual_journal import FactFile, Journal
from tests.support.virtual_link import Way
from tests.support.virtual_steps import Steps
from tests.support.virtual_watch import Watch


class SiteProcess:
    """The site gateway: a core, its journal, its chargers, its end of the link."""

    def __init__(
        self,
        schedule: Schedule,
        settings: site_core.SiteSettings,
        disk_seconds: float,
        steps: Steps,
        quota_records: int,
        codings: Coding,
    ) -> None:
        """`codings` are those that this site speaks."""
        self._schedule = schedule
        self._settings = replace(settings, codings=codings)
        self._steps = steps
        self._lives = 0
        self._claims = Claims(self._lose)
        self._process: Process[s.Input, s.Action] | None = None
        self._open: dict[int, Charger] = {}
        self.journal = Journal(
            schedule, disk_seconds, steps, first_after=1_000, quota_records=quota_records
        )
        self.journal.on_refused = self._refused
        self.facts = FactFile(schedule, disk_seconds, steps)
        self.core: Site
        self.up: Way
        self.down: Way
        self.notes: list[Note] = []
        self.boot = "boot-1"
        self.clock_error_seconds = 0.0
        """How far the wall clock of the machine is ahead."""
        self.watch = Watch(schedule, self.journal)

    @property
    def life(self) -> int:
        """Count the starts; 0 while dead."""
        return self._lives if self._process is not None else 0

    def start(self) -> None:
        """Start the process with what is on disk; it cannot, if it cannot write its epoch down."""
        journal = self.journal
        if journal.changes.is_stalled:
            self._schedule.mark("site cannot start")
            return
        self._lives += 1
        journal.open()
        journal.epoch += 1
        self.core = Site(
            self._settings,
            epoch=journal.epoch,
            last_sequence=journal.last_sequence,
            trimmed_through=journal.trimmed_through,
            random=self._schedule.random.random,
            facts=dict(self.facts.found),
            boot=self.boot,
        )
        self.watch.restart()
        self._process = Process(self._schedule, "site", self.core, self._perform, self._instant)
        self._process.start()

    def crash(self, *, power: bool = False) -> None:
        """End without a word."""
        if self._process is None:
            return
        self._schedule.mark("site restarted")
        self._process.ended = True
        self._process = None
        self.journal.crash(power=power)
        self.facts.disk.crash(power=power)
        self.close_all()

    def _instant(self) -> Instant:
        now = self._schedule.now
        return Instant(now, UNIX_START + now + self.clock_error_seconds)

    # --- chargers

    def connect(self, charger: Charger) -> int | None:
        """Let a charger in, unless another connection with its identity is alive."""
        number = self._claims.claim(charger.identity, lambda: charger.connection == number)
        if number is None:
            return None
        self._open[number] = charger
        self._feed(s.ChargerConnected(number, charger.identity, charger.path, charger.version))
        return number

    def is_taken(self, identity: str) -> bool:
        """Tell whether somebody else who claims this identity now is sent away."""
        number = self._claims.claim(identity, lambda: True)
        if number is not None:
            self._claims.release(number)
        return number is None

    def disconnect(self, connection: int) -> None:
        """Take note that a charger has left."""
        self._claims.release(connection)
        self._lose(connection)

    def close_all(self) -> None:
        """Close the sockets of all chargers."""
        for connection, charger in list(self._open.items()):
            if charger.connection == connection:
                charger.lose_site()
            self.disconnect(connection)

    def close_if_stuck(self) -> None:
        """Do as the process does with a journal that has taken nothing for `STUCK_SECONDS`."""
        if self.journal.appends.is_stuck and self._open:
            self._schedule.mark("sockets closed by a full disk")
            self.close_all()

    def _lose(self, connection: int) -> None:
        if self._open.pop(connection, None) is not None:
            self._feed(s.ChargerClosed(connection))

    def hear(self, connection: int, text: str) -> None:
        """Take a text of a charger."""
        if connection in self._open:
            self._feed(s.ChargerText(connection, text))

    # --- link

    def take_request(self, request: int, payload: bytes, confirmable: bool, newest: bool) -> None:
        """Take a frame that the expander sent by itself."""
        self._schedule.mark("downlink request")
        self._feed(s.DownlinkRequest(request, payload))

    def take_answer(self, number: int, payload: bytes) -> None:
        """Take the expander's answer to a frame."""
        self.watch.answered(number, payload)
        self._feed(s.ExchangeAnswered(number, payload))

    def take_failure(self, number: int) -> None:
        """Learn that a frame was not answered."""
        self._feed(s.ExchangeFailed(number, "no answer"))

    def _feed(self, item: s.Input) -> None:
        if self._process is not None:
            self._process.feed(item)

    def _perform(self, action: s.Action) -> None:
        self._do(action)
        self._steps.passed(type(action).__name__)

    def _do(self, action: s.Action) -> None:
        match action:
            case s.SendToCharger():
                charger = self._open.get(action.connection)
                if charger is not None:
                    self.watch.told(charger, action.text)
                    self._schedule.after(0.001, lambda: self._tell(charger, action))
            case s.CloseCharger():
                raise AssertionError("no charger of this world is to know of an outage")
            case KeepFact():
                self.facts.keep(action)
            case s.AppendRecord():
                self.journal.append(action.record, lambda through: self._durable(through))
            case SendFrame():
                self._schedule.mark("frame up")
                self.watch.sent(action.exchange)
                if action.frame[1] == 2:
                    self._schedule.mark("fragment up")
                self.up.request(action.exchange, action.frame)
            case HastenFrame():
                self.up.hasten(action.exchange)
            case SendKeepalive():
                self._schedule.mark("keepalive")
                self.up.send(b"")
            case SendBareKeepalive():
                self._schedule.mark("bare keepalive")
            case SendProbe() | EndProbing() | SaveNatState():
                raise AssertionError("nothing is measured at a fixed interval")
            case s.RespondDownlink():
                self.down.respond(action.request, action.payload)
            case s.TrimJournal():
                self._schedule.mark("journal trimmed")
                self.journal.trim(action.through)
            case s.ReadJournal():
                self._schedule.mark("journal page")
                self.journal.read(action.after, action.limit, self._page)
            case s.MoveRecords():
                self.journal.plan_move(action.after, action.onto, self._start_again)
            case s.SaveEpoch():
                self._schedule.mark("new epoch")
                self.journal.save_epoch(action.epoch)
            case Carried():
                pass  # nobody counts bytes in this world
            case s.KeepRecord() | s.ReadHeld():
                raise AssertionError("nobody saves bytes in this world")
            case Note():
                self.notes.append(action)
                self._schedule.mark(f"site note {action.topic} {action.label}")

    def _start_again(self) -> None:
        self.crash()
        self.start()

    def _tell(self, charger: Charger, action: s.SendToCharger) -> None:
        if action.connection in self._open:
            charger.hear(action.connection, action.text)

    def _durable(self, through: int) -> None:
        self._feed(s.RecordsDurable(through))

    def _refused(self, sequences: frozenset[int]) -> None:
        self._feed(s.RecordsRefused(sequences))

    def _page(self, records: tuple[Record, ...]) -> None:
        self._feed(s.JournalPage(records))
