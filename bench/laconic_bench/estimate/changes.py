"""What exchanges would be with other settings. They are really changed, so they can be costed."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from math import inf
from typing import Final

from laconic_bench.estimate.readings import measurand_of, readings_of, with_message, with_samples
from laconic_bench.logs.arrays import compacted
from laconic_bench.model.exchanges import Exchange
from laconic_codec.errors import MessageError
from laconic_codec.messages import CallError, CallResult, parse

Change = Callable[[Sequence[Exchange]], list[Exchange]]

EARLY_SHARE: Final = 0.05
"""Something may come by so much of its interval too early and still counts as on time."""


def thinned(
    exchanges: Iterable[Exchange], series: Callable[[Exchange], Hashable | None], seconds: float
) -> list[Exchange]:
    """Return exchanges with one in so many seconds of each series, on the average.

    `series` names the series of an exchange; one of none stays. Of a series the first one stays,
    and after it the first one in each slot of so many seconds, as a clock would have it.
    """
    kept: list[Exchange] = []
    slots: dict[Hashable, _Slots] = {}
    for exchange in exchanges:
        name = series(exchange)
        if name is None or slots.setdefault(name, _Slots(seconds)).take(exchange.at_seconds):
            kept.append(exchange)
    return kept


@dataclass(slots=True)
class _Slots:
    """The grid of one series."""

    seconds: float
    due: float = -inf
    """Begin of the next slot that nothing was taken for."""

    def take(self, at_seconds: float) -> bool:
        """Tell whether this one stays."""
        early = EARLY_SHARE * self.seconds
        if at_seconds + early < self.due:
            return False
        if self.due == -inf:
            self.due = at_seconds
        self.due += self.seconds * (1 + (at_seconds + early - self.due) // self.seconds)
        return True


def without_measurands(exchanges: Iterable[Exchange], measurands: frozenset[str]) -> list[Exchange]:
    """Return exchanges whose periodic meter values lack some measurands."""
    kept: list[Exchange] = []
    for exchange in exchanges:
        readings = readings_of(exchange)
        if readings is None or readings.kind == "other":
            kept.append(exchange)
            continue
        less = with_samples(exchange, lambda sample: measurand_of(sample) not in measurands)
        if less is not None:
            kept.append(less)
    return kept


def with_short_ids(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """Return exchanges whose message ids are counters, one for each side of each charger."""
    counters: dict[tuple[str, bool], count[int]] = {}
    return [
        _with_id(one, str(next(counters.setdefault((one.identity, one.is_up), count(1)))))
        for one in exchanges
    ]


def compact(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """Return exchanges without white space between the tokens of their JSON."""
    return [_compact(one) for one in exchanges]


def asked_less(exchanges: Iterable[Exchange], seconds: float) -> list[Exchange]:
    """Return exchanges without questions of the CSMS that it has asked shortly before."""
    return thinned(exchanges, question_of, seconds)


QUESTIONS: Final = frozenset(
    {"GetConfiguration", "GetVariables", "GetLocalListVersion", "GetCompositeSchedule"}
    | {"GetChargingProfiles", "GetInstalledCertificateIds", "GetReport", "GetBaseReport"}
)
"""Actions by which a CSMS asks for what seldom changes."""


def question_of(exchange: Exchange) -> tuple[str, str, str] | None:
    """Return what the CSMS asks; None if it does not ask, or asks for what changes."""
    if exchange.is_up or exchange.message.action not in QUESTIONS:
        return None
    # A request id of OCPP 2.x would make every question a new one.
    payload = exchange.message.payload if "requestId" not in exchange.message.payload else ""
    return exchange.identity, exchange.message.action, payload


def _with_id(exchange: Exchange, message_id: str) -> Exchange:
    changed = with_message(exchange, replace(exchange.message, message_id=message_id))
    if exchange.answer_text is None:
        return changed
    return replace(changed, answer_text=exchange.answer_to(message_id), answer_id=message_id)


def _compact(exchange: Exchange) -> Exchange:
    message = exchange.message
    changed = with_message(exchange, replace(message, payload=compacted(message.payload)))
    if exchange.answer_text is None:
        return changed
    return replace(changed, answer_text=_compact_answer(exchange.answer_text))


def _compact_answer(text: str) -> str:
    try:
        answer = parse(text)
    except MessageError:
        return text
    if isinstance(answer, CallResult):
        return replace(answer, payload=compacted(answer.payload)).to_text()
    if isinstance(answer, CallError):
        return replace(answer, arguments=compacted(answer.arguments)).to_text()
    return text
