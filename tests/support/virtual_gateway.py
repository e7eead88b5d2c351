"""The site gateway in virtual time: the real core with its journal, chargers and link."""

from laconic_bench.virtual.process import Process
from laconic_bench.virtual.schedule import Schedule
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Note
from laconic_gateway.core.records import Record
from laconic_gateway.core.site import io as s
from laconic_gateway.core.site import site as site_core
from laconic_gateway.core.site.budget.contents import Carried
from laconic_gateway.core.site.nat_probe import EndProbing, SaveNatState, SendProbe
from laconic_gateway.core.site.offline.facts import KeepFact
from laconic_gateway.core.site.site import Site
from laconic_gateway.core.site.uplink import (
    HastenFrame,
    SendBareKeepalive,
    SendFrame,
    SendKeepalive,
)
from tests.support.virtual_charger import Charger
from tests.support.virtual_disks import Journal
from tests.support.virtual_link import Way


class SiteProcess:
    """The site gateway: a core, its journal, its chargers, its end of the link."""

    def __init__(
        self, schedule: Schedule, settings: site_core.SiteSettings, disk_seconds: float
    ) -> None:
        self._schedule = schedule
        self._settings = settings
        self._lives = 0
        self._connections = 0
        self._process: Process[s.Input, s.Action] | None = None
        self._open: dict[int, Charger] = {}
        self.journal = Journal(schedule, disk_seconds, first_after=1_000)
        self.core: Site
        self.up: Way
        self.down: Way
        self.notes: list[Note] = []
        self._facts: dict[str, str] = {}
        self.boot = "boot-1"
        self.clock_error_seconds = 0.0
        """What is to be added to the true time to get that of the machine."""

    @property
    def life(self) -> int:
        """Count the starts; 0 while dead."""
        return self._lives if self._process is not None else 0

    def start(self) -> None:
        """Start the process with what is on disk."""
        self._lives += 1
        journal = self.journal
        journal.epoch += 1
        self.core = Site(
            self._settings,
            epoch=journal.epoch,
            last_sequence=journal.last_sequence,
            trimmed_through=journal.trimmed_through,
            random=self._schedule.random.random,
            facts=self._facts,
            boot=self.boot,
        )
        self._process = Process(self._schedule, "site", self.core, self._perform, self._clock)
        self._process.start()

    def _clock(self) -> Instant:
        true = self._schedule.instant
        return Instant(true.monotonic, true.unix + self.clock_error_seconds)

    def crash(self) -> None:
        """End without a word."""
        if self._process is None:
            return
        self._schedule.mark("site restarted")
        self._process.ended = True
        self._process = None
        self.journal.crash()
        for charger in dict.fromkeys(self._open.values()):
            charger.lose_site()
        self._open.clear()

    # --- chargers

    def connect(self, charger: Charger) -> int:
        """Let a charger in."""
        self._connections += 1
        self._open[self._connections] = charger
        item = s.ChargerConnected(
            self._connections, charger.identity, charger.path, charger.version
        )
        self._feed(item)
        return self._connections

    def disconnect(self, connection: int) -> None:
        """Take note that a charger has left."""
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
        self._feed(s.ExchangeAnswered(number, payload))

    def take_failure(self, number: int) -> None:
        """Learn that a frame was not answered."""
        self._feed(s.ExchangeFailed(number, "no answer"))

    def _feed(self, item: s.Input) -> None:
        if self._process is not None:
            self._process.feed(item)

    def _perform(self, action: s.Action) -> None:
        match action:
            case s.SendToCharger():
                charger = self._open.get(action.connection)
                if charger is not None:
                    self._schedule.after(0.001, lambda: self._tell(charger, action))
            case s.CloseCharger():
                raise AssertionError("no charger of this world is to know of an outage")
            case KeepFact():
                self._keep(action)
            case s.AppendRecord():
                self.journal.append(action.record, lambda through: self._durable(through))
            case SendFrame():
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

    def _keep(self, fact: KeepFact) -> None:
        self._facts.pop(fact.name, None)
        if fact.value:
            self._facts[fact.name] = fact.value

    def _tell(self, charger: Charger, action: s.SendToCharger) -> None:
        if action.connection in self._open:
            charger.hear(action.connection, action.text)

    def _durable(self, through: int) -> None:
        self._feed(s.RecordsDurable(through))

    def _page(self, records: tuple[Record, ...]) -> None:
        self._feed(s.JournalPage(records))
