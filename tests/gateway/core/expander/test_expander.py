"""The expander's core as a whole: what it does with what a site tells, and with epochs."""

import pytest

from laconic_codec.errors import FrameFault
from laconic_codec.frame import Batch, Header, Opened, Refused
from laconic_codec.items import Bind, MessageItem, Presence
from laconic_codec.messages import Call, CallResult
from laconic_gateway.core.expander.io import (
    Action,
    CloseCsms,
    CsmsOpened,
    CsmsText,
    DeliverDone,
    DeliveredThrough,
    DownlinkAnswered,
    DownlinkFailed,
    OpenCsms,
    OutboxPage,
    ReadOutbox,
    RecordsStored,
    RequestSite,
    ResetStored,
    SendToCsms,
    StoreRecords,
)
from laconic_gateway.core.notes import Level, Topic
from laconic_gateway.core.records import Record, RecordKind
from tests.support.actions import notes, of_kind
from tests.support.cloud import (
    CALL,
    CP1,
    HERE,
    LEASE_SECONDS,
    SITE,
    Cloud,
    acknowledging,
    answers,
    asked,
    cloud_with_socket,
    empty_answers,
    message_id,
    opening,
)

# --- from the site to the CSMS


def test_a_message_is_stored_then_sent_then_answered_in_one_round_trip() -> None:
    cloud = cloud_with_socket()
    (stored,) = of_kind(cloud.batch(0, CALL), StoreRecords)
    assert [record.sequence for record in stored.records] == [1]
    (sent,) = of_kind(cloud.feed(RecordsStored(SITE, 1)), SendToCsms)
    actions = cloud.feed(CsmsText(CP1, f'[3,"{message_id(sent)}",{{"a" : 1}}]'), 0.5)
    assert DeliverDone(CP1, 1) in actions
    cloud.feed(DeliveredThrough(SITE, 1), 0.5)
    (answer,) = answers(cloud.timer(1.0) or actions)
    assert isinstance(answer, Batch)
    assert answer.items == (MessageItem(0, CallResult("", '{"a" : 1}'), 0),)
    assert answer.header.acknowledged == 1


def test_presence_opens_and_closes_the_socket() -> None:
    cloud = Cloud()
    assert OpenCsms(CP1, "/CP1", "1.6") in cloud.open(*HERE)
    assert cloud.core.present == 1
    assert CloseCsms(CP1) in cloud.batch(0, Presence(0, 2))
    assert cloud.core.present == 0


def test_presence_is_acknowledged_like_messages() -> None:
    cloud = Cloud()
    cloud.open()
    assert empty_answers(cloud.batch(0, *HERE)) == 1
    assert empty_answers(cloud.batch(2, Presence(0, 2))) == 1
    (answer,) = answers(cloud.batch(4, Presence(0, 3)))
    assert isinstance(answer, Batch) and answer.header.acknowledged == 3


def test_a_charger_that_connects_again_has_a_new_socket_before_it_boots() -> None:
    cloud = cloud_with_socket()
    boot = MessageItem(0, Call("", "BootNotification", "{}"))
    actions = cloud.batch(0, Presence(0, 2), Presence(0, 3), boot)
    actions += cloud.feed(RecordsStored(SITE, 1))
    assert of_kind(actions, CloseCsms) == [CloseCsms(CP1)]
    assert of_kind(actions, OpenCsms) == [OpenCsms(CP1, "/CP1", "1.6")]
    assert of_kind(actions, SendToCsms) == []
    (sent,) = of_kind(cloud.feed(CsmsOpened(CP1)), SendToCsms)
    assert '"BootNotification"' in sent.text


def test_who_says_something_and_leaves_is_heard_before_its_socket_closes() -> None:
    cloud = cloud_with_socket()
    assert of_kind(cloud.batch(0, CALL, Presence(0, 2)), CloseCsms) == []
    actions = cloud.feed(RecordsStored(SITE, 1))
    (sent,) = of_kind(actions, SendToCsms)
    assert of_kind(actions, CloseCsms) == []
    answered = cloud.feed(CsmsText(CP1, f'[3,"{message_id(sent)}",{{}}]'))
    assert CloseCsms(CP1) in answered


def test_a_site_that_is_silent_for_its_lease_is_not_there() -> None:
    cloud = cloud_with_socket()
    assert cloud.core.timer() == LEASE_SECONDS
    cloud.request(b"", 50.0, confirmable=False)
    assert cloud.timer(LEASE_SECONDS) == []
    ended = cloud.timer(50.0 + LEASE_SECONDS)
    assert CloseCsms(CP1) in ended
    (said,) = notes(ended, Topic.LINK)
    assert (said.label, said.level) == ("down", Level.WARNING)
    assert said.text == ("site kisumu-1 is silent for 90 s; its chargers are shown as disconnected")
    again = cloud.request(b"", 500.0, confirmable=False)
    assert notes(again, Topic.LINK) and OpenCsms(CP1, "/CP1", "1.6") in again


def test_a_site_without_chargers_is_missed_too() -> None:
    cloud = Cloud()
    assert cloud.core.alive == 0
    cloud.request(b"", 5.0, confirmable=False)
    assert cloud.core.alive == 1 and cloud.core.timer() == 5.0 + LEASE_SECONDS
    (said,) = notes(cloud.timer(5.0 + LEASE_SECONDS), Topic.LINK)
    assert said.label == "down" and cloud.core.alive == 0
    assert cloud.core.timer() is None and cloud.timer(500.0) == []


def test_a_lease_that_ended_before_its_timer_ran_is_said_all_the_same() -> None:
    cloud = cloud_with_socket()
    labels = [note.label for note in notes(cloud.request(b"", 500.0), Topic.LINK)]
    assert labels == ["down", "up"]


def test_a_site_that_answers_requests_is_alive() -> None:
    """While it does it has no reason to send signs of life."""
    cloud = cloud_with_socket()
    (request,) = of_kind(cloud.feed(CsmsText(CP1, '[2,"order","Reset",{}]'), 80.0), RequestSite)
    cloud.feed(DownlinkAnswered(SITE, request.exchange, acknowledging(1)), 81.0)
    assert of_kind(cloud.timer(LEASE_SECONDS), CloseCsms) == []
    assert CloseCsms(CP1) in cloud.timer(81.0 + LEASE_SECONDS)


def test_a_charger_that_the_configuration_does_not_list_is_said_once() -> None:
    cloud = Cloud()
    stranger = Bind(1, "/CP9", "1.6")
    actions = cloud.open(stranger, Presence(1, 1))
    actions += cloud.batch(0, MessageItem(1, Call("", "Authorize", "{}")))
    actions += cloud.feed(RecordsStored(SITE, 1))
    assert len(notes(actions, Topic.UNKNOWN_CHARGER)) == 1
    assert not of_kind(actions, OpenCsms)


def test_what_waited_before_a_restart_is_read_and_delivered() -> None:
    cloud = Cloud(stored=10, backlog=("CP1",))
    (read,) = of_kind(cloud.start, ReadOutbox)
    assert (read.key, read.after) == (CP1, 0)
    record = Record(7, RecordKind.MESSAGE, "CP1", "/CP1", "1.6", '[2,"x","A",{}]')
    assert OpenCsms(CP1, "/CP1", "1.6") in cloud.feed(OutboxPage(CP1, (record,)))
    assert of_kind(cloud.feed(CsmsOpened(CP1)), SendToCsms) == [SendToCsms(CP1, record.text)]


def test_an_answer_to_a_call_of_before_the_epoch_still_goes_down() -> None:
    cloud = Cloud(stored=10, backlog=("CP1",))
    record = Record(7, RecordKind.MESSAGE, "CP1", "/CP1", "1.6", '[2,"x","A",{}]')
    cloud.feed(OutboxPage(CP1, (record,)))
    cloud.feed(CsmsOpened(CP1))
    cloud.feed(CsmsText(CP1, '[3,"x",{}]'))
    (down,) = asked(cloud.open(*HERE))
    assert isinstance(down, Batch)
    assert down.items == (MessageItem(0, CallResult("", "{}"), 7 - 11),)


def answered_call(cloud: Cloud) -> list[Action]:
    """Have the CSMS answer a CALL of the charger, message 1."""
    cloud.batch(0, CALL)
    (sent,) = of_kind(cloud.feed(RecordsStored(SITE, 1)), SendToCsms)
    return cloud.feed(CsmsText(CP1, f'[3,"{message_id(sent)}",{{"a" : 1}}]'))


@pytest.mark.parametrize("confirmed", [False, True])
def test_an_answer_that_the_site_has_not_confirmed_goes_down_again_in_a_new_epoch(
    confirmed: bool,
) -> None:
    cloud = cloud_with_socket()
    assert len(answers(answered_call(cloud))) == 1  # this carries the answer down
    if confirmed:
        cloud.batch(1, acknowledged=1, now=2.0)
    asked_now = asked(cloud.open(*HERE, epoch=6, now=3.0))
    again = Batch(Header(6, 0, 0, 1), (MessageItem(0, CallResult("", '{"a" : 1}'), 0 - 1),))
    assert asked_now == ([] if confirmed else [again])


def test_an_answer_for_a_charger_without_a_channel_waits_until_it_is_bound() -> None:
    cloud = cloud_with_socket()
    answered_call(cloud)
    assert asked(cloud.open(epoch=6, now=3.0)) == []
    assert asked(cloud.batch(0, Bind(0, "/CP2", "1.6"), Presence(0, 1), epoch=6, now=4.0)) == []
    actions = cloud.batch(2, Bind(1, "/CP1", "1.6"), epoch=6, now=5.0)
    (answer,) = answers(actions)
    assert isinstance(answer, Batch)
    assert answer.items == (MessageItem(1, CallResult("", '{"a" : 1}'), 0 - 1),)


def test_an_answer_goes_down_on_the_channel_of_its_call() -> None:
    """The charger came back with another version; the site knows who still waits for what."""
    cloud = cloud_with_socket()
    cloud.batch(0, CALL)
    (sent,) = of_kind(cloud.feed(RecordsStored(SITE, 1)), SendToCsms)
    cloud.batch(1, Presence(0, 2), Bind(1, "/CP1", "2.1"), Presence(1, 1))
    actions = cloud.feed(CsmsText(CP1, f'[3,"{message_id(sent)}",{{}}]'), 1.0)
    (answer,) = answers(actions + cloud.timer(2.0))
    assert isinstance(answer, Batch)
    assert answer.items == (MessageItem(0, CallResult("", "{}"), 0),)


# --- epochs and refusals


def test_a_frame_of_an_unknown_epoch_is_refused() -> None:
    actions = Cloud().batch(0, CALL)
    assert answers(actions) == [Refused(FrameFault.UNKNOWN_EPOCH)]
    assert notes(actions, Topic.REFUSED_FRAME)[0].level is Level.INFO


def test_a_late_frame_of_an_old_epoch_does_not_end_the_new_one() -> None:
    cloud = Cloud()
    cloud.open(epoch=5)
    cloud.open(*HERE, epoch=6)
    assert answers(cloud.batch(0, epoch=5)) == [Refused(FrameFault.UNKNOWN_EPOCH)]
    assert empty_answers(cloud.batch(0, epoch=6)) == 1


def test_a_frame_that_cannot_be_read_ends_the_epoch() -> None:
    cloud = Cloud()
    cloud.open()
    assert answers(cloud.request(b"\xff")) == [Refused(FrameFault.MALFORMED)]
    assert answers(cloud.batch(0)) == [Refused(FrameFault.UNKNOWN_EPOCH)]


def test_an_open_frame_that_was_overtaken_is_not_answered() -> None:
    cloud = Cloud()
    assert answers(cloud.request(opening(), newest=False)) == []


def test_a_sign_of_life_without_an_epoch_is_asked_for_one_until_it_answers() -> None:
    cloud = Cloud()
    first = cloud.request(b"", confirmable=False)
    assert asked(first) == [Refused(FrameFault.UNKNOWN_EPOCH)]
    assert asked(cloud.request(b"", 28.0, confirmable=False)) == []
    (request,) = of_kind(first, RequestSite)
    cloud.feed(DownlinkFailed(SITE, request.exchange), 100.0)
    assert len(asked(cloud.request(b"", 112.0, confirmable=False))) == 1


def test_a_site_whose_journal_begins_later_moves_the_cursor() -> None:
    cloud = Cloud(stored=3)
    encoded = opening(oldest=50)
    actions = cloud.request(encoded)
    assert ResetStored(SITE, 49) in actions
    assert notes(actions, Topic.SEQUENCE_GAP)[0].level is Level.ERROR
    assert answers(actions) == [Opened(5, 49, 0)]
    fresh = Cloud()
    assert not notes(fresh.request(encoded), Topic.SEQUENCE_GAP)
