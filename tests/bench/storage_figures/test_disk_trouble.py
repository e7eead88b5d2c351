"""Nothing is promised that is not durable; a small part of what `make storage-figures` tries."""

from collections.abc import Iterable
from functools import partial
from itertools import islice

import pytest

from laconic_bench.storage_figures import disk_trouble
from laconic_bench.storage_figures.disk_trouble import Point, at_random, every_nth, full_at, measure
from laconic_bench.virtual.failing_disk import Disk


@pytest.mark.parametrize(
    "points",
    [
        (point for point in full_at(2) if point.preload < 1_000),
        (point for point in every_nth(9) if point.preload < 1_000 and point.every % 2),
        islice((point for point in at_random(100) if point.preload < 1_000), 12),
    ],
    ids=["full", "every N-th call", "at random"],
)
def test_nothing_is_promised_that_is_not_durable(points: Iterable[Point]) -> None:
    found = measure(points)
    assert found.problems == [one for one in found.problems if "no restart" in one]
    assert found.is_clean
    assert found.points >= 6
    assert found.failed_calls > found.points
    assert found.slowest_seconds <= disk_trouble.NORMAL_AFTER_SECONDS


def test_a_disk_that_lies_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_trouble, "Disk", partial(Disk, lies=True))
    found = measure([Point("journal", 100, 1, chance=0.1)])
    assert found.broken or found.crashes
    assert not found.is_clean
