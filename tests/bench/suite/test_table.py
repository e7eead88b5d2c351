"""What a run prints: everything that decides, for a narrow screen and for a pipe."""

from dataclasses import replace
from io import BytesIO, TextIOWrapper
from typing import Any, Final

import pytest
from rich.console import Console

from laconic_bench.contenders.catalog import chosen
from laconic_bench.results.result import Percentiles, Result
from laconic_bench.suite.table import ENOUGH_DAYS, print_result
from tests.support.bench_results import sample, with_figures

NAMES: Final = ("laconic", "ocppj-tls", "mqtt-tls")
CLASSES: Final = (
    *("command", "interactive", "authorize", "status", "telemetry", "alarm", "background"),
)


def printed(result: Result, names: tuple[str, ...] = NAMES) -> str:
    """Return what is printed, by a terminal that has nothing but ASCII."""
    file = TextIOWrapper(BytesIO(), encoding="ascii")
    few = replace(result, contenders={name: result.contenders[name] for name in names})
    print_result(Console(file=file, width=80), few, chosen(names))
    file.seek(0)
    text = file.read()
    assert max(map(len, text.splitlines())) <= 80
    return text


def row(text: str, title: str, name: str) -> list[str]:
    """Return the cells of a contender in the table of a title."""
    lines = iter(text.partition(title)[2].splitlines())
    return next(line for line in lines if line.startswith(name)).split()[1:]


def test_bytes_go_up_and_down_and_stand_against_both_floors() -> None:
    result = sample()
    figures = result.measured_contenders["laconic"]
    month, up, down, over, less = row(printed(result), "Bytes on the wire", "laconic")
    assert float(month) == pytest.approx(figures.wire_bytes / 1e6, rel=1e-3)
    assert float(up) == pytest.approx(figures.wire_bytes_up / 1e6, rel=1e-3)
    assert float(down) == pytest.approx(figures.wire_bytes_down / 1e6, rel=1e-3)
    assert float(over) < float(less)


def test_every_count_of_messages_is_shown_and_what_is_no_defect_is_said() -> None:
    plain = printed(sample())
    assert row(plain, "Messages, and", "laconic")[:5] == ["0"] * 5
    assert "are defects" not in plain
    counts: dict[str, Any] = {
        "lost": 1,
        "payload_mismatches": 2,
        "repeated_messages": 3,
        "substituted_answers": 4,
        "refused_commands": 5,
    }
    told = printed(with_figures(sample(), **counts))
    assert row(told, "Messages, and", "laconic")[:5] == ["1", "2", "3", "4", "5"]
    assert "Only lost and altered messages are defects." in told
    for name in ("repeated_messages", "substituted_answers", "refused_commands"):
        one: dict[str, Any] = {name: 1}
        assert "are defects" in printed(with_figures(sample(), **one))


def test_what_the_processors_needed_is_added_up() -> None:
    found = printed(with_figures(sample(), cpu_seconds={"site": 60.25, "cloud": 2.5}))
    assert row(found, "Messages, and", "laconic")[5:] == ["62.8", "61.5"]


def test_the_times_of_all_classes_are_shown_with_authorize_first() -> None:
    times = {name: Percentiles(number, 1_000.0, 2_000.0) for number, name in enumerate(CLASSES)}
    text = printed(with_figures(sample(), latency_ms=times))
    heads = [line.split()[1:] for line in text.splitlines() if line.startswith("contender")]
    shown = [name for line in heads for name in line if name in CLASSES]
    assert shown == ["authorize", *(name for name in CLASSES if name != "authorize")]
    assert row(text, "Answers in ms, p50 / p95", "laconic")[:6] == "2 / 1,000 0 / 1,000".split()


def test_outages_are_shown_where_there_was_one() -> None:
    result = with_figures(sample(), detection_seconds=732.0, recovery_seconds=61.0)
    assert "Outages" not in printed(result)
    text = printed(replace(result, events=("radio seed 2", "outage 0.1:0.5h")))
    assert row(text, "Outages", "laconic") == ["732.0", "61.00"]
    assert "until the CSMS sees that a charger is gone" in " ".join(text.split())


def test_what_archivers_make_of_the_trace_is_shown() -> None:
    text = printed(sample())
    assert "xz" in text and "4,181,220" in text and "2.945" in text
    assert "packed offline" not in printed(replace(sample(), archivers={}))


def test_names_of_actions_are_whole_without_any_other_letter_than_ascii() -> None:
    action = "RemoteStartTransaction (answer)"
    figures = sample().measured_contenders["laconic"]
    text = printed(with_figures(sample(), by_action={action: figures.wire_bytes}))
    assert action in text and "100.0" in text


def test_a_short_run_says_what_its_month_is_worth() -> None:
    assert "Note: less than 7 days" in printed(sample(days=6))
    assert "Note:" not in printed(sample(days=int(ENOUGH_DAYS)))
