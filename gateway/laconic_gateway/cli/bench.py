"""`laconic bench`: results of the benchmark compared, and shown."""

from pathlib import Path
from typing import Annotated

import typer

from laconic_gateway.cli.failures import told
from laconic_gateway.cli.options import JsonOption

app = typer.Typer(
    help="Measure what OCPP costs on a narrow link, and compare and show the results.",
    no_args_is_help=True,
)


@app.command("compare", short_help="Compare two files of results.")
def bench_compare(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="Results that are good enough.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Results of the same work now.")],
    max_bytes: Annotated[
        str,
        typer.Option(
            metavar="LIMIT", help="How much bytes may grow: a share as 1%, or an amount as 500B."
        ),
    ] = "+1%",
    max_latency: Annotated[
        str,
        typer.Option(metavar="LIMIT", help="How much times may grow: as 5%, or as 20ms."),
    ] = "+5%",
    as_json: JsonOption = False,
) -> None:
    """Compare two files of results, made by `laconic bench run --json FILE`.

    It prints Markdown tables, for the summary of a CI run. The exit code is 1 if something got
    worse: bytes or times grew beyond their limit, a figure is missing, or a message was lost or
    changed. It is 0 if not, and 2 if the files cannot be compared.

    Example: laconic bench compare old.json new.json --max-bytes 0 >> "$GITHUB_STEP_SUMMARY"
    """
    with told():
        from laconic_bench.results.compare_command import run

        raise typer.Exit(run(old, new, max_bytes, max_latency, as_json))


@app.command("report", short_help="Make a page with plots of results.")
def bench_report(
    results: Annotated[
        list[Path], typer.Argument(metavar="RESULT", help="Results, one file or several.")
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The page: one HTML file.")],
    png: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Also write the plots here, as PNG.")
    ] = None,
    price_per_mb: Annotated[
        float | None,
        typer.Option(metavar="PRICE", min=0, help="Of a megabyte; costs are in megabytes without."),
    ] = None,
    currency: Annotated[str | None, typer.Option(metavar="NAME", help="Of the price.")] = None,
    budget: Annotated[
        float, typer.Option(metavar="MB", min=0.001, help="Of the site in a month.")
    ] = 25.0,
) -> None:
    """Make a page of results that were made by `laconic bench run --json FILE`.

    The page is one HTML file for any browser, also on a phone and without a network. It has plots
    (bytes by layer, bytes against latency, cost against chargers, a budget over the month) and
    tables of every figure.

    Example: laconic bench report boda.json depot.json --out report.html --png plots
    """
    with told():
        from laconic_bench.results.report_command import run

        run(results, out, png, price_per_mb, currency, budget)
