"""The past of a number slot: what it predicts, and what it finds out."""

import random
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive.past import GRAIN_MAX, Past, judge, zeros_of

MANTISSAS = st.integers(-(10**7), 10**7)
SERIES = st.lists(MANTISSAS, min_size=1, max_size=40)


def _learned(mantissas: list[int], decimals: int = 0) -> Past:
    """Return the past after some values, each read from its row as the codec does."""
    past = Past.first(mantissas[0], decimals)
    for mantissa in mantissas[1:]:
        past = Past(past.row())
        past.predict(())
        if mantissa % 10**past.grain:
            past.coarsen(zeros_of(mantissa))
        past.learn(mantissa, True)
    past.predict(())
    return past


@given(SERIES)
def test_predictions_lie_where_the_values_have_been_going(mantissas: list[int]) -> None:
    """The last value is one of them; the others are no further away than the values were apart."""
    predictions = _learned(mantissas).predictions
    assert mantissas[-1] in predictions
    low, high = min(mantissas), max(mantissas)
    spread = high - low + 4
    assert all(low - spread <= prediction <= high + spread for prediction in predictions)


@given(MANTISSAS, st.integers(4, 1_000), st.integers(0, 99))
def test_a_mean_is_predicted_where_values_go_up_and_down(
    middle: int, width: int, seed: int
) -> None:
    draws = random.Random(seed)
    mantissas = [middle + draws.choice((-width, width)) for _ in range(40)]
    past = _learned(mantissas)
    assert any(abs(prediction - middle) < width for prediction in past.predictions)


@given(MANTISSAS, st.integers(-(10**6), 10**6), st.integers(3, 20))
def test_a_steady_step_is_predicted(start: int, step: int, count: int) -> None:
    past = _learned([start + step * number for number in range(count)])
    assert start + step * count in past.predictions


@given(MANTISSAS, st.integers(1, 10**6))
def test_the_prediction_that_does_best_is_chosen(start: int, step: int) -> None:
    past = _learned([start + step * number for number in range(30)])
    assert past.predictions[past.best()] == start + step * 30


@given(MANTISSAS, st.integers(0, 9), st.integers(1, 30))
def test_a_value_that_stays_is_predicted_by_all(mantissa: int, decimals: int, count: int) -> None:
    past = _learned([mantissa] * count, decimals)
    assert set(past.predictions) == {mantissa}
    assert past.decimals == decimals


@given(SERIES, st.integers(0, 9))
def test_a_row_comes_back(mantissas: list[int], decimals: int) -> None:
    past = _learned(mantissas, decimals)
    again = Past(past.row())
    again.predict(())
    for name in Past.__slots__:
        assert getattr(again, name) == getattr(past, name)


@given(SERIES, MANTISSAS)
def test_the_past_of_another_entity_is_worth_its_last_value_only(
    mantissas: list[int], mantissa: int
) -> None:
    past = _learned(mantissas)
    past.learn(mantissa, False)
    past.predict(())
    assert set(past.predictions) == {mantissa}


@given(st.integers(-(10**9), 10**9), st.integers(0, 9), st.integers(0, 9))
def test_more_decimals_keep_the_value_and_fewer_round_it(
    mantissa: int, before: int, after: int
) -> None:
    past = Past.first(mantissa, before)
    past.rescale(after)
    assert past.decimals == after
    value = Fraction(mantissa, 10**before)
    if value * 10**after < 10**15 and abs(value) * 10**after < 10**15:
        assert abs(Fraction(past.last, 10**after) - value) <= Fraction(1, 2 * 10**after)


def test_a_mantissa_that_would_get_too_long_is_forgotten() -> None:
    past = Past.first(10**14, 0)
    past.rescale(2)
    assert past.last == 0


def test_what_other_values_say_is_a_prediction_unless_it_is_too_large() -> None:
    past = Past.first(5, 0)
    past.predict((7, 8))
    assert set(past.predictions) == {5, 7, 8}
    past.predict((7, 10**15))
    assert set(past.predictions) == {5}


def test_zeros_at_the_end_are_noticed_after_a_while() -> None:
    past = _learned([5, *range(1_100, 5_100, 100)])
    assert past.grain == 2
    past.coarsen(2)
    assert all(prediction % 100 == 0 for prediction in past.predictions)
    assert _learned([5, *range(1_100, 1_500, 100)]).grain == 0


def test_zeros_of() -> None:
    assert [zeros_of(number) for number in (0, 5, 10, -1_200, 10**14)] == [0, 0, 1, 2, GRAIN_MAX]


def test_costs_grow_with_the_error_and_fade() -> None:
    costs, error = judge([0, 0, 0], 10, [10, 8, 2], 1)
    assert 0 == costs[0] < costs[1] < costs[2]
    assert error == 0
    (faded,), _ = judge([80], 10, [10], 1)
    assert 0 < faded < 80


def test_only_differences_of_a_whole_step_cost() -> None:
    assert judge([0], 1_000, [950], 100) == ([0], 0)
    assert judge([0], 1_000, [0], 100) == judge([0], 10, [0], 1)
