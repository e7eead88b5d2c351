"""The result of a demo as plain text."""

from dataclasses import replace

from laconic_bench.summary import progress_text, summary_text
from tests.support.snapshots import EMPTY, REPORT, SNAPSHOT


def test_the_summary_fits_80_columns_and_says_the_result() -> None:
    for report in (REPORT, replace(REPORT, lost=0), EMPTY.report):
        lines = summary_text(report).splitlines()
        assert max(map(len, lines)) <= 80
        passed = report.lost == 0
        assert lines[-1].split(maxsplit=1)[1].startswith("passed" if passed else "FAILED")


def test_each_kind_of_defect_fails_a_run() -> None:
    clean = replace(REPORT, lost=0)
    for defective in (
        replace(clean, lost=1),
        replace(clean, duplicated=1),
        replace(clean, reordered=1),
        replace(clean, payload_mismatches=1),
    ):
        assert "FAILED" in summary_text(defective)


def test_the_summary_says_what_was_measured() -> None:
    text = summary_text(REPORT)
    for shown in (
        "905 s, link 150 ms one way, 1 % loss, seed 1",
        "12,345, of which 12,300 delivered",
        "45 lost, 0 duplicated, 0 reordered, 0 changed",
        "812.0 kB up, 101.0 kB down",
        "5.9 MB, 6.5 times as much",
        "331 ms median, 3,412 ms p95, of 321 answers",
        "6 ms median",
        "site gateway 61 MB and 4.2 % of a core, expander 59 MB",
    ):
        assert shown in text, shown


def test_the_summary_says_what_the_site_answers_itself() -> None:
    line = next(line for line in summary_text(REPORT).splitlines() if "site answers" in line)
    assert "updates of transactions" in line
    assert "site answers" not in summary_text(EMPTY.report), "without a site, nobody does"


def test_progress_is_one_line() -> None:
    assert "\n" not in progress_text(SNAPSHOT)
    assert "12,300 of 12,345 messages delivered" in progress_text(SNAPSHOT)
    assert "waiting" in progress_text(EMPTY)
