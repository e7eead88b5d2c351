"""The live view and the summary, rendered without a terminal."""

from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from laconic_bench.report import Report
from laconic_bench.summary import progress_text, summary_text
from laconic_bench.texts import bar, size_text
from laconic_bench.view import ChargerLine, MessageLine, Snapshot, View

REPORT = Report(
    ocpp_messages=12_345,
    delivered=12_300,
    lost=45,
    duplicated=0,
    reordered=0,
    payload_mismatches=0,
    wire_bytes_up=812_000,
    wire_bytes_down=101_000,
    ocppj_tls_bytes=5_934_500,
    ratio=6.5,
    interactive_ms_p50=331.2,
    interactive_ms_p95=3_412.0,
    added_ms_p50=6.4,
    interactive_messages=321,
    seconds=905.0,
    seed=1,
    link_delay_ms=150.0,
    link_loss_percent=1.0,
    gateway_rss_mb=61.3,
    gateway_cpu_percent=4.2,
    expander_rss_mb=58.9,
)
SNAPSHOT = Snapshot(
    report=REPORT,
    elapsed_seconds=905.4,
    limit_seconds=3_600.0,
    is_finishing=False,
    queue_records=17.0,
    dropped_datagrams=31,
    datagrams=4_211,
    chargers=[
        *(ChargerLine(f"BODA-{number:02d}", "1.6", "charging 2") for number in range(1, 13)),
        ChargerLine("STATION-1", "2.0.1", "charging 2"),
        ChargerLine("SWAP-1", "2.1", "batteries 10"),
    ],
    messages=[
        MessageLine(864.2 + number, number % 3 > 0, "BODA-07", "RemoteStopTransaction", 1_293)
        for number in range(40)
    ],
)
EMPTY = Snapshot(
    report=Report(0, 0, 0, 0, 0, 0, 0, 0, 0, None, None, None, None, 0, 0.0, 1, 150.0, 1.0),
    elapsed_seconds=0.0,
    limit_seconds=None,
    is_finishing=True,
    queue_records=None,
    dropped_datagrams=0,
    datagrams=0,
    chargers=[],
    messages=[],
)


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


@given(st.floats(0, 1), st.integers(1, 200))
def test_a_bar_has_its_width_and_its_share(share: float, width: int) -> None:
    text = bar(share, width)
    assert len(text) == width
    assert abs(len(text.rstrip()) - share * width) <= 1


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (25e6, "25.0 MB"), (3.21e9, "3.2 GB")],
)
def test_sizes_have_their_unit(size_bytes: float, text: str) -> None:
    assert size_text(size_bytes) == text


def test_the_summary_fits_80_columns_and_says_the_result() -> None:
    for report in (REPORT, replace(REPORT, lost=0), EMPTY.report):
        lines = summary_text(report).splitlines()
        assert max(map(len, lines)) <= 80
        passed = report.lost == 0
        assert lines[-1].split(maxsplit=1)[1].startswith("passed" if passed else "FAILED")


def test_progress_is_one_line() -> None:
    assert "\n" not in progress_text(SNAPSHOT)
    assert "12,300 of 12,345 messages delivered" in progress_text(SNAPSHOT)
    assert "waiting" in progress_text(EMPTY)
