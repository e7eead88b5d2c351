"""To what the CSMS of a log answers nothing: the gateway may answer only that (`empty_answers`)."""

from collections.abc import Iterable
from dataclasses import replace

from laconic_bench.contenders.laconic import LaconicFactory
from laconic_bench.model.carrier import CarrierFactory
from laconic_bench.model.exchanges import Exchange
from laconic_codec.errors import MessageError
from laconic_codec.messages import Call, parse, payload_of
from laconic_gateway.core.site.policy import EMPTY_ANSWERS, EmptyAnswer, empty_answer_of


def always_empty(exchanges: Iterable[Exchange]) -> frozenset[EmptyAnswer]:
    """Return the kinds of messages that were never answered with content."""
    return EMPTY_ANSWERS - {kind for one in exchanges if (kind := _answered_with_content(one))}


def with_empty_answers(factory: CarrierFactory, allowed: frozenset[EmptyAnswer]) -> CarrierFactory:
    """Return a contender that lets the CSMS answer everything else; others stay as they are."""
    if not isinstance(factory, LaconicFactory):
        return factory
    settings = factory.settings
    return LaconicFactory(replace(settings, empty_answers=settings.empty_answers & allowed))


def _answered_with_content(exchange: Exchange) -> EmptyAnswer | None:
    call = exchange.message
    if not exchange.is_up or not isinstance(call, Call) or exchange.answer_text is None:
        return None
    kind = empty_answer_of(call, exchange.version)
    return kind if kind is not None and not _is_empty(exchange.answer_text) else None


def _is_empty(answer_text: str) -> bool:
    try:
        return "".join(payload_of(parse(answer_text)).split()) == "{}"
    except MessageError:
        return False
