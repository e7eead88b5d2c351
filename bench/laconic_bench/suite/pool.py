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
from laconic_bench.suite.worker import end_children, obey_parent

LOOK_SECONDS: Final = 0.2

Player = Callable[[Work, Entrant, Callable[[float], None]], Played]
"""Plays one contender: a function of a module. It tells how many days are over."""

_days: "multiprocessing.Queue[tuple[str, float]] | None" = None
"""In a process of the pool: where it tells which days are over."""


def play_all(
    work: Work,
    entrants: Sequence[Entrant],
    jobs: int,
    on_day: Callable[[str, float], None] = lambda name, day: None,
    player: Player = play,
) -> Mapping[str, Played]:
    """Return what each contender has needed, by name, in the given order.

    `jobs` processes at a time; `on_day` is told how many days of each contender are over. Each
    process cleans up, even if this one is interrupted or ends.
    """
    context = multiprocessing.get_context("spawn")
    days: multiprocessing.Queue[tuple[str, float]] = context.Queue()
    with ProcessPoolExecutor(
        jobs, context, initializer=_begin, initargs=(days,), max_tasks_per_child=1
    ) as pool:
        futures = {one.name: pool.submit(_play, player, work, one) for one in entrants}
        try:
            _follow(days, list(futures.values()), on_day)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            end_children()
            raise
        return {name: future.result() for name, future in futures.items()}


def _follow(
    days: "multiprocessing.Queue[tuple[str, float]]",
    futures: Sequence[Future[Played]],
    on_day: Callable[[str, float], None],
) -> None:
    while not all(future.done() for future in futures):
        try:
            on_day(*days.get(timeout=LOOK_SECONDS))
        except queue.Empty:
            if failed := next((f for f in futures if f.done() and f.exception()), None):
                failed.result()


def _begin(days: "multiprocessing.Queue[tuple[str, float]]") -> None:
    global _days
    _days = days
    obey_parent()


def _play(player: Player, work: Work, entrant: Entrant) -> Played:
    return player(work, entrant, partial(_tell, entrant.name))


def _tell(name: str, day: float) -> None:
    if _days is not None:
        _days.put((name, day))
