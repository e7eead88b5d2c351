"""The make Gardenia: a charger on OCPP 2.1 that reports statuses as in 2.0.1.

Compact JSON, whole seconds with +00:00, the time and a counter as message id, UUIDs as transaction
ids. Optional members are told where they have their defaults too. A monitor of the CSMS tells the
temperature from time to time (OCPP has no measurand for it). A transaction lasts from plug to plug.
"""

from laconic_bench.workloads.causes import TRANSACTION_UUID
from laconic_bench.workloads.chargers_2x.make import Event, Make2x, is_register_only
from laconic_bench.workloads.draws import Cause
from laconic_bench.workloads.ids import Ids, TimeAndCounter, random_uuid
from laconic_bench.workloads.json_style import COMPACT, JsonObject
from laconic_bench.workloads.reading import Reading
from laconic_bench.workloads.riders import Rider, Riders
from laconic_bench.workloads.world import World


class Gardenia(Make2x):
    """Habits and payloads of the make."""

    version = "2.1"
    vendor = "Gardenia"
    model = "G-One"
    firmware = "5.1.0+b77"
    serial_format = "G1{:08d}"
    evses = 1
    style = COMPACT
    resolution_ms = 1000
    spans_plug = True
    sample_seconds = 30
    volt_step = 0.1
    ampere_step = 0.1
    monitor_seconds = 900
    items_per_report = 10
    boot_event = "SettingSystemTime"
    boot_event_info = "The system time of the station was changed"

    def ids(self, world: World) -> Ids:
        """Return ids of the time and a counter."""
        return TimeAndCounter(self.calendar)

    def transaction_id(self, world: World, evse: int) -> str:
        """Return a UUID."""
        return random_uuid(world.draws, TRANSACTION_UUID)

    def token(self, riders: Riders, rider: Rider, cause: Cause) -> str:
        """Return 14 hexadecimal digits."""
        return f"{riders.card_long(rider, cause):014X}"

    def time_text(self, time_ms: int) -> str:
        """Return a time in whole seconds."""
        return self.calendar.seconds_offset(time_ms)

    def boot(self, reason: str, serial: int, firmware: str) -> JsonObject:
        """Return the payload of a BootNotification."""
        station = {
            "vendorName": self.vendor,
            "model": self.model,
            "serialNumber": self.serial_format.format(serial),
            "firmwareVersion": firmware,
        }
        return {"chargingStation": station, "reason": reason}

    def status(self, evse: int, status: str, time_ms: int) -> JsonObject:
        """Return the payload of a StatusNotification."""
        time = self.time_text(time_ms)
        return {"evseId": evse, "connectorId": 1, "connectorStatus": status, "timestamp": time}

    def transaction_event(self, event: Event) -> JsonObject:
        """Return the payload of a TransactionEvent."""
        payload: JsonObject = {
            "seqNo": event.sequence,
            "eventType": event.kind,
            "triggerReason": event.trigger,
            "timestamp": self.time_text(event.time_ms),
            "offline": event.offline,
            "numberOfPhasesUsed": 1,
            "evse": {"id": event.evse, "connectorId": 1},
            "transactionInfo": _info(event),
        }
        if event.token:
            payload["idToken"] = self.id_token(event.token)
        if event.reading:
            payload["meterValue"] = self.meter_value(event.time_ms, event.reading, event.context)
        return payload

    def samples(self, reading: Reading, context: str) -> list[JsonObject]:
        """Return the sampledValue of a reading."""
        told = context or "Sample.Periodic"
        register = _sample("Energy.Active.Import.Register", reading.energy_wh, told, "Wh")
        if is_register_only(context):
            return [register]
        watts = reading.volts * reading.amperes
        return [
            register,
            _sample("Power.Active.Import", watts, told, "W"),
            _sample("Voltage", reading.volts, told, "V"),
            _sample("Current.Import", reading.amperes, told, "A"),
            _sample("SoC", float(reading.soc_percent or 0), told, "Percent"),
        ]


def _info(event: Event) -> JsonObject:
    info: JsonObject = {"transactionId": event.transaction, "chargingState": event.state}
    if event.is_first:
        info["operationMode"] = "ChargingOnly"
    if event.remote_start:
        info["remoteStartId"] = event.remote_start
    if event.reason:
        info["stoppedReason"] = event.reason
    return info


def _sample(measurand: str, value: float, context: str, unit: str) -> JsonObject:
    return {
        "measurand": measurand,
        "value": round(value, 1),
        "context": context,
        "unitOfMeasure": {"unit": unit},
    }
