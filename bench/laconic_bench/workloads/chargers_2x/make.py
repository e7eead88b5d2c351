"""What a make of OCPP 2.0.1 or 2.1 chargers is: its habits, and how it tells each message."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from laconic_bench.trace import Version
from laconic_bench.workloads.calendar import Calendar
from laconic_bench.workloads.device_model.controllers import Intervals
from laconic_bench.workloads.draws import Cause
from laconic_bench.workloads.ids import Ids
from laconic_bench.workloads.json_style import JsonObject, Style
from laconic_bench.workloads.reading import Reading
from laconic_bench.workloads.riders import Rider, Riders
from laconic_bench.workloads.world import World


@dataclass(frozen=True, slots=True)
class Event:
    """What a TransactionEvent tells."""

    kind: str
    trigger: str
    time_ms: int
    sequence: int
    transaction: str
    evse: int
    state: str
    """chargingState."""
    reason: str = ""
    """stoppedReason, of the last event."""
    token: str = ""
    """Who asked for it, if somebody did."""
    remote_start: int = 0
    """remoteStartId, if the CSMS asked for the transaction."""
    reading: Reading | None = None
    context: str = ""
    """Of the reading: empty for a periodic one; at the begin and the end only the register."""
    offline: bool = False

    @property
    def is_first(self) -> bool:
        """True for the event that starts the transaction."""
        return self.kind == "Started"


class Make2x(ABC):
    """Habits and payloads of one make."""

    version: ClassVar[Version]
    vendor: ClassVar[str]
    model: ClassVar[str]
    firmware: ClassVar[str]
    serial_format: ClassVar[str]
    evses: ClassVar[int]
    style: ClassVar[Style]
    resolution_ms: ClassVar[int]
    """Of the times in messages: 1 or 1000."""
    spans_plug: ClassVar[bool]
    """A transaction lasts from plug to plug (TxStartPoint is EVConnected)."""
    sample_seconds: int
    """TxUpdatedInterval."""
    aligned_seconds: int = 0
    """Between clock-aligned MeterValues while idle; 0 if there are none."""
    volt_step: ClassVar[float]
    ampere_step: ClassVar[float]
    monitor_seconds: int = 0
    """Between events that tell the temperature; 0 if there are none."""
    items_per_report: ClassVar[int]
    """Variables in a NotifyReport."""
    boot_event: ClassVar[str]
    """Security event after a boot."""
    boot_event_info: ClassVar[str] = ""

    def __init__(
        self,
        calendar: Calendar,
        sample_seconds: int = 0,
        aligned_seconds: int = 0,
        monitor_seconds: int = 0,
    ) -> None:
        """The intervals are what the operator sets; 0 leaves what the make usually has."""
        self.calendar = calendar
        if sample_seconds:
            self.sample_seconds = sample_seconds
        if aligned_seconds and self.aligned_seconds:
            self.aligned_seconds = aligned_seconds
        if monitor_seconds and self.monitor_seconds:
            self.monitor_seconds = monitor_seconds

    def intervals(self, heartbeat_seconds: int) -> Intervals:
        """Return what the CSMS sets after a boot."""
        return Intervals(heartbeat_seconds, self.sample_seconds, self.aligned_seconds)

    @abstractmethod
    def ids(self, world: World) -> Ids:
        """Return a new source of message ids."""

    @abstractmethod
    def transaction_id(self, world: World, evse: int) -> str:
        """Return the id of a transaction that starts now."""

    @abstractmethod
    def token(self, riders: Riders, rider: Rider, cause: Cause) -> str:
        """Return the idToken that the reader makes of a rider's card."""

    @abstractmethod
    def time_text(self, time_ms: int) -> str:
        """Return a time as the firmware writes it."""

    @abstractmethod
    def boot(self, reason: str, serial: int, firmware: str) -> JsonObject:
        """Return the payload of a BootNotification."""

    @abstractmethod
    def status(self, evse: int, status: str, time_ms: int) -> JsonObject:
        """Return the payload of a StatusNotification."""

    @abstractmethod
    def transaction_event(self, event: Event) -> JsonObject:
        """Return the payload of a TransactionEvent."""

    @abstractmethod
    def samples(self, reading: Reading, context: str) -> list[JsonObject]:
        """Return the sampledValue of a reading; `context` as in `Event`."""

    def meter_values(self, evse: int, time_ms: int, reading: Reading) -> JsonObject:
        """Return the payload of a clock-aligned MeterValues."""
        return {"evseId": evse, "meterValue": self.meter_value(time_ms, reading, "Sample.Clock")}

    def meter_value(self, time_ms: int, reading: Reading, context: str) -> list[JsonObject]:
        """Return the meterValue of a reading."""
        samples = self.samples(reading, context)
        return [{"timestamp": self.time_text(time_ms), "sampledValue": samples}]

    def id_token(self, token: str) -> JsonObject:
        """Return an idToken object."""
        return {"idToken": token, "type": "ISO14443"}


def is_register_only(context: str) -> bool:
    """Return whether a reading of this context is only the energy register."""
    return context in ("Transaction.Begin", "Transaction.End")
