"""Which command the small CSMS sends next."""

import random
from collections.abc import Callable
from typing import Final

from laconic_bench.csms_answers import ChargerState
from laconic_bench.makes import Json

Command = tuple[str, Json]


def next_command(state: ChargerState, rng: random.Random) -> Command:
    """Returns a command that suits the charger, as (action, payload)."""
    return rng.choice(_CHOICES[state.version])(state, rng)


def reset_command(state: ChargerState) -> Command:
    """Returns the command that restarts the charger."""
    return "Reset", {"type": "Soft" if state.version == "1.6" else "Immediate"}


def _tag(rng: random.Random) -> str:
    return f"04{rng.getrandbits(48):012X}"


def _token(rng: random.Random) -> Json:
    return {"idToken": _tag(rng), "type": "ISO14443"}


def _remote_start_or_stop_16(state: ChargerState, rng: random.Random) -> Command:
    if state.transactions and rng.random() < 0.5:
        transaction_id = rng.choice(list(state.transactions))
        return "RemoteStopTransaction", {"transactionId": int(transaction_id)}
    return "RemoteStartTransaction", {"idTag": _tag(rng), "connectorId": 1}


def _get_configuration(_: ChargerState, rng: random.Random) -> Command:
    some = rng.choice(["HeartbeatInterval", "NumberOfConnectors", "NoSuchKey"])
    return "GetConfiguration", {"key": [some]} if rng.random() < 0.5 else {}


def _change_configuration(_: ChargerState, rng: random.Random) -> Command:
    seconds = str(rng.choice([10, 15, 30]))
    return "ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": seconds}


def _trigger_16(_: ChargerState, rng: random.Random) -> Command:
    wanted = rng.choice(["StatusNotification", "MeterValues", "Heartbeat"])
    return "TriggerMessage", {"requestedMessage": wanted, "connectorId": 1}


def _remote_start_or_stop_201(state: ChargerState, rng: random.Random) -> Command:
    if state.transactions and rng.random() < 0.5:
        return "RequestStopTransaction", {"transactionId": rng.choice(list(state.transactions))}
    return "RequestStartTransaction", {
        "remoteStartId": rng.randrange(1, 10**6),
        "idToken": _token(rng),
        "evseId": 1,
    }


def _get_variables(_: ChargerState, rng: random.Random) -> Command:
    component, variable = rng.choice(
        [("OCPPCommCtrlr", "HeartbeatInterval"), ("TxCtrlr", "EVConnectionTimeOut")]
    )
    asked = {"component": {"name": component}, "variable": {"name": variable}}
    return "GetVariables", {"getVariableData": [asked]}


def _set_variables(_: ChargerState, rng: random.Random) -> Command:
    setting = {
        "attributeValue": str(rng.choice([30, 60, 90])),
        "component": {"name": "TxCtrlr"},
        "variable": {"name": "EVConnectionTimeOut"},
    }
    return "SetVariables", {"setVariableData": [setting]}


def _trigger_2x(_: ChargerState, rng: random.Random) -> Command:
    wanted = rng.choice(["StatusNotification", "TransactionEvent", "Heartbeat"])
    return "TriggerMessage", {"requestedMessage": wanted, "evse": {"id": 1}}


def _request_swap(_: ChargerState, rng: random.Random) -> Command:
    return "RequestBatterySwap", {"requestId": rng.randrange(10**6), "idToken": _token(rng)}


_CHOICES: Final[dict[str, tuple[Callable[[ChargerState, random.Random], Command], ...]]] = {
    "1.6": (_remote_start_or_stop_16, _get_configuration, _change_configuration, _trigger_16),
    "2.0.1": (_remote_start_or_stop_201, _get_variables, _set_variables, _trigger_2x),
    "2.1": (_request_swap, _request_swap, _get_variables, _trigger_2x),
}
