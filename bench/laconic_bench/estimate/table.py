"""The estimate as a person reads it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.segment import Segment, Segments
from rich.table import Table

from laconic_bench.estimate.outcome import ContenderOutcome, Outcome, Saving
from laconic_bench.estimate.verdict import Verdict
from laconic_bench.units import MEGABYTE

ROWS_SHOWN: Final = 6
"""Of actions, keys and chargers each."""
SHARE_SHOWN: Final = 0.005
"""What is less of the whole is left out."""


Part = Callable[[ContenderOutcome], Mapping[str, float]]

_PARTS: Final[tuple[tuple[str, Part], ...]] = (
    ("action", lambda one: one.by_action),
    ("configuration key", lambda one: one.by_key),
    ("charger", lambda one: one.by_charger),
)


def print_outcome(console: Console, outcome: Outcome, names: tuple[str, ...]) -> None:
    """Print an estimate; `names` are the contenders of which the details are shown."""
    _print(console, _head(outcome))
    for warning in outcome.warnings:
        _print(console, f"[yellow]Note:[/] {escape(warning)}")
    _print(console, "")
    _print(console, _contenders(outcome))
    for title, of in _PARTS:
        _print(console, "")
        _print(console, _costliest(outcome, names, title, of))
    _print(console, "")
    _print_savings(console, outcome, names)


def _table(first: str, *numbers: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(first, overflow="fold")
    for number in numbers:
        table.add_column(number, justify="right", overflow="fold")
    return table


def _head(outcome: Outcome) -> Table:
    grid = Table.grid(padding=(0, 2))
    files = len(outcome.logs)
    lines = sum(log.lines for log in outcome.logs)
    where = outcome.logs[0].name if files == 1 else f"{files} logs"
    chargers = f"{len(outcome.chargers):,} charger{'s' * (len(outcome.chargers) != 1)}"
    wishes = outcome.wishes
    for name, text in (
        ("log", f"{where}: {lines:,} lines, {outcome.messages:,} messages of {chargers}"),
        ("covers", f"{_days(outcome.covered_days)}; silence does not count"),
        (
            "a month",
            f"{outcome.messages_per_month:,.0f} messages, "
            f"{_mb(outcome.text_bytes_per_month)} MB of JSON before any protocol",
        ),
        (
            "link",
            f"{wishes.link}, NAT timeout {wishes.nat_timeout_seconds:g} s; "
            f"budget {wishes.budget_mb:g} MB a month",
        ),
    ):
        grid.add_row(f"[bold]{name}[/]", escape(text))
    return grid


def _contenders(outcome: Outcome) -> Table:
    table = _table("carried by", "MB a month", "up", "down", "")
    table.columns[-1].justify = "left"
    for name, one in outcome.contenders.items():
        up = one.up_bytes_per_month
        table.add_row(
            escape(name),
            _mb(one.bytes_per_month),
            _mb(up),
            _mb(one.bytes_per_month - up),
            _verdict(one.verdict),
        )
    return table


def _verdict(verdict: Verdict) -> str:
    if verdict.fits:
        return f"[green]fits[/], {verdict.spare_mb:,.1f} MB to spare"
    missing, day = -verdict.spare_mb, verdict.used_up_on_day
    return f"[red]does not fit[/]: {missing:,.1f} MB too much, used up on day {day}"


def _costliest(
    outcome: Outcome,
    names: tuple[str, ...],
    title: str,
    of: Part,
) -> Table:
    table = _table(f"what costs most, by {title}", *(f"{escape(name)}, MB" for name in names))
    parts = [of(outcome.contenders[name]) for name in names]
    if not parts:
        return table
    rows = sorted({row for part in parts for row in part}, key=lambda row: -_weight(row, parts))
    total = sum(sum(part.values()) for part in parts) or 1.0
    shown = [row for row in rows[:ROWS_SHOWN] if _weight(row, parts) >= SHARE_SHOWN * total]
    for row in sorted(shown, key=lambda row: _order(row, parts)):
        table.add_row(escape(row), *(_mb(part.get(row, 0.0)) for part in parts))
    left = [sum(size for row, size in part.items() if row not in shown) for part in parts]
    if len(shown) < len(rows):
        table.add_row(f"({len(rows) - len(shown)} more)", *(_mb(size) for size in left))
    return table


def _order(row: str, parts: Sequence[Mapping[str, float]]) -> tuple[float | str, ...]:
    """Return what sorts rows: the first contender's column, as it is read, then the next one."""
    return (*(-round(part.get(row, 0.0) / MEGABYTE, 2) for part in parts), row)


def _weight(row: str, parts: Sequence[Mapping[str, float]]) -> float:
    return sum(part.get(row, 0.0) for part in parts)


def _print_savings(console: Console, outcome: Outcome, names: tuple[str, ...]) -> None:
    if not outcome.savings:
        _print(console, "[bold]what to change[/]  nothing that would save more than 1 %")
        return
    table = _table("what to change", *(f"{escape(name)} saves, MB" for name in names))
    for number, saving in enumerate(outcome.savings, start=1):
        saved = (_saved(saving, name) for name in names)
        table.add_row(f"{number} {escape(saving.key)} ({escape(saving.where)})", *saved)
    _print(console, table)
    if outcome.after_all:
        left = "; ".join(f"{name} {_mb(size)} MB" for name, size in outcome.after_all.items())
        _print(console, f"With all changes at chargers and CSMS a month takes: {escape(left)}.")
    for number, saving in enumerate(outcome.savings, start=1):
        _print(console, "")
        _print(
            console,
            f"{number} [bold]{escape(saving.key)}[/]: now {escape(saving.before)}; "
            f"set {escape(saving.after)}. {escape(saving.side_effect)}",
        )


def _print(console: Console, what: RenderableType) -> None:
    """Print without spaces at the ends of lines."""
    lines = console.render_lines(what, pad=False)
    for line in lines:
        segments = [one for one in line if one.text]
        while segments and not segments[-1].text.rstrip():
            segments.pop()
        if segments:
            last = segments[-1]
            segments[-1] = Segment(last.text.rstrip(), last.style)
        console.print(Segments([*segments, Segment.line()]), end="", soft_wrap=True)


def _saved(saving: Saving, name: str) -> str:
    saved = saving.bytes_per_month.get(name)
    return "" if saved is None else _mb(max(0.0, saved))


def _mb(size_bytes: float) -> str:
    return f"{size_bytes / MEGABYTE:,.2f}"


def _days(days: float) -> str:
    return f"{days * 24:.1f} hours" if days < 2 else f"{days:.1f} days"
