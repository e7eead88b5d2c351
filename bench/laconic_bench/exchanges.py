"""Requests and their answers, found in what one end of a conversation saw."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from laconic_bench.transcript import Entry
from laconic_codec.messages import Call, CallError, CallResult, CallResultError, Send

Answer = CallResult | CallError


@dataclass(slots=True, eq=False)
class SeenExchange:
    """A CALL or SEND and its answer; positions count the entries of one transcript."""

    kind: type[Call] | type[Send]
    action: str
    payload: str
    position: int
    answer: Answer | None = None
    answer_position: int = -1


@dataclass(slots=True)
class Exchanges:
    """All exchanges that were begun in one direction."""

    exchanges: list[SeenExchange] = field(default_factory=list[SeenExchange])
    repeated_answers: int = 0
    """Answers to a CALL that had its answer already."""
    strange_messages: int = 0
    """Answers to no CALL at all, and messages that cannot be read."""


def read_exchanges(entries: Sequence[Entry], up: bool) -> Exchanges:
    """Pairs the requests that travelled in direction `up` with the answers that came back.

    A message id may be used again after its answer: counters of chargers restart with them.
    """
    found = Exchanges()
    waiting: dict[str, SeenExchange] = {}
    answered: set[str] = set()
    for position, entry in enumerate(entries):
        match entry.message:
            case Call() | Send() as request if entry.up == up:
                exchange = SeenExchange(type(request), request.action, request.payload, position)
                found.exchanges.append(exchange)
                if isinstance(request, Call):
                    waiting[request.message_id] = exchange
            case CallResult() | CallError() as answer if entry.up != up:
                asked = waiting.pop(answer.message_id, None)
                if asked is not None:
                    asked.answer, asked.answer_position = answer, position
                    answered.add(answer.message_id)
                elif answer.message_id in answered:
                    found.repeated_answers += 1
                else:
                    found.strange_messages += 1
            case None | CallResultError() if entry.up == up:
                found.strange_messages += 1
            case _:
                pass
    return found
