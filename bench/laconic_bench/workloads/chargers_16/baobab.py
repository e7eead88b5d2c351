"""The make Baobab: a charger with two connectors and a large firmware.

Unit before measurand, six decimals in every measured value, milliseconds, time and counter as
message id, the long card number, no context, `info` in the status, the begin and the end of the
register in StopTransaction: habits that recorded logs show of large wallbox vendors. Samples every
10 s; an idle connector repeats its status every hour.
"""

from typing import Final

from laconic_bench.workloads.chargers_16.make import Make, Stop
from laconic_bench.workloads.draws import Cause
from laconic_bench.workloads.ids import Ids, TimeAndCounter
from laconic_bench.workloads.reading import Reading
from laconic_bench.workloads.riders import Rider, Riders
from laconic_bench.workloads.trouble.faults import VENDOR_ID, Fault
from laconic_bench.workloads.world import World

_REGISTER: Final = '"unit":"Wh","measurand":"Energy.Active.Import.Register"'
_PILOT: Final = {"Available": "eCp_12V", "Charging": "eCp_6V"}


class Baobab(Make):
    """Habits and texts of the make."""

    vendor = "Baobab"
    model = "BX-7400D"
    firmware = "V2.01.9-B"
    connectors = 2
    resolution_ms = 1
    sample_seconds = 10
    repeat_status_seconds = 3600
    heartbeat_when_quiet = True
    volt_step = 0.01
    ampere_step = 0.01
    celsius_step = 0.1

    def ids(self, world: World) -> Ids:
        """Return ids of the time and a counter."""
        return TimeAndCounter(self.calendar)

    def tag(self, riders: Riders, rider: Rider, cause: Cause) -> str:
        """Return 14 hexadecimal digits."""
        return f"{riders.card_long(rider, cause):014X}"

    def boot(self, serial: int, firmware: str) -> str:
        """Return the payload of a BootNotification."""
        return (
            f'{{"chargePointVendor":"{self.vendor}","chargePointModel":"{self.model}",'
            f'"firmwareVersion":"{firmware}","chargeBoxSerialNumber":"BX{serial:08d}K",'
            f'"chargePointSerialNumber":"BX{serial:08d}K","meterType":"BM1-D"}}'
        )

    def authorize(self, tag: str) -> str:
        """Return the payload of an Authorize."""
        return f'{{"idTag":"{tag}"}}'

    def status(self, connector: int, status: str, time_ms: int) -> str:
        """Return the payload of a StatusNotification."""
        return (
            f'{{"timestamp":"{self.calendar.milliseconds_z(time_ms)}","status":"{status}",'
            f'"errorCode":"NoError","connectorId":{connector},'
            f'"info":"{_PILOT.get(status, "eCp_9V")}"}}'
        )

    def faulted(self, connector: int, fault: Fault, time_ms: int) -> str:
        """Return the payload of a StatusNotification about a fault."""
        return (
            f'{{"timestamp":"{self.calendar.milliseconds_z(time_ms)}","status":"Faulted",'
            f'"errorCode":"{fault.error_code}","connectorId":{connector},"info":"eCp_0V",'
            f'"vendorErrorCode":"{fault.code}","vendorId":"{VENDOR_ID}"}}'
        )

    def start(self, connector: int, tag: str, time_ms: int, energy_wh: float) -> str:
        """Return the payload of a StartTransaction."""
        return (
            f'{{"timestamp":"{self.calendar.milliseconds_z(time_ms)}",'
            f'"meterStart":{round(energy_wh)},"idTag":"{tag}","connectorId":{connector}}}'
        )

    def stop(self, stop: Stop) -> str:
        """Return the payload of a StopTransaction."""
        start = self._register(stop.start_ms, stop.start_wh, "Transaction.Begin")
        end = self._register(stop.stop_ms, stop.stop_wh, "Transaction.End")
        return (
            f'{{"idTag":"{stop.tag}","transactionId":{stop.transaction},'
            f'"meterStop":{round(stop.stop_wh)},"timestamp":'
            f'"{self.calendar.milliseconds_z(stop.stop_ms)}","reason":"{stop.reason}",'
            f'"transactionData":[{start},{end}]}}'
        )

    def meter_values(
        self, connector: int, transaction: int | None, time_ms: int, reading: Reading
    ) -> str:
        """Return the payload of a MeterValues."""
        watts = reading.volts * reading.amperes
        return (
            f'{{"connectorId":{connector},"transactionId":{transaction},"meterValue":['
            f'{{"timestamp":"{self.calendar.milliseconds_z(time_ms)}","sampledValue":['
            f'{{"value":"{reading.energy_wh:.2f}0000",{_REGISTER}}},'
            f'{{"value":"{reading.volts:.2f}0000","unit":"V","measurand":"Voltage",{_PHASE}}},'
            f'{{"value":"{reading.amperes:.2f}0000","unit":"A","measurand":"Current.Import",'
            f"{_PHASE}}},"
            f'{{"value":"{watts:.2f}0000","unit":"W","measurand":"Power.Active.Import"}},'
            f'{{"value":"{reading.soc_percent}.000000","unit":"Percent","measurand":"SoC"}},'
            f'{{"value":"{reading.celsius:.1f}00000","unit":"Celsius","measurand":"Temperature"}}'
            "]}]}"
        )

    def accepted(self) -> str:
        """Return the answer to a command."""
        return '{"status":"Accepted"}'

    def _register(self, time_ms: int, energy_wh: float, context: str) -> str:
        return (
            f'{{"timestamp":"{self.calendar.milliseconds_z(time_ms)}","sampledValue":['
            f'{{"value":"{energy_wh:.2f}0000","context":"{context}",{_REGISTER}}}]}}'
        )


_PHASE: Final = '"phase":"L1-N"'
