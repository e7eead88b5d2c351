"""Large messages that come once: settings, the device model, lists, schedules, signed values."""

from collections.abc import Callable
from typing import Final

from laconic_codec.training.chargers import HEX, Charger
from laconic_codec.training.meters import Json
from laconic_codec.training.settings import DEVICE_MODEL, SETTINGS_16
from laconic_codec.training.texts import ocmf

_ORDERS: Final = (("key", "readonly", "value"), ("key", "value", "readonly"))
_DAY_PARTS: Final = (0, 7200, 21600, 25200, 28800, 36000, 43200, 57600, 64800, 72000, 79200)


def configuration(charger: Charger) -> Json:
    """Return an answer to GetConfiguration (1.6) with about all keys."""
    dice = charger.dice
    order = dice.pick(_ORDERS)
    rows = dice.some(SETTINGS_16, dice.pick((0.3, 0.7, 0.95)))
    if charger.order == "alphabetical":
        rows.sort()
    entries: list[Json] = []
    for key, readonly, value in rows:
        other = str(dice.below(1000)) if value.isdigit() and dice.chance(0.3) else value
        fields: dict[str, Json] = {"key": key, "readonly": readonly, "value": other}
        entries.append({name: fields[name] for name in order})
    unknown: dict[str, Json] = {"unknownKey": []} if dice.chance(0.3) else {}
    return {"configurationKey": entries, **unknown}


def report(charger: Charger) -> Json:
    """Return one NotifyReport (2.0.1, 2.1) with a part of the device model."""
    dice = charger.dice
    start = dice.below(len(DEVICE_MODEL))
    rows = DEVICE_MODEL[start : start + 10 + dice.below(40)]
    head: dict[str, Json] = {
        "requestId": dice.below(100),
        "generatedAt": charger.time(),
        "tbc": True,
        "seqNo": dice.below(12),
    }
    data: dict[str, Json] = {"reportData": [_reported(row) for row in rows]}
    return {**head, **data} if charger.order == "schema" else {**data, **head}


def variables(charger: Charger) -> Json:
    """Return an answer to GetVariables (2.0.1, 2.1)."""
    rows = charger.dice.some(DEVICE_MODEL, 0.1)
    results: list[Json] = [
        {
            "attributeStatus": "Accepted",
            "attributeType": "Actual",
            "attributeValue": value,
            **_named(component, variable),
        }
        for component, variable, _, _, value in rows
    ]
    return {"getVariableResult": results}


def asked_variables(charger: Charger) -> Json:
    """Return a GetVariables (2.0.1, 2.1)."""
    rows = charger.dice.some(DEVICE_MODEL, 0.1)
    return {"getVariableData": [_named(component, variable) for component, variable, *_ in rows]}


def set_variables(charger: Charger) -> Json:
    """Return a SetVariables (2.0.1, 2.1)."""
    rows = charger.dice.some(DEVICE_MODEL, 0.05)
    return {
        "setVariableData": [
            {"attributeValue": value, **_named(component, variable)}
            for component, variable, _, _, value in rows
        ]
    }


def local_list(charger: Charger) -> Json:
    """Return a SendLocalList (1.6)."""
    dice = charger.dice
    until = {"expiryDate": "2030-12-31T23:59:59Z"} if dice.chance(0.5) else {}
    length = dice.pick((8, 14))
    entries: list[Json] = [
        {
            "idTag": dice.letters(HEX.upper(), length),
            "idTagInfo": {**until, "status": dice.early(("Accepted", "Blocked"))},
        }
        for _ in range(3 + dice.below(30))
    ]
    kind = dice.pick(("Full", "Differential"))
    return {"listVersion": dice.below(99), "localAuthorizationList": entries, "updateType": kind}


def profile(charger: Charger) -> Json:
    """Return a SetChargingProfile (1.6) with a schedule over the day."""
    dice = charger.dice
    unit = dice.pick(("A", "W"))
    limits = (6.0, 10.0, 16.0, 32.0) if unit == "A" else (1400.0, 7400.0, 11000.0, 22000.0)
    parts = dice.some(_DAY_PARTS, 0.5) or [0]
    periods: list[Json] = [{"startPeriod": start, "limit": dice.pick(limits)} for start in parts]
    return {
        "connectorId": dice.below(3),
        "csChargingProfiles": {
            "chargingProfileId": dice.below(100),
            "stackLevel": dice.below(3),
            "chargingProfilePurpose": dice.pick(("TxDefaultProfile", "TxProfile")),
            "chargingProfileKind": dice.pick(("Absolute", "Recurring", "Relative")),
            "recurrencyKind": "Daily",
            "chargingSchedule": {
                "duration": 86400,
                "startSchedule": charger.time(),
                "chargingRateUnit": unit,
                "chargingSchedulePeriod": periods,
            },
        },
    }


def signed_stop(charger: Charger) -> Json:
    """Return a StopTransaction (1.6) with signed values at both ends."""
    dice = charger.dice
    energy = dice.below(900_000)
    data: list[Json] = [
        {"timestamp": charger.time(), "sampledValue": [_signed(charger, context)]}
        for context in ("Transaction.Begin", "Transaction.End")
    ]
    return {
        "idTag": dice.letters(HEX.upper(), 8),
        "meterStop": energy,
        "reason": dice.early(("Local", "EVDisconnected", "Remote", "Other")),
        "timestamp": charger.time(),
        "transactionData": data,
        "transactionId": dice.below(100_000),
    }


def _named(component: str, variable: str) -> dict[str, Json]:
    return {"component": {"name": component}, "variable": {"name": variable}}


def _reported(row: tuple[str, str, str, str, str]) -> Json:
    component, variable, kind, mutability, value = row
    place: dict[str, Json] = {"evse": {"id": 1}} if component in ("EVSE", "Connector") else {}
    attribute: Json = {
        "type": "Actual",
        "value": value,
        "mutability": mutability,
        "persistent": True,
        "constant": False,
    }
    return {
        "component": {"name": component, **place},
        "variable": {"name": variable},
        "variableAttribute": [attribute],
        "variableCharacteristics": {"dataType": kind, "supportsMonitoring": False},
    }


def _signed(charger: Charger, context: str) -> Json:
    return {
        "context": context,
        "format": "SignedData",
        "location": "Outlet",
        "measurand": "Energy.Active.Import.Register",
        "value": ocmf(charger),
    }


LARGE_16: Final[tuple[tuple[str, bool, Callable[[Charger], Json]], ...]] = (
    ("GetConfiguration", True, configuration),
    ("GetConfiguration", True, configuration),
    ("SendLocalList", False, local_list),
    ("SetChargingProfile", False, profile),
    ("StopTransaction", False, signed_stop),
)
"""Action, whether it is the response, what makes the payload: of OCPP 1.6."""

LARGE_2: Final[tuple[tuple[str, bool, Callable[[Charger], Json]], ...]] = (
    ("NotifyReport", False, report),
    ("NotifyReport", False, report),
    ("GetVariables", True, variables),
    ("GetVariables", False, asked_variables),
    ("SetVariables", False, set_variables),
)
"""The same of OCPP 2.0.1 and 2.1."""
