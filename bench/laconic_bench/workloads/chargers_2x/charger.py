"""A charger on OCPP 2.0.1 or 2.1: boots, reports its state and itself, obeys the CSMS."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from laconic_bench.workloads.causes import SERIAL_NUMBER, TEMPERATURE
from laconic_bench.workloads.chargers_2x.evse import Evse
from laconic_bench.workloads.chargers_2x.make import Make2x
from laconic_bench.workloads.chargers_2x.model import all_variables
from laconic_bench.workloads.device_model.monitors import periodic_monitor
from laconic_bench.workloads.device_model.variables import Variable
from laconic_bench.workloads.station_2x import Station2x
from laconic_bench.workloads.timetable import Every
from laconic_bench.workloads.warmth import Warmth
from laconic_bench.workloads.world import World

_AFTER_BOOT_MS: Final = 2_000
_COMMANDS_MS: Final = 5_000
_REPORT_MS: Final = 20_000
MONITOR: Final = 1
"""Id of the monitor of the temperature."""
_SENSOR: Final = Variable("TemperatureSensor", "Temperature", "", data_type="decimal", evse=1)
_CONFIGURATION_HOUR: Final = 2.0
"""Local time at which the CSMS reads the configuration of one station after the other."""


class Charger2x(Station2x):
    """One charger of some make, with its EVSEs."""

    def __init__(
        self, identity: str, number: int, make: Make2x, sessions_per_day: float, world: World
    ) -> None:
        ids = make.ids(world)
        super().__init__(identity, ids, make.resolution_ms, world, make.style, make.firmware)
        self.version = make.version
        self.comma = make.style.comma
        self.items_per_report = make.items_per_report
        self._make: Final = make
        self._number: Final = number
        self._serial: Final = world.draws.below(SERIAL_NUMBER, 100_000_000)
        self._warmth: Final = Warmth(world, TEMPERATURE, 0.1)
        self._monitor: Final = Every(self, make.monitor_seconds, self._tell_temperature)
        self._reported_firmware = ""
        """Of the last report of the device model."""
        self.evses: Final = [
            Evse(self, make, index + 1, (number + index) % 3, sessions_per_day)
            for index in range(make.evses)
        ]

    def power_off(self, reason: str) -> None:
        """Stop at once; what the EVSEs were doing is told after the next boot."""
        super().power_off(reason)
        for evse in self.evses:
            evse.power_off(reason)

    def boot(self) -> None:
        """Register, then tell what happened and how things are."""
        payload = self._make.boot(self.boot_reason, self._serial, self.firmware)
        self.timed_call("BootNotification", self.style.text(payload), self.world.csms.boot)
        self.later(self.now_ms + _AFTER_BOOT_MS, self._settle)
        self.later(self.now_ms + _COMMANDS_MS, self._be_configured)
        self.later(self.now_ms + 1000 * self.world.site.heartbeat_seconds, self.heartbeat)
        if self._reported_firmware != self.firmware:
            self.later(self.now_ms + _REPORT_MS, self._show_itself)
        self._await_configuration_read()

    def time_text(self, time_ms: int) -> str:
        """Return a time as the firmware writes it."""
        return self._make.time_text(time_ms)

    def variables(self) -> Sequence[Variable]:
        """Return the device model, with the states of the EVSEs as they are."""
        intervals = self._make.intervals(self.world.site.heartbeat_seconds)
        states = [evse.state for evse in self.evses]
        return all_variables(self._make, intervals, self._serial, self.firmware, states)

    def _settle(self) -> None:
        info = self._make.boot_event_info
        more = {"techInfo": info} if info else {}
        self.tell_security_event(self._make.boot_event, **more)
        for evse in self.evses:
            evse.tell_loss()
        for evse in self.evses:
            evse.open()

    def _be_configured(self) -> None:
        self.take_variables(self._wanted())
        if self._make.monitor_seconds:
            payload, answer = periodic_monitor(_SENSOR, MONITOR, self._make.monitor_seconds)
            self.obey("SetVariableMonitoring", payload, answer)
        self._monitor.begin()

    def _tell_temperature(self) -> None:
        load = max(evse.load for evse in self.evses)
        celsius = self._warmth.read(self.now_ms, load)
        sensor = replace(_SENSOR, value=f"{celsius:.1f}")
        more: dict[str, str | int] = {
            "eventNotificationType": "CustomMonitor",
            "variableMonitoringId": MONITOR,
        }
        self.tell_event("Periodic", sensor, **more)

    def _show_itself(self) -> None:
        self._reported_firmware = self.firmware
        self.report("FullInventory")

    def _await_configuration_read(self) -> None:
        at_hour = _CONFIGURATION_HOUR + self._number / 60
        time_ms = self.world.calendar.next_local_ms(self.now_ms, at_hour)
        self.later(time_ms, self._read_configuration)

    def _read_configuration(self) -> None:
        self.show_variables(self._wanted())
        self._await_configuration_read()

    def _wanted(self) -> Sequence[Variable]:
        return self._make.intervals(self.world.site.heartbeat_seconds).variables()
