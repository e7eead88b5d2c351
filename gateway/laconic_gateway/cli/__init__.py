"""The command line `laconic`.

A module of this package has the commands of one group; `services` and `traffic` have those that
stand alone. Each command imports what it needs when it runs, so that `laconic --help` is quick.
"""

import sys
from typing import Annotated

try:
    import typer
except ModuleNotFoundError:
    print(
        'laconic: the commands are not installed. Run in a checkout: pip install ".[gateway]"',
        file=sys.stderr,
    )
    sys.exit(2)

from laconic_gateway.cli import (
    bench,
    codec,
    config,
    estimate,
    journal,
    keys,
    quarantine,
    services,
    traffic,
)

app = typer.Typer(
    help="Carry OCPP between the chargers of a site and a CSMS over a metered cellular link.\n\n"
    "To see it work on this machine, run: laconic demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(services.app)
app.add_typer(traffic.app)
app.add_typer(keys.app, name="keys")
app.add_typer(config.app, name="config")
app.add_typer(journal.app, name="journal")
app.add_typer(codec.app, name="codec")
app.add_typer(bench.app, name="bench")
app.add_typer(estimate.app)
app.add_typer(quarantine.app, name="quarantine")


def main() -> None:
    """Runs the command line; the process ends with its exit code."""
    app()


def print_version(is_asked: bool) -> None:
    """Answers `laconic --version`."""
    if is_asked:
        from laconic_codec import __version__

        typer.echo(f"laconic {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Takes the options that stand before a command."""
