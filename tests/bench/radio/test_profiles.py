"""The named links, and numbers that cannot be."""

from dataclasses import replace
from typing import Any

import pytest

from laconic_bench.radio.profiles import PROFILES, LinkProfile


@pytest.mark.parametrize(
    ("name", "round_trip_seconds", "rate_bits_per_second", "loss"),
    [("2g", 0.6, 32_000, 0.02), ("nbiot", 2.0, 20_000, 0.05), ("lte", 0.06, 1_000_000, 0.005)],
)
def test_a_named_link_is_what_its_name_says(
    name: str, round_trip_seconds: float, rate_bits_per_second: float, loss: float
) -> None:
    profile = PROFILES[name]
    assert 2 * profile.delay_seconds == round_trip_seconds
    assert (profile.rate_bits_per_second, profile.loss) == (rate_bits_per_second, loss)
    assert profile.jitter_seconds < profile.delay_seconds


@pytest.mark.parametrize("name", ["loss", "reordering", "duplication"])
@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_a_probability_is_between_0_and_1(name: str, value: float) -> None:
    changed: dict[str, Any] = {name: value}
    with pytest.raises(ValueError, match=name):
        replace(LinkProfile(), **changed)


@pytest.mark.parametrize(
    "name", ["delay_seconds", "jitter_seconds", "rate_bits_per_second", "queue_bytes"]
)
def test_nothing_is_negative(name: str) -> None:
    changed: dict[str, Any] = {name: -1}
    with pytest.raises(ValueError, match=name):
        replace(LinkProfile(), **changed)
