"""The contenders of `laconic estimate`: each can be played, in another process too."""

import pickle

import pytest

from laconic_bench.estimate.contenders import CONTENDERS, VARIANTS
from laconic_bench.estimate.costs import Radio, cost_of
from laconic_bench.model.carrier import CarrierFactory
from laconic_bench.radio.profiles import PROFILES
from tests.support.small_logs import charging_day

FACTORIES: dict[str, CarrierFactory] = {
    **CONTENDERS.carriers,
    **{f"{one.contender} {one.key}": one.factory for one in VARIANTS},
}


@pytest.mark.parametrize("name", FACTORIES)
def test_a_contender_carries_a_log(name: str) -> None:
    factory = pickle.loads(pickle.dumps(FACTORIES[name]))
    exchanges = charging_day().exchanges()[:40]
    cost = cost_of(exchanges, exchanges[-1].at_seconds, factory, Radio(PROFILES["2g"], 120.0))
    assert cost.way_bytes("up") > 0 and cost.way_bytes("down") > 0
    assert cost == cost_of(
        exchanges, exchanges[-1].at_seconds, factory, Radio(PROFILES["2g"], 120.0)
    )


def test_advice_is_about_contenders() -> None:
    assert set(CONTENDERS.advised) <= CONTENDERS.carriers.keys()
    for one in CONTENDERS.variants:
        assert one.contender in CONTENDERS.carriers
        assert one.side_effect.endswith(".")
