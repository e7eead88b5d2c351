"""The parts of the CPU time add up to the whole."""

import pytest

from laconic_bench.storage_figures.journal_cpu import measure


def test_the_parts_add_up() -> None:
    found = measure(groups=3, rounds=1)
    assert found.microseconds > 0
    assert sum(taken for _, taken in found.parts) == pytest.approx(found.microseconds)
    assert len(found.parts) == 6
