"""`laconic codec`: what the codec makes of recorded traffic."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from laconic_gateway.cli.failures import told
from laconic_gateway.cli.options import JsonOption

app = typer.Typer(help="Measure the codec.", no_args_is_help=True)


@app.command("stats", short_help="Measure what recorded traffic costs in frames.")
def codec_stats(
    traces: Annotated[
        list[Path],
        typer.Argument(metavar="TRACE", help="Recorded traffic, JSON lines."),
    ],
    frame_messages: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Messages in a frame.", show_default="50"),
    ] = None,
    window: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            min=0.001,
            help="Instead: a frame has all messages of so many seconds.",
        ),
    ] = None,
    coding: Annotated[
        Literal["all", "cbor", "zstd", "adaptive"],
        typer.Option(help="All: for each frame the shortest."),
    ] = "all",
    direction: Annotated[
        Literal["up", "down", "both"],
        typer.Option(help="CALLs of the chargers, CALLs of the CSMS, or all messages."),
    ] = "up",
    verify: Annotated[
        bool, typer.Option("--verify/--no-verify", help="Decode all frames and compare.")
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Measure what recorded traffic costs in frames, and whether it comes back unchanged.

    Each trace starts cold. The exit code is 0 only if every byte came back, or nobody looked.

    Example: laconic codec stats traces/*.jsonl --frame-messages 10 --json
    """
    if frame_messages is not None and window is not None:
        raise typer.BadParameter("give either --frame-messages or --window")
    with told():
        from laconic_bench.codec_stats.command import run as measure
        from laconic_bench.codec_stats.settings import CodingChoice, Settings, Ways

        messages = None if window is not None else frame_messages or 50
        settings = Settings(messages, window, CodingChoice(coding), Ways(direction), verify)
        raise typer.Exit(measure(traces, settings, as_json))
