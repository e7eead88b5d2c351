"""The make Dracaena: a charger on OCPP 2.0.1 with an open-source firmware.

Keys in alphabetical order, milliseconds, UUIDs, `offline` always told, `evse` only in the first
event, a location with every sample: as logs of EVerest show it. A transaction lasts from start to
stop. Values are JSON numbers in their shortest form, with up to two decimals.
"""

from laconic_bench.workloads.causes import MESSAGE_ID_UP, TRANSACTION_UUID
from laconic_bench.workloads.chargers_2x.make import Event, Make2x, is_register_only
from laconic_bench.workloads.draws import Cause
from laconic_bench.workloads.ids import Ids, Uuid, random_uuid
from laconic_bench.workloads.json_style import JsonObject, Style
from laconic_bench.workloads.reading import Reading
from laconic_bench.workloads.riders import Rider, Riders
from laconic_bench.workloads.world import World


class Dracaena(Make2x):
    """Habits and payloads of the make."""

    version = "2.0.1"
    vendor = "Dracaena"
    model = "DR-AC-2"
    firmware = "2024.7.1"
    serial_format = "DRC{:08d}"
    evses = 1
    style = Style(sorts_keys=True)
    resolution_ms = 1
    spans_plug = False
    sample_seconds = 60
    volt_step = 0.1
    ampere_step = 0.01
    items_per_report = 8
    boot_event = "StartupOfTheDevice"

    def ids(self, world: World) -> Ids:
        """Return UUIDs."""
        return Uuid(world.draws, MESSAGE_ID_UP)

    def transaction_id(self, world: World, evse: int) -> str:
        """Return a UUID."""
        return random_uuid(world.draws, TRANSACTION_UUID)

    def token(self, riders: Riders, rider: Rider, cause: Cause) -> str:
        """Return 8 hexadecimal digits."""
        return f"{riders.card_short(rider, cause):08X}"

    def time_text(self, time_ms: int) -> str:
        """Return a time with milliseconds."""
        return self.calendar.milliseconds_z(time_ms)

    def boot(self, reason: str, serial: int, firmware: str) -> JsonObject:
        """Return the payload of a BootNotification."""
        station = {
            "firmwareVersion": firmware,
            "model": self.model,
            "serialNumber": self.serial_format.format(serial),
            "vendorName": self.vendor,
        }
        return {"chargingStation": station, "reason": reason}

    def status(self, evse: int, status: str, time_ms: int) -> JsonObject:
        """Return the payload of a StatusNotification."""
        time = self.time_text(time_ms)
        return {"connectorId": 1, "connectorStatus": status, "evseId": evse, "timestamp": time}

    def transaction_event(self, event: Event) -> JsonObject:
        """Return the payload of a TransactionEvent."""
        info: JsonObject = {"chargingState": event.state, "transactionId": event.transaction}
        if event.reason:
            info["stoppedReason"] = event.reason
        if event.remote_start:
            info["remoteStartId"] = event.remote_start
        payload: JsonObject = {
            "eventType": event.kind,
            "offline": event.offline,
            "seqNo": event.sequence,
            "timestamp": self.time_text(event.time_ms),
            "transactionInfo": info,
            "triggerReason": event.trigger,
        }
        if event.is_first:
            payload["evse"] = {"connectorId": 1, "id": event.evse}
        if event.token:
            payload["idToken"] = self.id_token(event.token)
        if event.reading:
            payload["meterValue"] = self.meter_value(event.time_ms, event.reading, event.context)
        return payload

    def samples(self, reading: Reading, context: str) -> list[JsonObject]:
        """Return the sampledValue of a reading."""
        told = context or "Sample.Periodic"
        register = _sample(told, "Energy.Active.Import.Register", "Wh", reading.energy_wh)
        if is_register_only(context):
            return [register]
        return [
            register,
            _sample(told, "Current.Import", "A", reading.amperes, "L1"),
            _sample(told, "Voltage", "V", reading.volts, "L1"),
            _sample(told, "Power.Active.Import", "W", reading.volts * reading.amperes, "L1"),
            {**_sample(told, "SoC", "Percent", float(reading.soc_percent or 0)), "location": "EV"},
        ]


def _sample(
    context: str, measurand: str, unit: str, value: float, phase: str | None = None
) -> JsonObject:
    sample: JsonObject = {
        "context": context,
        "location": "Outlet",
        "measurand": measurand,
        "unitOfMeasure": {"unit": unit},
        "value": round(value, 2),
    }
    if phase:
        sample["phase"] = phase
    return sample
