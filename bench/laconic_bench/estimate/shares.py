"""Who or what the bytes of a contender are for, beyond the action: configuration key, charger.

A bill knows actions. The bytes of an action are shared among its messages by their size, headers
included.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from laconic_bench.estimate.changes import question_of
from laconic_bench.estimate.intervals import family_of
from laconic_bench.estimate.readings import Kind, readings_of
from laconic_bench.model.exchanges import Exchange

HEADERS_BYTES: Final = 100
"""Of a message, beside its text: WebSocket, TLS, TCP, IP, an acknowledgement now and then."""

OTHER: Final = "everything else"
CONNECTION: Final = "WebSocketPingInterval, the link itself"
NOBODY: Final = "the link itself"

Group = Callable[[Exchange], str]


def shared(
    by_action: Mapping[str, float], exchanges: Iterable[Exchange], group: Group, rest: str
) -> dict[str, float]:
    """Return bytes by group, the most first.

    `rest` is the group of what no message explains, as keepalives.
    """
    weights: dict[str, dict[str, float]] = {}
    for exchange in exchanges:
        name = group(exchange)
        action = exchange.message.action
        _add(weights, action, name, exchange.text)
        if exchange.answer_text is not None:
            _add(weights, exchange.answer_label, name, exchange.answer_text)
    found: dict[str, float] = {}
    for action, size in by_action.items():
        of_action = weights.get(action, {rest: 1.0})
        total = sum(of_action.values())
        for name, weight in of_action.items():
            found[name] = found.get(name, 0.0) + size * weight / total
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def charger_of(exchange: Exchange) -> str:
    """Return the charger of an exchange."""
    return exchange.identity


def key_of(exchange: Exchange) -> str:
    """Return the configuration key that says how often there is an exchange like this."""
    of_16 = family_of(exchange.version) == "1.6"
    action = exchange.message.action
    if action == "Heartbeat":
        return "HeartbeatInterval"
    if action == "StatusNotification":
        return "statuses (MinimumStatusDuration)" if of_16 else "statuses"
    if question_of(exchange) is not None:
        return "questions of the CSMS"
    readings = readings_of(exchange)
    if readings is None or readings.kind is Kind.OTHER:
        return OTHER
    if readings.kind is Kind.SAMPLED:
        return "MeterValueSampleInterval" if of_16 else "SampledDataTxUpdatedInterval"
    return "ClockAlignedDataInterval" if of_16 else "AlignedDataInterval"


def _add(weights: dict[str, dict[str, float]], action: str, name: str, text: str) -> None:
    of_action = weights.setdefault(action, {})
    of_action[name] = of_action.get(name, 0.0) + len(text) + HEADERS_BYTES
