"""What the file of a site gateway says of its link: batching, reachability and the budget."""

from typing import Annotated

from msgspec import Meta

from laconic_gateway.config.common import Megabytes, Section, megabytes_meta, seconds_meta
from laconic_gateway.core.site.budget.governor import MEGABYTE, BudgetSettings
from laconic_gateway.core.site.reachability import Mode


class BatchSection(Section, frozen=True):
    """How long a message may wait for company before it is sent, by class of message."""

    transaction_seconds: Annotated[
        float,
        seconds_meta(
            0, 86_400, 2, "Starts and ends of transactions, and swaps, that the gateway answers."
        ),
    ] = 2.0
    alarm_seconds: Annotated[float, seconds_meta(0, 86_400, 0, "Faults and security events.")] = 0.0
    status_seconds: Annotated[
        float,
        seconds_meta(
            0,
            86_400,
            10,
            "Status of a connector, and events of a transaction that are not periodic.",
        ),
    ] = 10.0
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
            300,
            "While the path is kept open, a protected sign of life goes in place of a keepalive"
            " when so much time has passed. It tells the expander a changed address, and its"
            " lease for this site follows it.",
        ),
    ] = 300.0
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
