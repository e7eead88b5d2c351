"""Plays days of the whole system in virtual time, on all cores, and prints one line of JSON.

    python -m tests.support.simulate --days 200 --seed 1
    python -m tests.support.simulate --day 17             plays one day again

A day is a site with four chargers of all versions, its gateway, the link, the expander and a CSMS:
the real cores between simulated disks, links and clocks, with faults of every kind. The number of a
day decides everything that happens in it. The exit code is 0 only if no message was lost, doubled
beyond the stated bound, out of order or changed, no transaction had a wrong id, and nothing was
left.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from typing import Final

from tests.support.verdict import Verdict, commit_now, on_all_cores, record, report
from tests.support.virtual_judge import Problem, Trouble, problems
from tests.support.virtual_play import Play, Plot, setup_of
from tests.support.virtual_site import World

SHARE: Final = 10
"""Days that a process plays at a time."""
DAY_SECONDS: Final = 86_400.0
PEACE_SECONDS: Final = 1_500.0
"""At the end of the day: long enough for every back-off and repetition."""


def plot_of(world: World) -> Plot:
    """Draw what happens in a day."""
    chance = world.schedule.random
    return Plot(
        loss=chance.choice((0.0, 0.02, 0.1, 0.3)),
        late=chance.choice((0.0, 0.0, 0.05)),
        faults=chance.choice((3, 10, 30, 60)),
        longest_pad=chance.choice((20, 20, 20, 2_000)),
        act_seconds=DAY_SECONDS - PEACE_SECONDS,
        rest_seconds=PEACE_SECONDS,
        command_seconds=1_200.0,
        speak_seconds=240.0,
    )


def play(day: int) -> list[Problem]:
    """Play one day; return what was wrong."""
    world = World(day, setup_of(day))
    try:
        Play(world, plot_of(world)).run()
    except AssertionError as error:
        return [Problem(Trouble.OTHER, f"{error} (after {world.schedule.now:.0f} s)")]
    return problems(world)


def play_share(seed: str, days: int) -> Verdict:
    """Play some days; the seed has the seed of the run and the number of the share."""
    run, share = (int(part) for part in seed.split())
    return play_days(first_day(run) + share * SHARE, days)


def first_day(seed: int) -> int:
    """Return the first day of a run: no two seeds share one."""
    return seed * 1_000_000


def play_days(first: int, count: int) -> Verdict:
    """Play consecutive days."""
    verdict = Verdict()
    for day in range(first, first + count):
        found = play(day)
        verdict.runs += 1
        verdict.seeds_failed += bool(found)
        for problem in found:
            if problem.trouble is Trouble.OTHER:
                verdict.problems.append(f"day {day}: {problem.text}")
            else:
                verdict.note(problem.trouble, 1, f"day {day}: {problem.text}")
    return verdict


def main(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--days", type=int, default=200, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="which days (1)")
    parser.add_argument("--day", type=int, help="play this one only")
    parser.add_argument("--record", action="store_true", help="add a line to docs/records.md")
    given = parser.parse_args(arguments)
    if given.day is not None:
        return report(play_days(given.day, 1))
    begin, commit = time.monotonic(), commit_now()
    verdict = on_all_cores(play_share, given.seed, given.days, SHARE)
    seconds = time.monotonic() - begin
    print(f"{verdict.runs / seconds:.1f} days per second", file=sys.stderr)
    if given.record:
        command = f"make simulate SEEDS={given.days} SEED={given.seed}"
        remark = f"{verdict.runs / seconds:.1f} days/s"
        record(commit, "simulated days", command, verdict.line, seconds, remark)
    return report(verdict)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
