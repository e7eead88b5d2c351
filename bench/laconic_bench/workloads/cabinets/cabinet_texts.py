"""How the swap cabinet Elaeis writes OCPP 2.1: compact JSON, whole seconds, tenths in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from laconic_bench.workloads.cabinets.batteries import Battery
from laconic_bench.workloads.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Event:
    """What a TransactionEvent tells."""

    kind: str
    trigger: str
    context: str
    time_ms: int
    sequence: int
    transaction: str
    state: str
    reason: str | None
    """Why it ended."""
    slot: int
    soc_percent: float
    energy_wh: float
    volts: float
    amperes: float


class CabinetTexts:
    """Payloads of OCPP 2.1 in the firmware's style."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar: Final = calendar

    def boot(self, reason: str, serial: int, firmware: str) -> str:
        """Return the payload of a BootNotification."""
        return (
            f'{{"reason":"{reason}","chargingStation":{{"serialNumber":"ES12-{serial:08d}",'
            f'"model":"Swap 12","vendorName":"Elaeis","firmwareVersion":"{firmware}"}}}}'
        )

    def slot_states(self, first_event: int, time_ms: int, states: Sequence[tuple[int, str]]) -> str:
        """Return a NotifyEvent with the states of slots.

        StatusNotification is deprecated in OCPP 2.1; this is what takes its place.
        """
        time = self._calendar.seconds_z(time_ms)
        events = ",".join(
            f'{{"eventId":{first_event + index},"timestamp":"{time}","trigger":"Delta",'
            f'"actualValue":"{state}","eventNotificationType":"HardWiredNotification",'
            f'"component":{{"name":"Connector","evse":{{"id":{slot},"connectorId":1}}}},'
            f'"variable":{{"name":"AvailabilityState"}}}}'
            for index, (slot, state) in enumerate(states)
        )
        return f'{{"generatedAt":"{time}","seqNo":0,"tbc":false,"eventData":[{events}]}}'

    def transaction_event(self, event: Event, offline: bool = False) -> str:
        """Return the payload of a TransactionEvent with the readings of the battery."""
        time = self._calendar.seconds_z(event.time_ms)
        watts = event.volts * event.amperes
        said_offline = '"offline":true,' if offline else ""
        reason = f',"stoppedReason":"{event.reason}"' if event.reason else ""
        # Sample.Periodic is the default of the schema, so the firmware spares it.
        context = f'"context":"{event.context}",' if event.context else ""
        return (
            f'{{"eventType":"{event.kind}","timestamp":"{time}","triggerReason":"{event.trigger}",'
            f'"seqNo":{event.sequence},{said_offline}"transactionInfo":{{"transactionId":'
            f'"{event.transaction}","chargingState":"{event.state}"{reason}}},'
            f'"evse":{{"id":{event.slot},"connectorId":1}},"meterValue":[{{"timestamp":"{time}",'
            f'"sampledValue":[{{"value":{event.soc_percent:.1f},{context}{_SOC}}},'
            f'{{"value":{event.energy_wh:.1f},{context}{_ENERGY}}},'
            f'{{"value":{watts:.1f},{context}{_POWER}}},'
            f'{{"value":{event.volts:.1f},{context}{_VOLTAGE}}},'
            f'{{"value":{event.amperes:.1f},{context}{_CURRENT}}}]}}]}}'
        )

    def swap(
        self, kind: str, request: int, token: str, slot: int, battery: Battery, soc: float
    ) -> str:
        """Return the payload of a BatterySwap with one battery."""
        return (
            f'{{"eventType":"{kind}","requestId":{request},"idToken":{token},"batteryData":['
            f'{{"evseId":{slot},"serialNumber":"{battery.serial_text}","soC":{soc:.1f},'
            f'"soH":{battery.health_percent:.1f}}}]}}'
        )

    def open_stream(self, slot: int, interval_seconds: int, values: int) -> str:
        """Return the payload of an OpenPeriodicEventStream."""
        return (
            f'{{"constantStreamData":{{"id":{slot},"variableMonitoringId":{100 + slot},'
            f'"params":{{"interval":{interval_seconds * values},"values":{values}}}}}}}'
        )

    def stream(self, slot: int, base_ms: int, interval_seconds: int, values: Sequence[str]) -> str:
        """Return the payload of a NotifyPeriodicEventStream."""
        data = ",".join(
            f'{{"t":{index * interval_seconds},"v":"{value}"}}'
            for index, value in enumerate(values)
        )
        time = self._calendar.seconds_z(base_ms)
        return f'{{"id":{slot},"pending":0,"basetime":"{time}","data":[{data}]}}'


def token(card: int) -> str:
    """Return an idToken object for a card."""
    return f'{{"idToken":"{card:014X}","type":"ISO14443"}}'


def _kind(measurand: str, unit: str) -> str:
    return f'"measurand":"{measurand}","unitOfMeasure":{{"unit":"{unit}"}}'


_SOC: Final = _kind("SoC", "Percent")
_ENERGY: Final = _kind("Energy.Active.Import.Register", "Wh")
_POWER: Final = _kind("Power.Active.Import", "W")
_VOLTAGE: Final = _kind("Voltage", "V")
_CURRENT: Final = _kind("Current.Import", "A")
