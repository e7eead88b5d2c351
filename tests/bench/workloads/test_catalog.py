"""Every workload can be made by its name."""

import pytest

from laconic_bench.workloads.catalog import WORKLOADS
from laconic_bench.workloads.workload import START


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_workload_plays(name: str) -> None:
    records = list(WORKLOADS[name](1, 0.02, START).records())
    assert {record.direction for record in records} == {"up", "down"}
