"""The configuration file of a site gateway as typed, checked and immutable values."""

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from laconic_gateway.address import Address
from laconic_gateway.config.common import (
    Identity,
    LogSection,
    Megabytes,
    MetricsSection,
    Password,
    Section,
    SiteName,
    keys_meta,
    listen_meta,
    megabytes_meta,
    metrics_listen,
    password_file_meta,
    seconds_meta,
    state_directory_meta,
)
from laconic_gateway.core.site.budget.governor import MEGABYTE, BudgetSettings
from laconic_gateway.core.site.policy import Answering, Answers, WhenOffline
from laconic_gateway.core.site.reachability import Mode

MessageIds = Literal["remint", "preserve"]
CarrierSetting = Literal["auto", "udp", "tcp"]


class SiteSection(Section, frozen=True):
    """Who this site is and where its expander is."""

    name: SiteName
    keys: Annotated[Path, keys_meta("site")]
    expander: Annotated[
        Address,
        Meta(
            description="Where the expander listens (UDP, and TCP on the same port).",
            examples=["expander.example:5683"],
            extra={
                "expected": "host:port, with a port from 1 to 65535 and an IPv6 host in brackets"
            },
        ),
    ]
    carrier: Annotated[
        CarrierSetting,
        Meta(
            description="What carries CoAP to the expander. `udp`: the cheapest. `tcp`: for"
            " networks that let no UDP through; an exchange takes twice the bytes, a keepalive"
            " three times. `auto`:"
            " UDP; TCP while nothing is answered by UDP, which is then tried again now and then."
            " It costs nothing as long as UDP works.",
            examples=["auto"],
        ),
    ] = "auto"
    state_directory: Annotated[
        Path, state_directory_meta("the journal", "`journal_megabytes` and 200 MB more")
    ] = Path("state")
    journal_megabytes: Annotated[
        float,
        Meta(
            ge=1,
            le=1_000_000,
            description="Quota of the journal; beside it lies a log of 4 MB. Below it 10"
            " percent are kept for what is never shed. Beyond that, old states and meter values go"
            " first, transactions never.",
            examples=[512],
            extra={"expected": "a number from 1 to 1000000"},
        ),
    ] = 512.0


class ChargersSection(Section, frozen=True):
    """The WebSocket server for the chargers, and what holds for every charger."""

    listen: Annotated[
        Address, listen_meta("0.0.0.0:8887", "Where the chargers connect (TCP, WebSocket).")
    ] = Address("0.0.0.0", 8887)
    answers: Annotated[
        Answers,
        Meta(
            description="Who answers a charger. `local`: the gateway answers heartbeats, and"
            " messages whose answer is empty as soon as they are on disk; what the CSMS decides"
            " waits for the CSMS. `relay`: every message waits for the CSMS.",
            examples=["local"],
        ),
    ] = "local"
    transaction_updates: Annotated[
        Answers,
        Meta(
            description="Who answers a `TransactionEvent` of OCPP 2.x that is an update and holds"
            " no token, such as periodic meter values. `relay`: the CSMS. `local`: the gateway, as"
            " soon as it is on disk, which saves a round trip for each. Set `local` only if the"
            " CSMS answers updates without cost or limit: its answer does not reach the charger.",
            examples=["relay"],
        ),
    ] = "relay"
    when_offline: Annotated[
        WhenOffline,
        Meta(
            description="While the CSMS cannot be reached. `absorb`: the gateway keeps what"
            " chargers say and answers what it can: tokens that the CSMS or a local list has"
            " accepted may charge, transactions of OCPP 1.6 get a provisional id, chargers that"
            " the CSMS knows may boot. `strict`: it answers no more than usual, and closes the"
            " connection after 120 s, so that the charger keeps its messages itself.",
            examples=["absorb"],
        ),
    ] = "absorb"
    unknown_tokens: Annotated[
        Literal["refuse", "accept"],
        Meta(
            description="Whether tokens that nobody has said anything about may charge while the"
            " CSMS cannot be reached. What the CSMS or a local list has refused stays refused.",
            examples=["refuse"],
        ),
    ] = "refuse"
    message_ids: Annotated[
        MessageIds,
        Meta(
            description="`remint`: the expander gives each message a new id, which saves most of"
            " its bytes. `preserve`: the CSMS sees the id that the charger chose.",
            examples=["remint"],
        ),
    ] = "remint"
    ping_seconds: Annotated[
        float,
        seconds_meta(0, 3600, 30, "Time between WebSocket pings to a charger; 0 sends none."),
    ] = 30.0


class Charger(Section, frozen=True):
    """One charger that may connect. Chargers that are not listed are refused."""

    identity: Identity
    password: Annotated[
        Password | None,
        Meta(description="Password of HTTP Basic authentication. Either this or `password_file`."),
    ] = None
    password_file: Annotated[
        Path | None, password_file_meta("File that holds the password, instead of `password`.")
    ] = None
    answers: Annotated[
        Answers | None,
        Meta(
            description="As `chargers.answers`, for this charger only.",
            examples=["relay"],
            extra={"default": "as `chargers.answers`"},
        ),
    ] = None

    transaction_updates: Annotated[
        Answers | None,
        Meta(
            description="As `chargers.transaction_updates`, for this charger only.",
            examples=["local"],
            extra={"default": "as `chargers.transaction_updates`"},
        ),
    ] = None

    when_offline: Annotated[
        WhenOffline | None,
        Meta(
            description="As `chargers.when_offline`, for this charger only.",
            examples=["strict"],
            extra={"default": "as `chargers.when_offline`"},
        ),
    ] = None

    def __repr__(self) -> str:
        return f"Charger(identity={self.identity!r}, answers={self.answers!r})"


class BatchSection(Section, frozen=True):
    """How long a message may wait for company before it is sent, by class of message."""

    transaction_seconds: Annotated[
        float, seconds_meta(0, 86_400, 2, "Start, end and updates of a transaction.")
    ] = 2.0
    alarm_seconds: Annotated[float, seconds_meta(0, 86_400, 0, "Faults and security events.")] = 0.0
    status_seconds: Annotated[float, seconds_meta(0, 86_400, 10, "Status of a connector.")] = 10.0
    telemetry_seconds: Annotated[float, seconds_meta(0, 86_400, 60, "Meter values.")] = 60.0
    background_seconds: Annotated[
        float, seconds_meta(0, 86_400, 300, "Everything that nobody waits for, such as reports.")
    ] = 300.0


class LinkSection(Section, frozen=True):
    """The cellular link."""

    reachability: Annotated[
        Mode,
        Meta(
            description="When a command of the CSMS can reach the site. `always`: at any time;"
            " an idle month costs 0.9 MB behind a NAT that keeps a mapping for 120 s, 3.2 MB"
            " behind one that keeps it for 30 s. `active`: while a transaction runs, a driver was"
            " seen or a command has just come; 0.3 MB. `poll`: only just after the site has said"
            " something, at the latest after `poll_seconds`.",
            examples=["always"],
        ),
    ] = "always"
    poll_seconds: Annotated[
        float,
        seconds_meta(
            10,
            3600,
            300,
            "With `poll`: the longest that a command waits for the site; each poll takes 47 bytes.",
        ),
    ] = 300.0
    sign_of_life_seconds: Annotated[
        float,
        seconds_meta(
            1,
            3600,
            420,
            "While the path is kept open, a protected sign of life goes in place of a keepalive"
            " when so much time has passed. It tells the expander a changed address, and its"
            " lease for this site follows it.",
        ),
    ] = 420.0
    keepalive_seconds: (
        Annotated[
            float,
            Meta(
                ge=1,
                le=3600,
                description="Fixed time between keepalives. Leave it out: the gateway measures how"
                " long the carrier's NAT keeps a mapping, on a second socket, and stays below.",
                examples=[28],
                extra={"alternative": True, "default": "as measured"},
            ),
        ]
        | None
    ) = None
    sim: Annotated[
        str,
        Meta(
            pattern=r"^[A-Za-z0-9._-]{1,64}\Z",
            description="Name of the SIM. What is measured is kept under it; change it when"
            " another SIM, or another way into the internet, is used.",
            examples=["main"],
            extra={"expected": "1 to 64 characters out of A-Z a-z 0-9 . _ -"},
        ),
    ] = "main"


class BudgetSection(Section, frozen=True):
    """What the link may cost in a month. Without this table bytes are counted, nothing is saved."""

    monthly_megabytes: Annotated[
        Megabytes,
        megabytes_meta(
            25,
            "Budget of a billing month in decimal megabytes, as carriers count: IP headers and"
            " both directions included.",
        ),
    ] = 25.0
    month_starts_on_day: Annotated[
        int,
        Meta(
            ge=1,
            le=28,
            description="Day on which a billing month starts, at 00:00 UTC.",
            examples=[1],
            extra={"expected": "a whole number from 1 to 28"},
        ),
    ] = 1
    reserve_percent: Annotated[
        float,
        Meta(
            ge=0,
            le=90,
            description="Part of the budget that is kept free for what is never saved on.",
            examples=[10],
        ),
    ] = 10.0
    hard_cap_megabytes: Annotated[
        Megabytes | None,
        megabytes_meta(
            30,
            "From here on meter values outside of transactions are not sent at all until the month"
            " is over; an alert comes at 90 percent. It should be above `monthly_megabytes`.",
        ),
    ] = None

    def settings(self) -> BudgetSettings:
        """The same for the governor."""
        cap = self.hard_cap_megabytes
        return BudgetSettings(
            monthly_bytes=round(self.monthly_megabytes * MEGABYTE),
            reserve_bytes=round(self.monthly_megabytes * MEGABYTE * self.reserve_percent / 100),
            hard_cap_bytes=None if cap is None else round(cap * MEGABYTE),
        )


class SiteConfig(Section, frozen=True):
    """The configuration of a site gateway (`laconic site`)."""

    site: SiteSection
    chargers: ChargersSection = ChargersSection()
    charger: tuple[Charger, ...] = ()
    batch: BatchSection = BatchSection()
    link: LinkSection = LinkSection()
    budget: BudgetSection | None = None
    metrics: MetricsSection | None = None
    log: LogSection = LogSection()

    def passwords(self) -> dict[str, str]:
        """The password of every charger that may connect, by identity."""
        return {one.identity: one.password for one in self.charger if one.password is not None}

    def answering(self) -> dict[str, Answering]:
        """Who answers each charger, by identity."""
        shared = self.chargers
        return {
            one.identity: Answering(
                one.answers or shared.answers,
                one.transaction_updates or shared.transaction_updates,
                one.when_offline or shared.when_offline,
            )
            for one in self.charger
        }

    def listens(self) -> dict[str, Address]:
        """The addresses on which the gateway listens, by the key that sets them."""
        return {"chargers.listen": self.chargers.listen} | metrics_listen(self.metrics)
