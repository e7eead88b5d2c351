"""What the CSMS of a log answers with content, no gateway may answer in its place."""

import json
from dataclasses import replace
from typing import Any

import pytest

from laconic_bench.contenders.laconic import METERED, LaconicFactory
from laconic_bench.estimate.contenders import CONTENDERS
from laconic_bench.estimate.empty_answers import always_empty, with_empty_answers
from laconic_bench.model.exchanges import Exchange
from laconic_bench.trace import Version
from laconic_codec.messages import Call
from laconic_gateway.core.site.policy import EMPTY_ANSWERS
from tests.support.plain_carrier import PlainFactory


def exchange(
    action: str, payload: Any, answer: Any, version: Version = "2.1", *, is_up: bool = True
) -> Exchange:
    call = Call("9", action, json.dumps(payload))
    text = json.dumps([3, "9", answer])
    return Exchange(1.0, "CP", version, is_up, call, call.to_text(), text)


def event(event_type: str, answer: Any, **more: Any) -> Exchange:
    return exchange("TransactionEvent", {"eventType": event_type, **more}, answer)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (event("Updated", {"totalCost": 1}), "updates"),
        (event("Started", {"chargingPriority": 1}), "starts"),
        (event("Ended", {"totalCost": 12.5}), "ends"),
        (exchange("BatterySwap", {"eventType": "BatteryIn"}, {"status": "Rejected"}), "swaps"),
    ],
)
def test_one_answer_with_content_is_enough(told: Exchange, kind: str) -> None:
    quiet = replace(told, answer_text='[3,"9",{ }]')
    assert always_empty([quiet, quiet]) == EMPTY_ANSWERS
    assert always_empty([quiet, told, quiet]) == EMPTY_ANSWERS - {kind}


def test_an_error_is_an_answer_with_content() -> None:
    swap = exchange("BatterySwap", {}, {})
    refused = replace(swap, answer_text='[4,"9","GenericError","",{}]')
    assert always_empty([refused]) == EMPTY_ANSWERS - {"swaps"}


def test_what_the_gateway_would_not_answer_does_not_count() -> None:
    token = {"idToken": {"idToken": "a"}}
    others = [
        event("Started", {"idTokenInfo": {"status": "Accepted"}}, **token),
        exchange("Authorize", token, {"idTokenInfo": {"status": "Accepted"}}),
        exchange("StopTransaction", {}, {"idTagInfo": {"status": "Accepted"}}, "1.6"),
        exchange("TransactionEvent", {"eventType": "Ended"}, {"totalCost": 1}, is_up=False),
    ]
    assert always_empty(others) == EMPTY_ANSWERS


def test_only_laconic_has_empty_answers() -> None:
    plain = PlainFactory()
    assert with_empty_answers(plain, frozenset()) is plain
    made = with_empty_answers(LaconicFactory(METERED), frozenset({"updates"}))
    assert made == LaconicFactory(replace(METERED, empty_answers=frozenset({"updates"})))
    relayed = LaconicFactory(replace(METERED, empty_answers=frozenset()))
    assert with_empty_answers(relayed, EMPTY_ANSWERS) == relayed


def test_an_estimate_lets_the_csms_answer_what_it_answers_with_content() -> None:
    allowed = EMPTY_ANSWERS - {"ends"}
    found = CONTENDERS.allowing(allowed)
    assert list(found.carriers) == list(CONTENDERS.carriers)
    assert found.carriers["ocppj-tls"] is CONTENDERS.carriers["ocppj-tls"]
    of_laconic = [one.factory for one in found.variants if one.contender == "laconic"]
    for factory in (found.carriers["laconic"], *of_laconic):
        assert isinstance(factory, LaconicFactory)
        assert factory.settings.empty_answers == allowed
