"""The values of a result and what follows from them."""

from dataclasses import replace
from typing import Any

import pytest

from laconic_bench.results.result import Contender, Figures, Percentiles
from tests.support.bench_results import sample


def test_a_month_has_thirty_days() -> None:
    week = sample(days=7)
    assert sample(days=30).mb_per_month(3_000_000) == 3.0
    assert week.mb_per_month(7_000_000) == pytest.approx(30.0)


def test_the_floor_is_compared_only_if_there_is_one() -> None:
    found = replace(sample(), entropy_floor_bytes=1_000.0)
    assert found.entropy_ratio(1_250) == 1.25
    without = replace(found, heartbeat_entropy_bytes=200.0)
    assert without.ratio_without_heartbeats(1_000) == 1.25
    assert replace(found, heartbeat_entropy_bytes=None).ratio_without_heartbeats(1) is None
    assert replace(found, entropy_floor_bytes=None).entropy_ratio(1_250) is None
    assert replace(found, entropy_floor_bytes=0.0).entropy_ratio(1_250) is None


def test_the_key_names_what_a_file_may_hold_several_of() -> None:
    assert str(sample().key) == "boda-site, 2g, NAT 120 s"
    assert str(replace(sample(), measured="live").key) == "boda-site, 2g, NAT 120 s, live"
    moved = replace(sample(), events=("outage 2.5:4h", "address change 3"))
    assert str(moved.key) == "boda-site, 2g, NAT 120 s, outage 2.5:4h, address change 3"
    assert moved.key != sample().key
    assert str(replace(sample(), link_settings=None).key) == "boda-site, 2g, no NAT timer"


@pytest.mark.parametrize("name", ["by_layer", "by_action", "by_cause"])
def test_the_parts_have_the_sum_of_both_ways(name: str) -> None:
    good: dict[str, Any] = {name: {"a": 7, "b": 3}}
    assert Figures(5, 6, 4, **good).wire_bytes == 10
    bad: dict[str, Any] = {name: {"a": 7, "b": 2}}
    with pytest.raises(ValueError, match=rf"{name}: its sum is 9, but .* is 10"):
        Figures(5, 6, 4, **bad)


def test_the_days_have_the_sum_of_both_ways() -> None:
    with pytest.raises(ValueError, match="daily_wire_bytes: its sum is 11"):
        Figures(5, 6, 4, daily_wire_bytes=[5, 6])


def test_percentiles_grow() -> None:
    with pytest.raises(ValueError, match="found 1, 3, 2"):
        Percentiles(1, 3, 2)


def test_no_figures_need_a_reason() -> None:
    with pytest.raises(ValueError, match="no reason"):
        Contender(None)


def test_contenders_without_figures_are_left_out() -> None:
    found = sample(names=["laconic", "ocppj-tls"])
    assert [*found.contenders] == ["laconic", "ocppj-tls", "coap-tcp"]
    assert [*found.measured_contenders] == ["laconic", "ocppj-tls"]


@pytest.mark.parametrize("days", [0.0, 0.0005, float("inf"), float("nan")])
def test_days_make_a_month(days: float) -> None:
    with pytest.raises(ValueError, match="days"):
        replace(sample(), days=days)
