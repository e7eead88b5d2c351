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


@app.command("run", short_help="Measure what contenders need for a workload over a link.")
def bench_run(
    scenario: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Which site: chaji (one charger), boda-site (10 chargers, 2 swap cabinets), swap"
            " (4 swap cabinets), depot (100 chargers, 5 cabinets), bad-day (faults, reboots).",
        ),
    ] = "boda-site",
    link: Annotated[str, typer.Option(metavar="NAME", help="Which link: 2g, nbiot or lte.")] = "2g",
    nat_timeout_seconds: Annotated[
        float,
        typer.Option(
            metavar="N",
            min=30,
            max=1_000_000,
            help="After so long the carrier's NAT forgets.",
        ),
    ] = 120.0,
    days: Annotated[
        float,
        typer.Option(metavar="N", min=0.001, max=3_660, help="How many days of the site."),
    ] = 1.0,
    from_hour: Annotated[
        float,
        typer.Option(
            metavar="N",
            min=0,
            max=87_840,
            help="Begin so many hours after the start of the site.",
        ),
    ] = 0.0,
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed, the same bytes.")] = 1,
    contender: Annotated[
        list[str] | None,
        typer.Option(
            "--contender",
            "-c",
            metavar="NAME",
            help="Only this one, or several; all: every one; list: only list them. Without it"
            " laconic, laconic-active, coap-zstd, ocppj-tls, ocppj-deflate and mqtt-tls run.",
        ),
    ] = None,
    outage: Annotated[
        list[str] | None,
        typer.Option(metavar="DAY:HOURSh", help="No link then: 2.5:4h is four hours from day 2.5."),
    ] = None,
    address_change: Annotated[
        list[str] | None,
        typer.Option(metavar="DAY", help="The site gets another address then."),
    ] = None,
    radio_seed: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Other losses and delays for the same messages.",
            show_default="as --seed",
        ),
    ] = None,
    archivers: Annotated[
        bool, typer.Option("--archivers", help="Also pack the trace with xz, zstd, brotli, zpaq.")
    ] = False,
    live: Annotated[
        bool,
        typer.Option(
            "--live",
            help="In real time, with real programs over an emulated link; needs root. --days 0.02"
            " takes half an hour.",
        ),
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Contenders at a time.",
            show_default="all cores, with --live all contenders",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the results here.")
    ] = None,
) -> None:
    """Measure what contenders need to carry the OCPP of a site over a narrow link.

    Everything happens in virtual time, with the real codec and the real cores of the gateway, or
    with --live in real time with everything real; every byte on the wire is counted, both ways.
    A day of boda-site takes about half a minute for each Laconic contender. The exit code is 1 if a
    message was lost or altered.

    Example: laconic bench run --scenario chaji --days 30 --json chaji.json
    Example: sudo laconic bench run --live --scenario chaji --from-hour 8.4 --days 0.01
    """
    with told():
        from laconic_bench.suite.command import Options, run

        options = Options(
            scenario,
            link,
            days,
            seed,
            nat_timeout_seconds,
            contender or [],
            outage or [],
            address_change or [],
            radio_seed,
            archivers,
            jobs,
            out,
            from_hour,
            live,
        )
        raise typer.Exit(run(options))


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
        typer.Option(
            metavar="PRICE",
            min=0,
            max=1_000_000_000,
            help="Of a megabyte; costs are in megabytes without.",
        ),
    ] = None,
    currency: Annotated[str | None, typer.Option(metavar="NAME", help="Of the price.")] = None,
    budget: Annotated[
        float,
        typer.Option(
            metavar="MB",
            min=0.001,
            max=1_000_000_000,
            help="Of the site in a month.",
        ),
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
