"""Plays: the same seed is the same run, and nothing is raised in it."""

import pytest

from laconic_bench.fuzz_link.play import Play


@pytest.mark.parametrize("has_keys", [False, True])
def test_nothing_that_comes_raises_anything(has_keys: bool) -> None:
    play = Play("1", has_keys=has_keys)
    play.run(4_000)
    assert play.outcome.reports == []
    assert play.outcome.crashes == 0
    assert has_keys or play.still_works()
    sent = play.outcome.datagrams
    assert sent["changed"] + sent["noise"] + sent["sealed"] == 4_000
    assert (sent["sealed"] > 1_000) == has_keys


def test_the_same_seed_gives_the_same_run() -> None:
    runs = [Play("2", has_keys=False) for _ in range(2)]
    for play in runs:
        play.run(500)
        play.still_works()
    assert runs[0].outcome == runs[1].outcome
    assert runs[0].outcome.counters["expander replayed"] > 0


def test_what_is_raised_is_reported_and_the_play_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    play = Play("3", has_keys=False)

    def fail(_: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr("laconic_bench.fuzz_link.play.noise", fail)
    play.run(40)
    assert play.outcome.crashes >= 1
    assert "ZeroDivisionError" in play.outcome.reports[0]
    assert play.outcome.datagrams["changed"] > 0
