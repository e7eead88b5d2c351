"""The workloads by name."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from laconic_bench.workloads.bad_day import bad_day
from laconic_bench.workloads.boda_site import boda_site
from laconic_bench.workloads.chaji import chaji
from laconic_bench.workloads.depot import depot
from laconic_bench.workloads.swap import swap
from laconic_bench.workloads.workload import Workload

WORKLOADS: Final[dict[str, Callable[[int, float, datetime], Workload]]] = {
    "bad-day": bad_day,
    "boda-site": boda_site,
    "chaji": chaji,
    "depot": depot,
    "swap": swap,
}
"""Name, and what makes the workload of a seed, a number of days and a start."""
