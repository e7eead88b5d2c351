"""What the file of a site gateway says of its chargers."""

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from laconic_gateway.address import Address
from laconic_gateway.config.common import (
    Identity,
    Password,
    Section,
    listen_meta,
    password_file_meta,
    seconds_meta,
)
from laconic_gateway.core.site.policy import Answers, EmptyAnswer, WhenOffline

MessageIds = Literal["remint", "preserve"]


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
            " waits for the CSMS. `relay`: every message waits for the CSMS, but for what"
            " `empty_answers` beside it names.",
            examples=["local"],
        ),
    ] = "local"
    empty_answers: Annotated[
        tuple[EmptyAnswer, ...],
        Meta(
            description="To what chargers of OCPP 2.x say the CSMS always answers nothing (`{}`),"
            " although OCPP lets it say more. The gateway answers it then, as soon as it is on"
            " disk, which saves a round trip for each. `updates`, `starts`, `ends`: the"
            " `TransactionEvent` of that kind, if it holds no token; its answer may hold a cost, a"
            " limit or a message for the driver. `swaps`: `BatterySwap`; some CSMSs refuse a"
            " battery in the answer. What the CSMS answers does not reach the charger; the expander"
            " warns if it is not empty.",
            examples=[["updates"]],
        ),
    ] = ()
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
    empty_answers: Annotated[
        tuple[EmptyAnswer, ...] | None,
        Meta(
            description="As `chargers.empty_answers`, for this charger only. A charger with"
            ' `answers = "relay"` of its own has none but these.',
            examples=[["updates"]],
            extra={"default": "as `chargers.empty_answers`"},
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

    def empty_answers_beside(self, shared: ChargersSection) -> tuple[EmptyAnswer, ...]:
        """Return what the gateway answers in place of the CSMS beside the usual."""
        if self.empty_answers is not None:
            return self.empty_answers
        return () if self.answers == "relay" else shared.empty_answers

    def __repr__(self) -> str:
        return f"Charger(identity={self.identity!r}, answers={self.answers!r})"
