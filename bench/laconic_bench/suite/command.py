"""`laconic bench run`: plays the contenders, prints a table, writes the results."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from laconic_bench.contenders.catalog import chosen
from laconic_bench.contenders.entrant import Entrant
from laconic_bench.cores import cores
from laconic_bench.live.namespaces import lacking
from laconic_bench.live_run.catalog import reason_why_not
from laconic_bench.results import result_file
from laconic_bench.results.result import Result
from laconic_bench.suite.archivers import archive_sizes
from laconic_bench.suite.events import parse_events
from laconic_bench.suite.links import profile_of
from laconic_bench.suite.pool import INTERRUPTED_CODE
from laconic_bench.suite.run import INTERRUPTED, Run
from laconic_bench.suite.script import Work
from laconic_bench.suite.table import print_entrants, print_result
from laconic_bench.workloads.catalog import WORKLOADS
from laconic_gateway.errors import UsageError

LIST: Final = "list"
"""In the place of a contender: print them all."""
_LIVE_REMEDY: Final = (
    "A live run makes networks of its own: run it on Linux as root, with iproute2, nftables and"
    " conntrack installed; or leave --live out"
)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says."""

    scenario: str
    link: str
    days: float
    seed: int
    nat_seconds: float
    contenders: Sequence[str]
    outages: Sequence[str]
    address_changes: Sequence[str]
    radio_seed: int | None
    archivers: bool
    jobs: int | None
    out: Path | None
    from_hour: float = 0.0
    live: bool = False


def run(options: Options) -> int:
    """Run it; return the exit code: 1 if a message of a contender was lost or altered.

    After an interruption the contenders that had finished are printed and written all the same.

    Raises:
        UsageError: an option names nothing that exists, or the results cannot be written. In the
            second case the table has been printed.
    """
    if list(options.contenders) == [LIST]:
        print_entrants(Console())
        return 0
    chosen_run = _chosen(options)
    if options.out is not None:
        result_file.check_place(options.out, result_file.BEGINS)  # not after an hour
    try:
        result = _measure(chosen_run, with_archivers=options.archivers)
    except KeyboardInterrupt:
        _say("interrupted before a contender had finished: there is no result")
        return INTERRUPTED_CODE
    try:
        if options.out is not None:
            # First: nothing that happens to the terminal counts.
            result_file.write(options.out, [result])
            _say(f"the results are in {options.out}")
    finally:
        print_result(Console(), result, chosen_run.entrants)
    if missing := _interrupted(result):
        _say(f"interrupted: {', '.join(missing)} had not finished and is left out")
        return INTERRUPTED_CODE
    return 1 if _has_defects(result) else 0


def _interrupted(result: Result) -> list[str]:
    return [name for name, one in result.contenders.items() if one.reason == INTERRUPTED]


def _say(text: str) -> None:
    print(f"laconic: {text}", file=sys.stderr)


def _chosen(options: Options) -> Run:
    if options.scenario not in WORKLOADS:
        names = ", ".join(sorted(WORKLOADS))
        raise UsageError(f"there is no scenario {options.scenario!r}. Choose among: {names}.")
    work = Work(
        options.scenario,
        options.seed,
        options.days,
        profile_of(options.link),
        options.nat_seconds,
        parse_events(options.outages, options.address_changes, options.days),
        options.from_hour,
        options.radio_seed,
    )
    if options.archivers and options.from_hour:
        raise UsageError("--archivers: they pack the whole trace. Leave --from-hour out.")
    entrants = chosen(options.contenders)
    if options.live:
        return _live(work, options, entrants)
    jobs = min(options.jobs or cores(), len(entrants))
    return Run(work, options.link, entrants, jobs)


def _live(work: Work, options: Options, entrants: Sequence[Entrant]) -> Run:
    if reason := lacking():
        raise UsageError(f"--live: {reason}. {_LIVE_REMEDY}")
    if options.outages or options.address_changes:
        raise UsageError("--live: outages and address changes are for the model only.")
    found = Run(work, options.link, entrants, options.jobs or len(entrants), "live")
    if not found.players:
        reasons = "; ".join(f"{one.name}: {reason_why_not(one)}" for one in entrants)
        raise UsageError(f"--live: no contender is left. {reasons}.")
    return found


def _measure(chosen_run: Run, *, with_archivers: bool) -> Result:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        tasks = {one.name: _task(progress, one, chosen_run.work) for one in chosen_run.players}

        def on_day(name: str, day: float) -> None:
            progress.update(tasks[name], completed=day)

        if not with_archivers:
            return chosen_run.measure(on_day)
        return chosen_run.measure(on_day, archive_sizes)


def _task(progress: Progress, entrant: Entrant, work: Work) -> TaskID:
    return progress.add_task(entrant.name, total=work.days)


def _has_defects(result: Result) -> bool:
    found = result.measured_contenders.values()
    return any(one.lost or one.payload_mismatches for one in found)
