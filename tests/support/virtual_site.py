"""A whole site in virtual time: the real cores between chargers, disks, a link and a CSMS.

One seed decides everything. `World` puts the parts together and plays faults; what must be true
at the end is in `virtual_judge`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from laconic_gateway.core import expander as expander_core
from laconic_gateway.core import expander_io as e
from laconic_gateway.core import site as site_core
from laconic_gateway.core import site_io as s
from laconic_gateway.core.desk import DeskSettings
from laconic_gateway.core.expander import Expander
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Note
from laconic_gateway.core.policy import Answering, MessageClass
from laconic_gateway.core.site import Site
from laconic_gateway.core.uplink import SendFrame, SendKeepalive
from tests.support.virtual_charger import Charger
from tests.support.virtual_csms import Csms
from tests.support.virtual_disks import Journal, Outbox
from tests.support.virtual_link import Air, Way
from tests.support.virtual_time import Schedule

NAME: Final = "kisumu-1"
LEASE_SECONDS: Final = 90.0
PATIENCE_SECONDS: Final = {
    MessageClass.INTERACTIVE: 0.0,
    MessageClass.TRANSACTION: 2.0,
    MessageClass.ALARM: 0.0,
    MessageClass.STATUS: 10.0,
    MessageClass.TELEMETRY: 60.0,
    MessageClass.BACKGROUND: 300.0,
}
IDLE_TIMERS_MAX: Final = 1
"""A timer that fires twice in a row, is due again and did nothing turns in a circle."""

I_contra = TypeVar("I_contra", contravariant=True)
I = TypeVar("I")  # noqa: E741
A = TypeVar("A")


class Core(Protocol[I_contra, A]):
    """What both cores have."""

    def receive(self, item: I_contra, now: Instant) -> list[A]:
        """Take one input."""
        ...

    def handle_timer(self, now: Instant) -> list[A]:
        """Do what is due."""
        ...

    def timer(self) -> float | None:
        """Return when `handle_timer` wants to be called."""
        ...


class Process(Generic[I, A]):
    """Runs a core as `edge.driver` does, and ends with it."""

    def __init__(
        self, schedule: Schedule, name: str, core: Core[I, A], perform: Callable[[A], None]
    ) -> None:
        self._schedule = schedule
        self._name = name
        self._core = core
        self._perform = perform
        self._inputs: list[I] = []
        self._busy = False
        self._alarm = 0
        self._idle = 0
        self.ended = False

    def start(self) -> None:
        """Let the core do what it wants to do before anything has happened."""
        self._carry_out(self._core.handle_timer(self._schedule.instant))

    def feed(self, item: I) -> None:
        """Give the core an input; one that comes meanwhile waits for its turn."""
        self._inputs.append(item)
        while self._inputs and not self._busy and not self.ended:
            first = self._inputs.pop(0)
            self._schedule.note(f"{self._name} < {type(first).__name__}")
            self._carry_out(self._core.receive(first, self._schedule.instant))

    def _carry_out(self, actions: Sequence[A]) -> None:
        self._busy = True
        for action in actions:
            self._schedule.note(f"{self._name} > {_short(action)}")
            self._perform(action)
        self._busy = False
        self._set_alarm()

    def _set_alarm(self) -> None:
        self._alarm += 1
        alarm, due = self._alarm, self._core.timer()
        if due is not None:
            self._schedule.at(due, lambda: self._ring(alarm))

    def _ring(self, alarm: int) -> None:
        if self.ended or alarm != self._alarm:
            return
        actions = self._core.handle_timer(self._schedule.instant)
        due = self._core.timer()
        circling = due is not None and due <= self._schedule.now and not actions
        self._idle = self._idle + 1 if circling else 0
        assert self._idle <= IDLE_TIMERS_MAX, f"{self._name}: a timer that is due for ever"
        self._carry_out(actions)


class SiteProcess:
    """The site gateway: a core, its journal, its chargers, its end of the link."""

    def __init__(self, schedule: Schedule, settings: site_core.SiteSettings) -> None:
        self._schedule = schedule
        self._settings = settings
        self._lives = 0
        self._connections = 0
        self._process: Process[s.Input, s.Action] | None = None
        self._open: dict[int, Charger] = {}
        self.journal = Journal(schedule, first_after=1_000)
        self.core: Site
        self.up: Way
        self.down: Way
        self.notes: list[Note] = []

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
        )
        self._process = Process(self._schedule, "site", self.core, self._perform)
        self._process.start()

    def crash(self) -> None:
        """End without a word."""
        if self._process is None:
            return
        self._schedule.mark("site restarted")
        self._process.ended = True
        self._process = None
        self.journal.crash()
        for charger in {*self._open.values()}:
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
            case s.AppendRecord():
                self.journal.append(action.record, lambda through: self._durable(through))
            case SendFrame():
                if action.frame[1] == 2:
                    self._schedule.mark("fragment up")
                self.up.request(action.exchange, action.frame)
            case SendKeepalive():
                self._schedule.mark("keepalive")
                self.up.send(b"")
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
            case Note():
                self.notes.append(action)
                self._schedule.mark(f"site note {action.topic} {action.label}")

    def _tell(self, charger: Charger, action: s.SendToCharger) -> None:
        if action.connection in self._open:
            charger.hear(action.connection, action.text)

    def _durable(self, through: int) -> None:
        self._feed(s.RecordsDurable(through))

    def _page(self, records: tuple[s.Record, ...]) -> None:
        self._feed(s.JournalPage(records))


class ExpanderProcess:
    """The expander: a core, its outbox, its end of the link and of the CSMS sockets."""

    def __init__(
        self, schedule: Schedule, chargers: frozenset[str], csms: Csms, numbers: list[int]
    ) -> None:
        self._schedule = schedule
        self._chargers = chargers
        self._numbers = numbers
        self._lives = 0
        self._heard = False
        self._process: Process[e.Input, e.Action] | None = None
        self.csms = csms
        self.outbox = Outbox(schedule)
        self.core: Expander
        self.up: Way
        self.down: Way
        self.notes: list[Note] = []
        self.heartbeats: list[tuple[float, str]] = []

    @property
    def life(self) -> int:
        """Count the starts; 0 while dead."""
        return self._lives if self._process is not None else 0

    def start(self) -> None:
        """Start the process with what is on disk."""
        self._lives += 1
        self._heard = False
        settings = expander_core.SiteSettings(
            lease_seconds=LEASE_SECONDS,
            chargers=self._chargers,
            stored=self.outbox.stored,
            delivered=self.outbox.delivered,
            backlog=self.outbox.backlog,
        )
        self.core = Expander(
            {NAME: settings}, random=self._schedule.random.random, new_id=self._new_id
        )
        self._process = Process(self._schedule, "expander", self.core, self._perform)
        self._process.start()

    def crash(self) -> None:
        """End without a word."""
        if self._process is not None:
            self._schedule.mark("expander restarted")
            self._process.ended = True
            self._process = None
            self.outbox.crash()
            self.csms.lose_client()

    # --- link

    def take_request(self, request: int, payload: bytes, confirmable: bool, newest: bool) -> None:
        """Take a request of the site."""
        self._heard = True
        self._feed(e.SiteRequest(NAME, request, payload, confirmable, newest))

    def take_answer(self, number: int, payload: bytes) -> None:
        """Take the site's answer to a frame."""
        self._feed(e.DownlinkAnswered(NAME, number, payload))

    def take_failure(self, number: int) -> None:
        """Learn that a frame was not answered."""
        self._feed(e.DownlinkFailed(NAME, number))

    # --- CSMS

    def csms_opened(self, identity: str) -> None:
        """The CSMS has accepted a socket."""
        self._feed(e.CsmsOpened((NAME, identity)))

    def csms_failed(self, identity: str) -> None:
        """The CSMS has refused a socket."""
        self._feed(e.CsmsFailed((NAME, identity), 503, "not now"))

    def csms_closed(self, identity: str) -> None:
        """The CSMS has closed a socket."""
        self._feed(e.CsmsClosed((NAME, identity), "1006"))

    def csms_text(self, identity: str, text: str) -> None:
        """The CSMS says something."""
        self._feed(e.CsmsText((NAME, identity), text))

    def _feed(self, item: e.Input) -> None:
        if self._process is not None:
            self._process.feed(item)

    def _perform(self, action: e.Action) -> None:
        match action:
            case e.SendToCsms():
                if '"Heartbeat"' in action.text:
                    self.heartbeats.append((self._schedule.now, action.key[1]))
                self.csms.send(action.key[1], action.text)
            case e.OpenCsms():
                self.csms.open(action.key[1], action.path, action.version)
            case e.CloseCsms():
                self.csms.close(action.key[1])
            case e.RespondSite():
                self.up.respond(action.request, action.payload)
            case e.RequestSite():
                self._request(action)
            case e.StoreRecords():
                self.outbox.commit(action.records, self._stored)
            case e.DeliverDone():
                self.outbox.done(action.sequence, self._done)
            case e.ReadOutbox():
                key = action.key
                self.outbox.read(
                    key[1], action.after, action.limit, lambda page: self._page(key, page)
                )
            case e.ResetStored():
                self._schedule.mark("outbox reset")
                self.outbox.reset(action.stored)
            case Note():
                self.notes.append(action)
                self._schedule.mark(f"expander note {action.topic} {action.label}")

    def _request(self, action: e.RequestSite) -> None:
        if action.payload[1:2] == b"\x02":
            self._schedule.mark("fragment down")
        if self._heard:
            self.down.request(action.exchange, action.payload)
        else:
            self.down.fail(action.exchange)  # its address is not known yet

    def _stored(self, through: int) -> None:
        self._feed(e.RecordsStored(NAME, through))
        self._done()

    def _done(self) -> None:
        self._feed(e.DeliveredThrough(NAME, self.outbox.delivered))

    def _page(self, key: e.Key, page: tuple[e.Record, ...]) -> None:
        self._feed(e.OutboxPage(key, page))

    def _new_id(self) -> str:
        self._numbers[0] += 1
        return f"heartbeat-{self._numbers[0]}"


@dataclass(frozen=True, slots=True)
class Setup:
    """What a world consists of."""

    answers: tuple[str, ...] = ("local", "local", "relay", "relay")
    """Of each charger: who answers."""
    preserve_ids: bool = False
    keepalive_seconds: float = 28.0


class World:
    """Site, expander, link, CSMS and chargers."""

    def __init__(self, seed: int, setup: Setup | None = None) -> None:
        self.seed = seed
        self.schedule = Schedule(seed)
        self.setup = setup or Setup()
        numbers = [0]
        identities = [f"CP{number}" for number in range(1, len(self.setup.answers) + 1)]
        answering = {
            identity: Answering("local" if answers == "local" else "relay")
            for identity, answers in zip(identities, self.setup.answers, strict=True)
        }
        desk = DeskSettings(answering=answering, patience_seconds=PATIENCE_SECONDS)
        self.site = SiteProcess(
            self.schedule,
            site_core.SiteSettings(
                desk, self.setup.preserve_ids, keepalive_seconds=self.setup.keepalive_seconds
            ),
        )
        self.csms = Csms(self.schedule, numbers)
        self.expander = ExpanderProcess(self.schedule, frozenset(identities), self.csms, numbers)
        self.csms.client = self.expander
        self.air = Air(self.schedule)
        self.site.up = self.expander.up = Way(self.schedule, self.air, "up")
        self.site.down = self.expander.down = Way(self.schedule, self.air, "down")
        self.site.up.sender = self.site.down.receiver = self.site
        self.site.up.receiver = self.site.down.sender = self.expander
        self.chargers = [
            Charger(self.schedule, self.site, identity, answers, numbers)
            for identity, answers in zip(identities, self.setup.answers, strict=True)
        ]

    def start(self) -> None:
        """Start both processes."""
        self.expander.start()
        self.site.start()

    def run(self, seconds: float) -> None:
        """Let time pass."""
        self.schedule.run(self.schedule.now + seconds)

    def charger(self, identity: str) -> Charger:
        """Return a charger."""
        return next(charger for charger in self.chargers if charger.identity == identity)


def _short(action: object) -> str:
    if isinstance(action, Note):
        return f"{action.topic} {action.label} {action.text}"
    if isinstance(action, SendFrame):
        return f"frame {action.exchange} {len(action.frame)}"
    text = repr(action)
    return text if len(text) < 200 else f"{text[:200]} {len(text)}"
