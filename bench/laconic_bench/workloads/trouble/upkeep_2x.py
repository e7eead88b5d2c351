"""What a busy CSMS does with a station on OCPP 2.x: polls, reports, firmware, logs, a reset."""

from collections.abc import Sequence
from typing import Final

from laconic_bench.workloads.calendar import DAY_MS
from laconic_bench.workloads.station_2x import ACCEPTED, Station2x
from laconic_bench.workloads.timetable import Daily, Duty, Every
from laconic_bench.workloads.trouble.update import Update
from laconic_bench.workloads.trouble.upkeep_16 import (
    LOG_HOUR,
    POLL_SECONDS,
    RESET_HOUR,
    STAGGER_HOURS,
    UPDATE_HOUR,
)

REPORT_HOURS: Final = (6.0, 12.0, 20.0)
POLLED: Final = ("AvailabilityState", "FirmwareVersion", "HeartbeatInterval")
"""Variables that the polls ask for, of all components that have them."""

_RESET_MS: Final = 1_500
_UPLOADING_MS: Final = 4_000
_UPLOADED_MS: Final = 47_000


class Upkeep2x:
    """The upkeep of one station; `number` is its place in the row."""

    def __init__(self, station: Station2x, number: int) -> None:
        self._station: Final = station
        self._update: Final = Update(station, self)
        self._request = 0
        late = STAGGER_HOURS * number
        self._duties: Final[Sequence[Duty]] = (
            self._update,
            Every(station, POLL_SECONDS, self._poll),
            *(Daily(station, hour + late, self._report) for hour in REPORT_HOURS),
            Daily(station, UPDATE_HOUR + late, self._update_firmware),
            Daily(station, LOG_HOUR + late, self._fetch_log),
            Daily(station, RESET_HOUR + late, self._reset),
        )

    def begin(self) -> None:
        """Begin after a boot."""
        for duty in self._duties:
            duty.begin()

    def tell_firmware_status(self, status: str) -> None:
        """Send a FirmwareStatusNotification, and a security event when all is done."""
        payload = {"status": status, "requestId": self._request}
        self._station.tell("FirmwareStatusNotification", payload)
        if status == "Installed":
            self._station.tell_security_event("FirmwareUpdated")

    def boot_with_firmware(self) -> None:
        """Restart because of new firmware."""
        self._station.power_off("Reboot")
        self._station.boot_reason = "FirmwareUpdate"
        self._station.power_on()

    def _poll(self) -> None:
        variables = self._station.variables()
        self._station.show_variables([one for one in variables if one.name in POLLED])

    def _report(self) -> None:
        self._station.report("FullInventory")

    def _update_firmware(self) -> None:
        station = self._station
        self._request = station.world.csms.next_request()
        firmware = {
            "location": f"https://firmware.example.org/{station.identity}/latest.bin",
            "retrieveDateTime": self._csms_time(station.now_ms),
        }
        payload = {"requestId": self._request, "retries": 3, "firmware": firmware}
        station.obey("UpdateFirmware", payload, ACCEPTED)
        self._update.start()

    def _fetch_log(self) -> None:
        station = self._station
        request, now_ms = station.world.csms.next_request(), station.now_ms
        payload = {
            "logType": "DiagnosticsLog",
            "requestId": request,
            "log": {
                "remoteLocation": f"https://logs.example.org/{station.identity}",
                "oldestTimestamp": self._csms_time(now_ms - DAY_MS),
                "latestTimestamp": self._csms_time(now_ms),
            },
        }
        name = f"{station.identity}-{station.world.calendar.digits(now_ms)}.log.gz"
        station.obey("GetLog", payload, {"status": "Accepted", "filename": name})
        station.later(now_ms + _UPLOADING_MS, lambda: self._tell_log("Uploading", request))
        station.later(now_ms + _UPLOADED_MS, lambda: self._tell_log("Uploaded", request))

    def _tell_log(self, status: str, request: int) -> None:
        self._station.tell("LogStatusNotification", {"status": status, "requestId": request})

    def _reset(self) -> None:
        self._station.obey("Reset", {"type": "Immediate"}, ACCEPTED)
        self._station.later(self._station.now_ms + _RESET_MS, self._obey_reset)

    def _obey_reset(self) -> None:
        self._station.power_off("ImmediateReset")
        self._station.boot_reason = "RemoteReset"
        self._station.power_on()

    def _csms_time(self, time_ms: int) -> str:
        return self._station.world.calendar.milliseconds_z(time_ms)
