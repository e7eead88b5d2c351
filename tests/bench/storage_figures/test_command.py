"""The page is made from a real, short run."""

import pytest

from laconic_bench.storage_figures import command
from laconic_bench.storage_figures.effort import Effort

EFFORT = Effort(
    lone_commits=20,
    group_commits=5,
    grouping_rounds=3,
    cpu_groups=2,
    chargers=2,
    minutes=1,
    minute_seconds=0.5,
    idle_seconds=0.1,
    flips=5,
    pages=2,
    full_points=1,
    largest_nth=1,
    random_points=1,
    csms_hours=0.1,
    outage_hours=0.1,
    outage_chargers=2,
)


def test_the_page_of_a_short_run_names_every_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("laconic_bench.storage_figures.writes.lacking", lambda: "no root")
    page = list(command.write(EFFORT))
    assert "Not measured at the block device: no root." in page
    assert len([line for line in page if line.startswith("## ")]) == len(command.SECTIONS)
    assert "| timers that were set | 0 | 0 | yes |" in page
    assert any(
        line.startswith("| down: transaction messages discarded | 0 | 0 of") for line in page
    )
    assert all(line.count("|") in (0, 5) for line in page)
