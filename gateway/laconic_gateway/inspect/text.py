"""Frames as a person reads them."""

from collections.abc import Iterator
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from laconic_codec.frame import Direction
from laconic_gateway.inspect.view import Chunk, Cost, FrameView, ItemView

_WAYS: Final = {Direction.UP: "up", Direction.DOWN: "down"}
_BYTES_A_LINE: Final = 8


def print_frame(console: Console, number: int, view: FrameView) -> None:
    """Print all that is told of a frame; numbers count from 1."""
    console.print(f"[bold]{_title(number, view)}[/]")
    fields = ", ".join(f"{name} {value}" for name, value in view.header)
    for line in (view.given.origin, view.problem, fields):
        if line:
            console.print(Padding(escape(line), (0, 0, 0, 2)))
    for item in view.items:
        _print_item(console, item)
    if view.chunks:
        console.print(_dump(view.chunks))
    if view.content_bytes is not None:
        size = len(view.given.frame)
        console.print(f"  {view.content_bytes} bytes of CBOR, compressed to {size}")
    if view.costs:
        console.print(_account(view))
    console.print()


def _title(number: int, view: FrameView) -> str:
    way = _WAYS[view.given.direction]
    if not view.given.frame:
        return f"{number}: {way}, {escape(view.kind)}"
    return f"{number}: {way}, {view.kind}, {view.coding}, {len(view.given.frame)} bytes"


def _print_item(console: Console, item: ItemView) -> None:
    number = "item" if item.number is None else f"item {item.number}"
    channel = "" if item.channel is None else f", channel {item.channel}"
    bits = "" if item.bits is None else f" ({_size(item.bits)})"
    console.print(f"  {number}{channel}: [bold]{escape(item.what)}[/]{bits}")
    if item.text:
        console.print(f"    {escape(item.text)}", soft_wrap=True)


def _size(bits: float) -> str:
    return f"{bits / 8:.0f} bytes" if bits % 8 == 0 else f"{bits:.1f} bits"


def _dump(chunks: tuple[Chunk, ...]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for chunk in chunks:
        for place, data in _lines(chunk.data):
            margin = "  " * chunk.depth
            meaning = "" if place else escape(chunk.meaning)
            table.add_row(f"  {chunk.offset + place:04x}", margin + data.hex(" "), meaning)
    return table


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    for place in range(0, len(data), _BYTES_A_LINE):
        yield place, data[place : place + _BYTES_A_LINE]


def _account(view: FrameView) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("    bits", justify="right", no_wrap=True)
    table.add_column("decisions", justify="right", no_wrap=True)
    table.add_column("where they went", overflow="fold")
    item: int | None = None
    for cost in view.costs:
        if cost.item is not None and cost.item != item:
            item = cost.item
            about = view.items[item]
            table.add_row("", "", f"[bold]item {about.number}: {escape(about.what)}[/]")
        table.add_row(f"{cost.bits:.2f}", f"{cost.decisions or ''}", escape(_told(cost)))
    total = sum(cost.bits for cost in view.costs)
    decisions = sum(cost.decisions for cost in view.costs)
    table.add_row(f"{total:.2f}", f"{decisions}", "[bold]all[/]")
    return table


def _told(cost: Cost) -> str:
    value = f" = {cost.value}" if cost.value else ""
    return f"{cost.what}{value}{', ' if cost.coded else ''}{cost.coded}"
