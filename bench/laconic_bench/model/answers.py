"""Usual answers for CALLs whose answer a log lacks: without one, who asks would wait for ever."""

import json
from collections.abc import Mapping
from typing import Final

from laconic_bench.trace import Version
from laconic_codec.messages import Call, CallResult
from laconic_codec.registry import EMPTY_RESPONSES

_TIME: Final = "2026-03-02T00:00:00.000Z"
_ACCEPTED: Final = {"status": "Accepted"}
_OF_16: Final[Mapping[str, object]] = {
    "BootNotification": {"status": "Accepted", "currentTime": _TIME, "interval": 900},
    "Heartbeat": {"currentTime": _TIME},
    "Authorize": {"idTagInfo": _ACCEPTED},
    "StartTransaction": {"transactionId": 1, "idTagInfo": _ACCEPTED},
    "StopTransaction": {},
    "GetConfiguration": {"configurationKey": []},
    "GetLocalListVersion": {"listVersion": 0},
}
_OF_2X: Final[Mapping[str, object]] = {
    "BootNotification": _OF_16["BootNotification"],
    "Heartbeat": _OF_16["Heartbeat"],
    "Authorize": {"idTokenInfo": _ACCEPTED},
    "TransactionEvent": {},
    "GetLocalListVersion": {"versionNumber": 0},
}


def usual_answer(call: Call, version: Version) -> CallResult:
    """Return what a CALL is usually answered with."""
    known = _OF_16 if version == "1.6" else _OF_2X
    is_empty = call.action in EMPTY_RESPONSES[version]
    content = known.get(call.action, {} if is_empty else _ACCEPTED)
    return CallResult(call.message_id, json.dumps(content, separators=(",", ":")))
