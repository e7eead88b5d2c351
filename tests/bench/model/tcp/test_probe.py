"""The tail loss probe: when it is sent, and what an acknowledgement says about it."""

import pytest

from laconic_bench.model.tcp.probe import MARGIN_SECONDS, Probe, probe_seconds
from laconic_bench.model.tcp.rtt import VARIANCE_MIN_SECONDS, RoundTrips


def out(*, repeats: bool) -> Probe:
    probe = Probe()
    probe.sent(1_000, repeats=repeats)
    assert probe.is_out
    return probe


def take(
    probe: Probe,
    ack: int,
    *,
    is_duplicate: bool = False,
    advanced: bool = True,
    sacked: bool = False,
) -> bool:
    return probe.take(ack, is_duplicate=is_duplicate, advanced=advanced, sacked=sacked)


def test_a_repetition_that_was_needed_has_made_good_a_loss() -> None:
    probe = out(repeats=True)
    assert not take(probe, 999) and probe.is_out
    assert not take(probe, 1_000) and probe.is_out  # a duplicate may still be told
    assert take(probe, 1_001)
    assert not probe.is_out


@pytest.mark.parametrize(
    ("repeats", "is_duplicate", "advanced"),
    [(False, False, True), (True, True, True), (True, False, False)],
)
def test_no_loss_is_seen_if_the_original_has_arrived_or_new_data_was_sent(
    repeats: bool, is_duplicate: bool, advanced: bool
) -> None:
    probe = out(repeats=repeats)
    assert not take(probe, 1_000, is_duplicate=is_duplicate, advanced=advanced)
    assert not probe.is_out


def test_it_is_sent_after_two_round_trips_and_later_if_one_segment_is_alone() -> None:
    trips = RoundTrips()
    assert probe_seconds(trips, 2) == trips.timeout_seconds
    trips.measure(0.6, 1, 1)
    assert probe_seconds(trips, 2) == pytest.approx(1.2 + MARGIN_SECONDS)
    assert probe_seconds(trips, 1) == pytest.approx(1.2 + VARIANCE_MIN_SECONDS)
