"""CPU time is measured, not judged."""

import pytest

from laconic_bench.link_figures import cpu


def test_the_shares_add_up() -> None:
    found = cpu.measure(exchanges=5, rounds=3)
    assert found.milliseconds > 0
    assert sum(share for _, share in found.shares) == pytest.approx(1)
    assert "message layer" in dict(found.shares)
