"""What an expander knows of the way to a site."""

import pytest

from laconic_codec.signs import Reach
from laconic_gateway.core.expander.reach import (
    ASK_AFTER,
    ECHO_SECONDS,
    LEASE_SILENCES,
    SiteReach,
)

LEASE_SECONDS = 90.0


def reach_of(told: Reach | None = None, heard_at: float = 0.0) -> SiteReach:
    reach = SiteReach(LEASE_SECONDS)
    reach.heard(heard_at)
    if told is not None:
        reach.told(told, 1)
    return reach


def test_a_site_that_has_said_nothing_keeps_its_path_open_for_the_configured_lease() -> None:
    reach = reach_of()
    assert reach.lease_seconds == LEASE_SECONDS
    assert reach.is_reachable(89.9) and not reach.is_reachable(90.0)
    assert reach.timer() is None
    assert not SiteReach(LEASE_SECONDS).is_reachable(0.0), "nobody knows where it is"


@pytest.mark.parametrize(
    ("told", "lease_seconds"),
    [
        (Reach(True, 480), 1_080.0),
        (Reach(True, 60), 135.0),
        (Reach(True, 2), 90.0),
        (Reach(False, 900), 2_250.0),
        (Reach(False, 30), 90.0),
    ],
)
def test_the_lease_follows_the_silence_that_the_site_announces(
    told: Reach, lease_seconds: float
) -> None:
    assert reach_of(told).lease_seconds == lease_seconds


def test_a_site_without_an_open_path_is_reached_just_after_it_was_heard() -> None:
    reach = reach_of(Reach(False, 900), heard_at=100.0)
    assert reach.is_reachable(100.0 + ECHO_SECONDS - 0.1)
    assert not reach.is_reachable(100.0 + ECHO_SECONDS)
    reach.heard(1_000.0)
    assert reach.is_reachable(1_000.0)


def test_a_site_that_has_missed_a_sign_is_asked_once_before_its_lease_ends() -> None:
    reach = reach_of(Reach(True, 480))
    due = ASK_AFTER * 480
    assert reach.timer() == due < reach.lease_seconds - 120.0
    assert not reach.must_ask(due - 1.0)
    assert reach.must_ask(due)
    assert not reach.must_ask(due + 1.0)
    assert reach.timer() is None
    reach.heard(due + 2.0)
    assert reach.timer() == due + 2.0 + due


def test_a_site_that_cannot_be_reached_is_not_asked() -> None:
    assert reach_of(Reach(False, 900)).timer() is None
    assert not reach_of(Reach(True, 480)).must_ask(100_000.0)


def test_what_a_site_says_counts_although_other_requests_overtook_it() -> None:
    """The site takes it for told, and says it again after hours only."""
    reach = reach_of(Reach(True, 480))
    reach.told(Reach(True, 960), 7)
    reach.told(Reach(True, 480), 5)
    assert reach.lease_seconds == LEASE_SILENCES * 960
    reach.note_open(9)
    reach.forget()
    reach.told(Reach(True, 480), 8)
    assert reach.lease_seconds == LEASE_SECONDS
    reach.told(Reach(True, 480), 10)
    assert reach.lease_seconds == LEASE_SILENCES * 480


def test_a_new_epoch_begins_with_what_holds_for_every_site() -> None:
    reach = reach_of(Reach(False, 900))
    reach.forget()
    assert reach.kept_open and reach.lease_seconds == LEASE_SECONDS


def test_a_lease_begins_with_every_sign_and_its_end_is_news_once() -> None:
    reach = SiteReach(LEASE_SECONDS)
    assert not reach.has_lease(0.0) and reach.lease_end(0.0) is None
    assert reach.heard(0.0) and not reach.heard(10.0)
    assert reach.is_alive and reach.lease_end(10.0) == 10.0 + LEASE_SECONDS
    assert not reach.expire(9.9 + LEASE_SECONDS)
    assert reach.expire(10.0 + LEASE_SECONDS) and not reach.expire(10.0 + LEASE_SECONDS)
    assert not reach.is_alive and reach.lease_end(10.0 + LEASE_SECONDS) is None
    assert reach.heard(200.0), "it is back"
