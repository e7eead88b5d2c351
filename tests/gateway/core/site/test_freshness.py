"""How old a command is, whatever the clocks say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.frame import Batch, Fragment, Header
from laconic_codec.issue import MODULUS_SECONDS
from laconic_codec.items import Item, MessageItem, Void
from laconic_codec.messages import Call
from laconic_gateway.core.lateness import AGE_MAX_SECONDS
from laconic_gateway.core.site.freshness import (
    DRIFT,
    LIMIT_SECONDS,
    ODD_MARKS_MAX,
    VOUCHED_MAX,
    Freshness,
)

RESET = MessageItem(0, Call("", "Reset", "{}"))
STOP = MessageItem(0, Call("", "RemoteStopTransaction", "{}"))
DAY_SECONDS = 86_400.0


def batch(*entries: Item, first: int = 0) -> Batch:
    return Batch(Header(5, first, 0), entries)


def begun(asked_at: float = 0.0, now: float = 0.0) -> Freshness:
    freshness = Freshness()
    freshness.begin(asked_at, now)
    return freshness


@given(
    st.floats(0.0, 30 * DAY_SECONDS),
    st.floats(0.0, 3 * DAY_SECONDS),
    st.floats(0.0, 60.0),
    st.floats(-DRIFT / 2, DRIFT / 2),
)
def test_the_age_of_a_request_is_known_within_what_clocks_and_link_leave_open(
    made_at: float, delay_seconds: float, opening_seconds: float, drift: float
) -> None:
    """All times are the expander's; it made `opened` at 0. The site's clock runs another way."""
    begin = (1 + drift) * opening_seconds
    freshness = begun(0.0, begin)
    arrived_at = (1 + drift) * (made_at + delay_seconds)
    if arrived_at < begin:
        return  # it cannot be here before `opened`
    freshness.requested(batch(RESET), int(made_at) % MODULUS_SECONDS, arrived_at)
    late = freshness.is_late(0, RESET, arrived_at)
    doubt_seconds = opening_seconds + 2 * DRIFT * (made_at + delay_seconds) + 1.0
    if delay_seconds < AGE_MAX_SECONDS - 1.0:
        assert not late
    if delay_seconds > LIMIT_SECONDS + doubt_seconds:
        assert late


@pytest.mark.parametrize(("age_seconds", "late"), [(0.0, False), (31.0, False), (31.1, True)])
def test_the_limit(age_seconds: float, late: bool) -> None:
    freshness = begun()
    freshness.requested(batch(RESET), 10, 10.0)
    assert freshness.is_late(0, RESET, 10.0 + age_seconds) is late


def test_ten_minutes_are_too_much_after_a_month_of_one_epoch() -> None:
    freshness, month = begun(), 30 * DAY_SECONDS
    freshness.requested(batch(RESET), int(month) % MODULUS_SECONDS, month + 600.0)
    assert freshness.is_late(0, RESET, month + 600.0)


def test_what_waits_for_an_item_before_it_grows_old() -> None:
    freshness = begun()
    freshness.requested(batch(RESET, first=1), 10, 10.0)
    assert not freshness.is_late(0, STOP, 500.0)
    assert freshness.is_late(1, RESET, 500.0)


def test_an_answer_is_as_old_as_the_question() -> None:
    freshness = begun()
    freshness.answered(batch(RESET, RESET), asked_at=100.0)
    assert not freshness.is_late(0, RESET, 131.0)
    assert freshness.is_late(1, RESET, 131.1)


def test_a_command_of_which_nothing_says_how_old_it_is_is_late() -> None:
    freshness = begun()
    freshness.requested(batch(RESET), None, 10.0)
    assert freshness.is_late(0, RESET, 10.0)
    assert not freshness.is_late(1, STOP, 10.0)


def test_the_newest_word_counts() -> None:
    freshness = begun()
    freshness.requested(batch(RESET), 10, 10.0)
    freshness.requested(batch(RESET), 90, 91.0)
    freshness.requested(batch(RESET), 10, 92.0)
    assert not freshness.is_late(0, RESET, 92.0)


def test_the_pieces_of_a_command_vouch_for_it() -> None:
    freshness = begun()
    for offset in (0, 900):
        freshness.requested(Fragment(Header(5, 0, 0), offset, 1_000, b"x"), 10 + offset, 910.0)
    assert not freshness.is_late(0, RESET, 911.0)


def test_a_mark_from_the_future_shows_that_opened_was_slow() -> None:
    """So the next command is measured better than the first one."""
    freshness = begun(asked_at=0.0, now=20.0)  # made at 0, as it turns out
    freshness.requested(batch(RESET), 40, 45.0)
    assert not freshness.is_late(0, RESET, 45.0)
    freshness.requested(batch(RESET, first=1), 40, 80.0)
    assert freshness.is_late(1, RESET, 80.0)


def test_a_mark_from_too_far_in_the_future_is_an_old_one() -> None:
    freshness = begun(asked_at=0.0, now=20.0)
    freshness.requested(batch(RESET), 100, 45.0)
    assert freshness.is_late(0, RESET, 45.0)


@pytest.mark.parametrize("slept_seconds", [3_600.0, -3_600.0], ids=["expander", "site"])
def test_requests_that_all_come_late_put_a_clock_in_doubt(slept_seconds: float) -> None:
    freshness = begun()
    for number in range(ODD_MARKS_MAX):
        assert not freshness.is_in_doubt
        now = 9_000.0 + number
        freshness.requested(batch(RESET, first=number), int(now - slept_seconds), now)
    assert freshness.is_in_doubt
    freshness.begin(9_001.0, 9_002.0)
    assert not freshness.is_in_doubt


def test_one_that_was_held_back_does_not() -> None:
    freshness = begun()
    for number in range(ODD_MARKS_MAX + 1):
        now = 9_000.0 + number
        freshness.requested(batch(RESET, first=2 * number), 100, now)
        assert not freshness.is_in_doubt
        freshness.requested(batch(RESET, first=2 * number + 1), int(now), now)


def test_what_was_played_is_forgotten_and_nothing_grows() -> None:
    freshness = begun()
    for number in range(3 * VOUCHED_MAX):
        freshness.requested(batch(RESET, first=number), 0, 1.0)
    assert freshness.is_late(0, RESET, 1.0)  # of so many the word is not kept
    assert not freshness.is_late(3 * VOUCHED_MAX - 1, RESET, 1.0)
    freshness.requested(batch(RESET, first=5), 0, 1.0)  # a repetition
    assert freshness.is_late(5, RESET, 1.0)


def test_nothing_of_an_epoch_counts_in_the_next_one() -> None:
    freshness = begun()
    freshness.requested(batch(RESET), 10, 10.0)
    freshness.begin(11.0, 11.0)
    assert freshness.is_late(0, RESET, 11.0)
    assert not freshness.is_late(1, Void(), 11.0)
