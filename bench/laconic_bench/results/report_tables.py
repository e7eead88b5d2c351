"""The tables of the page: every figure of a result."""

from collections.abc import Callable, Iterator, Sequence

from laconic_bench.results.numbers_text import (
    ABSENT,
    count_text,
    decimal_text,
    ratio_text,
    setting_text,
)
from laconic_bench.results.price import Price
from laconic_bench.results.result import Bytes, Contender, Figures, Percentiles, Result
from laconic_bench.results.table import Table
from laconic_bench.units import MONTH_DAYS

COMPUTED = "computed"
_NO_VERSIONS = frozenset({"commit", "machine", "registry"})
"""Among the versions of a result, those that are none themselves."""
_BYTE_COLUMNS = (
    *("payload / floor", "payload / floor without heartbeats"),
    *("payload bytes", "wire bytes up", "wire bytes down", "wire bytes, both"),
)


def month_table(results: Sequence[Result]) -> Table:
    """Return what every contender needs in a month, for each result."""
    names = list(dict.fromkeys(name for one in results for name in one.measured_contenders))
    rows = [[name, *(month_text(result, name) for result in results)] for name in names]
    keys = [str(one.key) for one in results]
    return Table(f"MB in {MONTH_DAYS} days, both ways", ["contender", *keys], rows)


def month_text(result: Result, name: str) -> str:
    """Return the megabytes of a contender in a month, and whether they are computed."""
    figures = result.measured_contenders.get(name)
    if figures is None:
        return ABSENT
    text = decimal_text(result.mb_per_month(figures.wire_bytes))
    return f"{text} {COMPUTED}" if result.contenders[name].is_computed else text


def facts(result: Result) -> Iterator[tuple[str, str]]:
    """Yield what was measured: names and values."""
    yield "measured", "model: virtual time" if result.measured == "model" else "live: real network"
    yield "days", f"{result.days:,g}"
    yield "seed", str(result.seed)
    if result.events:
        yield "events", ", ".join(result.events)
    if result.chargers is not None:
        yield "chargers and cabinets", count_text(result.chargers)
    yield "OCPP messages", count_text(result.messages)
    yield "bytes of JSON", count_text(result.json_bytes)
    if result.entropy_floor_bytes is not None:
        yield "entropy floor in bytes", f"{result.entropy_floor_bytes:,.2f}"
    if result.floor_without_heartbeats_bytes is not None:
        yield "the same without heartbeats", f"{result.floor_without_heartbeats_bytes:,.2f}"
    link = result.link_settings
    if link is not None:
        rate, nat = link.rate_bits_per_second, link.nat_timeout_seconds
        yield "round trip in ms", f"{link.round_trip_ms:,g}"
        yield "jitter in ms", f"{link.jitter_ms:,g}"
        yield "rate in bits per second", "no limit" if rate is None else f"{rate:,.10g}"
        yield "loss", f"{link.loss * 100:g} %"
        yield "NAT timer in s", "none" if nat is None else f"{nat:,g}"
    for name, text in result.versions.items():
        yield name if name in _NO_VERSIONS else f"version of {name}", text


def byte_table(result: Result, price: Price | None) -> Table:
    """Return what each contender sent."""
    cost = [] if price is None else [f"{price.currency} in {MONTH_DAYS} days"]
    # What decides comes first: the others may be out of sight on a narrow screen.
    columns = ["contender", f"MB in {MONTH_DAYS} days", *cost, *_BYTE_COLUMNS]
    rows = [[name, *_bytes(result, name, price)] for name in result.contenders]
    return Table("Bytes", columns, rows)


def _bytes(result: Result, name: str, price: Price | None) -> list[str]:
    figures = result.measured_contenders.get(name)
    if figures is None:
        return [ABSENT] * (len(_BYTE_COLUMNS) + (1 if price is None else 2))
    return [
        month_text(result, name),
        *([] if price is None else [price.text(result.mb_per_month(figures.wire_bytes))]),
        ratio_text(result.entropy_ratio(figures.payload_bytes)),
        ratio_text(result.ratio_without_heartbeats(figures.payload_bytes)),
        count_text(figures.payload_bytes),
        count_text(figures.wire_bytes_up),
        count_text(figures.wire_bytes_down),
        count_text(figures.wire_bytes),
    ]


def message_table(result: Result) -> Table:
    """Return what became of the messages of each contender, and how long outages were felt."""
    names = (
        "lost",
        "altered",
        "repeated",
        "substituted",
        "refused",
        "noticed in s",
        "made up in s",
    )
    rows = [
        (
            name,
            count_text(figures.lost),
            count_text(figures.payload_mismatches),
            count_text(figures.repeated_messages),
            count_text(figures.substituted_answers),
            count_text(figures.refused_commands),
            decimal_text(figures.detection_seconds),
            decimal_text(figures.recovery_seconds),
        )
        for name, figures in result.measured_contenders.items()
    ]
    return Table("Messages: lost and altered are defects; outages", ("contender", *names), rows)


def note_table(result: Result) -> Table:
    """Return what is to be known about some contenders, as why they were not measured."""
    notes = {name: _note(one) for name, one in result.contenders.items()}
    rows = [(name, note) for name, note in notes.items() if note]
    return Table("Notes", ("contender", "note"), rows)


def _note(contender: Contender) -> str:
    parts = [COMPUTED if contender.is_computed else "", contender.reason or ""]
    return "; ".join(filter(None, parts))


def latency_table(result: Result) -> Table:
    """Return the percentiles of each contender and class."""
    rows: list[Sequence[str]] = []
    for name, figures in result.measured_contenders.items():
        for one in dict.fromkeys((*figures.latency_ms, *figures.delivery_ms)):
            answer, age = figures.latency_ms.get(one), figures.delivery_ms.get(one)
            rows.append((name, one, *_percentiles(answer), *_percentiles(age)))
    names = ("p50", "p95", "p99")
    heads = [f"{what} {name}" for what in ("answer", "age at the CSMS") for name in names]
    return Table("Latency in ms", ["contender", "class", *heads], rows, labels=2)


def _percentiles(found: Percentiles | None) -> tuple[str, str, str]:
    if found is None:
        return ABSENT, ABSENT, ABSENT
    return decimal_text(found.p50), decimal_text(found.p95), decimal_text(found.p99)


def layer_table(result: Result) -> Table:
    """Return the wire bytes by layer."""
    return _parts(result, "Wire bytes by layer", "layer", lambda figures: figures.by_layer)


def action_table(result: Result) -> Table:
    """Return the wire bytes by OCPP action."""
    return _parts(result, "Wire bytes by action", "action", lambda figures: figures.by_action)


def cause_table(result: Result) -> Table:
    """Return the wire bytes by cause."""
    return _parts(result, "Wire bytes by cause", "cause", lambda figures: figures.by_cause)


def day_table(result: Result) -> Table:
    """Return the wire bytes of each day."""
    return _parts(
        result,
        "Wire bytes by day",
        "day",
        lambda figures: {str(day): size for day, size in enumerate(figures.daily_wire_bytes, 1)},
    )


def _parts(result: Result, caption: str, kind: str, parts_of: Callable[[Figures], Bytes]) -> Table:
    parts = {name: parts_of(figures) for name, figures in result.measured_contenders.items()}
    columns = {name: found for name, found in parts.items() if found}
    names = dict.fromkeys(name for found in columns.values() for name in found)
    rows = [[name, *(count_text(found.get(name)) for found in columns.values())] for name in names]
    return Table(caption, [kind, *columns], rows)


def floor_table(result: Result) -> Table:
    """Return what offline archivers make of the trace, beside the floor."""
    rows = [
        (name, count_text(size), ratio_text(result.entropy_ratio(size)))
        for name, size in result.archivers.items()
    ]
    return Table(
        "The trace, packed by offline archivers", ("archiver", "bytes", "bytes / floor"), rows
    )


def process_table(result: Result) -> Table:
    """Return what the processes needed."""
    rows: list[Sequence[str]] = []
    for name, figures in result.measured_contenders.items():
        for end in dict.fromkeys((*figures.cpu_seconds, *figures.memory_mb)):
            cpu, memory = figures.cpu_seconds.get(end), figures.memory_mb.get(end)
            rows.append((name, end, decimal_text(cpu), decimal_text(memory)))
    columns = ("contender", "end", "CPU in s", "memory in MB")
    return Table("Processes", columns, rows, labels=2)


def settings_table(result: Result) -> Table:
    """Return how the contenders were set up."""
    rows = [
        (name, key, setting_text(value))
        for name, contender in result.contenders.items()
        for key, value in contender.settings.items()
    ]
    return Table("Settings", ("contender", "setting", "value"), rows, labels=2)
