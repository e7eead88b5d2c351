"""Nobody waits for a commit longer than for the one that is under way."""

from laconic_bench.storage_figures.grouping import Grouping, measure

ROUNDS = 20


def test_a_record_is_in_the_commit_that_begins_at_once_or_in_the_very_next_one() -> None:
    found = measure(ROUNDS)
    assert found.meanwhile >= ROUNDS
    assert found == Grouping(ROUNDS, ROUNDS, found.meanwhile, found.meanwhile, timers=0)
    assert found.is_perfect


def test_one_that_waits_is_noticed() -> None:
    assert not Grouping(5, 4, 9, 9, timers=0).is_perfect
    assert not Grouping(5, 5, 9, 8, timers=0).is_perfect
    assert not Grouping(5, 5, 9, 9, timers=1).is_perfect
