"""The retransmission timeout: within its bounds, above the round trip, and back after a loss."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_bench.virtual.coap_link import Link, up
from laconic_gateway.core.coap.round_trip import RoundTrip

PATIENCE_SECONDS = 400.0
SAMPLES = st.lists(st.tuples(st.floats(0.0, 400.0), st.integers(1, 5)), max_size=60)


def timeout(round_trip: RoundTrip) -> float:
    return round_trip.timeout_seconds(3.0, 1.5, 8.0, 1.5)


def test_before_the_first_sample_the_timeout_is_the_one_for_an_unknown_link() -> None:
    assert timeout(RoundTrip()) == 3.0


def test_the_first_sample_counts_as_rfc_6298_says() -> None:
    round_trip = RoundTrip()
    round_trip.measured(1.4, 1)
    assert round_trip.smoothed_seconds == 1.4
    assert timeout(round_trip) == pytest.approx(1.4 + 4 * 0.7)


def test_a_weak_sample_decides_a_quarter_and_leaves_the_mean() -> None:
    round_trip = RoundTrip()
    round_trip.measured(1.4, 1)
    round_trip.measured(6.0, 2)
    assert round_trip.smoothed_seconds == 1.4
    assert timeout(round_trip) == pytest.approx(4.2 + (6.0 + 3.0 - 4.2) / 4)


@given(st.integers(4, 9))
def test_what_was_sent_too_often_says_nothing(transmissions: int) -> None:
    round_trip = RoundTrip()
    round_trip.measured(60.0, transmissions)
    assert timeout(round_trip) == 3.0


@given(SAMPLES)
def test_the_timeout_stays_within_its_bounds(samples: list[tuple[float, int]]) -> None:
    round_trip = RoundTrip()
    for seconds, transmissions in samples:
        round_trip.measured(seconds, transmissions)
        assert 1.5 <= timeout(round_trip) <= 8.0


@given(SAMPLES, st.floats(0.05, 5.0))
def test_whatever_was_before_a_steady_link_is_known_again(
    samples: list[tuple[float, int]], seconds: float
) -> None:
    round_trip = RoundTrip()
    for before, transmissions in samples:
        round_trip.measured(before, transmissions)
    for _ in range(120):
        round_trip.measured(seconds, 1)
    assert timeout(round_trip) == pytest.approx(max(1.5, 1.5 * seconds), abs=0.1)


@settings(deadline=None, max_examples=60)
@given(st.floats(0.01, 7.9), st.integers(1, 2**32))
def test_a_steady_link_is_learned_with_three_repetitions_at_most(
    round_trip_seconds: float, seed: int
) -> None:
    link = Link(seed=seed, delay_seconds=round_trip_seconds / 2)
    for number in range(30):
        up(link, b"steady", first=number)
        link.run(60.0)
    assert link.site.endpoint.counters["retransmitted"] <= 3
    assert len(link.site.responses) == 30


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 2**32), st.floats(0.0, 0.3), st.floats(0.02, 3.0), st.sets(st.integers(0, 7)))
def test_exchanges_that_fail_change_nothing_for_those_beside_them(
    seed: int, loss: float, delay_seconds: float, doomed: set[int]
) -> None:
    """The same accidents with and without: what is not doomed ends at the same moment."""
    assert fates(seed, loss, delay_seconds, doomed) == {
        number: end
        for number, end in fates(seed, loss, delay_seconds, set()).items()
        if number not in doomed
    }


def fates(
    seed: int, loss: float, delay_seconds: float, doomed: set[int]
) -> dict[int, tuple[float, bool]]:
    """Return when each of eight exchanges ended, started together, and whether well."""
    link = Link(delay_seconds=delay_seconds)
    fate: dict[int, tuple[float, bool]] = {}

    def lost(direction: str, datagram: bytes) -> bool:
        """Decide by the bytes and by how often they came, so that order does not matter."""
        number = int.from_bytes(datagram[2:4], "big") - 1000
        times[datagram] = times.get(datagram, 0) + 1
        return number in doomed or chance(seed, number, direction, times[datagram]) < loss

    times: dict[bytes, int] = {}
    link.drop = lost
    up(link, *(bytes(30) for _ in range(8)), first=0)
    while len(fate) < 8 and link.now < PATIENCE_SECONDS:
        link.run(0.5)
        for number, _ in link.site.responses:
            fate.setdefault(number, (link.now, True))
        for number, _ in link.site.failures:
            fate.setdefault(number, (link.now, False))
    for number in doomed:
        assert not fate.pop(number)[1]
    return fate


def chance(seed: int, number: int, direction: str, times: int) -> float:
    """Return a number from 0 to 1 that depends on nothing else."""
    return hash((seed, number, direction == "up", times)) % 10_007 / 10_007
