"""The live view: what the terminal shows while a demo runs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from laconic_bench.report import MONTH_TARGET_BYTES, Report
from laconic_bench.texts import bar, clock_text, milliseconds_text, size_text

_FIXED_LINES: Final = 20
"""Everything but the messages: headings, figures, chargers, and the line at the bottom."""
SETTLED_SECONDS: Final = 10.0
"""From when on the ratio is shown: at first, much is said that has not travelled yet."""


@dataclass(frozen=True, slots=True)
class ChargerLine:
    """One charger as the view shows it."""

    identity: str
    version: str
    state: str


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One request as the view shows it."""

    at_seconds: float
    """Since the start of the run."""
    up: bool
    identity: str
    action: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that the view shows at one moment."""

    report: Report
    """May be a little older than the rest."""
    elapsed_seconds: float
    limit_seconds: float | None
    is_finishing: bool
    queue_records: float | None
    dropped_datagrams: int
    datagrams: int
    chargers: Sequence[ChargerLine]
    messages: Sequence[MessageLine]


class View:
    """Renders a snapshot in the size of the terminal, from 80 x 24 on."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yields the sections from top to bottom."""
        snapshot, height = self._snapshot, options.height or console.height
        columns = 4 if options.max_width >= 72 else 2
        lines = -(-len(snapshot.chargers) // columns)
        room = max(0, height - _FIXED_LINES + 4 - lines)
        yield _title(snapshot)
        yield from _section("Bytes on the wire", _bytes(snapshot.report, options.max_width))
        yield _two_columns(
            _labelled("Messages", _messages(snapshot)), _labelled("Time and means", _time(snapshot))
        )
        yield from _section("Chargers", _chargers(snapshot.chargers, columns))
        if room:
            yield from _section("Requests", _requests(snapshot.messages[-room:], room))
        yield _footer(snapshot)


def _title(snapshot: Snapshot) -> RenderableType:
    report = snapshot.report
    left = Text.assemble(
        ("Laconic demo", "bold"),
        f"   {len(snapshot.chargers)} chargers, link {report.link_delay_ms:.0f} ms one way,"
        f" {report.link_loss_percent:g} % loss",
    )
    clock = clock_text(snapshot.elapsed_seconds)
    if snapshot.limit_seconds is not None and not snapshot.is_finishing:
        clock += f" of {clock_text(snapshot.limit_seconds)}"
    return _two_ends(left, Text(clock, "bold"))


def _bytes(report: Report, width: int) -> Iterable[RenderableType]:
    scale = max(report.ocppj_tls_bytes, report.wire_bytes, 1)
    room = max(10, width - 53)
    settled = report.ratio is not None and report.seconds >= SETTLED_SECONDS
    ratio = f"{report.ratio:.1f} times less" if settled else ""
    grid = Table.grid(padding=(0, 2), expand=False)
    grid.add_column(width=15, no_wrap=True)
    grid.add_column(width=room, no_wrap=True)
    grid.add_column(width=9, justify="right", no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_row(
        "OCPP-J over TLS",
        Text(bar(report.ocppj_tls_bytes / scale, room), "yellow"),
        size_text(report.ocppj_tls_bytes),
        Text("computed", "dim"),
    )
    grid.add_row(
        Text("Laconic", "bold"),
        Text(bar(report.wire_bytes / scale, room), "green"),
        Text(size_text(report.wire_bytes), "bold"),
        Text(ratio, "bold green"),
    )
    yield grid
    up, down = size_text(report.wire_bytes_up), size_text(report.wire_bytes_down)
    yield _line((f"up {up}, down {down}, counted as IPv4 packets on the emulated link", "dim"))
    yield from _month(report)


def _month(report: Report) -> Iterable[RenderableType]:
    fits = report.month_bytes <= MONTH_TARGET_BYTES
    yield _line(
        "30 days at this pace ",
        (size_text(report.month_bytes), "bold green" if fits else "bold yellow"),
        f", not {size_text(report.month_bytes * (report.ratio or 1))}",
        ("; fast motion: meter values every 10 s", "dim"),
    )
    yield _line(
        f"Target {MONTH_TARGET_BYTES / 1e6:.0f} MB a month: enough for ",
        (f"{report.month_target_messages:,}", "bold"),
        " messages like these",
    )


def _line(*parts: str | tuple[str, str]) -> Text:
    return Text.assemble(*parts, no_wrap=True, overflow="crop")


def _messages(snapshot: Snapshot) -> Iterable[tuple[str, Text]]:
    report = snapshot.report
    yield "OCPP messages", Text(f"{report.ocpp_messages:,}", "bold")
    yield "delivered", Text(f"{report.delivered:,}")
    yield "under way", Text(f"{report.lost:,}")
    queue = snapshot.queue_records
    yield "site's queue", Text("-" if queue is None else f"{queue:,.0f} records")
    wrong = report.duplicated + report.reordered + report.payload_mismatches
    counts = f"{report.duplicated}, {report.reordered}, {report.payload_mismatches}"
    yield "twice, moved, changed", Text(counts, "bold red" if wrong else "green")


def _time(snapshot: Snapshot) -> Iterable[tuple[str, Text]]:
    report = snapshot.report
    p50, p95 = report.interactive_ms_p50, report.interactive_ms_p95
    yield "person waits", Text(f"{milliseconds_text(p50)} median, {milliseconds_text(p95)} p95")
    yield "of it ours", Text(f"{milliseconds_text(report.added_ms_p50)} median")
    yield "lost datagrams", Text(f"{snapshot.dropped_datagrams} of {snapshot.datagrams:,}")
    yield "site gateway", _means(report.gateway_rss_mb, report.gateway_cpu_percent)
    yield "expander", _means(report.expander_rss_mb, None)


def _means(resident_mb: float | None, cpu_percent: float | None) -> Text:
    if resident_mb is None:
        return Text("-")
    cpu = "" if cpu_percent is None else f", {cpu_percent:.1f} % of a core"
    return Text(f"{resident_mb:.0f} MB{cpu}")


def _chargers(chargers: Sequence[ChargerLine], columns: int) -> Iterable[RenderableType]:
    lines = -(-len(chargers) // columns)
    grid = Table.grid(padding=(0, 1), expand=True)
    for _ in range(columns):
        grid.add_column(ratio=1, no_wrap=True)
    cells = [_charger(charger) for charger in chargers]
    for line in range(lines):
        grid.add_row(*cells[line::lines])
    yield grid


def _charger(charger: ChargerLine) -> Text:
    busy = charger.state.startswith(("charging", "batteries"))
    style = "green" if busy else "red" if charger.state == "offline" else "dim"
    return Text.assemble(charger.identity, " ", (charger.state, style))


def _requests(messages: Sequence[MessageLine], room: int) -> Iterable[RenderableType]:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(justify="right", width=7, no_wrap=True)
    grid.add_column(width=6, no_wrap=True)
    grid.add_column(min_width=9, no_wrap=True)
    grid.add_column(min_width=26, no_wrap=True)
    grid.add_column(justify="right", width=8, no_wrap=True)
    for message in messages:
        arrow = Text("↑ up", "green") if message.up else Text("↓ down", "cyan")
        size = f"{message.size_bytes:,} B"
        grid.add_row(
            clock_text(message.at_seconds, tenths=True),
            arrow,
            message.identity,
            message.action,
            size,
        )
    for _ in range(room - len(messages)):
        grid.add_row()
    yield grid


def _footer(snapshot: Snapshot) -> Text:
    if snapshot.is_finishing:
        return Text("Waiting for what is still under way. Ctrl-C ends at once.", "bold")
    return Text("Ctrl-C ends the demo and shows the result.", "dim")


def _section(name: str, body: Iterable[RenderableType]) -> Iterable[RenderableType]:
    yield Rule(Text(name, "bold"), align="left", style="dim")
    yield from body


def _labelled(name: str, rows: Iterable[tuple[str, Text]]) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(no_wrap=True)
    for label, value in rows:
        grid.add_row(label, value)
    return Group(*_section(name, [grid]))


def _two_columns(left: RenderableType, right: RenderableType) -> RenderableType:
    grid = Table.grid(expand=True, padding=(0, 2))
    grid.add_column(ratio=9)
    grid.add_column(ratio=11)
    grid.add_row(left, right)
    return grid


def _two_ends(left: Text, right: Text) -> RenderableType:
    grid = Table.grid(expand=True)
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_row(left, right)
    return grid
