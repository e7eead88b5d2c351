"""`laconic journal`: what left the journal, and the way back to an older release."""

from typing import Annotated

import typer

from laconic_gateway.cli.failures import told
from laconic_gateway.cli.options import ConfigOption

app = typer.Typer(help="See what left the journal of a stopped gateway.", no_args_is_help=True)


@app.command("show", short_help="Print what is damaged and what was shed.")
def journal_show(config: ConfigOption) -> None:
    """Print the damaged records in quarantine, and what was shed because the journal was full.

    The gateway must be stopped.

    Example: laconic journal show --config site.toml
    """
    with told():
        from laconic_gateway.cli.journal_actions import show_journal
        from laconic_gateway.config import load_site

        show_journal(load_site(config))


@app.command("downgrade", short_help="Prepare the journal for an older release.")
def journal_downgrade(
    config: ConfigOption,
    to: Annotated[int, typer.Option("--to", metavar="N", min=1, help="Version of the schema.")],
) -> None:
    """Take the schema of the journal back, before an older release of Laconic is installed.

    The gateway must be stopped. No undelivered message is lost; the quarantine is.

    Example: laconic journal downgrade --config site.toml --to 1
    """
    with told():
        from laconic_gateway.cli.journal_actions import downgrade_journal
        from laconic_gateway.config import load_site

        downgrade_journal(load_site(config), to)
