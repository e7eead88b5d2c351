"""The expander's core as a whole: what it does with each thing it is told."""

from typing import Final, TypeVar

import pytest

from laconic_codec import frame, issue, items, registry, signs
from laconic_codec.errors import FrameFault
from laconic_codec.frame import Batch, Direction, Header, Open, Opened, Refused
from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
from laconic_codec.messages import Call, CallResult, parse
from laconic_codec.signs import Notice, Reach
from laconic_gateway.core.expander.downlink import RESEND_SECONDS
from laconic_gateway.core.expander.expander import Expander
from laconic_gateway.core.expander.io import (
    AbandonSite,
    Action,
    CloseCsms,
    CsmsClosed,
    CsmsFailed,
    CsmsOpened,
    CsmsText,
    DeliverDone,
    DeliveredThrough,
    DownlinkAnswered,
    DownlinkFailed,
    HastenSite,
    Input,
    NotifySite,
    OpenCsms,
    OutboxPage,
    ReadOutbox,
    RecordsStored,
    RequestSite,
    ResetStored,
    RespondSite,
    SendToCsms,
    SiteMoved,
    SiteRequest,
    StoreRecords,
)
from laconic_gateway.core.expander.sites import SiteSettings
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Level, Note, Topic
from laconic_gateway.core.records import Record, RecordKind

Kind = TypeVar("Kind")

SITE: Final = "kisumu-1"
CP1: Final = (SITE, "CP1")
BIND: Final = Bind(0, "/CP1", "1.6")
HERE: Final = (BIND, Presence(0, 1))
CALL: Final = MessageItem(0, Call("", "Authorize", "{}"))
LEASE_SECONDS: Final = 90.0


class Cloud:
    """An expander for one site, and the requests that the site has made."""

    def __init__(self, stored: int = 0, backlog: tuple[str, ...] = ()) -> None:
        settings = SiteSettings(LEASE_SECONDS, frozenset({"CP1", "CP2"}), stored, 0, backlog)
        self.core = Expander({SITE: settings}, random=lambda: 0.5, new_id=lambda: "made")
        self.requests = 0
        self.start = self.core.handle_timer(Instant(0.0, 0.0))

    def feed(self, item: Input, now: float = 0.0) -> list[Action]:
        return self.core.receive(item, Instant(now, now))

    def timer(self, now: float) -> list[Action]:
        return self.core.handle_timer(Instant(now, now))

    def request(
        self, payload: bytes, now: float = 0.0, *, confirmable: bool = True, newest: bool = True
    ) -> list[Action]:
        self.requests += 1
        return self.feed(SiteRequest(SITE, self.requests, payload, confirmable, newest), now)

    def open(self, *entries: Item, epoch: int = 5, now: float = 0.0) -> list[Action]:
        return self.request(opening(*entries, epoch=epoch), now)

    def batch(
        self, first: int, *entries: Item, now: float = 0.0, epoch: int = 5, acknowledged: int = 0
    ) -> list[Action]:
        return self.request(batch_of(first, *entries, epoch=epoch, acknowledged=acknowledged), now)


def batch_of(first: int, *entries: Item, epoch: int = 5, acknowledged: int = 0) -> bytes:
    encoded = [items.encode(item) for item in entries]
    return frame.encode_batch(Header(epoch, first, acknowledged), encoded, Direction.UP)[0]


def opening(*entries: Item, epoch: int = 5, oldest: int = 1) -> bytes:
    return frame.encode_open(Open(epoch, oldest, registry.FINGERPRINT, entries))[0]


def notes(actions: list[Action], topic: Topic) -> list[Note]:
    return [action for action in actions if isinstance(action, Note) and action.topic is topic]


def of_kind(actions: list[Action], kind: type[Kind]) -> list[Kind]:
    return [action for action in actions if isinstance(action, kind)]


def answers(actions: list[Action]) -> list[frame.Frame]:
    return [frame.decode(a.payload, Direction.DOWN) for a in actions if isinstance(a, RespondSite)]


def empty_answers(actions: list[Action]) -> int:
    """Return how many frames were answered without a word: all is stored, all before delivered."""
    return sum(isinstance(a, RespondSite) and a.payload == b"" for a in actions)


def asked(actions: list[Action]) -> list[frame.Frame]:
    """Return the frames of requests, without their marks."""
    sent = [issue.split(a.payload)[1] for a in actions if isinstance(a, RequestSite)]
    return [frame.decode(encoded, Direction.DOWN) for encoded in sent]


def message_id(sent: SendToCsms) -> str:
    return parse(sent.text).message_id


def acknowledging(count: int, epoch: int = 5) -> bytes:
    """Return how the site answers a request: it has so many items of the downlink."""
    return frame.encode_batch(Header(epoch, 0, count), [], Direction.UP)[0]


def cloud_with_socket() -> Cloud:
    cloud = Cloud()
    cloud.open(*HERE)
    cloud.feed(CsmsOpened(CP1))
    return cloud


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


# --- from the CSMS to the site


def test_a_command_goes_down_in_a_request_and_its_answer_goes_back() -> None:
    cloud = cloud_with_socket()
    actions = cloud.feed(CsmsText(CP1, '[2,"order","Reset",{"type":"Soft"}]'))
    (request,) = of_kind(actions, RequestSite)
    assert asked(actions)[0] == Batch(
        Header(5, 0, 0), (MessageItem(0, Call("", "Reset", '{"type":"Soft"}')),)
    )
    cloud.feed(DownlinkAnswered(SITE, request.exchange, acknowledging(1)))
    cloud.batch(0, MessageItem(0, CallResult("", '{"status":"Accepted"}'), 0))
    sent = of_kind(cloud.feed(RecordsStored(SITE, 1)), SendToCsms)
    assert sent == [SendToCsms(CP1, '[3,"order",{"status":"Accepted"}]')]


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("Reset", "78004f" + "860105000000830217a0"),
        ("RemoteStopTransaction", "86010500000083020fa0"),
    ],
)
def test_a_command_that_must_not_come_late_says_when_it_was_sent(action: str, payload: str) -> None:
    """79 seconds after the epoch began: three bytes, which a harmless command does not cost."""
    cloud = Cloud()
    cloud.open(*HERE, now=1.0)
    cloud.feed(CsmsOpened(CP1), 1.0)
    actions = cloud.feed(CsmsText(CP1, f'[2,"order","{action}",{{}}]'), 80.5)
    (request,) = of_kind(actions, RequestSite)
    assert request.payload.hex() == payload


def test_a_command_in_an_answer_says_nothing_of_when() -> None:
    cloud = cloud_with_socket()
    cloud.batch(0, CALL, now=10.0)  # it waits for the CSMS, and takes the command along
    assert not of_kind(cloud.feed(CsmsText(CP1, '[2,"order","Reset",{}]'), 10.1), RequestSite)
    cloud.feed(RecordsStored(SITE, 1), 10.2)
    (answer,) = answers(cloud.timer(12.1))
    assert isinstance(answer, Batch)
    assert answer.items == (MessageItem(0, Call("", "Reset", "{}")),)


def test_a_preserved_id_goes_down_with_the_command() -> None:
    cloud = Cloud()
    cloud.open(Bind(0, "/CP1", "1.6", preserve_ids=True), Presence(0, 1))
    cloud.feed(CsmsOpened(CP1))
    (down,) = asked(cloud.feed(CsmsText(CP1, '[2,"order","Reset",{}]')))
    assert isinstance(down, Batch)
    assert down.items == (MessageItem(0, Call("order", "Reset", "{}")),)


def test_a_request_that_fails_at_once_is_not_repeated_at_once() -> None:
    cloud = cloud_with_socket()
    (request,) = of_kind(cloud.feed(CsmsText(CP1, '[2,"order","Reset",{}]'), 1.0), RequestSite)
    assert asked(cloud.feed(DownlinkFailed(SITE, request.exchange), 1.0)) == []
    assert cloud.core.timer() == 1.0 + RESEND_SECONDS
    assert len(asked(cloud.timer(1.0 + RESEND_SECONDS))) == 1


def test_a_command_of_a_lost_socket_is_taken_back() -> None:
    cloud = cloud_with_socket()
    (request,) = of_kind(cloud.feed(CsmsText(CP1, '[2,"order","Reset",{}]'), 1.0), RequestSite)
    cloud.feed(CsmsClosed(CP1, "1006"), 2.0)
    cloud.feed(DownlinkFailed(SITE, request.exchange), 3.0)
    (answer,) = answers(cloud.batch(0, now=4.0))
    assert isinstance(answer, Batch)
    assert not any(isinstance(item, MessageItem) for item in answer.items)


def test_a_request_that_a_later_one_overtook_is_hastened() -> None:
    cloud = cloud_with_socket()
    requests = [
        request.exchange
        for name in ("one", "two")
        for request in of_kind(cloud.feed(CsmsText(CP1, f'[2,"{name}","Reset",{{}}]')), RequestSite)
    ]
    first, second = requests
    actions = cloud.feed(DownlinkAnswered(SITE, second, acknowledging(0)))
    assert of_kind(actions, HastenSite) == [HastenSite(SITE, first)]
    actions = cloud.feed(DownlinkAnswered(SITE, first, acknowledging(2)))
    assert of_kind(actions, HastenSite) == []


def test_a_socket_that_fails_is_said_once_and_tried_again() -> None:
    cloud = Cloud()
    cloud.open(*HERE)
    said = notes(cloud.feed(CsmsFailed(CP1, 503, "Busy")), Topic.CSMS_LINK)
    assert [(note.level, "HTTP 503, Busy" in note.text) for note in said] == [(Level.WARNING, True)]
    assert said[0].text.endswith("; trying again, with longer and longer waits")
    assert OpenCsms(CP1, "/CP1", "1.6") in cloud.timer(1.0)
    said = notes(cloud.feed(CsmsFailed(CP1, None, "no route")), Topic.CSMS_LINK)
    assert [(note.level, note.text) for note in said] == [(Level.SILENT, "")]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "the CSMS refuses the password of CP1 (HTTP 401); check [[site.charger]] password"),
        (403, "the CSMS refuses the password of CP1 (HTTP 403); check [[site.charger]] password"),
        (404, "the CSMS does not know CP1 (HTTP 404); check csms.url and the CSMS"),
        (None, "cannot connect to the CSMS (why)"),
    ],
)
def test_a_refusal_of_the_csms_says_what_to_check(status: int | None, said: str) -> None:
    cloud = Cloud()
    cloud.open(*HERE)
    (note,) = notes(cloud.feed(CsmsFailed(CP1, status, "why")), Topic.CSMS_LINK)
    assert note.text.startswith(f"kisumu-1/CP1: {said}; trying again")


def test_a_socket_that_opens_is_said_the_first_time_and_after_a_loss() -> None:
    cloud = Cloud()
    cloud.open(*HERE)
    (said,) = notes(cloud.feed(CsmsOpened(CP1)), Topic.CSMS_LINK)
    assert (said.label, said.level) == ("up", Level.INFO)
    assert said.text == "kisumu-1/CP1: connected to the CSMS"
    (said,) = notes(cloud.feed(CsmsClosed(CP1, "gone")), Topic.CSMS_LINK)
    assert "the connection to the CSMS is closed (gone)" in said.text
    cloud.timer(10.0)
    assert len(notes(cloud.feed(CsmsOpened(CP1), 10.0), Topic.CSMS_LINK)) == 1


def test_a_socket_for_another_connection_of_the_charger_is_no_news() -> None:
    cloud = cloud_with_socket()
    actions = cloud.batch(0, Presence(0, 2), Presence(0, 3))
    assert OpenCsms(CP1, "/CP1", "1.6") in actions
    assert notes(cloud.feed(CsmsOpened(CP1)), Topic.CSMS_LINK) == []


@pytest.mark.parametrize("text", ["no json", "[2]", '[9,"a",{}]'])
def test_a_bad_message_of_the_csms_is_said_and_nothing_else_happens(text: str) -> None:
    (note,) = cloud_with_socket().feed(CsmsText(CP1, text))
    assert isinstance(note, Note) and note.topic is Topic.BAD_INPUT


def test_an_answer_of_the_site_that_is_no_frame_is_counted() -> None:
    actions = cloud_with_socket().feed(DownlinkAnswered(SITE, 1, b"\xff"))
    assert [note.label for note in notes(actions, Topic.REFUSED_FRAME)] == ["malformed"]


# --- the way to the site


def test_what_a_site_says_of_its_reach_is_answered_like_a_frame_without_items() -> None:
    cloud = Cloud()
    told = signs.encode(Reach(True, 480))
    (refused,) = [a for a in cloud.request(told) if isinstance(a, RespondSite)]
    assert frame.decode(refused.payload, Direction.DOWN) == Refused(FrameFault.UNKNOWN_EPOCH)
    cloud.open(*HERE)
    (answer,) = [a for a in cloud.request(told, 1.0) if isinstance(a, RespondSite)]
    assert answer.payload == b""
    assert cloud.request(told, 1.0, confirmable=False) == []


def test_the_lease_follows_the_announced_silence_and_a_missed_sign_is_asked_for() -> None:
    cloud = Cloud()
    cloud.open(*HERE)
    cloud.request(signs.encode(Reach(True, 480)), 0.0)
    (asked,) = [a for a in cloud.timer(528.0) if isinstance(a, RequestSite)]
    assert frame.decode(asked.payload, Direction.DOWN) == Batch(Header(5, 0, 0), ())
    assert cloud.core.alive == 1
    answer = frame.encode_batch(Header(5, 0, 0), [], Direction.UP)[0]
    cloud.feed(DownlinkAnswered(SITE, asked.exchange, answer), 529.0)
    cloud.timer(529.0 + 719.0)
    assert cloud.core.alive == 1
    cloud.timer(529.0 + 720.0)
    assert cloud.core.alive == 0


def test_a_reach_that_something_else_overtook_counts_unless_it_is_of_an_epoch_before() -> None:
    """The site takes it for told: it would not say it again for hours."""
    for order, alive in ((1, 0), (3, 1)):
        cloud = Cloud()
        sign = signs.encode(Reach(False, 9_000))
        cloud.feed(SiteRequest(SITE, 1, opening(*HERE), True, True, order=2))
        cloud.feed(SiteRequest(SITE, 2, b"", False, True, order=4))
        cloud.feed(SiteRequest(SITE, 3, sign, True, False, order=order))
        cloud.timer(LEASE_SECONDS)
        assert cloud.core.alive == alive


def test_a_site_is_told_of_a_late_downlink_and_of_a_new_address_while_its_path_is_open() -> None:
    cloud = Cloud()
    cloud.open(*HERE)
    answer = frame.encode_batch(Header(5, 0, 0), [], Direction.UP)[0]
    late = NotifySite(SITE, signs.encode(Notice.LATE_DOWNLINK))
    moved = NotifySite(SITE, signs.encode(Notice.MOVED))
    assert late not in cloud.feed(DownlinkAnswered(SITE, 7, answer))
    assert late in cloud.feed(DownlinkAnswered(SITE, 7, answer, transmissions=2))
    assert cloud.feed(SiteMoved(SITE)) == [], "its first address"
    assert cloud.feed(SiteMoved(SITE)) == [moved]
    cloud.request(signs.encode(Reach(False, 900)))
    assert late not in cloud.feed(DownlinkAnswered(SITE, 7, answer, transmissions=2))
    assert cloud.feed(SiteMoved(SITE)) == []


def test_what_is_on_its_way_to_an_old_address_is_sent_again_at_once() -> None:
    cloud = Cloud()
    cloud.open(*HERE)
    cloud.feed(SiteMoved(SITE))
    cloud.feed(CsmsOpened(CP1))
    (sent,) = [
        a for a in cloud.feed(CsmsText(CP1, '[2,"r","Reset",{}]')) if isinstance(a, RequestSite)
    ]
    assert HastenSite(SITE, sent.exchange) in cloud.feed(SiteMoved(SITE))


def test_a_command_waits_for_a_site_that_cannot_be_reached_and_is_withdrawn_in_time() -> None:
    cloud = Cloud()
    cloud.open(*HERE)
    cloud.request(signs.encode(Reach(False, 300)))
    cloud.feed(CsmsOpened(CP1))
    command = CsmsText(CP1, '[2,"r","Reset",{}]')
    assert not [a for a in cloud.feed(command, 100.0) if isinstance(a, RequestSite)]
    (failed,) = [a for a in cloud.timer(128.0) if isinstance(a, SendToCsms)]
    assert parse(failed.text).message_id == "r"
    (void,) = [
        a for a in cloud.request(b"", 300.0, confirmable=False) if isinstance(a, RequestSite)
    ]
    assert frame.decode(void.payload, Direction.DOWN) == Batch(Header(5, 0, 0), (Void(),))


def test_a_command_that_is_under_way_when_its_time_is_over_is_not_repeated() -> None:
    cloud = Cloud()
    cloud.open(*HERE)
    cloud.feed(CsmsOpened(CP1))
    (sent,) = [
        a for a in cloud.feed(CsmsText(CP1, '[2,"r","Reset",{}]')) if isinstance(a, RequestSite)
    ]
    assert AbandonSite(SITE, sent.exchange) in cloud.timer(28.0)
