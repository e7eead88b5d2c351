"""Back-off: doubling waits with jitter, up to a limit."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.backoff import Backoff


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=60))
def test_each_wait_is_the_doubled_one_up_to_the_limit_give_or_take_half(draws: list[float]) -> None:
    waiting = iter(draws)
    backoff = Backoff(2.0, 60.0, lambda: next(waiting))
    for failure, draw in enumerate(draws):
        expected = min(60.0, 2.0 * 2**failure)
        assert backoff.fail() == expected * (0.5 + draw)
    assert backoff.failures == len(draws)


def test_success_starts_over() -> None:
    backoff = Backoff(1.0, 120.0, lambda: 0.5)
    assert [backoff.fail() for _ in range(3)] == [1.0, 2.0, 4.0]
    backoff.succeed()
    assert backoff.failures == 0
    assert backoff.fail() == 1.0


def test_a_year_of_failures_does_not_overflow() -> None:
    backoff = Backoff(1.0, 120.0, lambda: 0.5)
    assert {backoff.fail() for _ in range(5_000)} == {1, 2, 4, 8, 16, 32, 64, 120}
