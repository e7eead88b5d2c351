"""The earliest deadline counts, and a keepalive that is due brings it forward a little."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.site.waiting import Waiting


def waiting(*deadlines: float, since: float = 100.0) -> Waiting:
    found = Waiting()
    for deadline in deadlines:
        found.want_by(deadline, since)
    return found


@given(
    st.floats(0, 1e6),
    st.lists(st.floats(0, 900), min_size=1),
    st.floats(-900, 900),
    st.booleans(),
)
def test_all_leaves_when_the_first_has_to(
    since: float, waits: list[float], later: float, at_once: bool
) -> None:
    found = waiting(*(since + one for one in waits), since=since)
    first = min(since + one for one in waits)
    assert found.deadline == first
    # The very moment counts: a timer that is due and does nothing would be due for ever.
    now = first if at_once else first + later
    assert found.take_due(now, keepalive_due=False) is (now >= first)
    assert (found.deadline is None) is (now >= first)


@given(st.floats(0, 1e6), st.floats(0, 900))
def test_at_the_end_of_the_wait_it_leaves_with_a_keepalive_due_or_without(
    since: float, wait: float
) -> None:
    for keepalive_due in (True, False):
        assert waiting(since + wait, since=since).take_due(
            since + wait, keepalive_due=keepalive_due
        )


@pytest.mark.parametrize(("now", "leaves"), [(324.9, False), (325.0, True), (400.0, True)])
def test_a_frame_takes_the_place_of_a_keepalive_in_the_last_quarter_of_its_wait(
    now: float, leaves: bool
) -> None:
    assert waiting(400.0).take_due(now, keepalive_due=True) is leaves


def test_the_wait_begins_with_the_first_message() -> None:
    found = waiting(400.0)
    found.want_by(340.0, 320.0)
    assert not found.take_due(279.9, keepalive_due=True)
    assert found.take_due(280.0, keepalive_due=True)
    found.want_by(400.0, 300.0)
    assert not found.take_due(374.9, keepalive_due=True)


def test_nothing_that_waits_is_never_due() -> None:
    assert not Waiting().take_due(1e9, keepalive_due=True)
