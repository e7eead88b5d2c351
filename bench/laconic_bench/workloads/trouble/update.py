"""How a station updates its firmware: the steps and their times, for all versions of OCPP."""

import re
from typing import Final, Protocol

from laconic_bench.workloads.agenda import Action
from laconic_bench.workloads.causes import INSTALLATION
from laconic_bench.workloads.station import Station
from laconic_bench.workloads.tables import lognormal

DOWNLOADED_SECONDS: Final = 95
INSTALLING_SECONDS: Final = 100
"""From the command; no message tells these times, so they are always the same."""

_FIRST_SECONDS: Final = 3
_INSTALL_SECONDS: Final = lognormal(median=75.0, spread=0.3, first=20, last=400)
"""Until the station boots with the new firmware (assumption)."""
_INSTALLED_SECONDS: Final = 10


class Voice(Protocol):
    """How a station of some version tells of an update."""

    def tell_firmware_status(self, status: str) -> None:
        """Send a FirmwareStatusNotification."""
        ...

    def boot_with_firmware(self) -> None:
        """Restart because of new firmware."""
        ...


class Update:
    """Downloads, installs, boots, and says so; a power cut before the boot ends it."""

    def __init__(self, station: Station, voice: Voice) -> None:
        self._station: Final = station
        self._voice: Final = voice
        self._is_installed = False

    def start(self) -> None:
        """Begin when the CSMS has asked for it."""
        install_seconds = INSTALLING_SECONDS + self._station.world.draws.pick(
            INSTALLATION, _INSTALL_SECONDS
        )
        self._after(_FIRST_SECONDS, lambda: self._voice.tell_firmware_status("Downloading"))
        self._after(DOWNLOADED_SECONDS, lambda: self._voice.tell_firmware_status("Downloaded"))
        self._after(INSTALLING_SECONDS, lambda: self._voice.tell_firmware_status("Installing"))
        self._after(install_seconds, self._boot)

    def begin(self) -> None:
        """Say after the boot that it is done."""
        if self._is_installed:
            self._is_installed = False
            self._after(_INSTALLED_SECONDS, lambda: self._voice.tell_firmware_status("Installed"))

    def _boot(self) -> None:
        self._is_installed = True
        self._station.firmware = next_version(self._station.firmware)
        self._voice.boot_with_firmware()

    def _after(self, seconds: int, action: Action) -> None:
        self._station.later(self._station.now_ms + 1000 * seconds, action)


def next_version(firmware: str) -> str:
    """Return the version after this one: the last number plus one."""
    return re.sub(
        r"\d+(?=\D*$)", lambda found: str(int(found[0]) + 1).zfill(len(found[0])), firmware
    )
