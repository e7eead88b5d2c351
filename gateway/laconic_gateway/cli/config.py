"""`laconic config`: tells whether a configuration file is right."""

from pathlib import Path
from typing import Annotated

import typer

from laconic_gateway.cli.failures import told

app = typer.Typer(help="Work with configuration files.", no_args_is_help=True)


@app.command("check", short_help="Check a file without starting anything.")
def check_config(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Configuration file (TOML).")],
) -> None:
    """Check a configuration file of either kind, and the keys it names.

    It starts nothing.

    Example: laconic config check site.toml
    """
    with told():
        from laconic_gateway.cli.config_check import summary, warning
        from laconic_gateway.config import load

        settings = load(file)
        text = summary(settings)
    if doubt := warning(settings):
        typer.echo(f"laconic: {file}: {doubt}", err=True)
    typer.echo(f"{file}: {text}: ok")
