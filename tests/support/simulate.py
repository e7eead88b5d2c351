"""Plays days of the whole system in virtual time, on all cores, and prints one line of JSON.

    python -m tests.support.simulate --days 200 --seed 1
    python -m tests.support.simulate --day 17             plays one day again

A day is a site with four chargers of all versions, its gateway, the link, the expander and a CSMS:
the real cores between simulated disks, links and clocks, with faults of every kind. The number of a
day decides everything that happens in it. The exit code is 0 only if no message was lost, doubled
beyond the stated bound, out of order or changed, no transaction had a wrong id, nothing was left,
and in many days every fault and every branch of recovery has happened (`virtual_marks`).
"""

import argparse
import sys
import time
from collections.abc import Sequence
from random import Random
from typing import Final

from laconic_codec.encoder import ALL_CODINGS
from laconic_codec.frame import Coding
from laconic_gateway.core.expander.csms_policy import CsmsPolicy
from laconic_gateway.core.site.upstream import TRIM_EVERY_RECORDS
from tests.support.verdict import Verdict, commit_now, on_all_cores, record, report
from tests.support.virtual_journal import UNLIMITED
from tests.support.virtual_judge import problems
from tests.support.virtual_marks import ENOUGH_DAYS, counts, missing
from tests.support.virtual_play import Play, Plot
from tests.support.virtual_problem import Problem, Trouble
from tests.support.virtual_requests import VERSIONS, Party
from tests.support.virtual_site import Setup, World

SHARE: Final = 10
"""Days that a process plays at a time."""
ADAPTIVE_SHARE: Final = 0.125
"""Of the days: those with all codings. They take most of the time; the others have only CBOR."""
SMALL_QUOTA_RECORDS: Final = TRIM_EVERY_RECORDS - 4
"""Of a journal that is full now and then without an outage: what is delivered is there for long."""
DAY_SECONDS: Final = 86_400.0
PEACE_SECONDS: Final = 2_700.0
"""At the end of the day: long enough for every back-off and repetition, and for the sign of life
that lets the site learn what was delivered."""


def plot_of(world: World) -> Plot:
    """Draw what happens in a day."""
    chance = world.schedule.random
    return Plot(
        loss=chance.choice((0.0, 0.02, 0.1, 0.3)),
        late=chance.choice((0.0, 0.0, 0.05)),
        faults=chance.choice((5, 10, 20, 40)),
        longest_pad=chance.choice((20, 20, 20, 2_000)),
        act_seconds=DAY_SECONDS - PEACE_SECONDS,
        rest_seconds=PEACE_SECONDS,
        command_seconds=1_800.0,
        speak_seconds=2_400.0,
        scene_messages=10,
        long_outage_seconds=7_200.0,
    )


def setup_of(day: int) -> Setup:
    """Draw the parts of the world of a day."""
    chance = Random(f"setup of day {day}")
    parties = (
        Party("local", ("1.6",)),
        Party("local", ("2.0.1",)),
        Party("relay", VERSIONS),
        Party(chance.choice(("local", "relay")), ("2.1",), is_cabinet=True),
    )
    return Setup(
        parties=parties,
        preserve_ids=chance.random() < 0.25,
        keepalive_seconds=240.0,
        sign_of_life_seconds=420.0,
        policy=CsmsPolicy(replay_boot=chance.random() < 0.3),
        heartbeat_seconds=1_800,
        codings=ALL_CODINGS if chance.random() < ADAPTIVE_SHARE else Coding.CBOR,
        disk_seconds=chance.choice((0.02, 0.3, 1.5)),
        quota_records=SMALL_QUOTA_RECORDS if chance.random() < 0.2 else UNLIMITED,
    )


def play(day: int) -> tuple[list[Problem], World]:
    """Play one day; return what was wrong, and the world at its end."""
    world = World(day, setup_of(day))
    try:
        Play(world, plot_of(world)).run()
        return problems(world), world
    except AssertionError as error:
        text = f"{error} (after {world.schedule.now:.0f} s)"
        return [Problem(Trouble.OTHER, text)], world


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
        play_into(verdict, day)
    return verdict


def play_into(verdict: Verdict, day: int) -> World:
    """Play a day, and add to a verdict what was wrong and what has happened."""
    found, world = play(day)
    verdict.runs += 1
    verdict.marks += world.schedule.marks
    verdict.seeds_failed += bool(found)
    for problem in found:
        if problem.trouble is Trouble.OTHER:
            verdict.problems.append(f"day {day}: {problem.text}")
        else:
            verdict.note(problem.trouble, 1, f"day {day}: {problem.text}")
    return world


def play_again(day: int) -> int:
    """Play one day, print the hash of all that happened in it; return the exit code."""
    verdict = Verdict()
    world = play_into(verdict, day)
    print(f"day {day}: {world.schedule.fingerprint}", file=sys.stderr)
    return report(verdict)


def check_marks(verdict: Verdict) -> None:
    """Print how often what has happened; in many days everything must have.

    What has not happened counts as a failure.
    """
    for name, count in counts(verdict.marks):
        print(f"{count:8} {name}", file=sys.stderr)
    if verdict.runs >= ENOUGH_DAYS:
        for name in missing(verdict.marks):
            verdict.seeds_failed += 1
            verdict.problems.append(f"never happened in {verdict.runs} days: {name}")


def main(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--days", type=int, default=200, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="which days (1)")
    parser.add_argument("--day", type=int, help="play this one only")
    parser.add_argument("--record", action="store_true", help="add a line to docs/records.md")
    given = parser.parse_args(arguments)
    if given.day is not None:
        return play_again(given.day)
    begin, commit = time.monotonic(), commit_now()
    verdict = on_all_cores(play_share, given.seed, given.days, SHARE)
    seconds = time.monotonic() - begin
    check_marks(verdict)
    print(f"{verdict.runs / seconds:.1f} days per second", file=sys.stderr)
    if given.record:
        command = f"make simulate SEEDS={given.days} SEED={given.seed}"
        remark = f"{verdict.runs / seconds:.1f} days/s"
        record(commit, "simulated days", command, verdict.line, seconds, remark)
    return report(verdict)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
