"""Intervals that the log states: answers to BootNotification, and what is said of configuration.

A log without times shows no other ones.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from laconic_bench.estimate.intervals import ALIGNED, HEARTBEAT, SAMPLE, Interval, What, family_of
from laconic_bench.model.exchanges import Exchange
from laconic_codec.errors import MessageError
from laconic_codec.messages import CallResult, parse

_OF_16: Final = frozenset({HEARTBEAT, SAMPLE, ALIGNED})
_OF_2X: Final[Mapping[tuple[str, str], str]] = {
    ("OCPPCommCtrlr", "HeartbeatInterval"): HEARTBEAT,
    ("SampledDataCtrlr", "TxUpdatedInterval"): SAMPLE,
    ("AlignedDataCtrlr", "Interval"): ALIGNED,
}
"""The keys of OCPP 1.6, by component and variable of 2.x."""
_ACTIONS: Final = frozenset(
    {"BootNotification", "GetConfiguration", "ChangeConfiguration", "GetVariables", "SetVariables"}
)

_Stated = Iterator[tuple[str, object]]


class Configured:
    """Collects what a log states."""

    def __init__(self) -> None:
        self._seconds: dict[What, dict[str, int]] = {}
        """By what repeats, and charger; what was said last holds."""

    def add(self, exchange: Exchange) -> None:
        """Take the next exchange."""
        if exchange.message.action not in _ACTIONS or exchange.answer_text is None:
            return
        for key, value in _stated(exchange):
            try:
                seconds = int(str(value))
            except ValueError:
                continue
            if seconds > 0:
                of_chargers = self._seconds.setdefault((key, family_of(exchange.version)), {})
                of_chargers[exchange.identity] = seconds

    def of(self, what: What) -> Interval | None:
        """Return the interval of something; None if the log states none."""
        seconds = self._seconds.get(what, {}).values()
        return Interval(min(seconds), max(seconds)) if seconds else None

    def heartbeat_seconds(self, identity: str) -> float | None:
        """Return the interval of the heartbeats of a charger; None if the log states none."""
        for (key, _), of_chargers in self._seconds.items():
            if key == HEARTBEAT and identity in of_chargers:
                return float(of_chargers[identity])
        return None


def _stated(exchange: Exchange) -> _Stated:
    asked, answer = _object(exchange.message.payload), _answer(exchange)
    match exchange.message.action:
        case "BootNotification":
            yield HEARTBEAT, answer.get("interval")
        case "GetConfiguration":
            for one in _objects(answer.get("configurationKey")):
                if one.get("key") in _OF_16:
                    yield one["key"], one.get("value")
        case "ChangeConfiguration":
            if asked.get("key") in _OF_16 and answer.get("status") == "Accepted":
                yield asked["key"], asked.get("value")
        case "GetVariables":
            for one in _objects(answer.get("getVariableResult")):
                yield from _variable(one, one)
        case _:
            results = _objects(answer.get("setVariableResult"))
            for one, result in zip(_objects(asked.get("setVariableData")), results, strict=False):
                yield from _variable(one, result)


def _variable(one: dict[str, Any], result: dict[str, Any]) -> _Stated:
    """Yield what a variable of 2.x is, if it was read or set."""
    component, variable = _name(one.get("component")), _name(one.get("variable"))
    key = _OF_2X.get((component, variable))
    if key is not None and result.get("attributeStatus") == "Accepted":
        yield key, one.get("attributeValue")


def _name(value: object) -> str:
    return str(cast(dict[str, Any], value).get("name")) if isinstance(value, dict) else ""


def _answer(exchange: Exchange) -> dict[str, Any]:
    try:
        answer = parse(exchange.answer_text or "")
    except MessageError:
        return {}
    return _object(answer.payload) if isinstance(answer, CallResult) else {}


def _object(text: str) -> dict[str, Any]:
    try:
        value: Any = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return {}
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}


def _objects(values: object) -> list[dict[str, Any]]:
    if not isinstance(values, list):
        return []
    found = cast(list[object], values)
    return [cast(dict[str, Any], one) for one in found if isinstance(one, dict)]
