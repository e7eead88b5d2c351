"""Reads what was given and prints it."""

import json
import sys
from pathlib import Path
from typing import Final, Literal

from rich.console import Console

from laconic_codec.frame import Direction
from laconic_gateway.inspect.given import given_frames
from laconic_gateway.inspect.json_view import frame_json
from laconic_gateway.inspect.reader import Reader, advice
from laconic_gateway.inspect.text import print_frame
from laconic_gateway.inspect.view import FrameView

_DIRECTIONS: Final = {"up": Direction.UP, "down": Direction.DOWN}


def run(
    named: str,
    direction: Literal["up", "down"],
    epoch: int | None,
    keys: Path | None,
    as_json: bool,
) -> int:
    """Print what some frames say; return the exit code: 0 if all of them could be read.

    Raises:
        InspectError: there is no frame in what was given.
        KeyMaterialError: the keys cannot be used.
        OSError: the file cannot be read.
    """
    reader = Reader(epoch)
    views = [reader.read(given) for given in given_frames(named, _DIRECTIONS[direction], keys)]
    if as_json:
        print(json.dumps([frame_json(view) for view in views], indent=2))
    else:
        _print(views)
    return _told([view for view in views if view.problem], len(views))


def _print(views: list[FrameView]) -> None:
    console = Console(highlight=False)
    for number, view in enumerate(views, start=1):
        print_frame(console, number, view)


def _told(unreadable: list[FrameView], count: int) -> int:
    if not unreadable:
        return 0
    first = unreadable[0]
    print(
        f"laconic: {len(unreadable)} of {count} frames cannot be read: {first.problem}. "
        f"{advice(first)}",
        file=sys.stderr,
    )
    return 1
