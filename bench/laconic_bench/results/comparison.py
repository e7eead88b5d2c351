"""Compares two runs of the benchmark, figure by figure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from laconic_bench.results.comparable import check_comparable
from laconic_bench.results.growth import Growth, most_grown
from laconic_bench.results.limit import Limit, Limits
from laconic_bench.results.result import Contender, Key, Percentiles, Result

WIRE_BYTES: Final = "wire bytes"
PAYLOAD_BYTES: Final = "payload bytes"
LOST: Final = "lost"
MISMATCHES: Final = "payload mismatches"
REPEATED: Final = "repeated messages"
SUBSTITUTED: Final = "substituted answers"
REFUSED: Final = "refused commands"
ANSWER: Final = "answer"
DELIVERY: Final = "delivery"
RECOVERY: Final = "recovery"

_BYTE_KINDS: Final = (WIRE_BYTES, PAYLOAD_BYTES)
_DEFECTS: Final = (LOST, MISMATCHES)
_TROUBLES: Final = (REPEATED, SUBSTITUTED, REFUSED)
"""Of which none may be more than before: what is refused has no latency, and looks quick."""


class Figure(NamedTuple):
    """Which figure of a contender: bytes, messages or milliseconds."""

    kind: str
    message_class: str = ""
    percentile: str = ""

    def __str__(self) -> str:
        parts = (self.message_class, self.kind, self.percentile)
        return " ".join(part for part in parts if part)


class Verdict(StrEnum):
    """What became of a figure."""

    SAME = "same"
    BETTER = "better"
    WITHIN = "within the limit"
    WORSE = "worse"
    MISSING = "missing"
    NEW = "new"

    @property
    def is_regression(self) -> bool:
        """Tell whether it fails a build."""
        return self in (Verdict.WORSE, Verdict.MISSING)


@dataclass(frozen=True, slots=True)
class Change:
    """One figure in both runs."""

    key: Key
    contender: str
    figure: Figure
    old: float | None
    new: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """All figures of both runs, in the order of the old one."""

    changes: Sequence[Change]
    notes: Sequence[str]
    """What is different and no regression: versions, settings, new contenders."""
    limits: Limits
    growths: Mapping[tuple[Key, str], Sequence[Growth]]
    """Of contenders whose bytes grew: where most."""

    @property
    def regressions(self) -> list[Change]:
        """Those that fail a build."""
        return [change for change in self.changes if change.verdict.is_regression]


def compare(old: Sequence[Result], new: Sequence[Result], limits: Limits) -> Comparison:
    """Compare two runs.

    A figure that has grown beyond its limit or is missing is a regression, and so is every message
    that the new run lost or changed, or had to repeat, to answer itself or to refuse more often
    than the old one. CPU time and memory are not compared.

    Raises:
        ResultError: the runs are not of the same work.
    """
    check_comparable(old, new)
    before = {result.key: result for result in old}
    changes: list[Change] = []
    notes: list[str] = []
    growths: dict[tuple[Key, str], Sequence[Growth]] = {}
    after = {result.key: result for result in new}
    for key, result in before.items():
        notes += _differences(result, after[key])
        changes += _changes(key, result.contenders, after[key].contenders, limits)
        for name, contender in result.contenders.items():
            growths[key, name] = most_grown(contender, after[key].contenders.get(name))
    for key, result in after.items():
        if key not in before:
            notes.append(f"new: {key}")
            changes += _changes(key, {}, result.contenders, limits)
    return Comparison(changes, list(dict.fromkeys(notes)), limits, growths)


def figures(contender: Contender | None) -> dict[Figure, float]:
    """Return the figures of a contender that are compared; empty if there are none."""
    found = None if contender is None else contender.figures
    if found is None:
        return {}
    given = {
        Figure(WIRE_BYTES): found.wire_bytes,
        Figure(PAYLOAD_BYTES): found.payload_bytes,
        Figure(LOST): found.lost,
        Figure(MISMATCHES): found.payload_mismatches,
        Figure(REPEATED): found.repeated_messages,
        Figure(SUBSTITUTED): found.substituted_answers,
        Figure(REFUSED): found.refused_commands,
        **_percentiles(ANSWER, found.latency_ms),
        **_percentiles(DELIVERY, found.delivery_ms),
        Figure(RECOVERY): None if found.recovery_seconds is None else found.recovery_seconds * 1000,
    }
    return {figure: value for figure, value in given.items() if value is not None}


def _percentiles(kind: str, classes: Mapping[str, Percentiles]) -> dict[Figure, float]:
    return {
        Figure(kind, name, percentile): getattr(found, percentile)
        for name, found in classes.items()
        for percentile in ("p50", "p95", "p99")
    }


def _changes(
    key: Key, old: Mapping[str, Contender], new: Mapping[str, Contender], limits: Limits
) -> Iterator[Change]:
    for name in dict.fromkeys((*old, *new)):
        before, after = figures(old.get(name)), figures(new.get(name))
        for figure in dict.fromkeys((*before, *after)):
            values = before.get(figure), after.get(figure)
            yield Change(key, name, figure, *values, _verdict(figure, *values, limits))


def _verdict(figure: Figure, old: float | None, new: float | None, limits: Limits) -> Verdict:
    if new is None:
        return Verdict.MISSING
    if figure.kind in _DEFECTS and new > 0:
        return Verdict.WORSE
    if old is None:
        return Verdict.NEW
    if new <= old:
        return Verdict.SAME if new == old else Verdict.BETTER
    if figure.kind in _TROUBLES:
        return Verdict.WORSE
    limit: Limit = limits.bytes if figure.kind in _BYTE_KINDS else limits.times
    return Verdict.WORSE if limit.is_passed(old, new) else Verdict.WITHIN


def _differences(old: Result, new: Result) -> Iterator[str]:
    yield from (f"version of {text}" for text in _differing(old.versions, new.versions))
    if old.entropy_floor_bytes != new.entropy_floor_bytes:
        floors = _arrow(old.entropy_floor_bytes, new.entropy_floor_bytes)
        yield f"{old.key}: entropy floor in bytes {floors}"
    for name, contender in new.contenders.items():
        before = old.contenders.get(name)
        if before is None:
            yield f"{old.key}: new contender {name}"
            continue
        for text in _differing(before.settings, contender.settings):
            yield f"{old.key}: {name}: {text}"
        if before.is_computed != contender.is_computed:
            yield f"{old.key}: {name} is {'computed' if contender.is_computed else 'measured'} now"


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[str]:
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield f"{name} {_arrow(old.get(name), new.get(name))}"


def _arrow(old: object, new: object) -> str:
    return f"{'none' if old is None else old} -> {'none' if new is None else new}"
