"""`laconic keys`: the secrets that a site and its expander share."""

from pathlib import Path
from typing import Annotated

import typer

from laconic_gateway.cli.failures import told

app = typer.Typer(help="Make or show the keys of a site.", no_args_is_help=True)


@app.command("new", short_help="Make the keys of a new site.")
def new_keys(
    site: Annotated[str, typer.Argument(metavar="SITE", help="Name of the site.")],
    directory: Annotated[
        Path, typer.Option(metavar="DIRECTORY", help="Where the keys of all sites are kept.")
    ] = Path("keys"),
) -> None:
    """Make the keys of a new site: a folder for the gateway and one for the expander.

    Example: laconic keys new kisumu-1
    """
    with told():
        from laconic_gateway.edge.link.keys import create

        site_keys, expander_keys = create(site, directory)
    typer.echo(f"for the gateway:  {site_keys}")
    typer.echo(f"for the expander: {expander_keys}")
    typer.echo("Move each folder to its machine. Keep it secret, and never run two copies of it.")


@app.command("show", short_help="Show the fingerprint of keys.")
def show_keys(
    directory: Annotated[
        Path, typer.Argument(metavar="DIRECTORY", help="A folder made by `laconic keys new`.")
    ],
) -> None:
    """Show which keys a folder holds; the secret is never shown.

    Both ends of a site have the same fingerprint, and their ids are exchanged.

    Example: laconic keys show keys/kisumu-1/site
    """
    with told():
        from laconic_gateway.edge.link.keys import load

        material = load(directory)
    typer.echo(f"site          {material.site}")
    typer.echo(f"end           {material.end}")
    typer.echo(f"sender id     {material.sender_id.hex() or '(empty)'}")
    typer.echo(f"recipient id  {material.recipient_id.hex() or '(empty)'}")
    typer.echo(f"fingerprint   {material.fingerprint()}")
