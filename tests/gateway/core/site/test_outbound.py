"""Between journal and send queue: no hole, no duplicate, the right item and the right order."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
from laconic_codec.messages import Call, CallResult, CallResultError, Message
from laconic_gateway.core.records import Record, RecordKind, Stamp, TimeQuality, make_reference
from laconic_gateway.core.site.epoch import Phase
from laconic_gateway.core.site.outbound import Outbound
from laconic_gateway.core.site.reachability import Reachability, ReachSettings
from laconic_gateway.core.site.send_queue import PAGE_RECORDS, SendQueue
from laconic_gateway.core.site.session import Session
from laconic_gateway.core.site.uplink import Uplink

EPOCH = 7
CALL = Call("id", "MeterValues", '{"v":230.40}')
BIND = Bind(3, "/CP1", "2.1")


class Desk:
    """An outbound, its queue, and a journal that is a list."""

    def __init__(self, last_sequence: int = 0, *, preserve_ids: bool = False) -> None:
        self.queue = SendQueue(0)
        self.states: list[tuple[Bind, Presence]] = []
        self.uplink = Uplink(
            self.queue,
            epoch=EPOCH,
            reachability=Reachability(
                ReachSettings(keepalive_seconds=28.0, sign_of_life_seconds=28.0)
            ),
            random=lambda: 0.5,
            states=lambda: self.states,
        )
        self.outbound = Outbound(
            last_sequence, self.queue, self.uplink, self._bind, preserve_ids=preserve_ids
        )
        self.session = Session(1, "CP1", "/CP1", "2.1")
        self.journal: list[Record] = []

    def _bind(self, identity: str, path: str, version: str) -> Bind:
        return Bind(3, path, version)

    def open(self, stored: int = 0) -> None:
        self.uplink.epoch.phase = Phase.OPEN
        self.uplink.epoch.base = stored + 1
        self.outbound.restart(stored, self.states)

    def append(
        self, message: Message = CALL, *, reference: int = 0, answered: bool = False
    ) -> Record:
        record = self.outbound.append(
            self.session,
            message,
            message.to_text(),
            Stamp(5.0, "b1", 7.0, TimeQuality.TOLD),
            9.0,
            reference=reference,
            answer="{}" if answered else None,
        )
        self.journal.append(record)
        return record

    def announce(self, generation: int) -> Presence:
        """Have the charger come (odd) or go (even)."""
        presence = Presence(BIND.channel, generation)
        self.states = [(BIND, presence)]
        self.outbound.announce(BIND, presence)
        return presence

    def read(self) -> bool:
        page = self.outbound.read_more()
        if page is not None:
            found = [record for record in self.journal if record.sequence > page.after]
            self.outbound.page(tuple(found[: page.limit]))
        return page is not None

    def waiting(self) -> Sequence[Item]:
        """Return everything in the queue."""
        return self.queue.next_items()

    def queued(self) -> Sequence[Item]:
        """Return messages and presence in the queue."""
        return [item for item in self.waiting() if not isinstance(item, Bind)]


STEPS = st.lists(
    st.sampled_from(["append", "append", "save", "read", "ask", "late page", "restart", "close"])
)


@given(STEPS)
def test_the_queue_is_the_journal_without_holes_and_duplicates(steps: list[str]) -> None:
    desk = Desk()
    desk.open()
    late: list[tuple[Record, ...]] = []
    for step in steps:
        match step:
            case "append":
                desk.append()
            case "save":
                desk.outbound.saved(desk.outbound.last_sequence)
            case "read":
                desk.read()
            case "ask":
                if (page := desk.outbound.read_more()) is not None:
                    late.append(tuple(desk.journal[page.after : page.after + page.limit]))
            case "late page":
                if late:
                    desk.outbound.page(late.pop(0))
            case "restart":
                desk.open(stored=max(0, desk.queue.loaded_through - 2))
            case _:
                desk.uplink.epoch.phase = Phase.CLOSED
    desk.open(stored=desk.queue.stored)
    desk.outbound.saved(desk.outbound.last_sequence)
    while desk.read():
        pass
    assert desk.queue.loaded_through == desk.outbound.last_sequence
    assert len(desk.queued()) == desk.queue.loaded_through - desk.queue.stored


def test_records_are_numbered_and_queued_when_they_are_on_disk() -> None:
    desk = Desk(last_sequence=40)
    desk.open(stored=40)
    records = [desk.append(answered=n == 1) for n in range(3)]
    assert [record.sequence for record in records] == [41, 42, 43]
    assert desk.queued() == []
    saved = desk.outbound.saved(42)
    assert [(one.record, one.connection, one.deadline) for one in saved] == [
        (records[0], 1, 9.0),
        (records[1], 1, 9.0),
    ]
    call = Call("", CALL.action, CALL.payload)
    assert desk.queued() == [MessageItem(3, call), MessageItem(3, call, answered=True)]


def test_ids_travel_on_request() -> None:
    desk = Desk(preserve_ids=True)
    desk.open()
    desk.append()
    desk.outbound.saved(1)
    assert desk.queued() == [MessageItem(3, CALL)]


def test_an_answer_names_its_command_or_is_void_when_the_epoch_is_over() -> None:
    desk = Desk()
    desk.open()
    result = CallResult("order", '{"status":"Accepted"}')
    desk.append(result, reference=make_reference(EPOCH, 4))
    desk.append(result, reference=make_reference(EPOCH - 1, 4))
    desk.outbound.saved(2)
    assert desk.queued() == [MessageItem(3, CallResult("", result.payload), 4), Void()]


def test_a_complaint_names_its_call_also_when_that_is_older_than_the_epoch() -> None:
    desk = Desk(last_sequence=20)
    desk.open(stored=20)
    desk.append(CALL)
    desk.outbound.saved(21)
    desk.queue.take(range(len(desk.queue.next_items())))
    desk.open(stored=21)
    complaint = CallResultError("id", '["InternalError","",{}]')
    desk.append(complaint, reference=21)
    desk.append(complaint, reference=15)
    desk.outbound.saved(23)
    assert desk.queued() == [MessageItem(3, CallResultError("", complaint.arguments), -1), Void()]


def test_a_record_that_is_damaged_on_disk_keeps_its_number() -> None:
    desk = Desk(last_sequence=2)
    desk.open()
    desk.journal = [
        Record(1, RecordKind.VOID, "", "", ""),
        Record(2, RecordKind.MESSAGE, "CP1", "/CP1", "1.6", CALL.to_text()),
    ]
    assert desk.read()
    assert desk.queued() == [Void(), MessageItem(3, Call("", CALL.action, CALL.payload))]


def test_pages_are_asked_for_one_at_a_time_and_only_while_the_epoch_is_open() -> None:
    desk = Desk(last_sequence=10)
    assert desk.outbound.read_more() is None
    desk.open()
    page = desk.outbound.read_more()
    assert page is not None and (page.after, page.limit) == (0, PAGE_RECORDS)
    assert desk.outbound.read_more() is None
    desk.open()
    assert desk.outbound.read_more() == page


def test_escapes_are_counted_once() -> None:
    desk = Desk()
    desk.open()
    desk.append(Call("1", "DataTransfer", '{ "odd" : 1}'))
    desk.outbound.saved(1)
    assert (desk.outbound.take_escapes(), desk.outbound.take_escapes()) == (1, 0)


# --- presence


@given(st.lists(st.sampled_from(["say", "say", "come or go", "save one", "save all"])))
def test_presence_keeps_its_place_among_the_messages_of_its_charger(steps: list[str]) -> None:
    """Messages wait for the disk, presence does not; still neither overtakes the other."""
    desk = Desk()
    desk.open()
    expected: list[Presence | int] = []
    generation = saved = 0
    for step in steps:
        match step:
            case "say":
                text = f'{{"n":{desk.outbound.last_sequence + 1}}}'
                expected.append(desk.append(Call("", "A", text)).sequence)
            case "come or go":
                generation += 1
                expected.append(desk.announce(generation))
            case _:
                last = desk.outbound.last_sequence
                saved = last if step == "save all" else min(saved + 1, last)
                desk.outbound.saved(saved)
        unsaved = [n for n, one in enumerate(expected) if isinstance(one, int) and one > saved]
        assert _in_queue(desk) == expected[: unsaved[0] if unsaved else None]


def _in_queue(desk: Desk) -> list[Presence | int]:
    """Return presence, and the sequence numbers of messages: they tell theirs."""
    found: list[Presence | int] = []
    for item in desk.queued():
        if isinstance(item, MessageItem):
            assert isinstance(item.message, Call)
            found.append(json.loads(item.message.payload)["n"])
        elif isinstance(item, Presence):
            found.append(item)
    return found


def test_a_charger_that_connects_again_at_once_boots_after_its_presence() -> None:
    desk = Desk()
    desk.open()
    desk.announce(1)
    status = Call("", "StatusNotification", "{}")
    boot = Call("", "BootNotification", "{}")
    desk.append(status)
    desk.announce(2)
    desk.announce(3)
    desk.append(boot)
    assert desk.waiting() == [BIND, Presence(3, 1)]
    desk.outbound.saved(2)
    assert desk.queued() == [
        Presence(3, 1),
        MessageItem(3, status),
        Presence(3, 2),
        Presence(3, 3),
        MessageItem(3, boot),
    ]


@pytest.mark.parametrize("generation", [1, 2, 3])
@pytest.mark.parametrize("announced", [None, 1, 3])
def test_a_new_epoch_tells_what_its_open_frame_did_not(
    announced: int | None, generation: int
) -> None:
    """A charger may come or go while the open frame is on its way, or not fit into it."""
    desk = Desk()
    desk.states = [(BIND, Presence(3, generation))]
    desk.uplink.epoch.announced = {} if announced is None else {3: announced}
    desk.open()
    told = announced == generation or (announced is None and generation == 2)
    assert desk.queued() == ([] if told else [Presence(3, generation)])
    assert (BIND in desk.waiting()) == (announced is None and not told)


def test_who_comes_while_no_epoch_is_open_is_told_once_it_is() -> None:
    desk = Desk()
    desk.append()
    desk.announce(1)
    desk.outbound.saved(1)
    assert desk.waiting() == []
    desk.open()
    assert desk.waiting() == [BIND, Presence(3, 1)]
