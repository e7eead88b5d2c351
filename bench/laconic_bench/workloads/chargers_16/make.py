"""What a make of OCPP 1.6 chargers is: its habits, and how it writes each message."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from laconic_bench.workloads.calendar import Calendar
from laconic_bench.workloads.draws import Cause
from laconic_bench.workloads.ids import Ids
from laconic_bench.workloads.json_style import Style
from laconic_bench.workloads.reading import Reading
from laconic_bench.workloads.riders import Rider, Riders
from laconic_bench.workloads.trouble.faults import Fault
from laconic_bench.workloads.world import World


@dataclass(frozen=True, slots=True)
class Stop:
    """What a StopTransaction tells."""

    transaction: int
    tag: str
    start_ms: int
    start_wh: float
    stop_ms: int
    stop_wh: float
    reason: str


class Make(ABC):
    """Habits and texts of one make. Texts are payloads of OCPP 1.6 in the firmware's style."""

    vendor: ClassVar[str]
    model: ClassVar[str]
    firmware: ClassVar[str]
    connectors: ClassVar[int]
    comma: ClassVar[str] = ","
    resolution_ms: ClassVar[int]
    """Of the times in messages: 1 or 1000."""
    sample_seconds: int
    """Between MeterValues while charging."""
    samples_late: ClassVar[bool] = False
    """Samples come 0 to 2 s late."""
    clock_seconds: int = 0
    """Between clock-aligned MeterValues while idle; 0 if there are none."""
    repeat_status_seconds: ClassVar[int] = 0
    """Between repetitions of an unchanged status; 0 if there are none."""
    stamps_status: ClassVar[bool] = True
    """StatusNotifications tell their time."""
    heartbeat_when_quiet: ClassVar[bool] = False
    """No Heartbeat while other messages go out (OCPP 1.6, 4.6)."""
    volt_step: ClassVar[float]
    ampere_step: ClassVar[float]
    celsius_step: ClassVar[float] = 1.0
    tells_temperature: ClassVar[bool] = True

    def __init__(self, calendar: Calendar, sample_seconds: int = 0, clock_seconds: int = 0) -> None:
        """The intervals are what the operator sets; 0 leaves what the make usually has."""
        self.calendar = calendar
        self.style = Style(self.comma, ":" + self.comma[1:])
        if sample_seconds:
            self.sample_seconds = sample_seconds
        if clock_seconds and self.clock_seconds:
            self.clock_seconds = clock_seconds

    def wanted(self) -> list[tuple[str, int]]:
        """Return the configuration keys that the CSMS sets for this make, and their values."""
        keys = [("MeterValueSampleInterval", self.sample_seconds)]
        if self.clock_seconds != type(self).clock_seconds:
            keys.append(("ClockAlignedDataInterval", self.clock_seconds))
        return keys

    @abstractmethod
    def ids(self, world: World) -> Ids:
        """Return a new source of message ids."""

    @abstractmethod
    def tag(self, riders: Riders, rider: Rider, cause: Cause) -> str:
        """Return the idTag that the reader makes of a rider's card."""

    @abstractmethod
    def boot(self, serial: int, firmware: str) -> str:
        """Return the payload of a BootNotification."""

    @abstractmethod
    def authorize(self, tag: str) -> str:
        """Return the payload of an Authorize."""

    @abstractmethod
    def status(self, connector: int, status: str, time_ms: int) -> str:
        """Return the payload of a StatusNotification."""

    @abstractmethod
    def faulted(self, connector: int, fault: Fault, time_ms: int) -> str:
        """Return the payload of a StatusNotification about a fault."""

    @abstractmethod
    def start(self, connector: int, tag: str, time_ms: int, energy_wh: float) -> str:
        """Return the payload of a StartTransaction."""

    @abstractmethod
    def stop(self, stop: Stop) -> str:
        """Return the payload of a StopTransaction."""

    @abstractmethod
    def meter_values(
        self, connector: int, transaction: int | None, time_ms: int, reading: Reading
    ) -> str:
        """Return the payload of a MeterValues; clock-aligned outside a transaction."""

    @abstractmethod
    def accepted(self) -> str:
        """Return the payload of the answer to a command that is obeyed."""
