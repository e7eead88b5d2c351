"""The make Ficus: a post with two outlets on OCPP 2.0.1, by a vendor that came from OCPP 1.6.

White space after the colon only, whole seconds, a counter as message id, transaction ids made of
the time, keys in the order of the specification. Values are whole numbers with a multiplier. A
transaction lasts from plug to plug; idle outlets are read by the clock.
"""

from laconic_bench.workloads.chargers_2x.make import Event, Make2x, is_register_only
from laconic_bench.workloads.draws import Cause
from laconic_bench.workloads.ids import Counter, Ids
from laconic_bench.workloads.json_style import JsonObject, Style
from laconic_bench.workloads.reading import Reading
from laconic_bench.workloads.riders import Rider, Riders
from laconic_bench.workloads.world import World


class Ficus(Make2x):
    """Habits and payloads of the make."""

    version = "2.0.1"
    vendor = "Ficus Power"
    model = "Twin 22"
    firmware = "R3.4.018"
    serial_format = "FP-{:08d}"
    evses = 2
    style = Style(colon=": ")
    resolution_ms = 1000
    spans_plug = True
    sample_seconds = 60
    aligned_seconds = 900
    volt_step = 0.1
    ampere_step = 0.01
    items_per_report = 12
    boot_event = "StartupOfTheDevice"
    boot_event_info = "cold start"

    def ids(self, world: World) -> Ids:
        """Return a counter."""
        return Counter()

    def transaction_id(self, world: World, evse: int) -> str:
        """Return the number of the outlet and the seconds since 1970."""
        return f"{evse}-{self.calendar.unix_seconds(world.agenda.now_ms)}"

    def token(self, riders: Riders, rider: Rider, cause: Cause) -> str:
        """Return 14 hexadecimal digits."""
        return f"{riders.card_long(rider, cause):014x}"

    def time_text(self, time_ms: int) -> str:
        """Return a time in whole seconds."""
        return self.calendar.seconds_z(time_ms)

    def boot(self, reason: str, serial: int, firmware: str) -> JsonObject:
        """Return the payload of a BootNotification."""
        station = {
            "serialNumber": self.serial_format.format(serial),
            "model": self.model,
            "vendorName": self.vendor,
            "firmwareVersion": firmware,
            "modem": {"iccid": f"89254{serial:014d}"},
        }
        return {"reason": reason, "chargingStation": station}

    def status(self, evse: int, status: str, time_ms: int) -> JsonObject:
        """Return the payload of a StatusNotification."""
        time = self.time_text(time_ms)
        return {"timestamp": time, "connectorStatus": status, "evseId": evse, "connectorId": 1}

    def transaction_event(self, event: Event) -> JsonObject:
        """Return the payload of a TransactionEvent."""
        payload: JsonObject = {
            "eventType": event.kind,
            "timestamp": self.time_text(event.time_ms),
            "triggerReason": event.trigger,
            "seqNo": event.sequence,
        }
        if event.offline:
            payload["offline"] = True
        payload["transactionInfo"] = _info(event)
        payload["evse"] = {"id": event.evse, "connectorId": 1}
        if event.token:
            payload["idToken"] = self.id_token(event.token)
        if event.reading:
            payload["meterValue"] = self.meter_value(event.time_ms, event.reading, event.context)
        return payload

    def samples(self, reading: Reading, context: str) -> list[JsonObject]:
        """Return the sampledValue of a reading."""
        head: JsonObject = {"context": context} if context else {}
        register = {"value": int(reading.energy_wh), **head, **_ENERGY}
        if is_register_only(context):
            return [register]
        watts = reading.volts * reading.amperes
        samples: list[JsonObject] = [
            register,
            {"value": round(1000 * reading.amperes), **head, **_CURRENT},
            {"value": round(10 * reading.volts), **head, **_VOLTAGE},
            {"value": round(watts), **head, **_POWER},
        ]
        if reading.soc_percent is not None:
            samples.append({"value": reading.soc_percent, **head, **_SOC})
        return samples


def _info(event: Event) -> JsonObject:
    info: JsonObject = {"transactionId": event.transaction, "chargingState": event.state}
    if event.reason:
        info["stoppedReason"] = event.reason
    if event.remote_start:
        info["remoteStartId"] = event.remote_start
    return info


def _kind(measurand: str, unit: str, multiplier: int) -> JsonObject:
    return {"measurand": measurand, "unitOfMeasure": {"unit": unit, "multiplier": multiplier}}


_ENERGY = _kind("Energy.Active.Import.Register", "Wh", 0)
_CURRENT = _kind("Current.Import", "A", -3)
_VOLTAGE = _kind("Voltage", "V", -1)
_POWER = _kind("Power.Active.Import", "W", 0)
_SOC = _kind("SoC", "Percent", 0)
