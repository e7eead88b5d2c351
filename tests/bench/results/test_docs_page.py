"""The generated part of docs/benchmarks.md."""

from dataclasses import replace

import pytest

from laconic_bench.results.docs_page import (
    ACTIONS_SHOWN,
    defect_lines,
    other_link_lines,
    outage_lines,
    page_lines,
    parts_lines,
    process_lines,
    readme_lines,
)
from laconic_bench.results.markdown import month_lines, run_lines
from laconic_bench.results.result import Result
from tests.support.bench_results import sample, several, with_figures
from tests.support.html_tables import number
from tests.support.markdown_tables import tables


def disturbed() -> Result:
    return replace(sample(names=["laconic", "ocppj-tls"]), events=("outage 2.5:4h",))


def test_the_link_of_the_first_calm_result_is_the_pages_own() -> None:
    lines = list(page_lines([disturbed(), *several()]))
    own, others = several()[:-2], several()[-2:]
    assert list(readme_lines([disturbed(), *several()])) == list(month_lines(own))
    found = tables(lines)
    assert list(found["MB on the wire in 30 days, both ways, over 2g, NAT 120 s:"]["laconic"]) == [
        result.scenario for result in own
    ]
    over_others = found["MB on the wire in 30 days, both ways, over other links:"]["laconic"]
    assert list(over_others) == [str(result.key) for result in others]
    assert lines[-len(list(run_lines([disturbed(), *several()]))) :] == list(
        run_lines([disturbed(), *several()])
    )


@pytest.mark.parametrize("kind", ["direction", "layer", "cause"])
def test_the_parts_of_a_month_add_up(kind: str) -> None:
    result = sample()
    table = tables(list(parts_lines([result])))[f"laconic: MB in 30 days by {kind}:"]
    total = result.mb_per_month(result.measured_contenders["laconic"].wire_bytes)
    parts = [number(row["boda-site"]) for row in table.values()]
    assert sum(parts) == pytest.approx(total, rel=5e-3)
    assert parts == sorted(parts, reverse=True)


def test_only_the_largest_actions_have_a_row() -> None:
    result = sample(names=["laconic"])
    wire_bytes = result.measured_contenders["laconic"].wire_bytes
    many = {f"Action{number}": number for number in range(1, ACTIONS_SHOWN + 4)}
    many["Large"] = wire_bytes - sum(many.values())
    table = tables(list(parts_lines([with_figures(result, by_action=many)])))[
        "laconic: MB in 30 days by action:"
    ]
    assert len(table) == ACTIONS_SHOWN + 1
    assert next(iter(table)) == "Large"
    assert number(table["all others"]["boda-site"]) == pytest.approx((1 + 2 + 3 + 4) / 1e6)


def test_what_went_wrong_is_counted() -> None:
    result = with_figures(sample(), lost=1, repeated_messages=1_234, refused_commands=5)
    [table] = tables(list(defect_lines([result]))).values()
    assert table["laconic"]["boda-site"] == "1 / 0 / 1,234 / 0 / 5"
    assert table["soap-https"]["boda-site"] == "- / - / - / - / -"


def test_processor_time_is_that_of_a_day() -> None:
    result = with_figures(sample(), cpu_seconds={"site": 60.0, "cloud": 30.0})
    [table] = tables(list(process_lines([result]))).values()
    assert table["laconic"]["boda-site"] == "3.000 / 61.50"


def test_other_links_have_the_month_and_the_answers_to_authorize() -> None:
    result = sample("boda-site", "nbiot", names=["laconic"])
    times = result.measured_contenders["laconic"].latency_ms["interactive"]
    result = with_figures(result, latency_ms={"authorize": times})
    month, answers = tables(list(other_link_lines([result]))).values()
    assert list(month["laconic"]) == list(answers["laconic"]) == ["boda-site, nbiot, NAT 120 s"]
    shown = [number(part) for part in answers["laconic"][str(result.key)].split(" / ")]
    assert shown == pytest.approx([times.p50, times.p95, times.p99], rel=1e-3)
    assert not list(other_link_lines([]))


def test_an_outage_has_a_table_of_its_own() -> None:
    result = with_figures(disturbed(), detection_seconds=732.0, recovery_seconds=4.5)
    [(caption, table)] = tables(list(outage_lines([result]))).items()
    assert caption == "boda-site, 2g, NAT 120 s, outage 2.5:4h:"
    assert table["laconic"] == {
        "noticed after s": "732.0",
        "made up after s": "4.500",
        "lost / altered / repeated / substituted / refused": "0 / 0 / 0 / 0 / 0",
    }
