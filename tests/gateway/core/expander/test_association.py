"""The expander's end of one site: epochs, order, presence, and when a frame is answered."""

from typing import Final

import pytest

from laconic_codec import frame, registry
from laconic_codec.decoder import is_adaptive
from laconic_codec.encoder import Encoder
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Direction, Header, Open, Opened
from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
from laconic_codec.messages import Call, CallResult, Send
from laconic_gateway.core.expander.arrival import Arrival, message_id_of
from laconic_gateway.core.expander.association import Association
from laconic_gateway.core.expander.held import ANSWER_WAIT_SECONDS, COMPANY_WAIT_SECONDS
from laconic_gateway.core.expander.reach import SiteReach
from laconic_gateway.core.expander.site_sender import SentDown
from laconic_gateway.core.expander.to_site import ToSite
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.records import Record, RecordKind

BIND: Final = Bind(0, "/ocpp/CP1", "1.6")
CALL: Final = MessageItem(0, Call("", "Authorize", '{"a" : 1}'))
ANSWERED: Final = MessageItem(0, Call("", "MeterValues", "{}"), answered=True)
RESULT: Final = MessageItem(0, CallResult("", "{}"), 0)
LEASE_SECONDS: Final = 90.0


def new_site(stored: int = 0, delivered: int = 0) -> Association:
    reach = SiteReach(LEASE_SECONDS)
    return Association("kisumu-1", reach, stored=stored, delivered=delivered)


def site(stored: int = 100, *entries: Item, epoch: int = 5) -> Association:
    association = new_site(stored, stored)
    association.open(opening(epoch, *entries), Instant(0.0, 0.0))
    association.announce(opening(epoch, *entries))
    return association


def opening(epoch: int, *entries: Item, oldest: int = 1) -> Open:
    return Open(epoch, oldest, registry.FINGERPRINT, entries)


def accept(
    association: Association, first: int, *entries: Item, epoch: int = 5, acknowledged: int = 0
) -> list[Arrival]:
    batch = Batch(Header(epoch, first, acknowledged), entries)
    return association.accept(batch, Instant(0.0, 77.0))


def hold(association: Association, request: int, first: int, *entries: Item) -> None:
    """Have a frame arrive, and be answered when it may be."""
    arrivals = accept(association, first, *entries)
    association.hold(request, Batch(Header(5, first, 0), entries), arrivals, 10.0)


def answer_to(sequence: int) -> ToSite:
    """Return the answer of the CSMS to a CALL."""
    call = Record(sequence, RecordKind.MESSAGE, "CP1", "/ocpp/CP1", "1.6", "")
    return ToSite(("kisumu-1", "CP1"), CallResult("id", "{}"), answers=call)


def reply(association: Association, sequence: int, now: float) -> None:
    sent = association.sender.send(answer_to(sequence), lambda _sequence, _message_id: None, now)
    assert sent is SentDown.SENT


def due(association: Association, now: float) -> list[int]:
    return [request for request, _ in association.due(now)]


# --- epochs


def test_an_epoch_begins_behind_what_is_stored() -> None:
    association = new_site(100, 90)
    answer, jump = association.open(opening(5), Instant(0.0, 1.5))
    assert frame.decode(answer, Direction.DOWN) == Opened(5, 100, 1_500)
    assert (jump, association.base, association.backlog) == (None, 101, 10)


def test_what_a_site_no_longer_has_is_jumped_over() -> None:
    association = new_site(100, 90)
    answer, jump = association.open(opening(5, oldest=400), Instant(0.0, 0.0))
    assert frame.decode(answer, Direction.DOWN) == Opened(5, 399, 0)
    assert (jump, association.stored, association.delivered, association.dispatched) == (399,) * 4


def test_another_registry_is_refused() -> None:
    association = new_site()
    with pytest.raises(FrameError) as caught:
        association.open(Open(5, 1, b"other"), Instant(0.0, 0.0))
    assert caught.value.fault is FrameFault.UNKNOWN_REGISTRY
    assert association.epoch is None


def test_a_frame_of_another_epoch_is_refused() -> None:
    with pytest.raises(FrameError) as caught:
        accept(site(), 0, epoch=4)
    assert caught.value.fault is FrameFault.UNKNOWN_EPOCH


@pytest.mark.parametrize("path", ["no/slash", "/", "/CP%3A1"])
def test_a_path_that_names_no_charger_is_refused(path: str) -> None:
    with pytest.raises(FrameError) as caught:
        accept(site(), 0, Bind(0, path, "1.6"))
    assert caught.value.fault is FrameFault.MALFORMED


def test_presence_without_a_binding_in_an_open_frame_is_refused() -> None:
    with pytest.raises(FrameError) as caught:
        site(100, Presence(3, 1))
    assert caught.value.fault is FrameFault.UNKNOWN_CHANNEL


def test_a_frame_of_which_something_is_refused_leaves_nothing_to_wait_for() -> None:
    association = site()
    message = MessageItem(0, Call("", "Heartbeat", "{}"))
    unknown = MessageItem(9, Call("", "Heartbeat", "{}"))
    with pytest.raises(FrameError) as caught:
        accept(association, 0, Bind(0, "/CP1", "1.6"), message, unknown)
    assert caught.value.fault is FrameFault.UNKNOWN_CHANNEL
    assert association.is_settled, "a new epoch may begin"


# --- records


def test_a_message_becomes_the_record_that_the_csms_will_get() -> None:
    _, arrival = accept(site(), 0, BIND, ANSWERED)
    record = arrival.record
    assert record is not None
    message_id = message_id_of("kisumu-1", "/ocpp/CP1", 101)
    assert record.text == f'[2,"{message_id}","MeterValues",{{}}]'
    assert (record.sequence, record.charger, record.path) == (101, "CP1", "/ocpp/CP1")
    assert (record.answered, record.received_unix_seconds) == (True, 77.0)


def test_the_id_of_a_message_is_its_own_for_ever() -> None:
    ids = {message_id_of("kisumu-1", path, n) for path in ("/CP1", "/CP2") for n in range(50)}
    assert len(ids) == 100
    assert all(len(message_id) == 36 for message_id in ids)
    assert message_id_of("other", "/CP1", 1) not in ids


def test_a_preserved_id_is_kept() -> None:
    _, arrival = accept(site(), 0, BIND, MessageItem(0, Send("mine", "A", "{}")))
    assert arrival.record is not None and arrival.record.text == '[6,"mine","A",{}]'


@pytest.mark.parametrize("item", [Void(), MessageItem(0, CallResult("", "{}"), 3)])
def test_what_the_outbox_need_not_keep_takes_its_number_only(item: Item) -> None:
    _, arrival = accept(site(), 0, BIND, item)
    assert arrival.record is not None
    assert (arrival.record.sequence, arrival.record.kind) == (101, RecordKind.VOID)


# --- order


def test_nothing_goes_on_before_it_is_stored_and_everything_once() -> None:
    association = site()
    accept(association, 0, BIND, CALL, ANSWERED, Presence(0, 1))
    association.dispatchable()
    assert association.dispatchable() == []
    association.stored = 101
    assert [arrival.sequence for arrival in association.dispatchable()] == [101]
    association.stored = 102
    ready = association.dispatchable()
    assert [type(arrival.item) for arrival in ready] == [MessageItem, Presence]
    association.stored = 200
    assert association.dispatchable() == []


def test_presence_waits_for_the_messages_before_it() -> None:
    association = site(100, BIND, Presence(0, 1))
    association.dispatchable()
    accept(association, 0, CALL, Presence(0, 2), Presence(0, 3), ANSWERED)
    assert association.dispatchable() == []
    association.stored = 101
    items = [arrival.item for arrival in association.dispatchable()]
    assert items == [CALL, Presence(0, 2), Presence(0, 3)]
    association.stored = 102
    assert [arrival.item for arrival in association.dispatchable()] == [ANSWERED]


def test_what_comes_again_in_a_new_epoch_goes_on_once() -> None:
    association = site()
    accept(association, 0, BIND, CALL)
    association.open(opening(6), Instant(0.0, 0.0))  # before the record was stored
    accept(association, 0, BIND, CALL, epoch=6)
    association.stored = 101
    messages = [a for a in association.dispatchable() if isinstance(a.item, MessageItem)]
    assert [arrival.sequence for arrival in messages] == [101]


# --- the acknowledgement


def test_every_item_of_a_batch_is_acknowledged_once_it_is_stored() -> None:
    association = site(100, BIND, Presence(0, 1))
    association.dispatchable()
    assert association.items_stored == 0  # the items of an open frame have no number
    accept(association, 0, Bind(1, "/CP2", "1.6"), Presence(1, 1))
    association.dispatchable()
    assert association.items_stored == 2
    accept(association, 2, CALL, Presence(0, 2), Void())
    association.dispatchable()
    assert association.items_stored == 2
    association.stored = 101
    association.dispatchable()
    assert association.items_stored == 4
    association.stored = 102
    association.dispatchable()
    assert association.items_stored == 5


def test_messages_are_numbered_without_bind_and_presence() -> None:
    arrivals = accept(site(), 0, BIND, CALL, Presence(0, 1), Void(), Presence(0, 2), ANSWERED)
    numbers = [arrival.sequence for arrival in arrivals if arrival.record is not None]
    assert numbers == [101, 102, 103]


def test_what_an_old_epoch_left_behind_is_not_acknowledged_in_the_new_one() -> None:
    association = site()
    accept(association, 0, BIND, CALL)
    association.open(opening(6), Instant(0.0, 0.0))
    association.stored = 101
    association.dispatchable()
    assert association.items_stored == 0


# --- presence


def test_a_charger_is_present_while_its_site_is_alive() -> None:
    association = site()
    association.reach.heard(0.0)
    association.channels.note_presence(Presence(0, 1), BIND)
    present = association.present_now("CP1", LEASE_SECONDS - 0.1)
    assert present is not None and (present.path, present.version) == ("/ocpp/CP1", "1.6")
    assert association.timer(0.0) == LEASE_SECONDS
    assert association.present_now("CP1", LEASE_SECONDS) is None
    assert association.timer(LEASE_SECONDS) is None


# --- answers to frames


def test_a_frame_is_answered_when_it_is_stored() -> None:
    association = site()
    hold(association, 9, 0, BIND, ANSWERED)
    assert due(association, 10.0) == []
    assert not association.sender.may_request(10.0)
    association.stored = 101
    assert due(association, 10.0) == [9]
    assert due(association, 10.0) == []


def test_a_frame_with_calls_waits_for_their_answers_a_little() -> None:
    association = site()
    hold(association, 9, 0, BIND, CALL, CALL)
    association.stored = 102
    assert due(association, 10.0) == []
    assert association.timer(10.0) == 10.0 + ANSWER_WAIT_SECONDS
    reply(association, 101, 10.5)
    assert association.timer(10.5) == 10.5 + COMPANY_WAIT_SECONDS
    reply(association, 102, 10.51)
    assert due(association, 10.51) == [9]


def test_a_frame_is_answered_without_the_csms_when_that_takes_its_time() -> None:
    association = site()
    hold(association, 9, 0, BIND, CALL)
    association.stored = 101
    assert due(association, 9.9 + ANSWER_WAIT_SECONDS) == []
    assert due(association, 10.0 + ANSWER_WAIT_SECONDS) == [9]


def test_a_frame_without_messages_is_answered_at_once() -> None:
    association = site()
    hold(association, 9, 0)
    assert due(association, 10.0) == [9]


def test_a_frame_of_presence_only_waits_for_the_messages_before_it() -> None:
    """Its answer acknowledges it, and an acknowledgement has no holes."""
    association = site()
    hold(association, 8, 0, BIND, ANSWERED)
    hold(association, 9, 2, Presence(0, 1))
    assert due(association, 10.0) == []
    association.stored = 101
    assert due(association, 10.0) == [8, 9]


def test_a_frame_that_came_before_its_turn_is_answered_at_once() -> None:
    """The answer tells the site that something before it is missing."""
    association = site()
    hold(association, 8, 0, BIND, ANSWERED)
    hold(association, 9, 3, CALL)
    assert due(association, 10.0) == [9]  # 8 is not on disk yet


def test_an_answer_without_content_says_all_is_stored_and_all_before_it_delivered() -> None:
    association = site()
    hold(association, 8, 0, BIND, ANSWERED)
    association.stored = 101
    association.dispatchable()
    assert association.due(10.0) == [(8, b"")]
    hold(association, 9, 2, ANSWERED)
    association.stored = 102
    association.dispatchable()
    ((_, answer),) = association.due(10.0)
    assert frame.decode(answer, Direction.DOWN) == Batch(Header(5, 0, 3, 2), ())
    association.delivered = 101
    hold(association, 10, 3, ANSWERED)
    association.stored, association.delivered = 103, 102
    association.dispatchable()
    assert association.due(10.0) == [(10, b"")]


def test_what_goes_down_goes_with_an_answer() -> None:
    association = site(100, BIND)
    hold(association, 8, 0, CALL)
    association.stored = 101
    association.dispatchable()
    reply(association, 101, 10.0)
    ((_, answer),) = association.due(10.1)
    assert frame.decode(answer, Direction.DOWN) == Batch(Header(5, 0, 1, 1), (RESULT,))


# --- answers of the CSMS


def test_answers_that_the_site_has_not_confirmed_survive_the_epoch() -> None:
    association = site(100, BIND)
    for _ in range(3):
        reply(association, 101, 0.0)
    association.sender.downlink.answer(0, 0, 0.0)
    accept(association, 0, acknowledged=2)
    for epoch in (6, 7):
        association.open(opening(epoch), Instant(0.0, 0.0))
    assert association.sender.take_parked() == [answer_to(101)]
    association.open(opening(8), Instant(0.0, 0.0))
    assert association.sender.take_parked() == []


def test_an_answer_waits_until_its_charger_has_a_channel() -> None:
    association = site()
    sent = association.sender.send(answer_to(101), lambda _sequence, _message_id: None, 0.0)
    assert sent is SentDown.PARKED
    accept(association, 0, BIND)
    assert association.sender.take_parked() == [answer_to(101)]
    reply(association, 101, 0.0)


def test_a_sign_of_life_has_no_frame() -> None:
    association = new_site()
    assert association.read(b"") is None
    with pytest.raises(FrameError, match="malformed"):
        association.read(b"\xff")


def test_a_frame_that_was_coded_against_a_state_needs_its_epoch() -> None:
    encoder = Encoder(Direction.UP, 5)
    encoded = encoder.encode(Header(5, 0, 0), [BIND, CALL, ANSWERED]).frame
    assert is_adaptive(encoded)
    with pytest.raises(FrameError) as refused:
        new_site().read(encoded)
    assert refused.value.fault is FrameFault.UNKNOWN_EPOCH
    assert site().read(encoded) == Batch(Header(5, 0, 0), (BIND, CALL, ANSWERED))
