"""A contact flaps some times, well and not well in turn, and is well at last."""

import pytest

from laconic_bench.workloads.chargers_16.charger import Charger
from laconic_bench.workloads.trouble.flapping import Flapping
from tests.support.workload_life import MAKES, live, world


@pytest.mark.parametrize("has_times", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_it_ends_well(seed: int, has_times: bool) -> None:
    place = world(seed)
    told: list[bool] = []
    ends: list[int] = []
    charger = Charger("CP1", 0, MAKES[0], 0.001, place)
    before = sum(entry.draws for entry in place.draws.entries())
    Flapping(charger, has_times, told.append, lambda: ends.append(place.agenda.now_ms)).go_on()
    live(place, 24.0)
    assert told == [True, False] * (len(told) // 2) and len(told) >= 4
    assert len(ends) == 1
    gaps = len(told) + 1
    if has_times:
        assert gaps <= ends[0] / 1000 <= 60 * gaps
    else:
        assert ends == [4_000 * gaps]
    drawn = sum(entry.draws for entry in place.draws.entries()) - before
    assert drawn == (1 + gaps if has_times else 1)
