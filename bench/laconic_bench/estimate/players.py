"""Plays many things at once, on all cores."""

import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Final

from laconic_bench.contenders.laconic import LaconicFactory
from laconic_bench.cores import cores
from laconic_bench.estimate.costs import Cost, Radio, cost_of
from laconic_bench.estimate.month import messages_of
from laconic_bench.model.carrier import CarrierFactory
from laconic_bench.model.exchanges import Exchange

ALONE_MESSAGES: Final = 10_000
"""Fewer messages in all jobs together are played before another process has started."""
PROCESSES_MAX: Final = 8

OnDone = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """Something to play over one contender. It is sent to other processes: all of it is pickled."""

    exchanges: tuple[Exchange, ...]
    seconds: float
    factory: CarrierFactory
    radio: Radio

    def play(self) -> Cost:
        """Return what it costs. Of Laconic, which measures the NAT's timer over a link that loses
        packets, some runs are luckier than others: it is the median of those over three radios."""
        radios = [self.radio]
        if isinstance(self.factory, LaconicFactory):
            radios += [replace(self.radio, seed=self.radio.seed + more) for more in (1, 2)]
        costs = [cost_of(self.exchanges, self.seconds, self.factory, one) for one in radios]
        return sorted(costs, key=lambda cost: cost.total_bytes)[len(costs) // 2]


def play_all(jobs: Sequence[Job], on_done: OnDone) -> list[Cost]:
    """Play jobs, and return what each costs, in their order.

    `on_done` is told how many are done, and how many there are.
    """
    messages = sum(messages_of(one) for job in jobs for one in job.exchanges)
    processes = min(PROCESSES_MAX, cores(), len(jobs))
    if processes < 2 or messages < ALONE_MESSAGES:
        return _alone(jobs, on_done)
    return _together(jobs, processes, on_done)


def _alone(jobs: Sequence[Job], on_done: OnDone) -> list[Cost]:
    costs: list[Cost] = []
    for job in jobs:
        on_done(len(costs), len(jobs))
        costs.append(job.play())
    on_done(len(jobs), len(jobs))
    return costs


def _together(jobs: Sequence[Job], processes: int, on_done: OnDone) -> list[Cost]:
    # Spawned, not forked: the progress bar has a thread.
    with ProcessPoolExecutor(processes, get_context("spawn"), _end_quietly) as pool:
        futures = [pool.submit(job.play) for job in jobs]
        on_done(0, len(jobs))
        for done, _ in enumerate(as_completed(futures), start=1):
            on_done(done, len(jobs))
        return [future.result() for future in futures]


def _end_quietly() -> None:
    """Have Ctrl-C end a process without a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
