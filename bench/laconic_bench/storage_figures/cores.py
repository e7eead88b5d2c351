"""Work spread over the cores of the machine."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

from laconic_bench.cores import cores

_Share = TypeVar("_Share")
_Result = TypeVar("_Result")


def on_all_cores(work: Callable[[_Share], _Result], shares: Sequence[_Share]) -> Iterator[_Result]:
    """Yield the result of each share, in their order; `work` is a function of a module."""
    if len(shares) == 1:
        yield work(shares[0])  # another process would only cost its start
        return
    workers = min(cores(), len(shares))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context) as pool:
        yield from pool.map(work, shares)
