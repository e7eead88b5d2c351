"""The workloads by name."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from laconic_bench.workloads.boda_site import boda_site
from laconic_bench.workloads.workload import Workload

WORKLOADS: Final[dict[str, Callable[[int, float, datetime], Workload]]] = {
    "boda-site": boda_site,
}
"""Name, and what makes the workload of a seed, a number of days and a start."""
