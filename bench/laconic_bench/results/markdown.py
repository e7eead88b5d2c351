"""The tables of the docs: what the benchmark has found, as Markdown.

A generated part of a file stands between two lines, `<!-- NAME:begin -->` and `<!-- NAME:end -->`;
everything else in the file is written by hand.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from laconic_bench.results.numbers_text import ABSENT, count_text, decimal_text, ratio_text
from laconic_bench.results.report_tables import month_text
from laconic_bench.results.result import Key, Percentiles, Result
from laconic_bench.results.result_file import ResultError
from laconic_bench.results.table import Table, markdown_lines, markdown_text
from laconic_bench.units import MONTH_DAYS

_COMMIT: Final = "commit"
"""Name of a version: that of Laconic itself, which may be another one for each run."""
_COMPUTED_NOTE: Final = "Computed figures follow from sizes; nothing was carried."

Cell = Callable[[Result, str], str]
"""What a table has for a result and the name of a contender."""


def month_lines(results: Sequence[Result]) -> Iterator[str]:
    """Yield the megabytes of a month, by contender and scenario; a table for each link."""
    for link, found in _by_link(results):
        caption = f"MB on the wire in {MONTH_DAYS} days, both ways, over {link}:"
        yield from contender_table(caption, found, month_text)
    if any(one.is_computed for result in results for one in result.contenders.values()):
        yield _COMPUTED_NOTE
        yield ""


def floor_lines(results: Sequence[Result]) -> Iterator[str]:
    """Yield the payload over the entropy floor, by contender and scenario, with the archivers."""
    for link, found in _by_link(results):
        with_floor = [one for one in found if one.entropy_ratio(1) is not None]
        caption = f"Payload over the entropy floor, over {link}:"
        yield from contender_table(caption, with_floor, _floor_text, more=_archivers(with_floor))
        caption = f"Payload over the floor without heartbeats, over {link}:"
        yield from contender_table(caption, with_floor, _floor_text_without_heartbeats)


def latency_lines(results: Sequence[Result]) -> Iterator[str]:
    """Yield how long answers take, by contender, class and scenario."""
    for link, found in _by_link(results):
        classes = dict.fromkeys(
            message_class
            for result in found
            for figures in result.measured_contenders.values()
            for message_class in figures.latency_ms
        )
        for one in classes:
            caption = f"Answers to {one} messages in ms, p50 / p95 / p99, over {link}:"
            yield from contender_table(caption, found, latency_text(one))


def run_lines(results: Sequence[Result]) -> Iterator[str]:
    """Yield what was run, with which versions, and which contenders have no figures."""
    for result in results:
        messages, size = count_text(result.messages), count_text(result.json_bytes)
        commit = result.versions.get(_COMMIT)
        yield (
            f"- {markdown_text(str(result.key))}: {result.days:g} days, seed {result.seed},"
            f" {messages} messages, {size} bytes of JSON{f', commit {commit}' if commit else ''}"
        )
    versions = dict.fromkeys(
        f"{name} {text}"
        for result in results
        for name, text in result.versions.items()
        if name != _COMMIT
    )
    if versions:
        yield f"- Versions: {markdown_text(', '.join(versions))}"
    reasons = dict.fromkeys(
        f"{name} ({one.reason})"
        for result in results
        for name, one in result.contenders.items()
        if one.figures is None
    )
    if reasons:
        yield f"- Not measured: {markdown_text(', '.join(reasons))}"
    yield ""


def write_section(path: Path, name: str, lines: Iterable[str]) -> None:
    """Put lines between the two markers of a file, in the place of what is there.

    Raises:
        ResultError: the file has no such markers.
        OSError: the file cannot be read or written.
    """
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(with_section(text, name, lines), encoding="utf-8")
    except ValueError as error:
        raise ResultError(f"{path}: {error}") from None


def with_section(text: str, name: str, lines: Iterable[str]) -> str:
    """Return a text with other lines between its two markers.

    Raises:
        ValueError: each marker must be there just once, the first one before the other.
    """
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f"write the lines {begin} and {end} where the tables shall stand")
    before, rest = text.split(begin)
    after = rest.split(end)[1]
    body = "\n".join(lines).strip("\n")
    return f"{before}{begin}\n{body}\n{end}{after}"


def _by_link(results: Sequence[Result]) -> Iterator[tuple[str, list[Result]]]:
    found: dict[Key, list[Result]] = {}
    for result in results:
        found.setdefault(result.key._replace(scenario=""), []).append(result)
    for key, group in found.items():
        yield str(key).removeprefix(", "), group


def contender_table(
    caption: str,
    results: Sequence[Result],
    cell: Cell,
    head: Callable[[Result], str] = lambda result: result.scenario,
    more: Iterable[Sequence[str]] = (),
) -> Iterator[str]:
    """Yield a table with a row for each contender and a column for each result, and its caption.

    Rows without a figure are left out; `more` are rows of something else.
    """
    names = dict.fromkeys(name for result in results for name in result.measured_contenders)
    rows = [[name, *(cell(result, name) for result in results)] for name in names]
    told = [row for row in (*rows, *more) if set(row[1:]) - {ABSENT}]
    if told:
        yield from written(Table(caption, ["contender", *map(head, results)], told))


def written(table: Table) -> Iterator[str]:
    """Yield a table under its caption."""
    yield markdown_text(table.caption)
    yield ""
    yield from markdown_lines(table)
    yield ""


def _floor_text(result: Result, name: str) -> str:
    return _ratio_text(result, name, result.entropy_ratio)


def _floor_text_without_heartbeats(result: Result, name: str) -> str:
    return _ratio_text(result, name, result.ratio_without_heartbeats)


def _ratio_text(result: Result, name: str, ratio: Callable[[int | None], float | None]) -> str:
    figures = result.measured_contenders.get(name)
    found = None if figures is None else ratio(figures.payload_bytes)
    computed = " computed" if found and result.contenders[name].is_computed else ""
    return ratio_text(found) + computed


def _archivers(results: Sequence[Result]) -> Iterator[list[str]]:
    for name in dict.fromkeys(name for result in results for name in result.archivers):
        sizes = [result.archivers.get(name) for result in results]
        ratios = [
            None if size is None else result.entropy_ratio(size)
            for result, size in zip(results, sizes, strict=True)
        ]
        yield [f"{name}, offline", *map(ratio_text, ratios)]


def latency_text(message_class: str) -> Cell:
    """Return what tells the percentiles of a class."""

    def cell(result: Result, name: str) -> str:
        figures = result.measured_contenders.get(name)
        found = None if figures is None else figures.latency_ms.get(message_class)
        if found is None:
            return ABSENT
        computed = " computed" if result.contenders[name].is_computed else ""
        return _percentiles(found) + computed

    return cell


def _percentiles(found: Percentiles) -> str:
    return " / ".join(decimal_text(value) for value in (found.p50, found.p95, found.p99))
