"""The expander's sending end: items until the site has them, and not one after that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import frame, issue, items
from laconic_codec.adaptive import seal
from laconic_codec.decoder import Decoder
from laconic_codec.encoder import ALL_CODINGS
from laconic_codec.frame import Batch, Direction, Fragment
from laconic_codec.items import Item, MessageItem, Void
from laconic_codec.limits import FRAGMENT_DATA_BYTES
from laconic_codec.messages import Call, Send
from laconic_gateway.core.expander.downlink import (
    IN_FLIGHT_MAX,
    PAUSE_SECONDS,
    RESEND_SECONDS,
    SILENT_RESEND_SECONDS,
    Downlink,
)
from laconic_gateway.core.stream import Receiver


def item(number: int, size: int = 0) -> MessageItem:
    return MessageItem(0, Send("", "DataTransfer", f'{{"n":"{number}-{"x" * size}"}}'))


class Site:
    """The other end."""

    def __init__(self) -> None:
        self.receiver = Receiver()
        self.played: list[Item] = []

    def take(self, encoded: bytes) -> None:
        decoded = frame.decode(encoded, Direction.DOWN)
        assert isinstance(decoded, Batch | Fragment)
        assert decoded.header.epoch == 1
        if isinstance(decoded, Fragment) or decoded.items:
            self.played += [item for _, item in self.receiver.accept(decoded)]


def test_every_piece_of_a_command_that_must_not_come_late_is_marked() -> None:
    downlink, site = Downlink(1, opened_at=5.0), Site()
    downlink.add(MessageItem(0, Call("", "DataTransfer", f'{{"x":"{"y" * 2_000}"}}')))
    downlink.add(item(1))
    sent = [downlink.request(number, 0, 0, 10.5 + 20 * number) for number in range(4)]
    marks, pieces = zip(*map(issue.split, sent), strict=True)
    assert marks == (5, 25, 45, None)
    for piece in pieces:
        site.take(piece)
    assert len(site.played) == 2


def test_a_frame_that_is_made_again_has_a_mark_of_its_own() -> None:
    """The command is still wanted, or it would have been withdrawn."""
    downlink = Downlink(1, opened_at=5.0)
    downlink.add(MessageItem(0, Call("", "Reset", "{}")))
    first = downlink.request(1, 0, 0, 10.0)
    downlink.fail(1, 20.0)
    again = downlink.request(2, 0, 0, 40.0)
    assert (issue.split(first)[0], issue.split(again)[0]) == (5, 35)
    downlink.fail(2, 50.0)
    downlink.withdraw(0)
    assert issue.split(downlink.request(3, 0, 0, 70.0))[0] is None


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from([0, 20, 700, 2_500])),
        st.tuples(
            st.sampled_from(["answer", "lost answer", "request", "fail", "wait"]), st.just(0)
        ),
        st.tuples(st.sampled_from(["deliver", "deliver in vain", "answered"]), st.integers(0, 5)),
    ),
    max_size=60,
)


@given(STEPS)
def test_whatever_is_lost_each_item_is_played_once_in_order(steps: list[tuple[str, int]]) -> None:
    downlink, site = Downlink(1), Site()
    sent: list[Item] = []
    air: list[tuple[int, bytes]] = []
    now, exchange = 0.0, 0
    for step, number in steps:
        if step == "add":
            sent.append(item(len(sent), number))
            assert downlink.add(sent[-1]) == len(sent) - 1
        elif step == "answer":
            site.take(downlink.answer(0, 0, now))
        elif step == "lost answer":
            downlink.answer(0, 0, now)
        elif step == "request" and downlink.may_request(now):
            exchange += 1
            air.append((exchange, downlink.request(exchange, 0, 0, now)))
            assert len(air) <= IN_FLIGHT_MAX
        elif step == "deliver" and air:
            delivered, encoded = air.pop(number % len(air))
            site.take(encoded)
            downlink.acknowledge(site.receiver.next, now)
            overdue = downlink.finish(delivered, now)
            assert {one for one, _ in air}.issuperset(overdue)
        elif step == "deliver in vain" and air:
            site.take(air[number % len(air)][1])  # the site's answer is lost
        elif step == "fail" and air:
            downlink.fail(air.pop(0)[0], now)
        elif step == "answered":
            downlink.acknowledge(max(0, site.receiver.next - number), now)
        elif step == "wait":
            now += SILENT_RESEND_SECONDS
            downlink.handle_timer(now)
        assert site.played == sent[: len(site.played)]
    for one, _ in air:
        downlink.fail(one, now)
    for _ in range(400):
        now += SILENT_RESEND_SECONDS / 4
        downlink.handle_timer(now)
        exchange += 1
        if downlink.may_request(now):
            site.take(downlink.request(exchange, 0, 0, now))
            downlink.acknowledge(site.receiver.next, now)
            assert downlink.finish(exchange, now) == []
    assert site.played == sent
    assert not downlink.has_unsent


def test_a_site_that_lacks_what_was_sent_before_makes_that_overdue() -> None:
    downlink = Downlink(1)
    for exchange in (1, 2):
        downlink.add(item(exchange))
        downlink.request(exchange, 0, 0, 0.0)
    assert downlink.finish(2, 0.0) == [1]
    downlink.acknowledge(2, 0.0)
    assert downlink.finish(1, 0.0) == []
    assert not downlink.has_unsent


def test_what_went_with_an_answer_and_is_missing_goes_again_in_a_request() -> None:
    downlink, site = Downlink(1), Site()
    downlink.add(item(0))
    downlink.answer(0, 0, 0.0)  # lost; the site may not ask for it again
    downlink.add(item(1))
    site.take(downlink.request(1, 0, 0, 1.0))
    assert site.played == []
    downlink.add(item(2))
    downlink.request(2, 0, 0, 1.0)  # later than what is missing: no reason to repeat it
    assert downlink.finish(1, 0.0) == []
    site.take(downlink.request(3, 0, 0, 2.0))
    assert site.played == [item(0), item(1), item(2)]


@pytest.mark.parametrize("at_once", [1, IN_FLIGHT_MAX])
def test_a_long_item_goes_in_pieces_each_once(at_once: int) -> None:
    """The site has the item only with its last piece: until then nothing is missing."""
    downlink, site = Downlink(1), Site()
    downlink.add(item(0, 9_000))
    downlink.add(item(1))
    sent = 0
    for _ in range(20):
        exchanges: list[int] = []
        while len(exchanges) < at_once and downlink.may_request(0.0):
            sent += 1
            exchanges.append(sent)
            site.take(downlink.request(sent, 0, 0, 0.0))
        downlink.acknowledge(site.receiver.next, 0.0)
        for exchange in reversed(exchanges):
            assert downlink.finish(exchange, 0.0) == []
    assert site.played == [item(0, 9_000), item(1)]
    assert sent == -(-len(items.encode(item(0, 9_000))) // FRAGMENT_DATA_BYTES) + 1


def test_an_answer_that_was_lost_is_made_up_for_when_the_site_shows_it() -> None:
    downlink = Downlink(1)
    downlink.add(item(0))
    downlink.answer(0, 0, 5.0)
    downlink.acknowledge(0, 14.9)  # that frame may have left before the answer came
    assert not downlink.may_request(14.9)
    downlink.acknowledge(0, 15.0)
    assert downlink.may_request(15.0)


def test_an_answer_is_not_repeated_for_want_of_an_acknowledgement() -> None:
    """A datagram for nothing: the site asks again if it has no answer."""
    downlink = Downlink(1)
    downlink.add(item(0))
    downlink.answer(0, 0, 5.0)
    assert downlink.timer(5.0) == 5.0 + SILENT_RESEND_SECONDS
    downlink.handle_timer(304.9)
    assert not downlink.has_unsent
    downlink.handle_timer(305.0)
    assert downlink.may_request(305.0)


def test_a_request_that_fails_at_once_is_not_repeated_at_once() -> None:
    """The message layer may refuse every request: no address, no sequence numbers on disk."""
    downlink = Downlink(1)
    downlink.add(item(0))
    downlink.request(1, 0, 0, 100.0)
    downlink.fail(1, 100.0)
    assert not downlink.may_request(100.0)
    assert downlink.timer(100.0) == 100.0 + RESEND_SECONDS
    assert downlink.may_request(100.0 + RESEND_SECONDS)
    assert frame.decode(downlink.answer(0, 0, 100.0), Direction.DOWN)


def test_the_failure_of_another_epochs_request_changes_nothing() -> None:
    downlink = Downlink(2)
    downlink.add(item(0))
    downlink.fail(17, 0.0)
    assert downlink.may_request(0.0)


@pytest.mark.parametrize("sent", [False, True])
def test_a_withdrawn_item_leaves_no_hole(sent: bool) -> None:
    downlink, site = Downlink(1), Site()
    for number in range(3):
        downlink.add(item(number, 2_500 if number == 1 else 0))
    if sent:
        downlink.answer(0, 0, 0.0)
        downlink.request(1, 0, 0, 0.0)
        downlink.fail(1, 0.0)
    downlink.withdraw(1)
    downlink.withdraw(7)
    site.take(downlink.answer(0, 0, 20.0))
    assert site.played == [item(0), Void(), item(2)]


def test_an_acknowledgement_of_what_was_never_sent_is_not_believed() -> None:
    downlink = Downlink(1)
    downlink.add(item(0))
    downlink.acknowledge(2, 0.0)
    assert downlink.has_unsent
    downlink.acknowledge(1, 0.0)
    downlink.acknowledge(0, 0.0)
    assert not downlink.has_unsent


def test_it_knows_which_requests_may_carry_an_item() -> None:
    downlink = Downlink(5)
    for _ in range(3):
        downlink.add(Void())
    downlink.request(1, 0, 0, 0.0)
    assert downlink.exchanges_with(2) == [1]
    downlink.acknowledge(2, 0.0)
    assert downlink.exchanges_with(1) == []
    assert downlink.exchanges_with(2) == [1]
    downlink.finish(1, 0.0)
    assert downlink.exchanges_with(2) == []


def commits(encoded: bytes) -> bool:
    head, _ = seal.read_head(encoded)
    return head.commits


def test_of_two_frames_with_the_same_items_the_answered_one_counts() -> None:
    """The site tells that it has the items, but which frame brought them it does not tell."""
    downlink, decoder = Downlink(1, ALL_CODINGS), Decoder(Direction.DOWN, 1)
    downlink.add(item(0))
    lost = downlink.answer(0, 0, 0.0)
    downlink.handle_timer(SILENT_RESEND_SECONDS)
    again = downlink.request(1, 7, 0, SILENT_RESEND_SECONDS)
    assert commits(lost) and commits(again)
    decoder.decode(lost)  # late; what was made instead is on its way
    downlink.acknowledge(1, 900.0)
    decoder.decode(again)
    assert downlink.finish(1, 0.0) == []
    downlink.add(item(1))
    decoder.decode(downlink.request(2, 7, 0, 900.0))


def test_without_an_answer_it_is_not_believed_that_a_repeated_frame_has_arrived() -> None:
    downlink, decoder = Downlink(1, ALL_CODINGS), Decoder(Direction.DOWN, 1)
    downlink.add(item(0))
    decoder.decode(downlink.answer(0, 0, 0.0))
    downlink.handle_timer(SILENT_RESEND_SECONDS)
    downlink.request(1, 7, 0, SILENT_RESEND_SECONDS)  # lost
    downlink.acknowledge(1, 900.0)  # from a frame of the site: it has what the answer brought
    downlink.fail(1, 900.0)
    downlink.add(item(1))
    decoder.decode(downlink.request(2, 7, 0, 1_000.0))


def test_an_answer_to_a_frame_repeats_without_teaching() -> None:
    """Nobody would ever tell that this very answer has arrived."""
    downlink = Downlink(1, ALL_CODINGS)
    downlink.add(item(0))
    assert commits(downlink.answer(0, 0, 0.0))
    downlink.handle_timer(SILENT_RESEND_SECONDS)
    assert not commits(downlink.answer(0, 0, SILENT_RESEND_SECONDS))


def test_a_site_that_had_a_frame_but_did_not_take_it_gets_it_again_soon() -> None:
    """Its epoch was not open yet: the answer that opens it was overtaken."""
    downlink = Downlink(1)
    downlink.add(item(0))
    downlink.request(1, 0, 0, 5.0)
    downlink.acknowledge(0, 5.5)
    assert downlink.finish(1, 5.5) == []
    assert not downlink.may_request(5.5)
    assert downlink.timer(5.5) == 5.5 + PAUSE_SECONDS
    assert downlink.may_request(5.5 + PAUSE_SECONDS)
