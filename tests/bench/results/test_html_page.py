"""The page: it has every figure, needs nothing else, and can be used by everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from laconic_bench.results.html_page import Plots, page, plots_of
from laconic_bench.results.price import Price
from laconic_bench.results.report_tables import facts
from laconic_bench.results.result import Contender, Figures, Result
from tests.support.bench_results import (
    RESULTS,
    sample,
    several,
    with_contender,
    with_figures,
    without_contender,
)
from tests.support.html_tables import Page, number

MONTH = "MB in 30 days"
BYTES = "Bytes"
MESSAGES = "Messages: lost and altered are defects; outages"


def made(results: Sequence[Result], price: Price | None = None) -> str:
    """Return the page without its plots, which take long."""
    return page(results, Plots((), [()] * len(results)), price or Price())


@pytest.fixture(scope="module")
def whole() -> str:
    results = [sample(names=["laconic", "laconic-window-0", "ocppj-tls"]), sample("chaji")]
    price = Price()
    return page(results, plots_of(results, price), price)


def check_parts(page: Page, caption: str, parts: Mapping[str, Mapping[str, int]]) -> int:
    """Compare a table of parts with the figures; return how many there are."""
    for contender, found in parts.items():
        if found:
            shown = page.column(caption, contender)
            assert {name: number(shown[name]) for name in found} == found
    return sum(map(len, parts.values()))


def test_the_page_has_every_figure_in_its_place() -> None:
    result = sample()
    found = Page(made([result]))
    figures = result.measured_contenders
    whole_numbers = {
        "payload bytes": "payload_bytes",
        "wire bytes up": "wire_bytes_up",
        "wire bytes down": "wire_bytes_down",
        "wire bytes, both": "wire_bytes",
        "lost": "lost",
        "altered": "payload_mismatches",
        "repeated": "repeated_messages",
        "substituted": "substituted_answers",
        "refused": "refused_commands",
    }
    for head, name in whole_numbers.items():
        column = found.column(BYTES if "bytes" in head else MESSAGES, head)
        for contender, one in figures.items():
            value = getattr(one, name)
            assert column[contender] == ("-" if value is None else f"{value:,}")
    months, ratios = (found.column(BYTES, head) for head in (MONTH, "payload / floor"))
    noticed, recovery = (found.column(MESSAGES, f"{what} in s") for what in ("noticed", "made up"))
    for contender, one in figures.items():
        assert number(months[contender]) == pytest.approx(one.wire_bytes / 1e6, rel=1e-3)
        ratio = result.entropy_ratio(one.payload_bytes)
        assert number(ratios[contender]) == pytest.approx(ratio, abs=5e-4)
        if one.detection_seconds is not None:
            assert number(noticed[contender]) == pytest.approx(one.detection_seconds, rel=1e-3)
        if one.recovery_seconds is not None:
            assert number(recovery[contender]) == pytest.approx(one.recovery_seconds, rel=1e-3)
    parts: dict[str, dict[str, Mapping[str, int]]] = {
        "Wire bytes by layer": {name: one.by_layer for name, one in figures.items()},
        "Wire bytes by action": {name: one.by_action for name, one in figures.items()},
        "Wire bytes by cause": {name: one.by_cause for name, one in figures.items()},
        "Wire bytes by day": {
            name: {str(day): size for day, size in enumerate(one.daily_wire_bytes, 1)}
            for name, one in figures.items()
        },
    }
    counts = [check_parts(found, caption, table) for caption, table in parts.items()]
    assert counts == [62, 108, 60, 360]


def test_the_page_has_all_latencies_processes_settings_and_archivers() -> None:
    result = sample()
    found = Page(made([result]))
    head, *rows = found.tables["Latency in ms"]
    assert head[2:] == [
        f"{what} {one}" for what in ("answer", "age at the CSMS") for one in ("p50", "p95", "p99")
    ]
    shown = {(row[0], row[1]): row[2:] for row in rows}
    for name, figures in result.measured_contenders.items():
        for classes, cells in ((figures.latency_ms, slice(3)), (figures.delivery_ms, slice(3, 6))):
            for message_class, one in classes.items():
                values = [number(cell) for cell in shown[name, message_class][cells]]
                assert values == pytest.approx([one.p50, one.p95, one.p99], rel=1e-3)
    assert ["laconic", "site"] in [row[:2] for row in found.tables["Processes"]]
    assert ["laconic", "window_seconds", "60"] in found.tables["Settings"]
    column = found.column("The trace, packed by offline archivers", "bytes")
    assert {name: number(cell) for name, cell in column.items() if name != "archiver"} == {
        **result.archivers
    }
    for text in ("154,000,000", "660,000", "1,420,000.00", "32,000", "2 %", "3.12.1"):
        assert text in found.text


def test_computed_and_missing_figures_are_told() -> None:
    found = Page(made([sample()]))
    assert found.column("Notes", "note")["soap-https"] == "computed"
    assert found.column(BYTES, MONTH)["soap-https"].endswith(" computed")
    assert found.column("Notes", "note")["coap-tcp"] == "aiocoap is not installed"
    assert set(found.column(BYTES, "wire bytes, both")["coap-tcp"]) == {"-"}


def test_there_is_a_table_of_notes_only_where_there_is_a_note() -> None:
    result = sample(names=["laconic"])
    assert Page(made([result])).tables["Notes"][1:] == [["coap-tcp", "aiocoap is not installed"]]
    assert "Notes" not in Page(made([without_contender(result, "coap-tcp")])).tables


def test_versions_are_told_from_what_is_none() -> None:
    versions = {"laconic": "0.1.0", "commit": "08c8e85", "machine": "2 cores", "registry": "1c65"}
    names = [name for name, _ in facts(replace(sample(), versions=versions))]
    assert names[-4:] == ["version of laconic", "commit", "machine", "registry"]


def test_several_results_have_a_table_of_their_own_and_links() -> None:
    results = several()
    found = Page(made(results))
    for result in results:
        column = found.column("MB in 30 days, both ways", str(result.key))
        month = result.mb_per_month(result.measured_contenders["laconic"].wire_bytes)
        assert number(column["laconic"]) == pytest.approx(month, rel=1e-3)
    assert found.column("MB in 30 days, both ways", str(results[-1].key))["mqtt-tls"] == "-"
    links = {attrs["href"] for tag, attrs in found.tags if tag == "a"}
    assert len(links) == len(results)
    assert links <= {f"#{one}" for one in found.ids()}


def test_a_price_makes_a_column() -> None:
    result = sample(names=["laconic"])
    column = Page(made([result], Price(2.0, "KES"))).column(BYTES, "KES in 30 days")
    megabytes = result.measured_contenders["laconic"].wire_bytes / 1e6
    assert number(column["laconic"]) == pytest.approx(2 * megabytes, rel=1e-3)
    assert "KES" not in made([result])


def test_the_page_needs_nothing_from_elsewhere(whole: str) -> None:
    found = Page(whole)
    assert not {tag for tag, _ in found.tags} & {"script", "link", "img", "iframe", "object"}
    for _, attrs in found.tags:
        for name, value in attrs.items():
            assert name not in ("src", "srcset", "data", "action") and not name.startswith("on")
            assert not name.endswith("href") or (value or "").startswith("#")
            assert "url(" not in (value or "").replace("url(#", "")
    assert "://" not in whole
    assert "@import" not in whole


def test_the_page_can_be_used_without_seeing_it(whole: str) -> None:
    found = Page(whole)
    assert ("html", {"lang": "en"}) in found.tags
    assert len(set(found.ids())) == len(found.ids())
    drawings = [attrs for tag, attrs in found.tags if tag == "svg"]
    # Layers, windows and budget of two results, and the cost; each wide and narrow.
    assert len(drawings) == 14
    for attrs in drawings:
        assert attrs["role"] == "img"
        assert set((attrs["aria-labelledby"] or "").split()) <= set(found.ids())
    assert [tag for tag, _ in found.tags].count("caption") == len(
        [tag for tag, _ in found.tags if tag == "table"]
    )
    for tag, attrs in found.tags:
        assert tag != "th" or attrs["scope"] in ("row", "col")
        assert "scroll" not in (attrs.get("class") or "") or attrs["tabindex"] == "0"


def test_the_page_is_light_and_dark_and_fits_a_phone(whole: str) -> None:
    assert "@media (prefers-color-scheme: dark)" in whole
    assert "color-scheme: light dark" in whole
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in whole


@given(found=st.lists(RESULTS, min_size=1, max_size=2, unique_by=lambda one: one.key))
@settings(max_examples=60, deadline=None)
def test_any_result_makes_a_page_with_its_numbers(found: list[Result]) -> None:
    text = Page(made(found)).text
    for result in found:
        for figures in result.measured_contenders.values():
            for value in (figures.payload_bytes, figures.wire_bytes_up, *figures.by_layer.values()):
                assert f"{value:,}" in text


@given(found=RESULTS)
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # Each try takes a second, a smaller example would take minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
def test_any_result_can_be_drawn(found: Result) -> None:
    price = Price()
    other = replace(found, scenario=f"{found.scenario} more", chargers=3)
    results = [found, other]
    Page(page(results, plots_of(results, price), price))


def test_names_are_no_markup() -> None:
    evil = '"><script src="http://x/">&amp;'
    result = sample(names=["laconic"])
    result = with_contender(result, evil, result.contenders["laconic"])
    result = with_figures(result, "laconic", by_action={})
    result = replace(result, scenario=evil, versions={evil: evil})
    price = Price(1.0, evil)
    found = Page(page([result], plots_of([result], price), price))
    assert "script" not in {tag for tag, _ in found.tags}
    assert found.column(MESSAGES, "lost")[evil] == "0"


def test_a_contender_that_sent_nothing_is_shown() -> None:
    result = with_contender(sample(names=[]), "silent", Contender(Figures(0, 0, 0, {"ip": 0})))
    price = Price()
    found = Page(page([result], plots_of([result], price), price))
    assert found.column(BYTES, MONTH)["silent"] == "0"
