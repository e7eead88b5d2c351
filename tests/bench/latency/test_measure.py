"""Both ways work over a real link; how long they take is printed, never asserted."""

import pytest

from laconic_bench.latency import measure
from laconic_bench.latency.measure import Times
from laconic_bench.radio.profiles import LinkProfile
from tests.support.live import needs_network


@needs_network
def test_both_ways_answer_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "PAUSE_SECONDS", (0.0, 0.1))
    found = measure.measure(chargers=2, calls=3, profile=LinkProfile(delay_seconds=0.02))
    assert len(found.laconic.seconds) == len(found.over_tls.seconds) == 6
    assert len(found.echo.seconds) == 3
    for times in (found.laconic, found.over_tls, found.echo):
        assert min(times.seconds) >= 0.04


def test_quantiles_and_shares() -> None:
    times = Times(tuple(number / 100 for number in range(1, 102)))
    assert times.quantile(50) == pytest.approx(0.51)
    assert times.quantile(95) == pytest.approx(0.96)
    assert times.share_over(1.0) == pytest.approx(1 / 101)
