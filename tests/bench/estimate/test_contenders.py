"""The contenders of `laconic estimate`: each can be played, in another process too."""

import pickle

import pytest

from laconic_bench.estimate.contenders import (
    CONTENDERS,
    OCPP_J,
    PINGS,
    TCP_TIMEOUT_SECONDS,
    VARIANTS,
    Contenders,
    timeout_seconds,
)
from laconic_bench.estimate.costs import Cost, Radio, cost_of
from laconic_bench.model.carrier import CarrierFactory
from laconic_bench.model.keepalives import keepalive_seconds
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


def test_the_advice_about_pings_is_for_a_network_that_keeps_tcp_for_longer() -> None:
    exchanges = charging_day().exchanges()[:40]
    plain = CONTENDERS.carriers[OCPP_J]
    (seldom,) = [one.factory for one in VARIANTS if one.contender == OCPP_J]

    def cost(factory: CarrierFactory, nat_seconds: float) -> Cost:
        return cost_of(exchanges, 3_600.0, factory, Radio(PROFILES["2g"], nat_seconds))

    assert cost(seldom, 120.0) == cost(plain, TCP_TIMEOUT_SECONDS)
    assert cost(seldom, 120.0).total_bytes < cost(plain, 120.0).total_bytes


def test_chargers_ping_as_often_as_the_user_says() -> None:
    pinging = CONTENDERS.pinging(30.0)
    exchanges = charging_day().exchanges()[:40]
    radio = Radio(PROFILES["2g"], 120.0)

    def cost(contenders: Contenders, name: str) -> Cost:
        return cost_of(exchanges, 3_600.0, contenders.carriers[name], radio)

    often, seldom = cost(pinging, OCPP_J), cost(CONTENDERS, OCPP_J)
    sizes = [one.by_action["up"]["(keepalive)"] for one in (often, seldom)]
    assert sizes[0] > 3 * sizes[1]
    for name in ("soap-https", "coap-cbor", "laconic"):
        assert pinging.carriers[name] is CONTENDERS.carriers[name]
    (variant,) = (one for one in pinging.variants if one.key == PINGS)
    assert variant.before == "30 s"
    assert CONTENDERS.pinging(None) is CONTENDERS
    assert pickle.loads(pickle.dumps(pinging)) == pinging


@pytest.mark.parametrize("seconds", [5.0, 30.0, 54.0, 55.0, 56.0, 240.0, 3_600.0])
def test_pings_come_as_often_as_said(seconds: float) -> None:
    assert keepalive_seconds(timeout_seconds(seconds)) == pytest.approx(seconds)


def test_advice_is_about_contenders() -> None:
    assert set(CONTENDERS.advised) <= CONTENDERS.carriers.keys()
    for one in CONTENDERS.variants:
        assert one.contender in CONTENDERS.carriers
        assert one.side_effect.endswith(".")
