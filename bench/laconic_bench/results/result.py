"""What one run of the benchmark has found, as values.

Bytes are those of IP packets where they are called wire bytes, and those of messages as a
contender encodes them, without any layer below, where they are called payload bytes. A megabyte has
1,000,000 bytes and a month 30 days. None, or an empty mapping, is a figure that was not measured.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

from laconic_bench.units import MEGABYTE, MONTH_DAYS

Setting: TypeAlias = str | int | float | bool | None
Measured: TypeAlias = Literal["model", "live"]
Bytes: TypeAlias = Mapping[str, int]

MEASURED: Final[tuple[Measured, ...]] = get_args(Measured)
LEAST_DAYS: Final = 0.001
DEFAULT_CONTENDER: Final = "laconic"
WINDOW: Final = "window_seconds"
"""The setting of a Laconic contender for how long meter values may wait for their batch."""
WINDOWS: Final = frozenset({WINDOW, "transaction_seconds", "status_seconds"})
"""This one, and those of classes that wait less: they follow it."""


class Key(NamedTuple):
    """What tells the results of a file apart."""

    scenario: str
    link: str
    nat_timeout_seconds: float | None
    measured: Measured
    events: tuple[str, ...] = ()

    def __str__(self) -> str:
        nat = self.nat_timeout_seconds
        timer = "no NAT timer" if nat is None else f"NAT {nat:g} s"
        live = () if self.measured == "model" else (self.measured,)
        return ", ".join((self.scenario, self.link, timer, *live, *self.events))


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Of durations in milliseconds, by nearest rank."""

    p50: float
    p95: float
    p99: float

    def __post_init__(self) -> None:
        if not 0 <= self.p50 <= self.p95 <= self.p99:
            raise ValueError(f"expected 0 <= p50 <= p95 <= p99, found {self.text()}")

    def text(self) -> str:
        """Return the three as they are in a file."""
        return f"{self.p50:g}, {self.p95:g}, {self.p99:g}"


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """The link that was modelled or emulated."""

    round_trip_ms: float
    jitter_ms: float
    rate_bits_per_second: float | None
    """None: no limit."""
    loss: float
    """Share of the packets of one way, 0 to 1."""
    nat_timeout_seconds: float | None
    """None: no NAT, or one that does not forget."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a contender needed for the messages of the scenario.

    Raises:
        ValueError: `by_layer`, `by_action`, `by_cause` or `daily_wire_bytes` is there and has
            another sum than the wire bytes of both ways.
    """

    payload_bytes: int | None
    wire_bytes_up: int
    """From the site."""
    wire_bytes_down: int
    by_layer: Bytes = field(default_factory=dict[str, int])
    """Wire bytes of both ways, as in `by_action` and `by_cause`."""
    by_action: Bytes = field(default_factory=dict[str, int])
    by_cause: Bytes = field(default_factory=dict[str, int])
    latency_ms: Mapping[str, Percentiles] = field(default_factory=dict[str, Percentiles])
    """By class of messages: from the request to its answer, at who has asked."""
    delivery_ms: Mapping[str, Percentiles] = field(default_factory=dict[str, Percentiles])
    """By class of messages: how old a message is when the CSMS has it."""
    lost: int | None = None
    payload_mismatches: int | None = None
    """Messages that did not arrive as they were sent."""
    repeated_messages: int | None = None
    """Requests that came again after a connection or a link had broken."""
    substituted_answers: int | None = None
    """Answers that the gateway gave in the place of the CSMS, which it did not reach: others than
    the CSMS would have given, or answers to questions, of which the CSMS does not hear later."""
    refused_commands: int | None = None
    """Commands to which the gateway answered that the charger is not reached, or that the outcome
    is unknown."""
    detection_seconds: float | None = None
    """From the beginning of an outage until the CSMS was told that a charger is gone."""
    recovery_seconds: float | None = None
    """From the end of an outage of the link until nothing of it waits any more."""
    cpu_seconds: Mapping[str, float] = field(default_factory=dict[str, float])
    """By end, or of whatever was measured together; printed, never compared."""
    memory_mb: Mapping[str, float] = field(default_factory=dict[str, float])
    daily_wire_bytes: Sequence[int] = ()
    """Wire bytes of both ways of day 1, 2 and so on; what comes after the last day is a day too."""

    def __post_init__(self) -> None:
        for name in ("by_layer", "by_action", "by_cause"):
            self._check_sum(name, list(getattr(self, name).values()))
        self._check_sum("daily_wire_bytes", self.daily_wire_bytes)

    @property
    def wire_bytes(self) -> int:
        """Both ways."""
        return self.wire_bytes_up + self.wire_bytes_down

    def _check_sum(self, name: str, parts: Sequence[int]) -> None:
        if parts and sum(parts) != self.wire_bytes:
            raise ValueError(
                f"{name}: its sum is {sum(parts):,}, but wire_bytes_up + wire_bytes_down is"
                f" {self.wire_bytes:,}"
            )


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to carry the messages, and what it needed.

    Raises:
        ValueError: there are neither figures nor a reason.
    """

    figures: Figures | None
    settings: Mapping[str, Setting] = field(default_factory=dict[str, Setting])
    is_computed: bool = False
    """The figures are computed from sizes; nothing was carried."""
    reason: str | None = None
    """Why there are no figures; of one that has figures, what is to be known about them."""

    def __post_init__(self) -> None:
        if self.figures is None and not self.reason:
            raise ValueError("there are no figures, and no reason why")


@dataclass(frozen=True, slots=True)
class Result:
    """The contenders on one scenario over one link.

    Raises:
        ValueError: there are too few days to tell what a month costs.
    """

    scenario: str
    link: str
    days: float
    seed: int
    messages: int
    json_bytes: int
    entropy_floor_bytes: float | None
    """Information in the messages, without message ids; None: the scenario does not tell it."""
    contenders: Mapping[str, Contender]
    versions: Mapping[str, str]
    link_settings: LinkSettings | None = None
    measured: Measured = "model"
    archivers: Bytes = field(default_factory=dict[str, int])
    """Bytes of the trace's texts as offline archivers pack them."""
    chargers: int | None = None
    """Chargers and swap cabinets of the site."""
    heartbeat_entropy_bytes: float | None = None
    """The part of the floor that is in answers to heartbeats, which not everybody carries."""
    events: tuple[str, ...] = ()
    """What was not usual about the link: `outage 2.5:4h`, `address change 3.25`, `radio seed 2`."""
    from_hour: float = 0.0
    """What was played begins so many hours after the start of the scenario."""

    def __post_init__(self) -> None:
        if not LEAST_DAYS <= self.days < math.inf:
            raise ValueError(f"days: expected at least {LEAST_DAYS}, found {self.days:g}")

    @property
    def key(self) -> Key:
        """What tells it from other results."""
        settings = self.link_settings
        nat = None if settings is None else settings.nat_timeout_seconds
        return Key(self.scenario, self.link, nat, self.measured, self.events)

    @property
    def measured_contenders(self) -> dict[str, Figures]:
        """Those with figures."""
        return {
            name: one.figures for name, one in self.contenders.items() if one.figures is not None
        }

    def mb_per_month(self, wire_bytes: int) -> float:
        """Return what wire bytes of this run come to in a month."""
        return wire_bytes / MEGABYTE / self.days * MONTH_DAYS

    def entropy_ratio(self, size_bytes: int | None) -> float | None:
        """Return a size over the entropy floor; None if one of them is not known, or no floor."""
        floor = self.entropy_floor_bytes or 0
        return size_bytes / floor if size_bytes is not None and floor >= 1 else None

    @property
    def floor_without_heartbeats_bytes(self) -> float | None:
        """The floor of who does not carry heartbeats; None if it is not known."""
        if self.entropy_floor_bytes is None or self.heartbeat_entropy_bytes is None:
            return None
        return self.entropy_floor_bytes - self.heartbeat_entropy_bytes

    def ratio_without_heartbeats(self, size_bytes: int | None) -> float | None:
        """Return a size over the floor without heartbeats; None as in `entropy_ratio`."""
        floor = self.floor_without_heartbeats_bytes or 0
        return size_bytes / floor if size_bytes is not None and floor >= 1 else None
