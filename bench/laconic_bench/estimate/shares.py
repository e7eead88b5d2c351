"""Who or what the bytes of a contender are for, beyond the action: configuration key, charger.

A bill knows actions. The bytes of an action are shared among its messages by their size, headers
included.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from laconic_bench.estimate.changes import question_of
from laconic_bench.estimate.costs import TIME_CAUSES
from laconic_bench.estimate.intervals import family_of
from laconic_bench.estimate.readings import Kind, readings_of
from laconic_bench.model.exchanges import Exchange

HEADERS_BYTES: Final = 100
"""Of a message, beside its text: WebSocket, TLS, TCP, IP, an acknowledgement now and then."""

OTHER: Final = "everything else"
NOBODY: Final = "the link itself"
CHARGER_PINGS: Final = "WebSocketPingInterval"
MQTT_PINGS: Final = "keep alive of MQTT"
GATEWAY_KEEPALIVES: Final = "link.keepalive_seconds (gateway)"
"""What keeps the NAT's mapping, by who sends it."""

Group = Callable[[Exchange], str]


def shared(
    by_action: Mapping[str, float],
    exchanges: Iterable[Exchange],
    group: Group,
    rest: Callable[[str], str],
) -> dict[str, float]:
    """Return bytes by group, the most first.

    `rest` tells the group of an action that no message explains, as keepalives.
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
        of_action = weights.get(action) or {rest(action): 1.0}
        total = sum(of_action.values())
        for name, weight in of_action.items():
            found[name] = found.get(name, 0.0) + size * weight / total
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def nobody(action: str) -> str:
    """Return the group of what is of no charger."""
    return NOBODY


def link_key_of(contender: str) -> Callable[[str], str]:
    """Return what tells the configuration key of what is of no message, for a contender."""
    is_gateway = contender.startswith(("laconic", "coap"))
    pings = MQTT_PINGS if contender.startswith("mqtt") else CHARGER_PINGS
    keepalives = GATEWAY_KEEPALIVES if is_gateway else pings
    return lambda action: keepalives if action.strip("()") in TIME_CAUSES else NOBODY


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
