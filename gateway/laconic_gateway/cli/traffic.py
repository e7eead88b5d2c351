"""`laconic inspect`, `usage` and `thinned`: what was sent, what it cost, what was not sent."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from laconic_gateway.cli.failures import told
from laconic_gateway.cli.options import ConfigOption, JsonOption

app = typer.Typer()


@app.command(short_help="Show frames as readable text.")
def inspect(
    given: Annotated[
        str,
        typer.Argument(
            metavar="FRAME|FILE|CAPTURE",
            help="A frame in hex; a file with one frame in binary, or in hex on each line; "
            "or a capture of tcpdump (pcap).",
        ),
    ],
    direction: Annotated[
        Literal["up", "down"],
        typer.Option(help="Way of the frames: up is to the expander. Captures tell it."),
    ] = "up",
    epoch: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="Epoch of the frames, if they do not tell it."),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(metavar="DIRECTORY", help="For a capture: keys of either end. Only read."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show frames as readable text: their items, and where each byte went.

    An adaptive frame needs all frames before it in its epoch: give them in one file, in order.

    Example: laconic inspect uplink.pcap --keys keys/kisumu-1/site
    """
    with told():
        from laconic_gateway.inspect.command import run

        raise typer.Exit(run(given, direction, epoch, keys, as_json))


@app.command(short_help="Show the bytes of this billing month.")
def usage(
    config: ConfigOption,
    as_json: JsonOption = False,
) -> None:
    """Show what the link of a site has cost in this billing month, and for what.

    It reads the counters on disk, also while the gateway runs: they are up to a minute old.

    Example: laconic usage --config site.toml
    """
    with told():
        import time

        from laconic_gateway.config import load_site
        from laconic_gateway.usage.command import show_usage

        show_usage(load_site(config), time.time(), as_json=as_json)


@app.command(short_help="Print the messages that were not sent to save bytes.")
def thinned(config: ConfigOption) -> None:
    """Print the messages of chargers that were answered and not sent, because of the budget.

    Each is a line of a trace: {"t", "cp", "dir", "ver", "raw"}. It works while the gateway runs.

    Example: laconic thinned --config site.toml > thinned.jsonl
    """
    with told():
        from laconic_gateway.config import load_site
        from laconic_gateway.usage.command import show_thinned

        show_thinned(load_site(config))
