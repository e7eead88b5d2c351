"""Jobs are played alone or together, with the same result."""

import pytest

from laconic_bench.contenders.laconic import METERED, LaconicFactory
from laconic_bench.estimate import players
from laconic_bench.estimate.costs import Radio, cost_of
from laconic_bench.estimate.players import Job, play_all
from laconic_bench.radio.profiles import PROFILES
from tests.support.plain_carrier import PlainFactory
from tests.support.small_logs import charging_day

JOBS = [
    Job(
        tuple(charging_day().exchanges()[: 40 * number]),
        86_400,
        PlainFactory(number),
        Radio(PROFILES["2g"], 120.0),
    )
    for number in (1, 2, 3)
]


@pytest.mark.parametrize("alone_messages", [10**9, 0])
def test_costs_come_in_the_order_of_the_jobs(
    alone_messages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(players, "ALONE_MESSAGES", alone_messages)
    monkeypatch.setattr(players, "cores", lambda: 2)
    steps: list[tuple[int, int]] = []
    costs = play_all(JOBS, lambda done, total: steps.append((done, total)))
    assert costs == [job.play() for job in JOBS]
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_no_jobs_are_no_costs() -> None:
    assert play_all([], lambda done, total: None) == []


def test_laconic_is_the_median_over_three_radios() -> None:
    exchanges, factory = tuple(charging_day().exchanges()[:60]), LaconicFactory(METERED)
    radios = [Radio(PROFILES["2g"], 120.0, seed) for seed in (4, 5, 6)]
    costs = [cost_of(exchanges, 20_000, factory, one) for one in radios]
    sizes = sorted(one.total_bytes for one in costs)
    assert sizes[0] < sizes[1] < sizes[2]
    assert Job(exchanges, 20_000, factory, radios[0]).play().total_bytes == sizes[1]
