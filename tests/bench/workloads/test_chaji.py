"""The peer-to-peer charger has about 4 sessions a day."""

import pytest

from laconic_bench.workloads.chaji import chaji
from tests.support.workload_life import payloads, played


def test_there_is_one_charger_on_16() -> None:
    assert {(r.identity, r.version) for r in played("chaji")} == {("CHAJI-01", "1.6")}


@pytest.mark.parametrize("seed", range(3))
def test_there_are_four_sessions_a_day(seed: int) -> None:
    records = list(chaji(seed, days=30.0).records())
    assert 3.2 < len(payloads(records, "StartTransaction")) / 30 < 4.8
