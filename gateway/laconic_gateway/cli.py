"""The command line `laconic`.

Each command imports what it needs when it runs, so that `laconic --help` is quick.
"""

import sys
from pathlib import Path
from typing import Annotated, Literal

from laconic_gateway.cli_failures import told

try:
    import typer
except ModuleNotFoundError:
    sys.exit('laconic: the commands are not installed. Run in a checkout: pip install ".[gateway]"')

app = typer.Typer(
    help="Carry OCPP between the chargers of a site and a CSMS over a metered cellular link.\n\n"
    "To see it work on this machine, run: laconic demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
keys_app = typer.Typer(help="Make or show the keys of a site.", no_args_is_help=True)
config_app = typer.Typer(help="Work with configuration files.", no_args_is_help=True)
journal_app = typer.Typer(
    help="See what left the journal of a stopped gateway.", no_args_is_help=True
)
codec_app = typer.Typer(help="Measure the codec.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")
app.add_typer(config_app, name="config")
app.add_typer(journal_app, name="journal")
app.add_typer(codec_app, name="codec")
quarantine_app = typer.Typer(
    help="Messages that the CSMS refused. The expander must not run.", no_args_is_help=True
)
app.add_typer(quarantine_app, name="quarantine")

ConfigOption = Annotated[
    Path, typer.Option("--config", metavar="FILE", help="Configuration file (TOML).")
]


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
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
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
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
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


@journal_app.command("show", short_help="Print what is damaged and what was shed.")
def journal_show(config: ConfigOption) -> None:
    """Print the damaged records in quarantine, what was shed because the journal was full, and
    how much waits since when.

    The gateway must be stopped.

    Example: laconic journal show --config site.toml
    """
    with told():
        from laconic_gateway.cli_journal import show_journal
        from laconic_gateway.config import load_site

        show_journal(load_site(config))


@journal_app.command("downgrade", short_help="Prepare the journal for an older release.")
def journal_downgrade(
    config: ConfigOption,
    to: Annotated[int, typer.Option("--to", metavar="N", min=1, help="Version of the schema.")],
) -> None:
    """Take the schema of the journal back, before an older release of Laconic is installed.

    The gateway must be stopped. No undelivered message is lost; the quarantine is.

    Example: laconic journal downgrade --config site.toml --to 1
    """
    with told():
        from laconic_gateway.cli_journal import downgrade_journal
        from laconic_gateway.config import load_site

        downgrade_journal(load_site(config), to)


@codec_app.command("stats", short_help="Measure what recorded traffic costs in frames.")
def codec_stats(
    traces: Annotated[
        list[Path],
        typer.Argument(metavar="TRACE", help="Recorded traffic, JSON lines."),
    ],
    frame_messages: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Messages in a frame.", show_default="50"),
    ] = None,
    window: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            min=0.001,
            help="Instead: a frame has all messages of so many seconds.",
        ),
    ] = None,
    coding: Annotated[
        Literal["all", "cbor", "zstd", "adaptive"],
        typer.Option(help="All: for each frame the shortest."),
    ] = "all",
    direction: Annotated[
        Literal["up", "down", "both"],
        typer.Option(help="CALLs of the chargers, CALLs of the CSMS, or all messages."),
    ] = "up",
    verify: Annotated[
        bool, typer.Option("--verify/--no-verify", help="Decode all frames and compare.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure what recorded traffic costs in frames, and whether it comes back unchanged.

    Each trace starts cold. The exit code is 0 only if every byte came back, or nobody looked.

    Example: laconic codec stats traces/*.jsonl --frame-messages 10 --json
    """
    if frame_messages is not None and window is not None:
        raise typer.BadParameter("give either --frame-messages or --window")
    with told():
        from laconic_bench.codec_stats.command import run as measure
        from laconic_bench.codec_stats.settings import CodingChoice, Settings, Ways

        messages = None if window is not None else frame_messages or 50
        settings = Settings(messages, window, CodingChoice(coding), Ways(direction), verify)
        raise typer.Exit(measure(traces, settings, as_json))


@keys_app.command("new", short_help="Make the keys of a new site.")
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


@keys_app.command("show", short_help="Show the fingerprint of keys.")
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


SiteArgument = Annotated[str, typer.Argument(metavar="SITE", help="Name of the site.")]
NumberArgument = Annotated[
    int, typer.Argument(metavar="NUMBER", help="Number of the message, as `list` shows it.")
]


@quarantine_app.command("list", short_help="Show the messages and why they are there.")
def list_quarantine(config: ConfigOption) -> None:
    """Show the messages that the CSMS refused, one JSON object in a line.

    Example: laconic quarantine list --config expander.toml
    """
    with told():
        import json

        from laconic_gateway.config import load_expander
        from laconic_gateway.edge.storage import refused

        for one in refused.read(load_expander(config).expander.state_directory):
            line = {"site": one.site, "charger": one.charger, "number": one.sequence}
            typer.echo(json.dumps(line | one.content, ensure_ascii=False))


@quarantine_app.command("resend", short_help="Send a message once more.")
def resend_quarantined(site: SiteArgument, number: NumberArgument, config: ConfigOption) -> None:
    """Put a message back into the outbox; it is sent after the next start of the expander.

    Example: laconic quarantine resend kisumu-1 4711 --config expander.toml
    """
    with told():
        from laconic_gateway.config import load_expander
        from laconic_gateway.edge.storage import refused

        refused.resend(load_expander(config).expander.state_directory, site, number)


@quarantine_app.command("drop", short_help="Delete a message for good.")
def drop_quarantined(site: SiteArgument, number: NumberArgument, config: ConfigOption) -> None:
    """Delete a message for good.

    Example: laconic quarantine drop kisumu-1 4711 --config expander.toml
    """
    with told():
        from laconic_gateway.config import load_expander
        from laconic_gateway.edge.storage import refused

        refused.drop(load_expander(config).expander.state_directory, site, number)


@config_app.command("check", short_help="Check a file without starting anything.")
def check_config(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Configuration file (TOML).")],
) -> None:
    """Check a configuration file of either kind, and the keys it names.

    It starts nothing.

    Example: laconic config check site.toml
    """
    with told():
        from laconic_gateway.cli_check import summary, warning
        from laconic_gateway.config import load

        settings = load(file)
        text = summary(settings)
    if doubt := warning(settings):
        typer.echo(f"laconic: {file}: {doubt}", err=True)
    typer.echo(f"{file}: {text}: ok")
