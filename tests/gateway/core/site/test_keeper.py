"""What is kept back is answered, stays in order, and comes out again exactly once."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_codec.messages import parse
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Note, Topic
from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.core.site import keeper as keeper_module
from laconic_gateway.core.site.budget.governor import Rung
from laconic_gateway.core.site.clock import EARLIEST_SECONDS
from laconic_gateway.core.site.desk import DeskSettings
from laconic_gateway.core.site.io import (
    Action,
    AppendRecord,
    ChargerClosed,
    ChargerConnected,
    ChargerText,
    HeldPage,
    Input,
    KeepRecord,
    ReadHeld,
    RecordKept,
    RecordsDurable,
    RungChanged,
    SendToCharger,
)
from laconic_gateway.core.site.keeper import RELEASE_PAUSE_SECONDS
from laconic_gateway.core.site.policy import Answering, MessageClass
from laconic_gateway.core.site.reachability import ReachSettings
from laconic_gateway.core.site.site import Site, SiteSettings

PATIENCE = dict(zip(MessageClass, (0.0, 2.0, 0.0, 10.0, 60.0, 300.0), strict=True))


class Gateway:
    """A site's core with a disk for kept messages that works when it is told to."""

    def __init__(self, held: list[Record] | None = None) -> None:
        self.held = held or []
        """What is held on disk."""
        self.thinned: list[Record] = []
        self.writing: list[KeepRecord] = []
        self.reading: list[ReadHeld] = []
        self.appended: list[AppendRecord] = []
        self.answers: list[str] = []
        self.notes: list[str] = []
        self.now = 0.0
        self._last = 0
        desk = DeskSettings({"CP1": Answering("local")}, PATIENCE)
        self.core = Site(
            SiteSettings(desk, preserve_ids=False, reach=ReachSettings(keepalive_seconds=28.0)),
            epoch=1,
            last_sequence=10,
            trimmed_through=10,
            random=lambda: 0.5,
            held_records=len(self.held),
        )
        self.feed(ChargerConnected(1, "CP1", "/CP1", "2.0.1"))

    def feed(self, item: Input) -> None:
        for action in self.core.receive(item, Instant(self.now, 1e9 + self.now)):
            self._perform(action)

    def say(self, text: str) -> None:
        self.feed(ChargerText(1, text))

    def write(self) -> None:
        """Bring what waits for the disk onto it."""
        while self.writing:
            action = self.writing.pop(0)
            self._last += 1
            kept = Record(
                self._last,
                action.record.kind,
                action.record.charger,
                action.record.path,
                action.record.version,
                action.record.text,
                answered=action.record.answered,
                received_unix_seconds=action.record.received_unix_seconds,
            )
            (self.held if action.is_held else self.thinned).append(kept)
            self.feed(RecordKept(action.token))

    def read(self) -> None:
        """Answer a read that waits."""
        if self.reading:
            asked = self.reading.pop(0)
            found = [one for one in self.held if one.sequence > asked.after][: asked.limit]
            self.feed(HeldPage(tuple(found)))

    def save(self) -> None:
        """Make the journal durable; held records that it has are dropped."""
        if self.appended:
            through = max(action.releases for action in self.appended)
            self.held = [one for one in self.held if one.sequence > through]
            self.feed(RecordsDurable(self.appended[-1].record.sequence))

    def settle(self) -> None:
        """Let disk and journal work until nothing is left to do."""
        while self.writing or self.reading:
            self.write()
            self.read()
            self.save()

    def _perform(self, action: Action) -> None:
        match action:
            case KeepRecord():
                self.writing.append(action)
            case ReadHeld():
                self.reading.append(action)
            case AppendRecord():
                self.appended.append(action)
            case SendToCharger():
                self.answers.append(action.text)
            case Note(topic=Topic.KEPT_BACK):
                self.notes.append(action.label)
            case _:
                pass

    def sent(self) -> list[str]:
        """Return the ids of the messages in the journal."""
        return [parse(action.record.text).message_id for action in self.appended]


def report(number: int) -> str:
    return f'[2,"{number}","NotifyReport",{{"requestId":1,"seqNo":{number}}}]'


VALUES = '[2,"v","MeterValues",{"evseId":0,"meterValue":[]}]'


def test_a_thinned_message_is_answered_when_it_is_on_disk_and_never_sent() -> None:
    gateway = Gateway()
    gateway.feed(RungChanged(Rung.STOPPED))
    gateway.say(VALUES)
    assert gateway.answers == []
    gateway.write()
    assert gateway.answers == ['[3,"v",{}]']
    assert gateway.appended == []
    (kept,) = gateway.thinned
    assert (kept.text, kept.charger, kept.version, kept.answered) == (VALUES, "CP1", "2.0.1", True)
    assert gateway.notes == ["thinned"]


def test_what_is_kept_has_the_time_that_chargers_are_told() -> None:
    """Not that of a machine which has lost its clock, and lives in 2001."""
    gateway = Gateway()
    gateway.feed(RungChanged(Rung.STOPPED))
    gateway.say(VALUES)
    gateway.write()
    assert [kept.received_unix_seconds for kept in gateway.thinned] == [EARLIEST_SECONDS]


def test_held_messages_come_in_order_when_there_is_budget_again() -> None:
    gateway = Gateway()
    gateway.feed(RungChanged(Rung.HELD))
    for number in (1, 2, 3):
        gateway.say(report(number))
    gateway.write()
    assert len(gateway.answers) == 3
    assert gateway.sent() == []
    gateway.feed(RungChanged(Rung.THINNER))
    gateway.read()
    assert gateway.sent() == ["1", "2", "3"]
    assert [action.releases for action in gateway.appended] == [1, 2, 3]
    assert [action.record.sequence for action in gateway.appended] == [11, 12, 13]
    assert all(action.record.answered for action in gateway.appended)
    gateway.settle()
    assert gateway.held == []
    assert gateway.notes == ["held"] * 3 + ["released"] * 3
    assert len(gateway.answers) == 3  # nobody is answered twice


def test_nothing_overtakes_what_is_held() -> None:
    gateway = Gateway()
    gateway.feed(RungChanged(Rung.HELD))
    gateway.say(report(1))
    gateway.write()
    gateway.feed(RungChanged(Rung.FULL))
    gateway.say(report(2))  # before the first one is read back
    gateway.settle()
    gateway.say(report(3))
    assert gateway.sent() == ["1", "2", "3"]
    assert gateway.notes.count("held") == 2


def test_what_was_held_before_a_restart_is_released_at_the_start() -> None:
    before = Gateway()
    before.feed(RungChanged(Rung.HELD))
    before.say(report(1))
    before.write()
    after = Gateway(before.held)
    after.say(report(2))
    after.feed(RungChanged(Rung.FULL))
    after.settle()
    assert after.sent() == ["1", "2"]


def test_a_rung_that_rises_again_stops_the_release_after_its_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeper_module, "HELD_PAGE_RECORDS", 2)
    gateway = Gateway()
    gateway.feed(RungChanged(Rung.HELD))
    for number in range(5):
        gateway.say(report(number))
    gateway.write()
    gateway.feed(RungChanged(Rung.THINNER))
    gateway.feed(RungChanged(Rung.HELD))
    gateway.settle()
    assert gateway.sent() == ["0", "1"]
    gateway.feed(RungChanged(Rung.THINNER))
    gateway.settle()
    assert gateway.sent() == ["0", "1", "2", "3", "4"]


def test_full_pages_have_a_pause_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper_module, "HELD_PAGE_RECORDS", 2)
    gateway = Gateway()
    gateway.feed(RungChanged(Rung.HELD))
    for number in range(3):
        gateway.say(report(number))
    gateway.write()
    gateway.feed(RungChanged(Rung.FULL))
    pauses: list[float] = []
    while gateway.reading:
        pauses.append(gateway.reading[0].wait_seconds)
        gateway.read()
    assert pauses == [0.0, RELEASE_PAUSE_SECONDS, 0.0]


def test_a_damaged_record_is_passed_over() -> None:
    damaged = Record(1, RecordKind.VOID, "", "", "")
    gateway = Gateway([damaged])
    gateway.feed(RungChanged(Rung.FULL))
    gateway.settle()
    assert gateway.appended == []
    gateway.say(report(1))
    assert gateway.sent() == ["1"]


def test_beyond_the_bound_background_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper_module, "HELD_MAX", 2)
    gateway = Gateway()
    gateway.feed(RungChanged(Rung.HELD))
    for number in (1, 2, 3):
        gateway.say(report(number))
    assert len(gateway.writing) == 2
    assert gateway.sent() == ["3"]


def test_a_charger_that_has_left_is_not_answered() -> None:
    gateway = Gateway()
    gateway.feed(RungChanged(Rung.STOPPED))
    gateway.say(VALUES)
    gateway.feed(ChargerClosed(1))
    gateway.write()
    assert gateway.answers == []


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_every_report_is_sent_once_and_in_order_whatever_the_rungs_do(seed: int) -> None:
    dice = random.Random(seed)
    gateway = Gateway()
    said = 0

    def say() -> None:
        nonlocal said
        said += 1
        gateway.say(report(said))

    steps: list[Callable[[], None]] = [
        say,
        say,
        gateway.write,
        gateway.read,
        gateway.save,
        lambda: gateway.feed(RungChanged(dice.choice(list(Rung)))),
    ]
    for _ in range(60):
        dice.choice(steps)()
    gateway.feed(RungChanged(Rung.FULL))
    gateway.settle()
    say()
    gateway.settle()
    assert gateway.sent() == [str(number) for number in range(1, said + 1)]
