"""The site's core as a whole: how an epoch is opened, and what becomes of messages."""

import pytest

from laconic_codec import frame
from laconic_codec.frame import Batch, Direction, Open, Opened
from laconic_codec.items import Bind, MessageItem, Presence
from laconic_codec.messages import Call
from laconic_gateway.core.instant import timestamp
from laconic_gateway.core.notes import Level, Note, Topic
from laconic_gateway.core.site.io import (
    ChargerClosed,
    ChargerText,
    DownlinkRequest,
    ExchangeAnswered,
    ExchangeFailed,
    JournalPage,
    ReadJournal,
    RecordsDurable,
    SaveEpoch,
    SendToCharger,
    TrimJournal,
)
from laconic_gateway.core.site.sendings import HastenFrame, SendFrame, SendKeepalive
from laconic_gateway.core.site.site import CONNECT_PATIENCE_SECONDS
from laconic_gateway.core.site.upstream import TRIM_EVERY_RECORDS
from tests.support.actions import notes, of_kind
from tests.support.gateway import (
    AUTHORIZE,
    BOOT,
    HEARTBEAT,
    HERE,
    STATUS,
    UNIX,
    Gateway,
    down,
    frames,
    open_gateway,
)

# --- opening


def test_it_opens_an_epoch_and_says_who_is_there() -> None:
    gateway = Gateway()
    assert isinstance(frames(gateway.start)[0], Open)
    assert gateway.core.timer() is None
    actions = gateway.open()
    assert notes(actions, Topic.LINK)[0].label == "up"
    gateway.connect(10.0)
    assert gateway.core.timer() == 10.0 + CONNECT_PATIENCE_SECONDS
    (batch,) = frames(gateway.timer(10.0 + CONNECT_PATIENCE_SECONDS))
    assert isinstance(batch, Batch)
    assert batch.items == (Bind(0, "/CP1", "1.6"), Presence(0, 1))


def test_more_chargers_than_fit_into_an_open_frame_are_all_told_of() -> None:
    gateway = Gateway()
    for connection in range(200):
        gateway.connect(connection=connection, name=f"CP{connection:03}")
    (sent,) = of_kind(gateway.start, SendFrame)
    gateway.feed(ExchangeFailed(sent.exchange, "no answer"), 1.0)  # it told of nobody
    due = gateway.core.timer()
    assert due is not None
    (sent,) = of_kind(gateway.timer(due), SendFrame)
    opening = frame.decode(sent.frame, Direction.UP)
    assert isinstance(opening, Open)
    opened = frame.encode_opened(Opened(6, 100, int(UNIX * 1000)))
    told = [*opening.items]
    for later in frames(gateway.feed(ExchangeAnswered(sent.exchange, opened), due)):
        assert isinstance(later, Batch)
        told += later.items
    channels = [item.channel for item in told if isinstance(item, Presence)]
    assert channels == list(range(200))
    assert len(opening.items) < len(told)


@pytest.mark.parametrize(("said_at", "leaves"), [(20.0, SendFrame), (24.0, SendKeepalive)])
def test_a_frame_that_would_leave_soon_leaves_in_place_of_a_keepalive(
    said_at: float, leaves: type[object]
) -> None:
    gateway = open_gateway()  # its last frame left at 1 s, and a keepalive is due after 28
    gateway.say(STATUS, said_at)  # may wait 10 s
    assert gateway.core.timer() == 29.0
    sent = [one for one in gateway.timer(29.0) if isinstance(one, SendFrame | SendKeepalive)]
    assert [type(one) for one in sent] == [leaves]


def test_a_frame_that_tells_of_a_charger_is_sent_again_until_it_is_acknowledged() -> None:
    gateway = Gateway()
    gateway.open()
    gateway.connect()
    (sent,) = of_kind(gateway.timer(1.0), SendFrame)
    gateway.feed(ExchangeFailed(sent.exchange, "no answer"), 90.0)
    due = gateway.core.timer()
    assert due is not None
    (again,) = of_kind(gateway.timer(due), SendFrame)
    assert again.frame == sent.frame
    gateway.feed(ExchangeAnswered(again.exchange, down(HERE)), due)
    assert not frames(gateway.say(HEARTBEAT, due))


def test_a_charger_that_reconnects_at_once_boots_after_its_presence() -> None:
    """Its last message before that is not even on disk when it leaves."""
    gateway = open_gateway()
    gateway.say(STATUS, 2.0)
    gateway.feed(ChargerText(1, STATUS), 2.0)
    actions = gateway.feed(ChargerClosed(1), 2.1)
    actions += gateway.connect(2.1, connection=2)
    actions += gateway.feed(ChargerText(2, BOOT), 2.1)
    actions += gateway.feed(RecordsDurable(103), 2.2)
    told = [item for batch in frames(actions) if isinstance(batch, Batch) for item in batch.items]
    assert told == [
        MessageItem(0, Call("", "StatusNotification", "{}"), answered=True),
        MessageItem(0, Call("", "StatusNotification", "{}"), answered=True),
        Presence(0, 2),
        Presence(0, 3),
        MessageItem(0, Call("", "BootNotification", "{}")),
    ]


def test_who_leaves_is_told_of_as_soon_as_its_last_message_is_on_disk() -> None:
    gateway = open_gateway()
    gateway.feed(ChargerText(1, STATUS), 2.0)
    assert not frames(gateway.feed(ChargerClosed(1), 2.0))
    (batch,) = frames(gateway.feed(RecordsDurable(101), 2.1))
    assert isinstance(batch, Batch) and batch.items[-1] == Presence(0, 2)


def test_a_charger_that_is_gone_is_announced_at_once() -> None:
    gateway = open_gateway()
    (batch,) = frames(gateway.feed(ChargerClosed(1), 2.0))
    assert isinstance(batch, Batch) and batch.items[-1] == Presence(0, 2)


def test_what_the_expander_does_not_have_is_read_from_the_journal() -> None:
    gateway = Gateway(last_sequence=150, trimmed=100)
    assert gateway.core.undelivered == 50
    (read,) = of_kind(gateway.open(stored=120), ReadJournal)
    assert read.after == 120
    assert of_kind(gateway.feed(JournalPage(())), ReadJournal) == [read]


def test_a_journal_that_is_behind_the_expander_is_an_error_and_is_tried_again_later() -> None:
    gateway = Gateway()
    actions = gateway.open(stored=101)
    assert notes(actions, Topic.SEQUENCE_GAP)[0].level is Level.ERROR
    assert of_kind(actions, SaveEpoch) == [SaveEpoch(6)]
    assert not frames(actions)
    due = gateway.core.timer()
    assert due is not None and due > 1.0


def test_an_open_frame_without_an_answer_uses_up_its_epoch() -> None:
    gateway = Gateway()
    (sent,) = of_kind(gateway.start, SendFrame)
    actions = gateway.feed(ExchangeFailed(sent.exchange, "no answer"), 90.0)
    assert of_kind(actions, SaveEpoch) == [SaveEpoch(6)]
    due = gateway.core.timer()
    assert due is not None
    (again,) = frames(gateway.timer(due))
    assert isinstance(again, Open) and again.epoch == 6


@pytest.mark.parametrize(("offset", "expected"), [(0.9, 0), (-30.0, -30), (3_600.0, 3_600)])
def test_the_clock_of_the_expander_is_right(offset: float, expected: int) -> None:
    gateway = Gateway()
    gateway.open(unix=UNIX + offset)
    gateway.connect()
    (answer,) = of_kind(gateway.say(HEARTBEAT), SendToCharger)
    assert timestamp(UNIX + expected) in answer.text


# --- messages


def test_a_message_leaves_when_its_patience_is_over_and_takes_along_what_waits() -> None:
    gateway = open_gateway()
    assert not frames(gateway.say(STATUS, 2.0))
    assert gateway.core.timer() == 12.0
    (batch,) = frames(gateway.say(AUTHORIZE, 3.0))
    assert isinstance(batch, Batch)
    assert [type(item) for item in batch.items] == [MessageItem, MessageItem]


def test_an_answer_that_lacks_a_frame_before_it_has_that_sent_again_early() -> None:
    gateway = open_gateway()
    first, second = (
        sent for text in (AUTHORIZE, BOOT) for sent in of_kind(gateway.say(text, 2.0), SendFrame)
    )
    actions = gateway.feed(ExchangeAnswered(second.exchange, down(HERE)), 3.0)
    assert HastenFrame(first.exchange) in of_kind(actions, HastenFrame)
    actions = gateway.feed(ExchangeAnswered(first.exchange, down(HERE + 2)), 4.0)
    assert of_kind(actions, HastenFrame) == []


def test_everything_is_kept_while_the_link_is_down() -> None:
    gateway = open_gateway()
    (sent,) = of_kind(gateway.say(AUTHORIZE, 2.0), SendFrame)
    actions = gateway.feed(ExchangeFailed(sent.exchange, "no answer"), 90.0)
    assert [note.label for note in notes(actions, Topic.LINK)] == ["down"]
    assert not gateway.core.link_up and gateway.core.undelivered == 1
    due = gateway.core.timer()
    assert due is not None and len(frames(gateway.timer(due))) == 1


def lose(gateway: Gateway, sent: list[SendFrame], now: float) -> list[Note]:
    """Have exchanges fail; return what is said about the link."""
    return [
        note
        for one in sent
        for note in notes(gateway.feed(ExchangeFailed(one.exchange, "no answer"), now), Topic.LINK)
    ]


def next_try(gateway: Gateway) -> tuple[list[SendFrame], float]:
    due = gateway.core.timer()
    assert due is not None
    return of_kind(gateway.timer(due), SendFrame), due


def test_an_expander_that_has_never_answered_is_said_once_with_what_to_check() -> None:
    gateway = Gateway()
    (said,) = lose(gateway, of_kind(gateway.start, SendFrame), 90.0)
    assert said.level is Level.WARNING and "since the start; check that it runs" in said.text
    assert "no answer" not in said.text
    again, due = next_try(gateway)
    assert again and lose(gateway, again, due + 90.0) == []


def test_an_expander_that_stops_answering_is_said_once_for_each_time() -> None:
    gateway = open_gateway()
    sent = of_kind(gateway.say(AUTHORIZE, 2.0), SendFrame)
    (said,) = lose(gateway, sent, 90.0)
    assert "does not answer any more; messages are kept" in said.text
    again, due = next_try(gateway)
    assert lose(gateway, again, due + 90.0) == []
    (answered,), due = next_try(gateway)
    actions = gateway.feed(ExchangeAnswered(answered.exchange, down(HERE)), due + 1.0)
    assert [note.label for note in notes(actions, Topic.LINK)] == ["up"]
    assert len(lose(gateway, of_kind(actions, SendFrame), due + 90.0)) == 1


def test_a_reason_other_than_silence_is_said() -> None:
    gateway = Gateway()
    (sent,) = of_kind(gateway.start, SendFrame)
    actions = gateway.feed(ExchangeFailed(sent.exchange, "the disk is full"), 1.0)
    assert "since the start (the disk is full)" in notes(actions, Topic.LINK)[0].text


def test_the_journal_is_trimmed_in_steps() -> None:
    gateway = open_gateway()
    for _ in range(TRIM_EVERY_RECORDS):
        gateway.say(STATUS, 2.0)
    (sent,) = of_kind(gateway.timer(100.0), SendFrame)[-1:]
    items_sent = HERE + TRIM_EVERY_RECORDS
    almost = gateway.feed(ExchangeAnswered(sent.exchange, down(items_sent, 1)), 101.0)
    assert of_kind(almost, TrimJournal) == []
    actions = gateway.feed(DownlinkRequest(1, down(items_sent, 0)), 102.0)
    assert of_kind(actions, TrimJournal) == [TrimJournal(100 + TRIM_EVERY_RECORDS)]
    assert gateway.core.undelivered == 0
