"""The make Cassia: a roadside charger of which the firmware is written in a scripting language.

White space after comma and colon, times with +00:00 that come 0 to 2 s late, kWh and kW, one sample
in each element of meterValue, card numbers in decimal, partly random UUIDs as message ids, statuses
without time: each seen in recorded logs of some vendor. Samples every 60 s while charging, and by
the clock every 900 s while idle.
"""

from typing import Final

from laconic_bench.workloads.causes import MESSAGE_ID_UP
from laconic_bench.workloads.chargers_16.make import Make, Stop
from laconic_bench.workloads.draws import Cause
from laconic_bench.workloads.ids import Ids, PartlyRandomUuid
from laconic_bench.workloads.reading import Reading
from laconic_bench.workloads.riders import Rider, Riders
from laconic_bench.workloads.trouble.faults import VENDOR_ID, Fault
from laconic_bench.workloads.world import World

_OFFERED_AMPERES: Final = 10.0


class Cassia(Make):
    """Habits and texts of the make."""

    vendor = "Cassia"
    model = "Moto Point"
    firmware = "build 881"
    connectors = 1
    comma = ", "
    resolution_ms = 1000
    sample_seconds = 60
    samples_late = True
    clock_seconds = 900
    stamps_status = False
    volt_step = 0.1
    ampere_step = 0.01

    def ids(self, world: World) -> Ids:
        """Return partly random UUIDs."""
        return PartlyRandomUuid(world.draws, MESSAGE_ID_UP)

    def tag(self, riders: Riders, rider: Rider, cause: Cause) -> str:
        """Return a decimal number."""
        return f"{riders.card_short(rider, cause):010d}"

    def boot(self, serial: int, firmware: str) -> str:
        """Return the payload of a BootNotification."""
        return (
            f'{{"chargePointVendor": "{self.vendor}", "chargePointSerialNumber": '
            f'"{serial:08d}", "chargePointModel": "{self.model}", '
            f'"firmwareVersion": "{firmware}"}}'
        )

    def authorize(self, tag: str) -> str:
        """Return the payload of an Authorize."""
        return f'{{"idTag": "{tag}"}}'

    def status(self, connector: int, status: str, time_ms: int) -> str:
        """Return the payload of a StatusNotification."""
        return f'{{"connectorId": {connector}, "status": "{status}", "errorCode": "NoError"}}'

    def faulted(self, connector: int, fault: Fault, time_ms: int) -> str:
        """Return the payload of a StatusNotification about a fault."""
        return (
            f'{{"connectorId": {connector}, "status": "Faulted", '
            f'"errorCode": "{fault.error_code}", "vendorErrorCode": "{fault.code}", '
            f'"vendorId": "{VENDOR_ID}"}}'
        )

    def start(self, connector: int, tag: str, time_ms: int, energy_wh: float) -> str:
        """Return the payload of a StartTransaction."""
        return (
            f'{{"idTag": "{tag}", "timestamp": "{self.calendar.seconds_offset(time_ms)}", '
            f'"connectorId": {connector}, "meterStart": {int(energy_wh)}}}'
        )

    def stop(self, stop: Stop) -> str:
        """Return the payload of a StopTransaction."""
        return (
            f'{{"timestamp": "{self.calendar.seconds_offset(stop.stop_ms)}", '
            f'"meterStop": {int(stop.stop_wh)}, "reason": "{stop.reason}", '
            f'"transactionId": {stop.transaction}}}'
        )

    def meter_values(
        self, connector: int, transaction: int | None, time_ms: int, reading: Reading
    ) -> str:
        """Return the payload of a MeterValues."""
        watts = reading.volts * reading.amperes
        samples = [
            f'"measurand": "Energy.Active.Import.Register", "unit": "kWh", '
            f'"value": "{reading.energy_wh / 1000:.3f}"',
            f'"measurand": "Power.Active.Import", "unit": "kW", "value": "{watts / 1000:.3f}"',
            f'"measurand": "Current.Import", "unit": "A", "value": "{reading.amperes:.2f}"',
            f'"measurand": "Current.Offered", "unit": "A", "value": "{_OFFERED_AMPERES:.2f}"',
            f'"measurand": "Voltage", "unit": "V", "value": "{reading.volts:.1f}"',
            f'"measurand": "Temperature", "unit": "Celsius", "value": "{reading.celsius:.0f}"',
        ]
        if reading.soc_percent is not None:
            samples.append(
                f'"measurand": "SoC", "unit": "Percent", "value": "{reading.soc_percent}"'
            )
        context = "" if transaction is not None else '"context": "Sample.Clock", '
        head = f'{{"timestamp": "{self.calendar.seconds_offset(time_ms)}", "sampledValue": [{{'
        elements = ", ".join(f"{head}{context}{sample}}}]}}" for sample in samples)
        named = "" if transaction is None else f'"transactionId": {transaction}, '
        return f'{{"connectorId": {connector}, {named}"meterValue": [{elements}]}}'

    def accepted(self) -> str:
        """Return the answer to a command."""
        return '{"status": "Accepted"}'
