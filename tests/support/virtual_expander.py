"""The expander in virtual time: the real core, its outbox, its end of the link and its sockets."""

from functools import partial
from typing import Final

from laconic_bench.virtual.process import Process
from laconic_bench.virtual.schedule import Schedule
from laconic_gateway.core.expander import io as e
from laconic_gateway.core.expander.csms_policy import CsmsPolicy
from laconic_gateway.core.expander.expander import Expander
from laconic_gateway.core.expander.sites import SiteSettings
from laconic_gateway.core.notes import Note
from laconic_gateway.core.records import Record
from tests.support.virtual_csms import Csms
from tests.support.virtual_link import Way
from tests.support.virtual_outbox import Outbox
from tests.support.virtual_steps import Steps

NAME: Final = "kisumu-1"
LEASE_SECONDS: Final = 90.0
OWN: Final = "own-"
"""How the message ids of CALLs begin that the expander makes by itself."""


class ExpanderProcess:
    """The expander: a core, its outbox, its end of the link and of the CSMS sockets."""

    def __init__(
        self,
        schedule: Schedule,
        chargers: frozenset[str],
        csms: Csms,
        numbers: list[int],
        disk_seconds: float,
        steps: Steps,
        policy: CsmsPolicy,
    ) -> None:
        self._schedule = schedule
        self._steps = steps
        self._policy = policy
        self._chargers = chargers
        self._numbers = numbers
        self._lives = 0
        self._heard = False
        self._process: Process[e.Input, e.Action] | None = None
        self.csms = csms
        self.outbox = Outbox(schedule, disk_seconds, steps)
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
        settings = SiteSettings(
            lease_seconds=LEASE_SECONDS,
            chargers=self._chargers,
            stored=self.outbox.stored,
            delivered=self.outbox.delivered,
            backlog=self.outbox.backlog,
            kept=self.outbox.kept,
        )
        self.core = Expander(
            {NAME: settings},
            random=self._schedule.random.random,
            new_id=self._new_id,
            policy=self._policy,
        )
        self._process = Process(self._schedule, "expander", self.core, self._perform)
        self._process.start()

    def crash(self, *, power: bool = False) -> None:
        """End without a word."""
        if self._process is not None:
            self._schedule.mark("expander restarted")
            self._process.ended = True
            self._process = None
            self.outbox.crash(power=power)
            self.csms.lose_client()

    # --- link

    def take_request(self, request: int, payload: bytes, confirmable: bool, newest: bool) -> None:
        """Take a request of the site."""
        self._heard = True
        self._feed(e.SiteRequest(NAME, request, payload, confirmable, newest, order=request))

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
        self._do(action)
        self._steps.passed(type(action).__name__)

    def _do(self, action: e.Action) -> None:
        match action:
            case e.SendToCsms():
                self._note_own(action.key[1], action.text)
                self.csms.send(action.key[1], action.text)
            case e.OpenCsms():
                self.csms.open(action.key[1], action.path, action.version)
            case e.CloseCsms():
                self.csms.close(action.key[1])
            case e.AbandonSite():
                self.down.abandon(action.exchange)
            case e.NotifySite():
                pass  # the ways of this world change no addresses, and nothing is measured
            case e.RespondSite():
                self.up.respond(action.request, action.payload)
            case e.RequestSite():
                self._request(action)
            case e.HastenSite():
                self.down.hasten(action.exchange)
            case e.StoreRecords():
                self.outbox.commit(action.records, self._stored)
            case e.KeepNow():
                raise AssertionError("here each charger is listed at one site")
            case e.DeliverDone():
                self.outbox.done(
                    action.sequence, partial(self._done, action), action.key[1], action.keeps
                )
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

    def _note_own(self, identity: str, text: str) -> None:
        """Take note of what the expander says by itself."""
        if not text.startswith(f'[2,"{OWN}'):
            return
        action = text.split('"', 4)[3]
        self._schedule.mark(f"own {action}")
        if action == "Heartbeat":
            self.heartbeats.append((self._schedule.now, identity))

    def _request(self, action: e.RequestSite) -> None:
        if action.payload[1:2] == b"\x02":
            self._schedule.mark("fragment down")
        if self._heard:
            self.down.request(action.exchange, action.payload)
        else:
            self.down.fail(action.exchange)  # its address is not known yet

    def _stored(self, through: int) -> None:
        self._delivered()
        self._feed(e.RecordsStored(NAME, through))

    def _done(self, action: e.DeliverDone) -> None:
        self._delivered()
        self._feed(e.RecordDone(action.key, action.sequence))

    def _delivered(self) -> None:
        self._feed(e.DeliveredThrough(NAME, self.outbox.delivered))

    def _page(self, key: e.Key, page: tuple[Record, ...]) -> None:
        self._feed(e.OutboxPage(key, page))

    def _new_id(self) -> str:
        self._numbers[0] += 1
        return f"{OWN}{self._numbers[0]}"
