"""The page of the docs: what the benchmark has found on one link, and beside it on others.

The first result says which link is the page's own. Of the others the page has the megabytes of a
month and the answers to Authorize; of those with an outage, what it took to notice and to recover.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from laconic_bench.results.markdown import (
    Cell,
    contender_table,
    floor_lines,
    latency_lines,
    latency_text,
    month_lines,
    run_lines,
    written,
)
from laconic_bench.results.numbers_text import ABSENT, count_text, decimal_text
from laconic_bench.results.report_tables import month_text
from laconic_bench.results.result import DEFAULT_CONTENDER, Bytes, Figures, Result
from laconic_bench.results.table import Table
from laconic_bench.units import MONTH_DAYS

ACTIONS_SHOWN: Final = 12
"""Of each scenario; the others are added up."""

_DEFECTS: Final = "lost / altered / repeated / substituted / refused"


def page_lines(results: Sequence[Result]) -> Iterator[str]:
    """Yield everything: the tables, what was run, and with what."""
    own, others, disturbed = _apart(results)
    yield from month_lines(own)
    yield from parts_lines(own)
    yield from floor_lines(own)
    yield from latency_lines(own)
    yield from defect_lines(own)
    yield from process_lines(own)
    yield from other_link_lines(others)
    yield from outage_lines(disturbed)
    yield from run_lines(results)


def readme_lines(results: Sequence[Result]) -> Iterator[str]:
    """Yield the one table of the README: the megabytes of a month."""
    yield from month_lines(_apart(results)[0])


def parts_lines(results: Sequence[Result]) -> Iterator[str]:
    """Yield where Laconic's bytes go: by direction, layer, cause and action."""
    kinds: dict[str, Callable[[Figures], Bytes]] = {
        "direction": lambda one: {"up": one.wire_bytes_up, "down": one.wire_bytes_down},
        "layer": lambda one: one.by_layer,
        "cause": lambda one: one.by_cause,
        "action": lambda one: _most(one.by_action),
    }
    found = [one for one in results if DEFAULT_CONTENDER in one.measured_contenders]
    for kind, parts_of in kinds.items():
        parts = [parts_of(one.measured_contenders[DEFAULT_CONTENDER]) for one in found]
        names = _by_size(parts)
        rows = [
            [name, *(_month(one, part.get(name)) for one, part in zip(found, parts, strict=True))]
            for name in names
        ]
        caption = f"{DEFAULT_CONTENDER}: MB in {MONTH_DAYS} days by {kind}:"
        if rows:
            yield from written(Table(caption, [kind, *(one.scenario for one in found)], rows))


def defect_lines(results: Sequence[Result]) -> Iterator[str]:
    """Yield what was lost, altered, said again, and answered by the gateway itself."""
    caption = f"Messages that were {_DEFECTS}:"
    yield from contender_table(caption, results, _defects)


def process_lines(results: Sequence[Result]) -> Iterator[str]:
    """Yield what the processes of the model needed."""
    caption = "The model's own needs: CPU in s for a day of the site / memory in MB:"
    yield from contender_table(caption, results, _needs)


def other_link_lines(results: Sequence[Result]) -> Iterator[str]:
    """Yield the month and the answers to Authorize over other links."""
    tables: dict[str, Cell] = {
        f"MB on the wire in {MONTH_DAYS} days, both ways, over other links:": month_text,
        "Answers to authorize messages in ms, p50 / p95 / p99, over other links:": latency_text(
            "authorize"
        ),
    }
    for caption, cell in tables.items():
        yield from contender_table(caption, results, cell, lambda one: str(one.key))


def outage_lines(results: Sequence[Result]) -> Iterator[str]:
    """Yield what contenders did about an outage, or about another address."""
    for result in results:
        rows = [
            [
                name,
                decimal_text(figures.detection_seconds),
                decimal_text(figures.recovery_seconds),
                _defects(result, name),
            ]
            for name, figures in result.measured_contenders.items()
        ]
        columns = ["contender", "noticed after s", "made up after s", _DEFECTS]
        yield from written(Table(f"{result.key}:", columns, rows))


def _apart(results: Sequence[Result]) -> tuple[list[Result], list[Result], list[Result]]:
    """Return those over the page's own link, those over other links, and those with events."""
    disturbed = [one for one in results if one.events]
    calm = [one for one in results if not one.events]
    own = [one for one in calm if one.key._replace(scenario=calm[0].scenario) == calm[0].key]
    return own, [one for one in calm if one not in own], disturbed


def _most(sizes: Bytes) -> dict[str, int]:
    """Return the largest parts, and the others together."""
    ordered = sorted(sizes.items(), key=lambda part: -part[1])
    found = dict(ordered[:ACTIONS_SHOWN])
    rest = sum(size for _, size in ordered[ACTIONS_SHOWN:])
    return {**found, "all others": rest} if rest else found


def _by_size(parts: Sequence[Mapping[str, int]]) -> list[str]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return [name for name, _ in total.most_common()]


def _month(result: Result, size_bytes: int | None) -> str:
    return ABSENT if size_bytes is None else decimal_text(result.mb_per_month(size_bytes))


def _defects(result: Result, name: str) -> str:
    figures = result.measured_contenders.get(name)
    if figures is None:
        return ABSENT
    counts = (
        figures.lost,
        figures.payload_mismatches,
        figures.repeated_messages,
        figures.substituted_answers,
        figures.refused_commands,
    )
    return " / ".join(map(count_text, counts))


def _needs(result: Result, name: str) -> str:
    figures = result.measured_contenders.get(name)
    if figures is None or not figures.cpu_seconds:
        return ABSENT
    cpu_seconds = sum(figures.cpu_seconds.values()) / result.days
    return f"{decimal_text(cpu_seconds)} / {decimal_text(sum(figures.memory_mb.values()))}"
