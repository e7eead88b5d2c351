"""A trace as exchanges: each CALL or SEND with the answer it got."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Final

from laconic_bench.model.answers import usual_answer
from laconic_bench.trace import TraceRecord, Version
from laconic_codec.errors import MessageError
from laconic_codec.messages import Call, CallError, CallResult, Send, parse

UNANSWERED_SECONDS: Final = 120.0
"""An answer that comes later belongs to nothing."""


@dataclass(slots=True, eq=False)
class Exchange:
    """A CALL or SEND of one side, and the answer of the other."""

    at_seconds: float
    """When it was said, in the trace."""
    identity: str
    version: Version
    is_up: bool
    """The charger asked."""
    message: Call | Send
    text: str
    answer_text: str | None = None
    """None: none is wanted, for it is a SEND."""
    think_seconds: float = 0.0
    """From the question to the answer, in the trace."""
    answer_id: str = ""
    is_answered: bool = False
    """When it is played: the CSMS has given its answer."""

    def answer_to(self, message_id: str) -> str | None:
        """Return the text of the answer under another message id."""
        if self.answer_text is None or message_id == self.answer_id:
            return self.answer_text
        old = f'"{self.answer_id}"'
        return self.answer_text.replace(old, f'"{message_id}"', 1)

    @property
    def answer_label(self) -> str:
        """Return what the answer is billed for."""
        return f"{self.message.action} (answer)"


@dataclass(slots=True)
class Reader:
    """Pairs the messages of a trace."""

    strays: int = 0
    """Messages that are no OCPP-J, or answer nothing."""
    unanswered: int = 0
    """CALLs of which the trace lacks the answer; they are given a usual one."""
    messages: int = 0
    text_bytes: int = 0
    _asked: dict[tuple[str, bool, str], Exchange] = field(
        default_factory=dict[tuple[str, bool, str], Exchange]
    )
    _numbers: Iterator[int] = field(default_factory=count)
    _waiting: list[tuple[float, int, Exchange]] = field(
        default_factory=list[tuple[float, int, Exchange]]
    )

    def exchanges(self, records: Iterable[TraceRecord]) -> Iterator[Exchange]:
        """Yield the exchanges in the order in which they began.

        Records are in the order of their times; one without a time happens with the one before.
        """
        now = 0.0
        for record in records:
            now = now if record.time_seconds is None else record.time_seconds
            self.messages += 1
            self.text_bytes += len(record.raw.encode())
            yield from self._complete(now)
            self._take(record, now)
            yield from self._complete(now)
        yield from self._complete(float("inf"))

    def _take(self, record: TraceRecord, now: float) -> None:
        is_up = record.direction == "up"
        try:
            message = parse(record.raw)
        except MessageError:
            self.strays += 1
            return
        if isinstance(message, Call | Send):
            found = Exchange(now, record.identity, record.version, is_up, message, record.raw)
            heappush(self._waiting, (now, next(self._numbers), found))
            if isinstance(message, Call):
                self._asked[record.identity, is_up, message.message_id] = found
            return
        asked = self._asked.pop((record.identity, not is_up, message.message_id), None)
        if asked is None or not isinstance(message, CallResult | CallError):
            self.strays += 1
            return
        asked.answer_text, asked.answer_id = record.raw, message.message_id
        asked.think_seconds = now - asked.at_seconds

    def _answer_as_usual(self, asked: Exchange) -> None:
        """Give a CALL an answer that the trace lacks: without one, who asks would wait for ever."""
        assert isinstance(asked.message, Call)
        self.unanswered += 1
        key = (asked.identity, asked.is_up, asked.message.message_id)
        if self._asked.get(key) is asked:  # a counter may have come to the same id again
            del self._asked[key]
        asked.answer_text = usual_answer(asked.message, asked.version).to_text()
        asked.answer_id = asked.message.message_id

    def _complete(self, now: float) -> Iterator[Exchange]:
        """Yield those at the front that have their answer, want none, or wait no more."""
        while self._waiting:
            began, _, first = self._waiting[0]
            is_open = isinstance(first.message, Call) and first.answer_text is None
            if is_open and now - began <= UNANSWERED_SECONDS:
                return
            if is_open:
                self._answer_as_usual(first)
            heappop(self._waiting)
            yield first
