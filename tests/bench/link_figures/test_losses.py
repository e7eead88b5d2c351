"""Batches over a link that loses a tenth each way; the seed says which."""

import pytest

from laconic_bench.link_figures import losses


def test_a_thousand_batches_between_endpoints() -> None:
    without, found = losses.between_endpoints(0.0), losses.between_endpoints(losses.LOSS)
    assert without.is_perfect and without.wire_bytes == 1_000 * 391
    assert found.delivered == 1_000
    assert found.doubled <= found.failed_exchanges <= 1
    assert found.wire_bytes <= 1.3 * without.wire_bytes


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_batch_is_delivered_twice_through_the_cores(seed: int) -> None:
    found = losses.through_the_cores(0.2, seed, batches=25)
    assert found.is_perfect
