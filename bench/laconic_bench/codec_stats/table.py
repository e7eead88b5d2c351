"""The figures as a person reads them."""

from collections.abc import Sequence
from statistics import fmean

from rich.console import Console
from rich.table import Table

from laconic_bench.codec_stats.figures import Figures
from laconic_bench.texts import size_text


def print_tables(console: Console, traces: Sequence[tuple[str, Figures]], total: Figures) -> None:
    """Print what several traces cost, by trace and by action; each trace with its name."""
    console.print(_summary(total, [figures for _, figures in traces]))
    console.print()
    if len(traces) > 1:
        console.print(_by_trace(traces))
        console.print()
    console.print(_by_action(total))


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    first, *numbers = columns
    table.add_column(first, overflow="fold")
    for number in numbers:
        table.add_column(number, justify="right", no_wrap=True)
    return table


def _summary(total: Figures, traces: Sequence[Figures]) -> Table:
    grid = Table.grid(padding=(0, 2))
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in total.codings.most_common())
    for name, text in (
        ("messages", f"{total.messages:,}, {size_text(total.payload_json_bytes)} of payload"),
        ("frames", f"{total.frames:,}: {kinds}"),
        ("bytes", f"{total.frame_bytes:,}, {total.bytes_per_message():.2f} a message"),
        ("against xz -9e", _against_xz(total, traces)),
        ("lossless", _lossless(total)),
        ("escapes", f"{total.escapes:,} messages travelled as text"),
        ("encode", _times(total.encode.mean_microseconds(), total.encode.median_microseconds())),
        ("decode", _times(total.decode.mean_microseconds(), total.decode.median_microseconds())),
        ("state", _state(total)),
        ("unreadable lines", f"{total.unreadable_lines:,}"),
    ):
        grid.add_row(f"[bold]{name}[/]", text)
    return grid


def _lossless(figures: Figures) -> str:
    if figures.lossless is None:
        return "not verified"
    return "yes" if figures.lossless else f"NO: {figures.differences:,} frames did not come back"


def _times(mean: float | None, median: float | None) -> str:
    if mean is None or median is None:
        return "not measured"
    return f"{mean:,.0f} us a message in the mean, median {median:,.0f} us"


def _state(figures: Figures) -> str:
    size = figures.state
    if not size.exported_bytes:
        return "none"
    return (
        f"{size.buffer_bytes:,} bytes, {size.object_bytes:,} as Python's objects, "
        f"{size.exported_bytes:,} exported"
    )


def _by_trace(traces: Sequence[tuple[str, Figures]]) -> Table:
    table = _table("trace", "messages", "payload", "bytes", "each", "of xz")
    for name, figures in traces:
        ratio = f"{_ratio(figures):.3f}" if figures.messages else ""
        table.add_row(name, *_sizes(figures), ratio)
    return table


def _sizes(figures: Figures) -> tuple[str, ...]:
    mean = figures.bytes_per_message()
    return (
        f"{figures.messages:,}",
        f"{figures.payload_json_bytes:,}",
        f"{figures.frame_bytes:,}",
        "" if mean is None else f"{mean:.2f}",
    )


def _ratio(figures: Figures) -> float:
    return figures.frame_bytes / figures.xz_bytes


def _against_xz(total: Figures, traces: Sequence[Figures]) -> str:
    text = f"{_ratio(total):.3f} of {total.xz_bytes:,} bytes"
    ratios = [_ratio(figures) for figures in traces if figures.messages]
    return text if len(ratios) == 1 else f"{text}; as the mean of the traces {fmean(ratios):.3f}"


def _by_action(total: Figures) -> Table:
    table = _table("action", "messages", "payload", "bytes", "each", "share")
    ordered = sorted(total.by_action.items(), key=lambda entry: -entry[1].bits)
    for action, figures in ordered:
        size_bytes = figures.bits / 8
        table.add_row(
            action,
            f"{figures.messages:,}",
            f"{figures.payload_json_bytes:,}",
            f"{size_bytes:,.0f}",
            f"{size_bytes / figures.messages:.2f}",
            f"{size_bytes / total.frame_bytes:.1%}",
        )
    return table
