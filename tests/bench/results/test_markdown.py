"""The generated tables of the docs."""

from dataclasses import replace
from pathlib import Path

import pytest

from laconic_bench.results.markdown import (
    floor_lines,
    latency_lines,
    month_lines,
    run_lines,
    with_section,
    write_section,
)
from laconic_bench.results.result_file import ResultError
from tests.support.bench_results import sample, several, with_figures
from tests.support.html_tables import number
from tests.support.markdown_tables import tables


def test_a_table_for_each_link_has_the_month_of_each_scenario() -> None:
    found = tables(list(month_lines(several())))
    assert list(found) == [
        f"MB on the wire in 30 days, both ways, over {link}:"
        for link in ("2g, NAT 120 s", "2g, NAT 30 s", "nbiot, NAT 120 s")
    ]
    for result in several():
        _, link, nat, *_ = result.key
        table = found[f"MB on the wire in 30 days, both ways, over {link}, NAT {nat:g} s:"]
        for name, figures in result.measured_contenders.items():
            month = result.mb_per_month(figures.wire_bytes)
            cell = table[name][result.scenario]
            assert number(cell) == pytest.approx(month, rel=1e-3)
            assert cell.endswith(" computed") == result.contenders[name].is_computed
    assert list(found["MB on the wire in 30 days, both ways, over nbiot, NAT 120 s:"]) == [
        *("laconic", "ocppj-tls"),
    ]


def test_the_payload_stands_against_the_floor_with_the_archivers() -> None:
    result = sample()
    table, without = tables(list(floor_lines([result]))).values()
    assert list(tables(list(floor_lines([result])))) == [
        "Payload over the entropy floor, over 2g, NAT 120 s:",
        "Payload over the floor without heartbeats, over 2g, NAT 120 s:",
    ]
    for name, figures in result.measured_contenders.items():
        ratio = result.entropy_ratio(figures.payload_bytes)
        assert number(table[name]["boda-site"]) == pytest.approx(ratio, abs=5e-4)
        ratio = result.ratio_without_heartbeats(figures.payload_bytes)
        assert number(without[name]["boda-site"]) == pytest.approx(ratio, abs=5e-4)
    assert table["xz, offline"] == {"boda-site": "2.945"}


def test_latency_has_a_table_for_each_class() -> None:
    result = sample(names=["laconic", "soap-https"])
    [(caption, table)] = tables(list(latency_lines([result]))).items()
    assert caption.startswith("Answers to interactive messages in ms, p50 / p95 / p99, over 2g")
    times = result.measured_contenders["laconic"].latency_ms["interactive"]
    shown = [number(part) for part in table["laconic"]["boda-site"].split(" / ")]
    assert shown == pytest.approx([times.p50, times.p95, times.p99], rel=1e-3)
    assert "soap-https" not in table


def test_what_is_not_there_is_left_out() -> None:
    bare = replace(sample(names=["laconic"]), entropy_floor_bytes=None, archivers={})
    bare = with_figures(bare, latency_ms={})
    assert list(floor_lines([bare])) == list(latency_lines([bare])) == []
    both = [sample("chaji", names=["laconic"]), sample("swap", names=["laconic", "mqtt-tls"])]
    [table] = tables(list(month_lines(both))).values()
    assert table["mqtt-tls"]["chaji"] == "-"
    assert "Computed" not in "\n".join(month_lines(both))
    assert "Computed figures follow from sizes" in "\n".join(month_lines([sample()]))


def test_each_run_has_its_commit() -> None:
    chaji, swap = (
        replace(sample(name), versions={"laconic": "0.9.0", "commit": commit})
        for name, commit in (("chaji", "abc1234"), ("swap", "def5678"))
    )
    *runs, versions, _, _ = run_lines([chaji, swap])
    assert [line.rpartition(", ")[2] for line in runs] == ["commit abc1234", "commit def5678"]
    assert versions == "- Versions: laconic 0.9.0"


def test_the_run_is_told() -> None:
    lines = list(run_lines([sample()]))
    assert lines == [
        "- boda-site, 2g, NAT 120 s: 30 days, seed 1, 660,000 messages, 154,000,000 bytes of JSON",
        "- Versions: laconic 0.9.0, python 3.12.1, zstandard 0.25.0",
        "- Not measured: coap-tcp (aiocoap is not installed)",
        "",
    ]


TEXT = "before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter <!-- other:end -->\n"


def test_only_what_stands_between_the_markers_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(TEXT)
    write_section(path, "bench", ["", "new", "lines", ""])
    new = TEXT.replace("old", "new\nlines")
    assert path.read_text() == new
    write_section(path, "bench", ["new", "lines"])
    assert path.read_text() == new


@pytest.mark.parametrize(
    "text",
    [
        "no markers",
        "<!-- bench:begin -->",
        "<!-- bench:end -->\n<!-- bench:begin -->",
        TEXT + TEXT,
    ],
)
def test_a_file_without_its_markers_is_told(text: str, tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(text)
    with pytest.raises(ResultError, match=r"README\.md: write the lines <!-- bench:begin --> and"):
        write_section(path, "bench", ["new"])
    assert path.read_text() == text
    with pytest.raises(ValueError, match="write the lines"):
        with_section(text, "bench", [])
