"""An update goes through its steps, and a power cut ends it."""

import pytest

from laconic_bench.workloads.chargers_16.charger import Charger
from laconic_bench.workloads.trouble.update import INSTALLING_SECONDS, Update, next_version
from tests.support.workload_life import MAKES, live, world


class Listener:
    """Notes what is said of an update, and boots the charger."""

    def __init__(self, charger: Charger) -> None:
        self.charger = charger
        self.said: list[str] = []

    def tell_firmware_status(self, status: str) -> None:
        self.said.append(status)

    def boot_with_firmware(self) -> None:
        self.said.append("boot")
        self.charger.restart("Reboot")


def listener() -> tuple[Listener, Update]:
    charger = Charger("CP1", 0, MAKES[0], 0.001, world())
    heard = Listener(charger)
    update = Update(charger, heard)
    charger.after_boot.append(update.begin)
    charger.power_on()
    live(charger.world, 0.1)
    return heard, update


def test_it_goes_through_its_steps() -> None:
    heard, update = listener()
    update.start()
    live(heard.charger.world, 0.5)
    assert heard.said == ["Downloading", "Downloaded", "Installing", "boot", "Installed"]
    assert heard.charger.firmware == "1.14.3"
    heard.charger.restart("Reboot")
    live(heard.charger.world, 0.5)
    assert heard.said[-1] == "Installed" and heard.said.count("Installed") == 1


def test_a_power_cut_ends_it() -> None:
    heard, update = listener()
    update.start()
    live(heard.charger.world, INSTALLING_SECONDS / 3600)
    heard.charger.restart("PowerLoss")
    live(heard.charger.world, 0.5)
    assert "boot" not in heard.said and heard.charger.firmware == "1.14.2"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1.14.2", "1.14.3"),
        ("V2.01.9-B", "V2.01.10-B"),
        ("build 881", "build 882"),
        ("R3.4.018", "R3.4.019"),
        ("5.1.0+b77", "5.1.0+b78"),
    ],
)
def test_the_last_number_is_the_version_that_rises(old: str, new: str) -> None:
    assert next_version(old) == new
