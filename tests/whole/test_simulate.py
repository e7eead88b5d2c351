"""Days of the whole system in virtual time: `make simulate`, on a small scale."""

import json

import pytest

from tests.support import simulate
from tests.support.simulate import first_day, main, play
from tests.support.verdict import Verdict
from tests.support.virtual_judge import Problem, Trouble

DAYS = 8


def test_days_of_every_kind_lose_double_reorder_and_change_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--days", str(DAYS), "--seed", "7"]) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert verdict == {name: 0 for name in verdict} | {"runs": DAYS}


def test_what_is_wrong_is_counted_by_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Problem(Trouble.LOST, "a"), Problem(Trouble.LOST, "b"), Problem(Trouble.OTHER, "c")]

    def play_badly(day: int) -> list[Problem]:
        return found if day == 5 else []

    monkeypatch.setattr(simulate, "play", play_badly)
    verdict = simulate.play_days(3, 4)
    assert (verdict.runs, verdict.lost, verdict.seeds_failed) == (4, 2, 1)
    assert verdict.problems[-1] == "day 5: c" and not verdict.is_clean
    assert isinstance(verdict, Verdict)


def test_two_runs_share_no_day() -> None:
    assert first_day(2) - first_day(1) >= 100_000


def test_a_day_plays_the_same_again() -> None:
    assert play(first_day(1)) == play(first_day(1)) == []
