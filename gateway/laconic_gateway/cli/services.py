"""`laconic site`, `expander` and `demo`: what runs until it is stopped."""

from pathlib import Path
from typing import Annotated

import typer

from laconic_gateway.cli.failures import told
from laconic_gateway.cli.options import ConfigOption

app = typer.Typer()


@app.command(short_help="Run the gateway of a site.")
def site(config: ConfigOption) -> None:
    """Run the gateway of a site: the chargers connect to it, and it connects to the expander.

    It runs until it gets SIGTERM or Ctrl-C.

    Example: laconic site --config site.toml
    """
    with told():
        from laconic_gateway.config import load_site

        settings = load_site(config)
    with told(listens=settings.listens()):
        from laconic_gateway.edge.log import set_up
        from laconic_gateway.site import run

        set_up(settings.log.level)
        raise typer.Exit(run(settings))


@app.command(short_help="Run the cloud side.")
def expander(config: ConfigOption) -> None:
    """Run the cloud side: sites connect to it, and it connects to the CSMS for each charger.

    It runs until it gets SIGTERM or Ctrl-C.

    Example: laconic expander --config expander.toml
    """
    with told():
        from laconic_gateway.config import load_expander

        settings = load_expander(config)
    with told(listens=settings.listens()):
        from laconic_gateway.edge.log import set_up
        from laconic_gateway.expander import run

        set_up(settings.log.level)
        raise typer.Exit(run(settings))


@app.command(short_help="Show everything at work on this machine.")
def demo(
    seconds: Annotated[
        float | None,
        typer.Option(
            metavar="N", min=1, max=86_400, help="How long to run; without it until Ctrl-C."
        ),
    ] = None,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Show no live view, write the result here."),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(metavar="N", help="The same seed makes the same chargers and the same link."),
    ] = 1,
) -> None:
    """Show everything at work on this machine: chargers, gateway, link, expander and CSMS.

    The live view compares the bytes on the wire with OCPP-J over TLS. The exit code is 0 only
    if every message arrived once, in order and unchanged.

    Example: laconic demo --seconds 60 --json result.json
    """
    with told():
        from laconic_bench.demo import run

        raise typer.Exit(run(seconds, json_file, seed))
