"""Every workload can be made by its name, and is what it was."""

import hashlib
from dataclasses import dataclass

import pytest

from laconic_bench.trace import line_text
from laconic_bench.workloads.catalog import WORKLOADS
from laconic_bench.workloads.workload import START


@dataclass(frozen=True)
class Golden:
    """The beginning of a trace of seed 1."""

    days: float
    messages: int
    digest: str
    """The first 16 digits of SHA-256 over its lines."""


GOLDENS = {
    "bad-day": Golden(0.35, 11396, "f1aed351d85b4e61"),
    "boda-site": Golden(0.25, 4918, "ce69cd63f3ab5518"),
    "chaji": Golden(1.0, 2350, "df10b54832e092e9"),
    "depot": Golden(0.05, 4438, "16f65e0657e9d0b8"),
    "swap": Golden(0.25, 4116, "fb62a3d7eaf1358d"),
}
"""They change only when a workload is meant to change; figures measured before are then void."""


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_trace_is_what_it_was(name: str) -> None:
    golden = GOLDENS[name]
    lines = [line_text(r, START) for r in WORKLOADS[name](1, golden.days, START).records()]
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    assert Golden(golden.days, len(lines), digest[:16]) == golden


@pytest.mark.parametrize("name", WORKLOADS)
def test_both_sides_speak(name: str) -> None:
    records = WORKLOADS[name](1, 0.02, START).records()
    assert {record.direction for record in records} == {"up", "down"}
