"""The estimator of round trips, in the cases that RFC 6298 and Linux name."""

import pytest

from laconic_bench.model.tcp.rtt import FIRST_TIMEOUT_SECONDS, RoundTrips


def after(*seconds: float) -> RoundTrips:
    """Return an estimator that has seen these round trips, one after the other."""
    trips = RoundTrips()
    for number, one in enumerate(seconds):
        trips.measure(one, 100 * number + 1, 100 * number + 2)
    return trips


def test_before_anything_was_measured_it_is_a_second() -> None:
    assert RoundTrips().timeout_seconds == FIRST_TIMEOUT_SECONDS


def test_the_first_round_trip_counts_three_times() -> None:
    assert after(0.6).timeout_seconds == pytest.approx(1.8)


def test_a_steady_link_ends_at_its_round_trip_and_200_ms() -> None:
    assert after(*[0.6] * 100).timeout_seconds == pytest.approx(0.8, abs=1e-6)


def test_a_longer_round_trip_lengthens_it_at_once_and_a_shorter_one_hardly() -> None:
    steady = after(*[0.6] * 100).timeout_seconds
    assert after(*[0.6] * 100, 1.4).timeout_seconds == pytest.approx(0.7 + 0.8)
    assert after(*[0.6] * 100, 3.0).timeout_seconds == pytest.approx(0.9 + 2.4)
    assert after(*[0.6] * 100, 0.1).timeout_seconds < steady


def test_the_variance_shrinks_once_in_a_round_trip() -> None:
    within, across = after(0.6), after(0.6)
    for number in range(3):
        within.measure(0.6, 1, 500)
        across.measure(0.6, 1_000 * (number + 1), 1_000 * (number + 1) + 500)
    assert across.timeout_seconds < within.timeout_seconds


def test_the_shortest_is_kept() -> None:
    assert after(0.6, 0.4, 0.9).min_seconds == 0.4
