"""A comparison as Markdown, for the summary of a CI run, and as JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from laconic_bench.results.comparison import (
    ANSWER,
    DELIVERY,
    LOST,
    MISMATCHES,
    PAYLOAD_BYTES,
    RECOVERY,
    REFUSED,
    REPEATED,
    SUBSTITUTED,
    WIRE_BYTES,
    Change,
    Comparison,
    Figure,
    Verdict,
)
from laconic_bench.results.numbers_text import ABSENT, count_text, decimal_text, growth_text
from laconic_bench.results.result import Key
from laconic_bench.results.table import Table, markdown_lines, markdown_text

_PERCENTILES: Final = ("p50", "p95", "p99")
_BYTE_COLUMNS: Final = (
    *("contender", "wire bytes, old", "new", "change", "payload, old", "new", "change"),
    *("lost, old", "new", "mismatches, old", "new", "", "grew most, in bytes"),
)
_TIME_COLUMNS: Final = ("contender", "time in ms", *("old", "new", "change") * 3, "")

_TROUBLES: Final = (REPEATED, SUBSTITUTED, REFUSED)
_TROUBLE_COLUMNS: Final = (
    "contender",
    *(column for kind in _TROUBLES for column in (f"{kind}, old", "new")),
    "",
)
_TIMES: Final = (ANSWER, DELIVERY, RECOVERY)

_Found = Mapping[Figure, Change]


def to_tree(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as a tree for `json`."""
    return {
        "is_regression": bool(comparison.regressions),
        "regressions": [sentence(change) for change in comparison.regressions],
        "notes": list(comparison.notes),
        "max_bytes": comparison.limits.bytes.text,
        "max_latency": comparison.limits.times.text,
        "figures": [_change_tree(change) for change in comparison.changes],
        "grew_most": [
            {**key._asdict(), "contender": name, **growth._asdict()}
            for (key, name), growths in comparison.growths.items()
            for growth in growths
        ],
    }


def _change_tree(change: Change) -> dict[str, Any]:
    return {
        **change.key._asdict(),
        "contender": change.contender,
        "figure": change.figure.kind,
        "class": change.figure.message_class or None,
        "percentile": change.figure.percentile or None,
        "old": change.old,
        "new": change.new,
        "verdict": change.verdict,
    }


def markdown(comparison: Comparison) -> str:
    """Return a comparison as Markdown: what got worse first, then all figures."""
    return "\n".join(_lines(comparison)) + "\n"


def sentence(change: Change) -> str:
    """Return what is wrong with a figure, in one line."""
    subject = f"{change.key}: {change.contender}: {change.figure}"
    unit = " ms" if change.figure.kind in _TIMES else ""
    old, new = f"{_value(change, change.old)}{unit}", f"{_value(change, change.new)}{unit}"
    if change.verdict is Verdict.MISSING:
        return f"{subject} is missing, was {old}"
    if change.old is None:
        return f"{subject} is {new}"
    growth = f" ({growth_text(change.old, change.new)})" if change.old else ""
    return f"{subject} is {new}, was {old}{growth}"


def _lines(comparison: Comparison) -> Iterator[str]:
    limits = comparison.limits
    bad = comparison.regressions
    yield "## Bandwidth and latency"
    yield ""
    compared = f"{len(comparison.changes):,} figures were compared"
    yield f"**{len(bad):,} got worse**; {compared}." if bad else f"None got worse; {compared}."
    yield f"Limits: bytes {limits.bytes.text}, times {limits.times.text}, lost or changed messages"
    yield "0."
    yield ""
    yield from _list(_sentences(bad))
    if comparison.notes:
        yield "What else is different:"
        yield ""
        yield from _list(comparison.notes)
    for key, changes in groupby(comparison.changes, lambda change: change.key):
        yield from _section(key, list(changes), comparison)


def _list(texts: Iterable[str]) -> Iterator[str]:
    lines = [f"- {markdown_text(text)}" for text in texts]
    yield from lines
    if lines:
        yield ""


def _sentences(changes: Sequence[Change]) -> Iterator[str]:
    """Yield one line for each regression, and only one for what is missing of a contender."""
    for (key, name), group in groupby(changes, lambda change: (change.key, change.contender)):
        found = list(group)
        missing = [one.figure for one in found if one.verdict is Verdict.MISSING]
        if Figure(WIRE_BYTES) in missing:
            yield f"{key}: {name} is missing"
            continue
        yield from (sentence(one) for one in found if one.verdict is not Verdict.MISSING)
        # A class without one percentile is without all three.
        for figure in dict.fromkeys(figure._replace(percentile="") for figure in missing):
            yield f"{key}: {name}: {figure} is missing"


def _section(key: Key, changes: Sequence[Change], comparison: Comparison) -> Iterator[str]:
    contenders = {
        name: {change.figure: change for change in group}
        for name, group in groupby(changes, lambda change: change.contender)
    }
    yield f"### {markdown_text(str(key))}"
    yield ""
    rows = [
        [*_byte_row(name, found), ", ".join(map(str, comparison.growths.get((key, name), ())))]
        for name, found in contenders.items()
    ]
    yield from markdown_lines(Table("bytes", _BYTE_COLUMNS, rows))
    yield ""
    rows = [_trouble_row(name, found) for name, found in contenders.items()]
    if any(one.figure.kind in _TROUBLES for one in changes):
        yield from markdown_lines(Table("troubles", _TROUBLE_COLUMNS, rows))
        yield ""
    rows = [row for name, found in contenders.items() for row in _time_rows(name, found)]
    if rows:
        is_bad = any(one.verdict.is_regression for one in changes if one.figure.kind in _TIMES)
        yield f"<details{' open' if is_bad else ''}><summary>Times: p50, p95, p99</summary>"
        yield ""
        yield from markdown_lines(Table("times", _TIME_COLUMNS, rows, labels=2))
        yield ""
        yield "</details>"
        yield ""


def _byte_row(name: str, found: _Found) -> list[str]:
    sizes = [found.get(Figure(kind)) for kind in (WIRE_BYTES, PAYLOAD_BYTES)]
    defects = [found.get(Figure(kind)) for kind in (LOST, MISMATCHES)]
    cells = [cell for one in sizes for cell in _cells(one)]
    cells += [cell for one in defects for cell in _cells(one)[:2]]
    return [name, *cells, _mark_of([*sizes, *defects])]


def _trouble_row(name: str, found: _Found) -> list[str]:
    troubles = [found.get(Figure(kind)) for kind in _TROUBLES]
    cells = [cell for one in troubles for cell in _cells(one)[:2]]
    return [name, *cells, _mark_of(troubles)]


def _time_rows(name: str, found: _Found) -> Iterator[list[str]]:
    classes = [
        figure._replace(percentile="") for figure in found if figure.kind in (ANSWER, DELIVERY)
    ]
    for figure in dict.fromkeys(classes):
        parts = [found.get(figure._replace(percentile=one)) for one in _PERCENTILES]
        cells = [cell for part in parts for cell in _cells(part)]
        yield [name, str(figure), *cells, _mark_of(parts)]
    recovery = found.get(Figure(RECOVERY))
    if recovery is not None:
        empty = [ABSENT] * 6
        yield [name, RECOVERY, *_cells(recovery), *empty, _mark_of([recovery])]


def _cells(change: Change | None) -> tuple[str, str, str]:
    if change is None:
        return ABSENT, ABSENT, ABSENT
    old, new = _value(change, change.old), _value(change, change.new)
    return old, new, growth_text(change.old, change.new)


def _value(change: Change, value: float | None) -> str:
    if change.figure.kind in _TIMES:
        return decimal_text(value)
    return count_text(None if value is None else int(value))


def _mark_of(changes: Sequence[Change | None]) -> str:
    verdicts = {one.verdict for one in changes if one is not None}
    for verdict in (Verdict.MISSING, Verdict.WORSE, Verdict.BETTER, Verdict.NEW):
        if verdict in verdicts:
            return verdict.value
    return ""
