"""docs/calibration.md: how near the model is to live runs, and what the rest consists of."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from laconic_bench.calibration.agreement import (
    BYTES_GOAL,
    LATENCY_GOAL,
    LEAST_BEYOND,
    TOTAL,
    Agreement,
    Verdict,
    agreements,
)
from laconic_bench.calibration.spread import SEEDS, modelled
from laconic_bench.figure_page import paragraph
from laconic_bench.results.numbers_text import ABSENT
from laconic_bench.results.result import LinkSettings, Result

_INTRODUCTION: Final = f"""\
The figures of the benchmark come from a model in virtual time. Here the model is compared with
live runs of the same trace over the same link: real programs, TLS and kernels in network
namespaces, with the emulated radio link between them, which counts IP packets. The goal is
{BYTES_GOAL:.0%} for bytes and {LATENCY_GOAL:.0%} for the percentiles of answers. A positive
difference says that the model has more."""
_SPREAD: Final = """\
The model has played each run {seeds} times, with other seeds of loss and jitter; what is compared
is the median. "Within the spread" are figures that miss the goal and lie between the lowest and
the highest of the model's own runs: on a link with loss a run of some minutes is a matter of
chance, so each link is there without its loss, too, for the exact comparison."""
_SAMPLES: Final = f"""\
A percentile is shown if at least {LEAST_BEYOND} messages of its class lie beyond it. No goal is set
where
the site itself has answered, without the link: there the model assumes 10 ms for the disk, and a
live run has the disk and the processor of this machine."""
_MISSED: Final = """\
Figures that miss their goal. Where answers took longer live, most likely programs and disks needed
the time under the load of this machine, which the model does not have; the last section shows what
they need, measured at another time and under another load. Bytes on a link with loss depend on
what was lost; of a contender with few bytes a single packet is more than the goal."""
_PROGRAMS: Final = """\
Here packets are passed on at once, so what is measured is the time that programs and disks of this
machine need, other work on it included. The model charges 10 ms for each write to a disk, and
nothing for processors. The difference is what answers over any link take longer than in the model:
little beside a round trip of 600 ms, and some percent of one of 60 ms."""


def write(results: Sequence[Result], seeds: int = SEEDS) -> Iterator[str]:
    """Yield the lines of the page of live results. The model plays each again."""
    yield "# Calibration of the benchmark's model"
    yield ""
    yield "Made by `make calibration`; not typed."
    yield ""
    for text in (_INTRODUCTION, _SPREAD.format(seeds=seeds), _SAMPLES):
        yield from paragraph(text)
    found = [(live, agreements(live, modelled(live, seeds))) for live in results]
    yield from _summary(found)
    for live, rows in found:
        yield from _section(live, rows)


def _summary(found: Sequence[tuple[Result, Sequence[Agreement]]]) -> Iterator[str]:
    counts = Counter(row.verdict for _, rows in found for row in rows)
    asked = sum(counts.values()) - counts[Verdict.NONE]
    yield "## In short"
    yield ""
    yield from paragraph(
        f"{datetime.now(UTC):%Y-%m-%d}: of {asked} figures with a goal {counts[Verdict.MET]} meet"
        f" it, {counts[Verdict.SPREAD]} are within the spread of the model's own runs, and"
        f" {counts[Verdict.MISSED]} miss it."
    )
    yield "| link | contender | wire bytes, model | live | difference | percentiles missed |"
    yield "|---|---|---:|---:|---:|---:|"
    for live, rows in found:
        for name in live.measured_contenders:
            own = [row for row in rows if row.contender == name]
            total = next(row for row in own if row.figure == TOTAL)
            times = [row for row in own if row.samples is not None and row.goal is not None]
            missed = [row for row in times if row.verdict is Verdict.MISSED]
            yield (
                f"| {live.link} | {name} | {total.model:,.0f} | {total.measured:,.0f}"
                f" | {total.difference:+.2%} | {len(missed)} of {len(times)} |"
            )
    yield ""
    yield from _missed(found)
    versions = [", ".join(f"{k} {v}" for k, v in live.versions.items()) for live, _ in found]
    for text in dict.fromkeys(versions):
        yield from paragraph(f"Versions: {text}.")


def _missed(found: Sequence[tuple[Result, Sequence[Agreement]]]) -> Iterator[str]:
    lines = [
        f"- {live.link}, {row.contender}, {row.figure}: model {row.model:,.1f}, live"
        f" {row.measured:,.1f}, {row.model - row.measured:+,.1f} or {row.difference:+.1%}"
        for live, rows in found
        for row in rows
        if row.verdict is Verdict.MISSED
    ]
    if lines:
        yield from paragraph(_MISSED)
        yield from (*lines, "")


def _section(live: Result, rows: Sequence[Agreement]) -> Iterator[str]:
    yield f"## {live.link}"
    yield ""
    settings = live.link_settings
    yield from paragraph(
        f"{live.scenario}, seed {live.seed}, {24 * 60 * live.days:.1f} minutes from hour"
        f" {live.from_hour:g} on: {live.messages:,} messages, {live.json_bytes:,} bytes of JSON."
        f" {_link_text(settings)}"
    )
    if settings is None or not settings.round_trip_ms:
        yield from paragraph(_PROGRAMS)
    for name, contender in live.contenders.items():
        if contender.figures is None:
            yield from paragraph(f"`{name}`: {contender.reason}.")
    yield "| contender | figure | messages | model | lowest to highest | live | difference | goal |"
    yield "|---|---|---:|---:|---:|---:|---:|---|"
    for row in rows:
        yield _row(row)
    yield ""
    yield from _defects(live)


def _row(row: Agreement) -> str:
    digits = 0 if row.samples is None else 1
    count = "" if row.samples is None else f"{row.samples:,}"
    lowest, highest = min(row.modelled), max(row.modelled)
    goal = ABSENT if row.goal is None else f"{row.goal:.0%}: {_verdict_text(row.verdict)}"
    return (
        f"| {row.contender} | {row.figure} | {count} | {row.model:,.{digits}f}"
        f" | {lowest:,.{digits}f} to {highest:,.{digits}f} | {row.measured:,.{digits}f}"
        f" | {row.difference:+.2%} | {goal} |"
    )


def _verdict_text(verdict: Verdict) -> str:
    return f"**{verdict}**" if verdict is Verdict.MISSED else str(verdict)


def _link_text(settings: LinkSettings | None) -> str:
    if settings is None or not settings.round_trip_ms:
        return "There is no link."
    rate = settings.rate_bits_per_second
    return (
        f"Round trip {settings.round_trip_ms:g} ms, jitter {settings.jitter_ms:g} ms each way,"
        f" {'no limit' if rate is None else f'{rate:,.0f} bit/s'}, loss {settings.loss:.1%} each"
        f" way, NAT {settings.nat_timeout_seconds or 0:g} s."
    )


def _defects(live: Result) -> Iterator[str]:
    found = live.measured_contenders
    lost = sum(one.lost or 0 for one in found.values())
    altered = sum(one.payload_mismatches or 0 for one in found.values())
    yield f"Live, {lost} messages were lost and {altered} altered."
    yield ""
