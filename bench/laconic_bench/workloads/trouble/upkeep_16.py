"""What a busy CSMS does with a charger on OCPP 1.6: polls, firmware, diagnostics, a reset."""

from collections.abc import Sequence
from typing import Final

from laconic_bench.workloads.calendar import DAY_MS
from laconic_bench.workloads.chargers_16.charger import Charger
from laconic_bench.workloads.json_style import COMPACT, JsonObject
from laconic_bench.workloads.timetable import Daily, Duty, Every
from laconic_bench.workloads.trouble.update import Update

POLL_SECONDS: Final = 300
"""Between polls of the whole configuration (assumption; such servers exist)."""
UPDATE_HOUR: Final = 10.0
LOG_HOUR: Final = 14.0
RESET_HOUR: Final = 18.0
STAGGER_HOURS: Final = 0.1
"""From one station to the next."""

_RESET_MS: Final = 1_500
_UPLOADING_MS: Final = 4_000
_UPLOADED_MS: Final = 47_000


class Upkeep16:
    """The upkeep of one charger; `number` is its place in the row."""

    def __init__(self, charger: Charger, number: int) -> None:
        self._charger: Final = charger
        self._update: Final = Update(charger, self)
        late = STAGGER_HOURS * number
        self._duties: Final[Sequence[Duty]] = (
            self._update,
            Every(charger, POLL_SECONDS, charger.show_configuration),
            Daily(charger, UPDATE_HOUR + late, self._update_firmware),
            Daily(charger, LOG_HOUR + late, self._fetch_diagnostics),
            Daily(charger, RESET_HOUR + late, self._reset),
        )

    def begin(self) -> None:
        """Begin after a boot."""
        for duty in self._duties:
            duty.begin()

    def tell_firmware_status(self, status: str) -> None:
        """Send a FirmwareStatusNotification."""
        self._tell("FirmwareStatusNotification", {"status": status})

    def boot_with_firmware(self) -> None:
        """Restart because of new firmware."""
        self._charger.restart("Reboot")

    def _update_firmware(self) -> None:
        charger = self._charger
        location = f"https://firmware.example.org/{charger.make.vendor}/latest.bin"
        self._obey(
            "UpdateFirmware",
            {
                "location": location.replace(" ", "-"),
                "retries": 3,
                "retrieveDate": self._time_text(charger.now_ms),
                "retryInterval": 60,
            },
            {},
        )
        self._update.start()

    def _fetch_diagnostics(self) -> None:
        charger = self._charger
        time = charger.world.calendar.digits(charger.now_ms)
        self._obey(
            "GetDiagnostics",
            {
                "location": f"https://logs.example.org/{charger.identity}",
                "retries": 1,
                "startTime": self._time_text(charger.now_ms - DAY_MS),
                "stopTime": self._time_text(charger.now_ms),
            },
            {"fileName": f"diag_{charger.identity}_{time}.zip"},
        )
        action = "DiagnosticsStatusNotification"
        charger.later(
            charger.now_ms + _UPLOADING_MS, lambda: self._tell(action, {"status": "Uploading"})
        )
        charger.later(
            charger.now_ms + _UPLOADED_MS, lambda: self._tell(action, {"status": "Uploaded"})
        )

    def _reset(self) -> None:
        charger = self._charger
        charger.command("Reset", '{"type":"Soft"}', charger.make.accepted())
        charger.later(charger.now_ms + _RESET_MS, lambda: charger.restart("SoftReset"))

    def _time_text(self, time_ms: int) -> str:
        return self._charger.world.calendar.milliseconds_z(time_ms)

    def _tell(self, action: str, payload: JsonObject) -> None:
        self._charger.call(action, self._charger.make.style.text(payload))

    def _obey(self, action: str, payload: JsonObject, answer: JsonObject) -> None:
        self._charger.command(action, COMPACT.text(payload), self._charger.make.style.text(answer))
