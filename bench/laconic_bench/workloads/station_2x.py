"""A station of OCPP 2.0.1 or 2.1: what chargers and cabinets of these versions have in common."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Final

from laconic_bench.workloads.device_model.report import report_parts
from laconic_bench.workloads.device_model.variables import (
    Variable,
    get_variables,
    set_results,
    set_variables,
    variable_results,
)
from laconic_bench.workloads.ids import Ids
from laconic_bench.workloads.json_style import COMPACT, JsonObject, Style
from laconic_bench.workloads.station import Station
from laconic_bench.workloads.world import World

ACCEPTED: Final[JsonObject] = {"status": "Accepted"}
_REPORT_AFTER_MS: Final = 1_000
"""Between the answer to GetBaseReport and the first part of the report."""


class Station2x(Station):
    """Has a device model that the CSMS can read and set."""

    items_per_report = 12
    """Variables in a NotifyReport."""

    def __init__(
        self, identity: str, ids: Ids, resolution_ms: int, world: World, style: Style, firmware: str
    ) -> None:
        super().__init__(identity, ids, resolution_ms, world)
        self.style: Final = style
        self.firmware = firmware
        self.boot_reason = "PowerUp"
        """What the next BootNotification gives as reason."""
        self._next_event = 0

    def power_off(self, reason: str) -> None:
        """Stop at once, for a reason of OCPP: what was to happen does not happen."""
        super().power_off(reason)
        self.boot_reason = "PowerUp" if reason == "PowerLoss" else "Watchdog"

    @abstractmethod
    def time_text(self, time_ms: int) -> str:
        """Return a time as the firmware writes it."""

    @abstractmethod
    def variables(self) -> Sequence[Variable]:
        """Return the whole device model."""

    def tell(self, action: str, payload: JsonObject) -> None:
        """Send a CALL that is answered with an empty object."""
        self.call(action, self.style.text(payload))

    def obey(self, action: str, payload: JsonObject, answer: JsonObject) -> None:
        """Receive a CALL of the CSMS and answer it."""
        self.command(action, COMPACT.text(payload), self.style.text(answer))

    def show_variables(self, variables: Sequence[Variable]) -> None:
        """Answer a GetVariables."""
        self.obey("GetVariables", get_variables(variables), variable_results(variables))

    def take_variables(self, variables: Sequence[Variable]) -> None:
        """Answer a SetVariables."""
        self.obey("SetVariables", set_variables(variables), set_results(variables))

    def report(self, base: str) -> None:
        """Answer a GetBaseReport and report the device model."""
        request = self.world.csms.next_request()
        self.obey("GetBaseReport", {"requestId": request, "reportBase": base}, ACCEPTED)
        self.later(self.now_ms + _REPORT_AFTER_MS, lambda: self._report(request))

    def number_events(self, count: int) -> int:
        """Return the eventId of the first of so many events."""
        first = self._next_event
        self._next_event += count
        return first

    def tell_event(self, trigger: str, variable: Variable, **more: str | int) -> None:
        """Send a NotifyEvent about a variable; `more` are further members of the event."""
        time = self.time_text(self.now_ms)
        event: JsonObject = {
            "eventId": self.number_events(1),
            "timestamp": time,
            "trigger": trigger,
            "actualValue": variable.value,
            "eventNotificationType": "HardWiredNotification",
            **more,
            **variable.named(),
        }
        self.tell(
            "NotifyEvent", {"generatedAt": time, "tbc": False, "seqNo": 0, "eventData": [event]}
        )

    def tell_security_event(self, kind: str, **more: str) -> None:
        """Send a SecurityEventNotification; `more` are further members."""
        time = self.time_text(self.now_ms)
        self.tell("SecurityEventNotification", {"type": kind, "timestamp": time, **more})

    def _report(self, request: int) -> None:
        time, variables = self.time_text(self.now_ms), self.variables()
        for part in report_parts(request, time, variables, self.items_per_report):
            self.tell("NotifyReport", part)
