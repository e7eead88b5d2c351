"""The configuration file of an expander as typed, checked and immutable values."""

from pathlib import Path
from typing import Annotated

from msgspec import Meta

from laconic_gateway.address import Address
from laconic_gateway.config.common import (
    Identity,
    LogSection,
    MetricsSection,
    Password,
    Section,
    SiteName,
    keys_meta,
    listen_meta,
    metrics_listen,
    password_file_meta,
    seconds_meta,
    state_directory_meta,
)


class ExpanderSection(Section, frozen=True):
    """Where the sites reach the expander, and where it keeps its state."""

    listen: Annotated[
        Address, listen_meta("0.0.0.0:5683", "Where the sites reach the expander.")
    ] = Address("0.0.0.0", 5683)
    tcp: Annotated[
        bool,
        Meta(
            description="Whether to listen for TCP too, on the same address and port, for sites"
            " with `carrier` `tcp` or `auto`.",
            examples=[True],
            extra={"expected": "true or false"},
        ),
    ] = True
    state_directory: Annotated[Path, state_directory_meta("the outbox", "4 GiB")] = Path("state")


class CsmsSection(Section, frozen=True):
    """The CSMS that receives the traffic of all chargers."""

    url: Annotated[
        str,
        Meta(
            # Which placeholders exist is checked later, where it can be said better.
            pattern=r"^wss?://(?=.*\{\w+\})(?:[^{}\s]|\{\w+\})+\Z",
            description="URL for each charger. `{path}` stands for the path of the URL that the"
            " charger used, as `/ocpp/CP1`; `{identity}` for its percent-encoded identity.",
            examples=["wss://csms.example{path}"],
            extra={
                "expected": "a URL that starts with ws:// or wss:// and holds {path} or {identity}"
            },
        ),
    ]
    ca_file: Annotated[
        Path | None,
        Meta(
            description="Certificates (PEM) to trust for wss://, instead of those of the system.",
            examples=["csms-ca.pem"],
            extra={
                "expected": "the path of a file",
                "default": "those of the system",
                "alternative": True,
            },
        ),
    ] = None
    ping_seconds: Annotated[
        float,
        seconds_meta(0, 86_400, 300, "Time between WebSocket pings to the CSMS; 0 sends none."),
    ] = 300.0
    command_seconds: Annotated[
        float,
        seconds_meta(
            5,
            86_400,
            28,
            "How long a command may take until its answer is here. Then the CSMS gets a CALLERROR,"
            " and the command is withdrawn; it is never carried out late. Set it below the time"
            " after which the CSMS gives up, and above `link.poll_seconds` of sites that poll.",
        ),
    ] = 28.0
    replay_boot: Annotated[
        bool,
        Meta(
            description="Send the last BootNotification that the CSMS accepted again, before"
            " anything else, when a connection to the CSMS was lost or the expander has restarted."
            " For a CSMS that forgets its chargers. Chargers themselves do not do this.",
            examples=[True],
            extra={"expected": "true or false", "default": "false"},
        ),
    ] = False
    refresh_status_seconds: Annotated[
        float,
        seconds_meta(
            30,
            86_400,
            300,
            "After the CSMS was away from a charger for this long, it gets the last status of each"
            " connector again, unless a newer one waits.",
        ),
    ] = 300.0


class ServedCharger(Section, frozen=True):
    """One charger of this site. List every charger: messages of others are kept, not delivered. A
    charger that moves may be listed at several sites: one of them at a time speaks for it."""

    identity: Identity
    password: Annotated[
        Password | None,
        Meta(
            description="The password this charger has at the CSMS (HTTP Basic authentication)."
            " Without it and without `password_file` there is no authentication."
        ),
    ] = None
    password_file: Annotated[
        Path | None, password_file_meta("File that holds the password, instead of `password`.")
    ] = None

    def __repr__(self) -> str:
        return f"ServedCharger(identity={self.identity!r})"


class ServedSite(Section, frozen=True):
    """One site that this expander serves."""

    name: SiteName
    keys: Annotated[Path, keys_meta("expander")]
    lease_seconds: Annotated[
        float,
        seconds_meta(
            10,
            86_400,
            90,
            "A site that was silent for this long counts as gone: its chargers are disconnected"
            " from the CSMS until it is back. A site that announces longer silences, with"
            " `link.reachability` and `link.sign_of_life_seconds`, gets a longer lease by itself.",
        ),
    ] = 90.0
    charger: tuple[ServedCharger, ...] = ()


class ExpanderConfig(Section, frozen=True, kw_only=True):
    """The configuration of a cloud expander (`laconic expander`)."""

    expander: ExpanderSection = ExpanderSection()
    csms: CsmsSection
    site: Annotated[tuple[ServedSite, ...], Meta(min_length=1)]
    metrics: MetricsSection | None = None
    log: LogSection = LogSection()

    def passwords(self) -> dict[tuple[str, str], str]:
        """The passwords at the CSMS, by site and identity; no entry means no authentication."""
        return {
            (site.name, one.identity): one.password
            for site in self.site
            for one in site.charger
            if one.password is not None
        }

    def listens(self) -> dict[str, Address]:
        """The addresses on which the expander listens, by the key that sets them."""
        return {"expander.listen": self.expander.listen} | metrics_listen(self.metrics)
