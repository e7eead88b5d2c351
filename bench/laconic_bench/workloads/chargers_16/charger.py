"""A two-wheeler charger on OCPP 1.6: boots, reports its state, obeys the CSMS."""

from typing import Final

from laconic_bench.workloads.causes import SERIAL_NUMBER
from laconic_bench.workloads.chargers_16.configuration import all_keys, change
from laconic_bench.workloads.chargers_16.connector import Connector
from laconic_bench.workloads.chargers_16.make import Make
from laconic_bench.workloads.station import Station
from laconic_bench.workloads.world import World

_AFTER_BOOT_MS: Final = 2_000
_COMMANDS_MS: Final = 5_000
_CONFIGURATION_HOUR: Final = 2.0
"""Local time at which the CSMS reads the configuration of one station after the other."""


class Charger(Station):
    """One charger of some make, with its connectors."""

    version = "1.6"

    def __init__(
        self, identity: str, number: int, make: Make, sessions_per_day: float, world: World
    ) -> None:
        super().__init__(identity, make.ids(world), make.resolution_ms, world)
        self.comma = make.comma
        self.make: Final = make
        self.firmware = make.firmware
        self._number: Final = number
        self._serial: Final = world.draws.below(SERIAL_NUMBER, 100_000_000)
        self.connectors: Final = [
            Connector(self, make, index + 1, (number + index) % 3, sessions_per_day)
            for index in range(make.connectors)
        ]

    def power_off(self, reason: str) -> None:
        """Stop at once; what the connectors were doing is told after the next boot."""
        super().power_off(reason)
        for connector in self.connectors:
            connector.power_off(reason)

    def boot(self) -> None:
        """Register, then tell what happened and how things are."""
        payload = self.make.boot(self._serial, self.firmware)
        self.timed_call("BootNotification", payload, self.world.csms.boot)
        self.later(self.now_ms + _AFTER_BOOT_MS, self._settle)
        self.later(self.now_ms + _COMMANDS_MS, self._be_configured)
        self.later(self.now_ms + 1000 * self.world.site.heartbeat_seconds, self.heartbeat)
        self._await_configuration_read()

    def heartbeat(self) -> None:
        """Send a Heartbeat, unless the make spares it while others go out."""
        interval_ms = 1000 * self.world.site.heartbeat_seconds
        due_ms = self.last_call_ms + interval_ms
        if self.make.heartbeat_when_quiet and due_ms > self.now_ms:
            self.later(due_ms, self.heartbeat)
        else:
            super().heartbeat()

    def _settle(self) -> None:
        for connector in self.connectors:
            connector.tell_loss()
        status = self.make.status(0, "Available", self.now_ms)
        self.call("StatusNotification", status)
        for connector in self.connectors:
            connector.open()

    def _be_configured(self) -> None:
        for key, value in (
            ("HeartbeatInterval", self.world.site.heartbeat_seconds),
            *self.make.wanted(),
        ):
            self.command("ChangeConfiguration", change(key, value), self.make.accepted())

    def _await_configuration_read(self) -> None:
        at_hour = _CONFIGURATION_HOUR + self._number / 60
        time_ms = self.world.calendar.next_local_ms(self.now_ms, at_hour)
        self.later(time_ms, self._read_configuration)

    def _read_configuration(self) -> None:
        self.show_configuration()
        self._await_configuration_read()

    def show_configuration(self) -> None:
        """Answer a GetConfiguration without keys."""
        keys = all_keys(self.make, self.world.site.heartbeat_seconds)
        self.command("GetConfiguration", "{}", keys)
