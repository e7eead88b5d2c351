"""Messages of a trace, paired."""

from laconic_bench.model.exchanges import UNANSWERED_SECONDS, Reader
from tests.support.played import BOOT, said


def test_a_call_gets_its_answer_and_the_time_it_took() -> None:
    reader = Reader()
    (boot,) = reader.exchanges(said(*BOOT))
    assert boot.is_up and boot.message.action == "BootNotification"
    assert boot.answer_text == BOOT[1][2]
    assert round(boot.think_seconds, 6) == 0.1
    assert (reader.messages, reader.text_bytes) == (2, len(BOOT[0][2]) + len(BOOT[1][2]))


def test_exchanges_come_in_the_order_in_which_they_began() -> None:
    records = said(
        (1.0, "up", '[2,"a","Heartbeat",{}]'),
        (2.0, "down", '[2,"b","Reset",{}]'),
        (3.0, "up", '[3,"b",{}]'),
        (4.0, "down", '[3,"a",{}]'),
        (5.0, "up", '[6,"c","NotifyPeriodicEventStream",{}]'),
    )
    found = list(Reader().exchanges(records))
    assert [one.message.message_id for one in found] == ["a", "b", "c"]
    assert [one.is_up for one in found] == [True, False, True]
    assert [one.answer_text for one in found] == ['[3,"a",{}]', '[3,"b",{}]', None]


def test_the_same_id_in_both_directions_is_two_exchanges() -> None:
    records = said(
        (1.0, "up", '[2,"a","Heartbeat",{}]'),
        (1.0, "down", '[2,"a","Reset",{}]'),
        (2.0, "up", '[3,"a",{"status":"Accepted"}]'),
        (3.0, "down", '[3,"a",{"currentTime":"T"}]'),
    )
    beat, reset = Reader().exchanges(records)
    assert beat.answer_text == records[3].raw and reset.answer_text == records[2].raw


def test_an_answer_that_never_comes_holds_nothing_up() -> None:
    reader = Reader()
    records = said(
        (1.0, "up", '[2,"a","Heartbeat",{}]'),
        (2.0, "up", '[6,"c","NotifyPeriodicEventStream",{}]'),
        (UNANSWERED_SECONDS + 10, "down", '[3,"a",{}]'),
    )
    found = list(reader.exchanges(records))
    beat, sent = found
    assert beat.answer_text == '[3,"a",{"currentTime":"2026-03-02T00:00:00.000Z"}]'
    assert sent.answer_text is None
    assert (reader.unanswered, reader.strays) == (1, 1)


def test_an_id_that_comes_again_keeps_its_own_answer() -> None:
    reader = Reader()
    records = said(
        (0.0, "up", '[2,"1","Heartbeat",{}]'),
        (100.0, "up", '[2,"1","Authorize",{"idTag":"A"}]'),
        (UNANSWERED_SECONDS + 2, "down", '[3,"1",{"idTagInfo":{"status":"Blocked"}}]'),
    )
    _, authorize = reader.exchanges(records)
    assert authorize.answer_text == records[2].raw
    assert (reader.unanswered, reader.strays) == (1, 0)


def test_what_is_no_message_is_counted_and_left_out() -> None:
    reader = Reader()
    assert list(reader.exchanges(said((1.0, "up", "hello"), (2.0, "up", '[3,"x",{}]')))) == []
    assert reader.strays == 2


def test_an_answer_is_given_another_id_and_keeps_everything_else() -> None:
    records = said(
        (1.0, "down", '[2,"7","GetConfiguration",{}]'), (2.0, "up", '[3, "7" , {"a": "7"}]')
    )
    (asked,) = Reader().exchanges(records)
    assert asked.answer_to("new") == '[3, "new" , {"a": "7"}]'
    assert asked.answer_to("7") == records[1].raw
