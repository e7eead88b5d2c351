"""docs/calibration.md: how near the model is to live runs, and what the rest consists of."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from laconic_bench.calibration.agreement import (
    BYTES_GOAL,
    LATENCY_GOAL,
    LEAST_SAMPLES,
    Agreement,
    agreements,
    samples_of,
)
from laconic_bench.figure_page import paragraph
from laconic_bench.radio.profiles import LinkProfile
from laconic_bench.results.numbers_text import ABSENT
from laconic_bench.results.result import LinkSettings, Result
from laconic_bench.suite.script import Work

_INTRODUCTION: Final = f"""\
The figures of the benchmark come from a model in virtual time. Here the model is compared with
live runs of the same trace over the same link: real programs, TLS and kernels in network
namespaces, with the emulated radio link between them, which counts IP packets. The goal is
{BYTES_GOAL:.0%} for bytes and {LATENCY_GOAL:.0%} for the percentiles of answers. A positive
difference says that the model has more."""
_LOSS: Final = """\
Loss and jitter are drawn by the same code with the same seed: the packet of the same number is
lost in both. But what a number stands for is not the same any more as soon as two packets have
changed places. So links without loss are for exact comparison; on those with loss only bytes and
medians are asked to agree."""
_SAMPLES: Final = f"""\
A percentile is shown if there were enough messages of its class:
{", ".join(f"{least} for {name}" for name, least in LEAST_SAMPLES.items())}. No goal is set where
the site itself has answered, without the link: there the model assumes 10 ms for the disk, and a
live run has the disk and the processor of this machine."""


def write(results: Sequence[Result]) -> Iterator[str]:
    """Yield the lines of the page. Results of both kinds and the same link belong together."""
    yield "# Calibration of the benchmark's model"
    yield ""
    yield "Made by `make calibration`; not typed."
    yield ""
    for text in (_INTRODUCTION, _LOSS, _SAMPLES):
        yield from paragraph(text)
    pairs = list(_pairs(results))
    found = [(live, agreements(modelled, live, _samples(live))) for modelled, live in pairs]
    yield from _summary([live for _, live in pairs], found)
    for live, rows in found:
        yield from _section(live, rows)


def _pairs(results: Sequence[Result]) -> Iterator[tuple[Result, Result]]:
    by_key = {result.key: result for result in results}
    for key, live in by_key.items():
        modelled = by_key.get(key._replace(measured="model"))
        if key.measured == "live" and modelled is not None:
            yield modelled, live


def _samples(result: Result) -> dict[str, int]:
    # The link has no part in what is said.
    work = Work(
        result.scenario, result.seed, result.days, LinkProfile(), 120.0, from_hour=result.from_hour
    )
    return dict(samples_of(work))


def _summary(
    lives: Sequence[Result], found: Sequence[tuple[Result, Sequence[Agreement]]]
) -> Iterator[str]:
    asked = [row for _, rows in found for row in rows if row.goal is not None]
    met = sum(row.is_met for row in asked)
    yield "## In short"
    yield ""
    yield from paragraph(
        f"{met} of {len(asked)} figures are within their goal. "
        + (
            f"The others are marked. Made on {datetime.now(UTC):%Y-%m-%d}."
            if met < len(asked)
            else f"Made on {datetime.now(UTC):%Y-%m-%d}."
        )
    )
    yield "| link | contender | wire bytes, model | live | difference | percentiles, at most |"
    yield "|---|---|---:|---:|---:|---:|"
    for live, rows in found:
        for name in live.measured_contenders:
            own = [row for row in rows if row.contender == name]
            total = next(row for row in own if row.figure == "wire bytes")
            times = [abs(row.difference) for row in own if row.samples is not None and row.goal]
            largest = f"{max(times):.1%}" if times else ABSENT
            yield (
                f"| {live.link} | {name} | {total.modelled:,.0f} | {total.measured:,.0f}"
                f" | {total.difference:+.2%} | {largest} |"
            )
    yield ""
    yield from _versions(lives)


def _versions(lives: Sequence[Result]) -> Iterator[str]:
    for text in dict.fromkeys(
        ", ".join(f"{name} {value}" for name, value in live.versions.items()) for live in lives
    ):
        yield from paragraph(f"Versions: {text}.")


def _section(live: Result, rows: Sequence[Agreement]) -> Iterator[str]:
    yield f"## {live.link}"
    yield ""
    yield from paragraph(
        f"{live.scenario}, seed {live.seed}, {24 * 60 * live.days:g} minutes from hour"
        f" {live.from_hour:g} on: {live.messages:,} messages, {live.json_bytes:,} bytes of JSON."
        f" {_link_text(live.link_settings)}"
    )
    for name, contender in live.contenders.items():
        if contender.figures is None:
            yield from paragraph(f"`{name}`: {contender.reason}.")
    yield "| contender | figure | messages | model | live | difference | goal |"
    yield "|---|---|---:|---:|---:|---:|---|"
    for row in rows:
        yield _row(row)
    yield ""
    yield from _defects(live)


def _row(row: Agreement) -> str:
    digits = 0 if row.samples is None else 1
    count = "" if row.samples is None else f"{row.samples:,}"
    if row.goal is None:
        goal = ABSENT
    else:
        goal = f"{row.goal:.0%}: {'met' if row.is_met else '**missed**'}"
    return (
        f"| {row.contender} | {row.figure} | {count} | {row.modelled:,.{digits}f}"
        f" | {row.measured:,.{digits}f} | {row.difference:+.2%} | {goal} |"
    )


def _link_text(settings: LinkSettings | None) -> str:
    assert settings is not None
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
