"""Plays contenders side by side, each in a process of its own, and tells how far they are."""

import multiprocessing
import os
import queue
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from typing import Final

from laconic_bench.contenders.entrant import Entrant
from laconic_bench.suite.job import Played, play
from laconic_bench.suite.script import Work
from laconic_bench.suite.worker import clean_up_at_end, end_children, follow_parent

LOOK_SECONDS: Final = 0.2
INTERRUPTED_CODE: Final = 130
"""As of a shell whose command was ended by Ctrl-C."""

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
    process cleans up, even if this one is interrupted or ends. After an interruption those that had
    finished are returned, if there are any.
    """
    context = multiprocessing.get_context("spawn")
    days: multiprocessing.Queue[tuple[str, float]] = context.Queue()
    with ProcessPoolExecutor(
        jobs, context, initializer=_begin, initargs=(days,), max_tasks_per_child=1
    ) as pool:
        futures = {one.name: pool.submit(_play, player, work, one) for one in entrants}
        try:
            _follow(days, list(futures.values()), on_day)
        except BaseException as reason:
            finished = _finished(futures)
            pool.shutdown(wait=False, cancel_futures=True)
            end_children()
            if isinstance(reason, KeyboardInterrupt) and finished:
                return finished
            raise
        return {name: future.result() for name, future in futures.items()}


def _finished(futures: Mapping[str, Future[Played]]) -> dict[str, Played]:
    done = {name: one for name, one in futures.items() if one.done() and not one.cancelled()}
    return {name: one.result() for name, one in done.items() if one.exception() is None}


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
    follow_parent()


def _play(player: Player, work: Work, entrant: Entrant) -> Played:
    clean_up_at_end()
    try:
        return player(work, entrant, partial(_tell, entrant.name))
    except KeyboardInterrupt:
        # Everything is cleaned up. A process that returns would have the pool wait for ever for
        # another one, which takes what it has already given out; of one that is gone it knows.
        os._exit(INTERRUPTED_CODE)


def _tell(name: str, day: float) -> None:
    if _days is not None:
        _days.put((name, day))
