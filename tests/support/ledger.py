"""Compares both ends of a conversation: what a charger saw and what the CSMS saw.

The two ends agree when every request arrived once, in order and byte for byte, and every answer is
the answer to that very request. Message ids may differ: they are minted anew on the way.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from tests.support.ocppj import ANSWERS, CALL_RESULT, REQUESTS, SEND, Message


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log of one end."""

    sent: bool
    """False: received."""
    message: Message


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and the answer to it."""

    request: Message
    answer: Message | None = None
    answers_before: int = 0
    """How many CALLs of the other end were answered before this request left."""


@dataclass(frozen=True, slots=True)
class Ends:
    """The logs of both ends of one charger's conversation."""

    charger: Sequence[Line]
    csms: Sequence[Line]


EMPTY_RESPONSES: Final = frozenset(
    """
    StatusNotification MeterValues FirmwareStatusNotification DiagnosticsStatusNotification
    LogStatusNotification SecurityEventNotification NotifyEvent NotifyReport
    ReservationStatusUpdate
    """.split()
)
"""Actions in the tests whose response has no property but customData: the gateway may answer
them. BatterySwap is none of them: some CSMSs answer it with a status."""


def differences(ends: Ends, *, answered_locally: bool, updates_locally: bool = False) -> list[str]:
    """Return everything in which the two ends disagree; empty if all is well.

    With `answered_locally` the gateway answers heartbeats and the actions of `EMPTY_RESPONSES`
    with `{}`, and the CSMS hears heartbeats that the expander made. With `updates_locally` it also
    answers the updates of a transaction (OCPP 2.x) that hold no token.
    """
    up = exchanges(ends.charger, sent=True), exchanges(ends.csms, sent=False)
    down = exchanges(ends.csms, sent=True), exchanges(ends.charger, sent=False)
    problems = [*strays("charger", ends.charger), *strays("CSMS", ends.csms)]
    if answered_locally:
        problems += _bad_heartbeats(up[0])
        up = _without_heartbeats(up[0]), _without_heartbeats(up[1])
    local = partial(_is_local, empty=answered_locally, updates=updates_locally)
    problems += _compare("up", *up, local)
    problems += _compare("down", *down, lambda _: False)
    return [*problems, *_late_answers(*up)]


def exchanges(log: Sequence[Line], *, sent: bool) -> list[Exchange]:
    """Return the requests that this end sent (or received), each with its first answer."""
    found: list[Exchange] = []
    open_requests: dict[str, int] = {}
    answers = 0
    for line in log:
        message = line.message
        if line.sent == sent and message.kind in REQUESTS:
            open_requests[message.id] = len(found)
            found.append(Exchange(message, answers_before=answers))
        elif line.sent == sent and message.kind in ANSWERS:
            answers += 1
        elif message.kind in ANSWERS and message.id in open_requests:
            index = open_requests.pop(message.id)
            found[index] = replace(found[index], answer=message)
    return found


def strays(end: str, log: Sequence[Line]) -> list[str]:
    """Return the answers that this end received without having asked."""
    problems: list[str] = []
    waiting: list[str] = []
    for line in log:
        message = line.message
        if line.sent and message.kind in REQUESTS:
            waiting.append(message.id)
        elif not line.sent and message.kind in ANSWERS:
            if message.id in waiting:
                waiting.remove(message.id)
            else:
                problems.append(f"{end}: an answer to nothing: {message.text}")
    return problems


def _is_local(request: Message, *, empty: bool, updates: bool) -> bool:
    """Tell whether the gateway answers this request."""
    if request.action == "TransactionEvent":
        content = json.loads(request.payload)
        return updates and content["eventType"] == "Updated" and "idToken" not in content
    return empty and request.action in EMPTY_RESPONSES


def _compare(
    way: str,
    asked: list[Exchange],
    heard: list[Exchange],
    is_local: Callable[[Message], bool],
) -> Iterator[str]:
    if len(asked) != len(heard):
        yield f"{way}: {len(asked)} requests sent, {len(heard)} received"
    for number, (one, other) in enumerate(zip(asked, heard, strict=False), 1):
        if one.request.content != other.request.content:
            yield f"{way}, request {number}: sent {one.request.text}, got {other.request.text}"
            return
        problem = _compare_answers(one, other, is_local(one.request))
        if problem:
            yield f"{way}, request {number}, {one.request.text}: {problem}"


def _compare_answers(one: Exchange, other: Exchange, is_local: bool) -> str:
    if one.request.kind == SEND:
        return ""
    if one.answer is None:
        return "never answered"
    if is_local:
        right = one.answer.content == (CALL_RESULT, "", "{}")
        return "" if right else f"answered {one.answer.text}"
    if other.answer is None:
        return f"answered {one.answer.text}, but not by the other end"
    if one.answer.content != other.answer.content:
        return f"answered {other.answer.text}, got {one.answer.text}"
    return ""


def _without_heartbeats(found: list[Exchange]) -> list[Exchange]:
    return [exchange for exchange in found if exchange.request.action != "Heartbeat"]


def _bad_heartbeats(found: list[Exchange]) -> Iterator[str]:
    for exchange in found:
        if exchange.request.action == "Heartbeat" and (
            exchange.answer is None or not exchange.answer.payload.startswith('{"currentTime":"')
        ):
            yield f"a heartbeat was answered {exchange.answer}"


def _late_answers(asked: list[Exchange], heard: list[Exchange]) -> Iterator[str]:
    """An answer to a command may overtake waiting requests, but no later request overtakes it."""
    for one, other in zip(asked, heard, strict=False):
        if other.answers_before < one.answers_before:
            yield f"up: {one.request.text} overtook the answer to a command"
