"""A day of an OCPP 1.6 charger.

Boot, heartbeat, status, remote start, authorisation, a transaction with 30 meter values, remote
stop, configuration, vendor data, trigger, reset.
"""

import asyncio
from typing import Final

from tests.support.foreign import Charger, Csms, Payload
from tests.support.visits import START, arrive, leave, reset, time_text

BOOT_16: Final[Payload] = {
    "chargePointVendor": "Deux-Roues é",
    "chargePointModel": "Zwei-Räder ⚡",
    "chargePointSerialNumber": "SN/0001",
    "firmwareVersion": "1.0.0-β",
}


async def day_16(charger: Charger, csms: Csms) -> None:
    """Live a day of OCPP 1.6."""
    await arrive(charger, csms)
    await charger.call("BootNotification", BOOT_16)
    await charger.call("Heartbeat", {})
    for connector in (0, 1, 2):
        await _status_16(charger, connector, "Available")
    await _charge_16(charger, csms)
    await _configure_16(charger, csms)
    await csms.call(charger.identity, "TriggerMessage", {"requestedMessage": "StatusNotification"})
    await _status_16(charger, 1, "Available")
    await csms.wait_for_calls(charger.identity, "Heartbeat", 1)
    await reset(charger, csms, {"type": "Soft"})
    await charger.call("BootNotification", BOOT_16)
    await _status_16(charger, 0, "Available")
    await leave(charger, csms)


async def _charge_16(charger: Charger, csms: Csms) -> None:
    remote_start: Payload = {
        "connectorId": 1,
        "idTag": "TAG-1",
        "chargingProfile": {
            "chargingProfileId": 1,
            "stackLevel": 0,
            "chargingProfilePurpose": "TxProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": {
                "chargingRateUnit": "A",
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.1}],
            },
        },
    }
    await csms.call(charger.identity, "RemoteStartTransaction", remote_start)
    await charger.call("Authorize", {"idTag": "TAG-1"})
    start: Payload = {"connectorId": 1, "idTag": "TAG-1", "meterStart": 1000, "timestamp": START}
    transaction = (await charger.call("StartTransaction", start))["transactionId"]
    await _status_16(charger, 1, "Charging")
    for number in range(30):
        await _meter_16(charger, csms, number, transaction)
    await csms.call(charger.identity, "RemoteStopTransaction", {"transactionId": transaction})
    stop: Payload = {
        "transactionId": transaction,
        "meterStop": 4210,
        "timestamp": time_text(31),
        "reason": "Remote",
        "idTag": "TAG-1",
    }
    await charger.call("StopTransaction", stop)
    await _status_16(charger, 1, "Finishing")


async def _meter_16(charger: Charger, csms: Csms, number: int, transaction: int) -> None:
    samples: list[Payload] = [
        {
            "value": f"{1000 + 107 * number}",
            "context": "Sample.Periodic",
            "measurand": "Energy.Active.Import.Register",
            "unit": "Wh",
        },
        {"measurand": "Voltage", "phase": "L1-N", "value": f"{229 + number / 10:.2f}", "unit": "V"},
        {"unit": "kW", "measurand": "Power.Active.Import", "value": f"{3.5e-05 * number:.2e}"},
        {"measurand": "SoC", "unit": "Percent", "location": "EV", "value": f"{20 + number}.0"},
    ]
    meter: Payload = {
        "connectorId": 1,
        "transactionId": transaction,
        "meterValue": [{"timestamp": time_text(number), "sampledValue": samples}],
    }
    calls = [charger.call("MeterValues", meter)]
    if number % 10 == 5:  # The two directions cross on the way.
        calls.append(
            csms.call(charger.identity, "GetConfiguration", {"key": ["Mark", "NoSuchKey"]})
        )
    await asyncio.gather(*calls)


async def _configure_16(charger: Charger, csms: Csms) -> None:
    await csms.call(charger.identity, "GetConfiguration", {})
    change: Payload = {"key": "MeterValueSampleInterval", "value": "300"}
    await csms.call(charger.identity, "ChangeConfiguration", change)
    for data in ('{"a":1.10,"b":"\\u20ac €"}', ""):
        vendor: Payload = {"vendorId": "org.example", "messageId": "m/1", "data": data}
        await charger.call("DataTransfer", vendor)
        await csms.call(charger.identity, "DataTransfer", vendor)
    await charger.call("FirmwareStatusNotification", {"status": "Installed"})
    await charger.call("DiagnosticsStatusNotification", {"status": "Idle"})


async def _status_16(charger: Charger, connector: int, status: str) -> None:
    payload: Payload = {
        "connectorId": connector,
        "errorCode": "NoError",
        "status": status,
        "timestamp": START,
        "info": "",
    }
    await charger.call("StatusNotification", payload)
