"""One charger's way to the CSMS: order, one CALL at a time, sockets, heartbeats."""

import pytest

from laconic_codec.messages import CallResult
from laconic_gateway.core.expander.csms_socket import Present, Socket
from laconic_gateway.core.expander.heartbeat import DEFAULT_SECONDS
from laconic_gateway.core.expander.io import CloseCsms, DeliverDone, OpenCsms, ReadOutbox
from laconic_gateway.core.expander.record_queue import QUEUE_RECORDS_MAX
from laconic_gateway.core.expander.speaker import ANSWER_SECONDS
from laconic_gateway.core.expander.to_site import ToSite
from laconic_gateway.core.notes import Note, Topic
from laconic_gateway.core.records import Record, RecordKind
from tests.support.bare_lane import HERE, answer, do, lane_of, record, sent
from tests.support.lane_world import KEY, PATH

# --- messages of the charger


def test_messages_go_one_by_one_and_leave_the_outbox_when_they_are_answered() -> None:
    lane = lane_of(HERE, 0.0)
    for sequence in (5, 6, 7):
        lane.queue.add(record(sequence))
    assert sent(do(lane, 1.0)) == ["id-5"]
    for sequence in (5, 6):
        actions = answer(lane, sequence, 2.0)
        assert DeliverDone(KEY, sequence) in actions
        assert sent(actions) == [f"id-{sequence + 1}"]


def test_the_next_message_waits_until_it_is_on_disk_that_the_last_one_is_delivered() -> None:
    """D12: after a crash at most one message of a charger is sent twice."""
    lane = lane_of(HERE, 0.0)
    for sequence in (5, 6):
        lane.queue.add(record(sequence))
    assert sent(do(lane, 1.0)) == ["id-5"]
    lane.text('[3,"id-5",{}]', 2.0)
    assert sent(do(lane, 2.0, disk_is_slow=True)) == []
    lane.queue.confirm(4)
    assert sent(do(lane, 3.0)) == []
    lane.queue.confirm(5)
    assert sent(do(lane, 4.0)) == ["id-6"]


def test_an_answer_goes_down_unless_the_site_has_given_one() -> None:
    lane = lane_of(HERE, 0.0)
    asked = record(5)
    lane.queue.add(asked)
    lane.queue.add(record(6, answered=True))
    do(lane, 0.0)
    assert ToSite(KEY, CallResult("id-5", "{}"), answers=asked) in answer(lane, 5, 1.0)
    assert not any(isinstance(action, ToSite) for action in answer(lane, 6, 2.0))


def test_only_the_answer_to_the_outstanding_call_counts() -> None:
    lane = lane_of(HERE, 0.0)
    lane.queue.add(record(5))
    do(lane, 0.0)
    assert answer(lane, 6, 1.0) == []
    assert answer(lane, 5, 1.0) != []
    assert answer(lane, 5, 1.0) == []


def test_a_send_waits_its_turn_and_for_no_answer() -> None:
    lane = lane_of(HERE, 0.0)
    for sequence, kind in ((5, 2), (6, 6), (7, 2)):
        lane.queue.add(record(sequence, kind=kind))
    assert sent(do(lane, 0.0)) == ["id-5"]
    assert sent(answer(lane, 5, 1.0)) == ["id-6", "id-7"]


def test_an_unused_answer_is_said_once_and_an_error_each_time() -> None:
    lane = lane_of(HERE, 0.0)
    for sequence in (5, 6, 7):
        lane.queue.add(record(sequence, answered=True))
    lane.outgoing(0.0)
    notes: list[Note] = []
    for number, text in enumerate(('3,"id-5",{"a":1}', '3,"id-6",{"a":1}', '4,"id-7","E"')):
        lane.text(f"[{text}]", 1.0)
        notes += [action for action in lane.outgoing(1.0) if isinstance(action, Note)]
        lane.queue.confirm(5 + number)
        lane.outgoing(1.0)
    expected = [Topic.UNUSED_ANSWER, Topic.UNUSED_ANSWER, Topic.CSMS_ERROR, Topic.QUARANTINED]
    assert [note.topic for note in notes] == expected
    assert [note.level.value for note in notes] == ["warning", "silent", "silent", "warning"]


# --- more than memory holds


def test_what_does_not_fit_is_read_from_the_outbox_in_order() -> None:
    lane = lane_of()
    total = QUEUE_RECORDS_MAX + 30
    for sequence in range(1, total + 1):
        lane.queue.add(record(sequence))
    seen: list[str] = []
    reads: list[ReadOutbox] = []
    actions = do(lane, 0.0)
    lane.opened(0.0)
    for _ in range(3 * total):
        actions = do(lane, 1.0)
        seen += sent(actions)
        for read in (action for action in actions if isinstance(action, ReadOutbox)):
            reads.append(read)
            # Nothing has been deleted yet: the outbox is slower than the CSMS.
            page = range(read.after + 1, min(read.after + read.limit, total) + 1)
            lane.queue.add_page(tuple(record(sequence) for sequence in page))
        lane.text(f'[3,"{seen[-1]}",{{}}]', 1.0)
    assert seen == [f"id-{sequence}" for sequence in range(1, total + 1)]
    assert reads[0].after == QUEUE_RECORDS_MAX


def test_a_record_that_was_stored_while_a_page_was_read_is_not_forgotten() -> None:
    lane = lane_of()
    lane.queue.add_backlog()
    assert ReadOutbox(KEY, 0, QUEUE_RECORDS_MAX // 2) in do(lane, 0.0)
    lane.queue.add(record(5))  # stored after the page was put together
    lane.queue.add_page(())
    assert ReadOutbox(KEY, 0, QUEUE_RECORDS_MAX // 2) in do(lane, 0.0)
    lane.queue.add_page((record(5),))
    assert OpenCsms(KEY, PATH, "1.6") in do(lane, 0.0)


def test_what_was_delivered_is_not_read_again_while_the_outbox_still_has_it() -> None:
    lane = lane_of(HERE, 0.0)
    lane.queue.add_backlog()
    do(lane, 0.0)
    lane.queue.add_page((record(5),))
    do(lane, 0.0)  # asks for the next page, and delivers the record meanwhile
    answer(lane, 5, 1.0)
    lane.queue.add(record(6))
    lane.queue.add_page(())
    assert ReadOutbox(KEY, 5, QUEUE_RECORDS_MAX // 2) in do(lane, 1.0)


def test_a_damaged_record_is_given_up_at_once() -> None:
    lane = lane_of()
    lane.queue.add_backlog()
    do(lane, 0.0)
    lane.queue.add_page((Record(4, RecordKind.VOID, "", "", ""), record(5)))
    actions = do(lane, 0.0)
    assert DeliverDone(KEY, 4) in actions
    assert OpenCsms(KEY, PATH, "1.6") in actions


# --- sockets


def test_a_socket_opens_for_a_charger_and_closes_with_it() -> None:
    lane = lane_of(HERE, 0.0)
    lane.set_present(None)
    assert do(lane, 1.0) == [CloseCsms(KEY)]
    assert lane.timer() is None


def test_the_messages_of_a_charger_that_left_are_delivered_before_the_socket_closes() -> None:
    lane = lane_of(HERE, 0.0)
    lane.queue.add(record(5))
    lane.set_present(None)
    assert sent(do(lane, 1.0)) == ["id-5"]
    assert CloseCsms(KEY) in answer(lane, 5, 2.0)


def test_a_send_may_be_the_last_reason_for_a_socket() -> None:
    """Nobody answers it, so that nothing would close the socket later."""
    lane = lane_of(HERE, 0.0)
    lane.queue.add(record(5, kind=6))
    lane.set_present(None)
    actions = do(lane, 1.0)
    assert sent(actions) == ["id-5"]
    assert actions[-1] == CloseCsms(KEY)


def test_a_send_may_be_the_last_message_of_another_version() -> None:
    lane = lane_of(Present(PATH, "2.1", True, 3))
    lane.queue.add(record(5, version="1.6", kind=6))
    do(lane, 0.0)
    lane.opened(0.0)
    actions = do(lane, 1.0)
    assert sent(actions) == ["id-5"]
    assert actions[-2:] == [CloseCsms(KEY), OpenCsms(KEY, PATH, "2.1")]


def test_a_new_connection_gets_a_new_socket_but_not_before_the_answer() -> None:
    lane = lane_of(HERE, 0.0)
    lane.queue.add(record(5))
    do(lane, 0.0)
    lane.set_present(Present(PATH, "1.6", True, 3))
    assert do(lane, 1.0) == []
    actions = answer(lane, 5, 2.0)
    assert actions[-2:] == [CloseCsms(KEY), OpenCsms(KEY, PATH, "1.6")]


def test_a_socket_that_was_opened_for_old_messages_serves_the_charger_when_it_comes() -> None:
    lane = lane_of()
    lane.queue.add(record(5))
    assert OpenCsms(KEY, PATH, "1.6") in do(lane, 0.0)
    lane.opened(0.0)
    do(lane, 0.0)
    lane.set_present(HERE)
    assert not any(isinstance(action, CloseCsms) for action in answer(lane, 5, 1.0))


def test_messages_of_another_version_get_a_socket_of_their_own() -> None:
    lane = lane_of(Present(PATH, "2.1", True, 3))
    lane.queue.add(record(5, version="1.6"))
    assert do(lane, 0.0) == [OpenCsms(KEY, PATH, "1.6")]
    lane.opened(0.0)
    assert sent(do(lane, 0.0)) == ["id-5"]
    assert answer(lane, 5, 1.0)[-2:] == [CloseCsms(KEY), OpenCsms(KEY, PATH, "2.1")]


def test_a_socket_that_fails_is_tried_again_later_and_the_message_has_the_same_id() -> None:
    lane = lane_of(HERE, 0.0)
    lane.queue.add(record(5))
    first = sent(do(lane, 0.0))
    assert lane.lost(1.0)
    assert do(lane, 1.5) == [] and lane.timer() == 2.0
    assert do(lane, 2.0) == [OpenCsms(KEY, PATH, "1.6")]
    assert not lane.lost(3.0), "the same is no news"
    assert lane.timer() == 5.0
    do(lane, 5.0)
    assert lane.opened(5.0)
    assert sent(do(lane, 5.0)) == first
    assert lane.lost(5.0)
    assert lane.timer() == 9.0, "a CSMS that takes a socket and says nothing may close it at once"
    do(lane, 9.0)
    lane.opened(9.0)
    assert sent(do(lane, 9.0)) == first
    answer(lane, 5, 10.0)
    lane.lost(11.0)
    assert lane.timer() == 12.0


@pytest.mark.parametrize("outstanding", ["message", "heartbeat"])
def test_a_csms_that_does_not_answer_gets_a_new_socket(outstanding: str) -> None:
    lane = lane_of(HERE, 0.0)
    began = 10.0 if outstanding == "message" else DEFAULT_SECONDS
    if outstanding == "message":
        lane.queue.add(record(5))
    assert len(sent(do(lane, began))) == 1
    assert lane.timer() == began + ANSWER_SECONDS
    assert do(lane, began + ANSWER_SECONDS - 1) == []
    again = do(lane, began + ANSWER_SECONDS)
    assert again == [CloseCsms(KEY), OpenCsms(KEY, PATH, "1.6")]
    assert lane.socket is Socket.OPENING and lane.timer() is None


# --- heartbeats


def test_heartbeats_are_made_for_who_is_present_and_has_nothing_else_to_say() -> None:
    lane = lane_of(HERE, 0.0)
    assert lane.timer() == DEFAULT_SECONDS
    assert sent(do(lane, DEFAULT_SECONDS)) == ["made-0"]
    assert sent(do(lane, 2 * DEFAULT_SECONDS - 400)) == []
    lane.text('[3,"made-0",{}]', 301.0)
    assert lane.timer() == 2 * DEFAULT_SECONDS
    lane.set_present(None)
    assert sent(do(lane, 900.0)) == []


def test_a_charger_that_sends_its_own_heartbeats_gets_none() -> None:
    lane = lane_of(Present(PATH, "1.6", False, 1), 0.0)
    assert lane.timer() is None
    assert sent(do(lane, 10_000.0)) == []
