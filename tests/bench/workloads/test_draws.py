"""Draws follow their distributions, and the account holds exactly their information."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.workloads.draws import Cause, Draws, Lane, normal_probability
from laconic_bench.workloads.tables import Table, even, geometric

CAUSE = Cause("test", Lane.UP_CALL)
OTHER = Cause("test", Lane.UP_CALL)
SEEDS = st.integers(0, 2**32)
MEANS = st.floats(-1e6, 1e6)
SIGMAS = st.floats(0.01, 1e4)


def bits(draws: Draws, cause: Cause = CAUSE) -> float:
    return sum(entry.bits for entry in draws.entries() if entry.cause is cause)


@given(MEANS, st.floats(0.01, 500))
def test_the_rounded_normal_distribution_sums_to_one(mean: float, sigma: float) -> None:
    reach = math.ceil(9 * sigma) + 1
    middle = round(mean)
    total = math.fsum(
        normal_probability(value, mean, sigma) for value in range(middle - reach, middle + reach)
    )
    assert total == pytest.approx(1.0, abs=1e-9)


@given(SEEDS, MEANS, SIGMAS)
def test_a_normal_draw_costs_its_improbability(seed: int, mean: float, sigma: float) -> None:
    draws = Draws(seed)
    value = draws.normal(CAUSE, mean, sigma)
    assert bits(draws) == -math.log2(normal_probability(value, mean, sigma))


def test_normal_draws_are_as_frequent_as_they_are_probable() -> None:
    draws, number = Draws(1), 20_000
    counts = Counter(draws.normal(CAUSE, 0.3, 1.5) for _ in range(number))
    for value in range(-4, 6):
        expected = number * normal_probability(value, 0.3, 1.5)
        assert counts[value] == pytest.approx(expected, abs=5 * math.sqrt(expected))
    # The mean cost is the entropy of the distribution.
    entropy = -math.fsum(
        p * math.log2(p) for p in (normal_probability(k, 0.3, 1.5) for k in range(-9, 10))
    )
    assert bits(draws) / number == pytest.approx(entropy, rel=0.02)


@given(SEEDS, st.lists(st.floats(0.01, 10), min_size=1, max_size=9))
def test_a_pick_costs_its_improbability(seed: int, weights: list[float]) -> None:
    draws, table = Draws(seed), Table(-3, weights)
    value = draws.pick(CAUSE, table)
    assert bits(draws) == -math.log2(table.probabilities[value + 3])


@given(SEEDS, st.lists(st.floats(0.01, 10), min_size=1, max_size=9))
def test_weights_give_the_same_as_a_table(seed: int, weights: list[float]) -> None:
    draws = Draws(seed)
    index = draws.weigh(CAUSE, weights)
    assert bits(draws) == pytest.approx(-math.log2(weights[index] / math.fsum(weights)))


@given(SEEDS)
def test_what_has_no_weight_is_never_drawn(seed: int) -> None:
    assert Draws(seed).weigh(CAUSE, [0.0, 1.0, 0.0]) == 1


@given(SEEDS, st.floats(0.001, 0.999))
def test_a_chance_costs_what_happened(seed: int, probability: float) -> None:
    draws = Draws(seed)
    happened = draws.chance(CAUSE, probability)
    assert bits(draws) == -math.log2(probability if happened else 1 - probability)


@given(SEEDS, st.integers(1, 1 << 122))
def test_equally_likely_numbers_cost_the_logarithm_of_their_count(seed: int, count: int) -> None:
    draws = Draws(seed)
    assert 0 <= draws.below(CAUSE, count) < count
    assert bits(draws) == math.log2(count)


@given(SEEDS, st.floats(1e-5, 2.0), st.integers(1, 1_000))
def test_a_wait_costs_its_improbability(seed: int, hazard: float, ticks: int) -> None:
    draws = Draws(seed)
    waited = draws.wait(CAUSE, hazard, ticks)
    if waited is None:
        probability = math.exp(-hazard * ticks)
    else:
        assert 0 <= waited < ticks
        probability = math.exp(-hazard * waited) * -math.expm1(-hazard)
    assert bits(draws) == pytest.approx(-math.log2(probability))


def test_waits_last_as_long_as_their_rate_says() -> None:
    draws, number = Draws(2), 20_000
    waits = [draws.wait(CAUSE, 0.01, 10**9) or 0 for _ in range(number)]
    assert sum(waits) / number == pytest.approx(99.5, rel=0.03)


@given(SEEDS)
def test_a_delay_in_milliseconds_costs_ten_bits_more(seed: int) -> None:
    fine, coarse, table = Draws(seed), Draws(seed), even(3, 9)
    assert 3_000 <= fine.delay_ms(CAUSE, table, 1) < 10_000
    assert coarse.delay_ms(CAUSE, table, 1000) in range(3_000, 10_000, 1_000)
    assert bits(fine) - bits(coarse) == pytest.approx(math.log2(1000))


@given(SEEDS)
def test_what_no_message_shows_costs_nothing(seed: int) -> None:
    draws, table = Draws(seed), geometric(10.0, 1, 400)
    assert 1 <= draws.hidden(table) <= 400
    assert draws.entries() == []


@given(SEEDS)
def test_the_account_is_kept_by_cause(seed: int) -> None:
    draws = Draws(seed)
    draws.below(OTHER, 2)
    for _ in range(3):
        draws.below(CAUSE, 8)
    assert [(entry.cause, entry.draws, entry.bits) for entry in draws.entries()] == [
        (CAUSE, 3, 9.0),
        (OTHER, 1, 1.0),
    ]


@given(SEEDS)
def test_the_same_seed_draws_the_same(seed: int) -> None:
    one, other = Draws(seed), Draws(seed)
    for _ in range(5):
        assert one.normal(CAUSE, 0.0, 50.0) == other.normal(CAUSE, 0.0, 50.0)
        assert one.below(CAUSE, 1000) == other.below(CAUSE, 1000)
    assert bits(one) == bits(other)
