"""The live view, rendered without a terminal."""

from io import StringIO

import pytest
from rich.console import Console

from laconic_bench.view import Snapshot, View
from tests.support.snapshots import EMPTY, SNAPSHOT


def _rendered(snapshot: Snapshot, width: int, height: int) -> list[str]:
    output = StringIO()
    Console(file=output, width=width, height=height, color_system=None).print(View(snapshot))
    return output.getvalue().splitlines()


@pytest.mark.parametrize(("width", "height"), [(100, 30), (80, 24), (140, 50), (72, 20)])
@pytest.mark.parametrize("snapshot", [SNAPSHOT, EMPTY])
def test_the_view_fits_the_terminal(snapshot: Snapshot, width: int, height: int) -> None:
    lines = _rendered(snapshot, width, height)
    assert len(lines) <= height
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize(("width", "height"), [(100, 30), (80, 24)])
def test_nothing_that_matters_is_cut_off(width: int, height: int) -> None:
    text = "\n".join(_rendered(SNAPSHOT, width, height))
    for shown in (
        "15:05 of 60:00",
        "5.9 MB",
        "913.0 kB",
        "6.5 times less",
        "30 days at this pace 2.6 GB, not 17.0 GB",
        "Target 25 MB a month: enough for 338,000 messages like these",
        "17 records",
        "331 ms median, 3,412 ms p95",
        "6 ms median",
        "31 of 4,211",
        "61 MB, 4.2 % of a core",
        "SWAP-1 batteries 10",
        "STATION-1 charging 2",
        "RemoteStopTransaction",
        "Ctrl-C",
    ):
        assert shown in text, shown
    assert "…" not in text
