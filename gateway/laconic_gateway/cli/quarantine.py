"""`laconic quarantine`: what to do with messages that the CSMS refused."""

from typing import Annotated

import typer

from laconic_gateway.cli.failures import told
from laconic_gateway.cli.options import ConfigOption

app = typer.Typer(help="Messages that the CSMS refused.", no_args_is_help=True)

SiteArgument = Annotated[str, typer.Argument(metavar="SITE", help="Name of the site.")]
NumberArgument = Annotated[
    int, typer.Argument(metavar="NUMBER", help="Number of the message, as `list` shows it.")
]


@app.command("list", short_help="Show the messages and why they are there.")
def list_quarantine(config: ConfigOption) -> None:
    """Show the messages that the CSMS refused, one JSON object in a line.

    Example: laconic quarantine list --config expander.toml
    """
    with told():
        import json

        from laconic_gateway.cli import quarantine_actions
        from laconic_gateway.config import load_expander

        for one in quarantine_actions.read(load_expander(config).expander.state_directory):
            line = {"site": one.site, "charger": one.charger, "number": one.sequence}
            typer.echo(json.dumps(line | one.content, ensure_ascii=False))


@app.command("resend", short_help="Send a message once more.")
def resend_quarantined(site: SiteArgument, number: NumberArgument, config: ConfigOption) -> None:
    """Put a message back into the outbox; it is sent at once, or after the expander's next start.

    Example: laconic quarantine resend kisumu-1 4711 --config expander.toml
    """
    with told():
        from laconic_gateway.cli import quarantine_actions
        from laconic_gateway.config import load_expander

        quarantine_actions.resend(load_expander(config).expander.state_directory, site, number)


@app.command("drop", short_help="Delete a message for good.")
def drop_quarantined(site: SiteArgument, number: NumberArgument, config: ConfigOption) -> None:
    """Delete a message for good.

    Example: laconic quarantine drop kisumu-1 4711 --config expander.toml
    """
    with told():
        from laconic_gateway.cli import quarantine_actions
        from laconic_gateway.config import load_expander

        quarantine_actions.drop(load_expander(config).expander.state_directory, site, number)
