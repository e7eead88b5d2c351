"""What is found out about conversations, and when two messages are the same."""

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from laconic_bench.model.exchanges import Exchange
from laconic_bench.model.latency import Times
from laconic_codec.messages import Call, CallError, CallResult, Send, parse

HEARTBEAT: Final = "Heartbeat"

Answer: TypeAlias = CallResult | CallError


@dataclass(slots=True)
class Findings:
    """What was found out about all conversations of a site."""

    latency: Times = field(default_factory=Times)
    """Of a CALL, at its sender: from when it was to be said until its answer is there."""
    delivery: Times = field(default_factory=Times)
    """Of a charger's message: from when it was to be said until the CSMS has it."""
    lost: int = 0
    """Messages that never arrived, and CALLs without an answer."""
    payload_mismatches: int = 0
    """Messages that arrived and were not said like that."""
    substituted: int = 0
    """Answers that a gateway gave in the place of a CSMS that it did not reach: others than the
    CSMS would have given, or answers to questions, of which the CSMS does not hear later."""
    refused: int = 0
    """Commands that a gateway has answered with an error, because the charger was not reached in
    time: the CSMS knows that they were not carried out, or that nobody knows."""
    repeated: int = 0
    """CALLs that came again: the connection broke before their answer, or a gateway told a CSMS
    that it reaches again what the charger is and how its connectors are."""


def is_same(said: Exchange, heard: Call | Send) -> bool:
    """Tell whether a request is the one that was said; message ids may differ."""
    message = said.message
    return message.action == heard.action and message.payload == heard.payload


def is_right(asked: Exchange, answer: Answer) -> bool:
    """Tell whether an answer is that of the trace; a gateway may tell the time itself."""
    assert asked.answer_text is not None
    expected = parse(asked.answer_text)
    if isinstance(expected, CallResult) and isinstance(answer, CallResult):
        is_time = asked.message.action == HEARTBEAT and '"currentTime"' in answer.payload
        return is_time or answer.payload == expected.payload
    return (
        isinstance(expected, CallError)
        and isinstance(answer, CallError)
        and answer.arguments == expected.arguments
    )
