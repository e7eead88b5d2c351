"""The page is made from a real, short run."""

import pytest

from laconic_bench.link_figures import command
from laconic_bench.link_figures.page import Effort

# No time is measured here, and beside other tests a nice fuzzer would hardly ever run.
EFFORT = Effort(batches=5, months=(), cpu_exchanges=5, authorize_calls=8, fuzz_niceness=0)


def test_the_page_of_a_short_run_names_every_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("laconic_bench.link_figures.latency_section.lacking", lambda: "no root")
    page = list(command.write(EFFORT, 400, 1))
    assert "Not measured: no root." in page
    assert any(line.startswith("| batch of 300 B, acknowledged") for line in page)
    assert "| exceptions | 0 | 0 | yes |" in page
    assert len([line for line in page if line.startswith("## ")]) == len(command.SECTIONS) + 1
