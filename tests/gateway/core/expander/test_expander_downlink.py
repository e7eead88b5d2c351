"""The expander's core as a whole: what comes from the CSMS, and the way to the site."""

import pytest

from laconic_codec import frame, signs
from laconic_codec.errors import FrameFault
from laconic_codec.frame import Batch, Direction, Header, Refused
from laconic_codec.items import Bind, MessageItem, Presence, Void
from laconic_codec.messages import Call, CallResult, parse
from laconic_codec.signs import Notice, Reach
from laconic_gateway.core.expander.downlink import RESEND_SECONDS
from laconic_gateway.core.expander.io import (
    AbandonSite,
    CsmsClosed,
    CsmsFailed,
    CsmsOpened,
    CsmsText,
    DownlinkAnswered,
    DownlinkFailed,
    HastenSite,
    NotifySite,
    OpenCsms,
    RecordsStored,
    RequestSite,
    RespondSite,
    SendToCsms,
    SiteMoved,
    SiteRequest,
)
from laconic_gateway.core.expander.reach import LEASE_SILENCES
from laconic_gateway.core.notes import Level, Note, Topic
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
    opening,
)

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
    lease_seconds = LEASE_SILENCES * 480
    cloud.timer(529.0 + lease_seconds - 1.0)
    assert cloud.core.alive == 1
    cloud.timer(529.0 + lease_seconds)
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
    assert late in cloud.feed(DownlinkAnswered(SITE, 7, answer, path_in_doubt=True))
    assert cloud.feed(SiteMoved(SITE)) == [], "its first address"
    assert cloud.feed(SiteMoved(SITE)) == [moved]
    cloud.request(signs.encode(Reach(False, 900)))
    assert late not in cloud.feed(DownlinkAnswered(SITE, 7, answer, path_in_doubt=True))
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
