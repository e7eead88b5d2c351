"""The make Acacia: a two-wheeler charger on a small microcontroller.

Compact JSON, value before measurand, whole seconds with Z, a counter as message id, the short card
number. Samples every 30 s, all in one element, with their context, as a published two-wheeler
charger from India does (five samples). Number formats: tenths of a volt, hundredths of an ampere.
"""

from typing import Final

from laconic_bench.workloads.chargers_16.make import Make, Stop
from laconic_bench.workloads.draws import Cause
from laconic_bench.workloads.ids import Counter, Ids
from laconic_bench.workloads.reading import Reading
from laconic_bench.workloads.riders import Rider, Riders
from laconic_bench.workloads.trouble.faults import VENDOR_ID, Fault
from laconic_bench.workloads.world import World


class Acacia(Make):
    """Habits and texts of the make."""

    vendor = "Acacia Mobility"
    model = "AM-2W-3300"
    firmware = "1.14.2"
    connectors = 1
    resolution_ms = 1000
    sample_seconds = 30
    volt_step = 0.1
    ampere_step = 0.01
    tells_temperature = False

    def ids(self, world: World) -> Ids:
        """Return a counter."""
        return Counter()

    def tag(self, riders: Riders, rider: Rider, cause: Cause) -> str:
        """Return 8 hexadecimal digits."""
        return f"{riders.card_short(rider, cause):08X}"

    def boot(self, serial: int, firmware: str) -> str:
        """Return the payload of a BootNotification."""
        return (
            f'{{"chargePointModel":"{self.model}","chargePointVendor":"{self.vendor}",'
            f'"chargePointSerialNumber":"AM{serial:08d}","firmwareVersion":"{firmware}"}}'
        )

    def authorize(self, tag: str) -> str:
        """Return the payload of an Authorize."""
        return f'{{"idTag":"{tag}"}}'

    def status(self, connector: int, status: str, time_ms: int) -> str:
        """Return the payload of a StatusNotification."""
        return (
            f'{{"connectorId":{connector},"errorCode":"NoError","status":"{status}",'
            f'"timestamp":"{self.calendar.seconds_z(time_ms)}"}}'
        )

    def faulted(self, connector: int, fault: Fault, time_ms: int) -> str:
        """Return the payload of a StatusNotification about a fault."""
        return (
            f'{{"connectorId":{connector},"errorCode":"{fault.error_code}","status":"Faulted",'
            f'"timestamp":"{self.calendar.seconds_z(time_ms)}","info":"{fault.name}",'
            f'"vendorId":"{VENDOR_ID}","vendorErrorCode":"{fault.code}"}}'
        )

    def start(self, connector: int, tag: str, time_ms: int, energy_wh: float) -> str:
        """Return the payload of a StartTransaction."""
        return (
            f'{{"connectorId":{connector},"idTag":"{tag}","meterStart":{int(energy_wh)},'
            f'"timestamp":"{self.calendar.seconds_z(time_ms)}"}}'
        )

    def stop(self, stop: Stop) -> str:
        """Return the payload of a StopTransaction."""
        return (
            f'{{"meterStop":{int(stop.stop_wh)},"timestamp":'
            f'"{self.calendar.seconds_z(stop.stop_ms)}","transactionId":{stop.transaction},'
            f'"reason":"{stop.reason}","idTag":"{stop.tag}"}}'
        )

    def meter_values(
        self, connector: int, transaction: int | None, time_ms: int, reading: Reading
    ) -> str:
        """Return the payload of a MeterValues."""
        watts = reading.volts * reading.amperes
        return (
            f'{{"connectorId":{connector},"transactionId":{transaction},"meterValue":['
            f'{{"timestamp":"{self.calendar.seconds_z(time_ms)}","sampledValue":['
            f'{{"value":"{int(reading.energy_wh)}",{_ENERGY}}},'
            f'{{"value":"{watts:.1f}",{_POWER}}},'
            f'{{"value":"{reading.soc_percent}",{_SOC}}},'
            f'{{"value":"{reading.volts:.1f}",{_VOLTAGE}}},'
            f'{{"value":"{reading.amperes:.2f}",{_CURRENT}}}]}}]}}'
        )

    def accepted(self) -> str:
        """Return the answer to a command."""
        return '{"status":"Accepted"}'


def _kind(measurand: str, unit: str) -> str:
    return f'"context":"Sample.Periodic","measurand":"{measurand}","unit":"{unit}"'


_ENERGY: Final = _kind("Energy.Active.Import.Register", "Wh")
_POWER: Final = _kind("Power.Active.Import", "W")
_SOC: Final = _kind("SoC", "Percent")
_VOLTAGE: Final = _kind("Voltage", "V")
_CURRENT: Final = _kind("Current.Import", "A")
