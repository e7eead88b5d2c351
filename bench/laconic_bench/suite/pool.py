"""Plays contenders side by side, each in a process of its own, and tells how far they are."""

import multiprocessing
import queue
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from typing import Final

from laconic_bench.contenders.entrant import Entrant
from laconic_bench.suite.job import Played, play
from laconic_bench.suite.script import Work

LOOK_SECONDS: Final = 0.2

_days: "multiprocessing.Queue[tuple[str, int]] | None" = None
"""In a process of the pool: where it tells which days are over."""


def play_all(
    work: Work,
    entrants: Sequence[Entrant],
    jobs: int,
    on_day: Callable[[str, int], None] = lambda name, day: None,
) -> Mapping[str, Played]:
    """Return what each contender has needed, by name, in the given order.

    `jobs` processes at a time; `on_day` is told of each day of each contender that is over.
    """
    context = multiprocessing.get_context("spawn")
    days: multiprocessing.Queue[tuple[str, int]] = context.Queue()
    with ProcessPoolExecutor(
        jobs, context, initializer=_begin, initargs=(days,), max_tasks_per_child=1
    ) as pool:
        futures = {one.name: pool.submit(_play, work, one) for one in entrants}
        _follow(days, list(futures.values()), on_day)
        return {name: future.result() for name, future in futures.items()}


def _follow(
    days: "multiprocessing.Queue[tuple[str, int]]",
    futures: Sequence[Future[Played]],
    on_day: Callable[[str, int], None],
) -> None:
    while not all(future.done() for future in futures):
        try:
            on_day(*days.get(timeout=LOOK_SECONDS))
        except queue.Empty:
            if failed := next((f for f in futures if f.done() and f.exception()), None):
                for future in futures:
                    future.cancel()
                failed.result()


def _begin(days: "multiprocessing.Queue[tuple[str, int]]") -> None:
    global _days
    _days = days


def _play(work: Work, entrant: Entrant) -> Played:
    return play(work, entrant, partial(_tell, entrant.name))


def _tell(name: str, day: int) -> None:
    if _days is not None:
        _days.put((name, day))
