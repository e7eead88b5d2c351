"""`laconic estimate`: what an OCPP log costs per month."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from laconic_gateway.cli.failures import told
from laconic_gateway.cli.options import JsonOption

app = typer.Typer()


@app.command(short_help="Say what an OCPP log costs per month.")
def estimate(
    traces: Annotated[
        list[Path],
        typer.Argument(
            metavar="TRACE...",
            help="Logs with OCPP-J messages; also gzip. Several are taken as one site. "
            "- is standard input.",
            show_default=False,
        ),
    ],
    budget: Annotated[
        float,
        typer.Option(
            metavar="MB", min=0.001, max=1_000_000, help="What a month may cost, in decimal MB."
        ),
    ] = 25.0,
    link: Annotated[Literal["2g", "nbiot", "lte"], typer.Option(help="The cellular link.")] = "2g",
    nat_timeout_seconds: Annotated[
        float,
        typer.Option(
            metavar="N",
            min=30,
            max=86_400,
            help="How long the network keeps an idle path open, at least 30 s.",
        ),
    ] = 120.0,
    ping_seconds: Annotated[
        float | None,
        typer.Option(
            metavar="N",
            min=5,
            max=86_400,
            help="How often chargers with a connection of their own ping "
            "(WebSocketPingInterval); else as seldom as --nat-timeout-seconds allows.",
            show_default=False,
        ),
    ] = None,
    days: Annotated[
        float | None,
        typer.Option(
            metavar="N",
            min=0.001,
            max=3_660,
            help="How many days the log covers, if it has no times or they mislead.",
        ),
    ] = None,
    messages: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=100,
            help="How many messages, from all over the log, are played over each contender, "
            "at least 2000; all are counted.",
        ),
    ] = 6_000,
    fail_over: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CONTENDER",
            help="For CI: exit code 1 if this contender does not fit the budget; may be repeated.",
        ),
    ] = None,
    as_json: JsonOption = False,
    json_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also write the JSON here; the tables are printed."),
    ] = None,
) -> None:
    """Say what an OCPP log costs per month on a metered link, what costs most, what to change.

    It reads the log of a CSMS, a charger or a proxy: any lines with messages such as
    [2,"17","Heartbeat",{}] in them, logs of SteVe and of the Python package ocpp, CSV, JSON lines
    and traces. Pieces from all over it are played over each contender in virtual time, and every
    byte is counted. Lines that cannot be read are counted and shown.

    The exit code is 0 if there is an estimate, 2 if the log cannot be used; see --fail-over.

    Example: laconic estimate steve.log --budget 25
    """
    with told():
        from laconic_bench.estimate.command import run
        from laconic_bench.estimate.contenders import CONTENDERS
        from laconic_bench.estimate.outcome import Wishes

        wishes = Wishes(link, nat_timeout_seconds, budget, days, messages, ping_seconds)
        raise typer.Exit(run(traces, wishes, fail_over or [], as_json, json_file, CONTENDERS))
