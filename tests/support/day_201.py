"""A day of an OCPP 2.0.1 station.

Boot, heartbeat, status, remote start, authorisation, a transaction with 30 meter values, remote
stop, variables, vendor data, trigger, reset.
"""

import asyncio
from typing import Final

from tests.support.foreign import Charger, Csms, Payload
from tests.support.visits import START, arrive, leave, reset, time_text

BOOT_201: Final[Payload] = {
    "reason": "PowerUp",
    "chargingStation": {
        "model": "Station Ünö",
        "vendorName": "Vendor",
        "serialNumber": "SN\\2",
        "modem": {"iccid": "8991000000000000001", "imsi": "404010000000001"},
    },
}
TOKEN: Final[Payload] = {"idToken": "04A1B2C3D4E5F6", "type": "ISO14443"}


async def day_201(charger: Charger, csms: Csms) -> None:
    """Live a day of OCPP 2.0.1."""
    await arrive(charger, csms)
    await charger.call("BootNotification", BOOT_201)
    await charger.call("Heartbeat", {})
    for evse in (1, 2):
        await status_2x(charger, evse, "Available")
    await _charge_201(charger, csms)
    await _configure_201(charger, csms)
    trigger: Payload = {"requestedMessage": "StatusNotification", "evse": {"id": 1}}
    await csms.call(charger.identity, "TriggerMessage", trigger)
    await status_2x(charger, 1, "Available")
    await csms.wait_for_calls(charger.identity, "Heartbeat", 1)
    await reset(charger, csms, {"type": "Immediate"})
    await charger.call("BootNotification", {**BOOT_201, "reason": "RemoteReset"})
    await status_2x(charger, 1, "Available")
    await leave(charger, csms)


async def _charge_201(charger: Charger, csms: Csms) -> None:
    remote_start: Payload = {"idToken": TOKEN, "remoteStartId": 17, "evseId": 1}
    await csms.call(charger.identity, "RequestStartTransaction", remote_start)
    await charger.call("Authorize", {"idToken": TOKEN})
    await _event_201(charger, 0, "Started", "RemoteStart", {"idToken": TOKEN, "evse": {"id": 1}})
    await status_2x(charger, 1, "Occupied")
    for number in range(30):
        update = _event_201(charger, 1 + number, "Updated", "MeterValuePeriodic", {})
        if number % 10 == 5:  # The two directions cross on the way.
            await asyncio.gather(update, csms.call(charger.identity, "GetVariables", VARIABLES))
        else:
            await update
    stop: Payload = {"transactionId": _transaction(charger)}
    await csms.call(charger.identity, "RequestStopTransaction", stop)
    await _event_201(charger, 31, "Ended", "RemoteStop", {"idToken": TOKEN})
    await status_2x(charger, 1, "Available")


def _transaction(charger: Charger) -> str:
    return f"tx-{charger.identity}"


async def _event_201(charger: Charger, number: int, kind: str, reason: str, more: Payload) -> None:
    energy: Payload = {
        "value": 1000.25 + 107 * number,
        "measurand": "Energy.Active.Import.Register",
        "unitOfMeasure": {"unit": "kWh", "multiplier": 0},
    }
    current: Payload = {"value": 1e-7 * number, "measurand": "Current.Import", "phase": "L1"}
    values: list[Payload] = [{"timestamp": time_text(number), "sampledValue": [energy, current]}]
    payload: Payload = {
        "eventType": kind,
        "timestamp": time_text(number),
        "triggerReason": reason,
        "seqNo": number,
        "transactionInfo": {"transactionId": _transaction(charger), "chargingState": "Charging"},
        "meterValue": values,
        **more,
    }
    await charger.call("TransactionEvent", payload)


VARIABLES: Final[Payload] = {
    "getVariableData": [
        {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}},
        {
            "component": {"name": "EVSE", "evse": {"id": 1, "connectorId": 1}},
            "variable": {"name": "NoSuchVariable"},
            "attributeType": "Target",
        },
    ]
}


async def _configure_201(charger: Charger, csms: Csms) -> None:
    setting: Payload = {
        "attributeValue": "900",
        "component": {"name": "SampledDataCtrlr"},
        "variable": {"name": "TxUpdatedInterval"},
    }
    await csms.call(charger.identity, "SetVariables", {"setVariableData": [setting]})
    await csms.call(charger.identity, "GetVariables", VARIABLES)
    meter: Payload = {
        "evseId": 2,
        "meterValue": [{"timestamp": START, "sampledValue": [{"value": 230.4}, {"value": -0.5}]}],
    }
    await charger.call("MeterValues", meter)
    security: Payload = {"type": "SettingSystemTime", "timestamp": START, "techInfo": "± 2 s"}
    await charger.call("SecurityEventNotification", security)
    vendor: Payload = {"vendorId": "org.example", "data": {"list": [1, 2.5, None, "x"], "é": True}}
    await charger.call("DataTransfer", vendor)


async def status_2x(charger: Charger, evse: int, status: str) -> None:
    """Send the status of a connector."""
    payload: Payload = {
        "timestamp": START,
        "connectorStatus": status,
        "evseId": evse,
        "connectorId": 1,
    }
    await charger.call("StatusNotification", payload)
