"""When a request is the one that was said, and an answer the one that belongs to it."""

import pytest

from laconic_bench.model.exchanges import Exchange
from laconic_bench.model.findings import is_right, is_same
from laconic_codec.messages import Call, CallError, CallResult

RESULT = '[3,"9",{"status":"Accepted"}]'
ERROR = '[4,"9","InternalError","",{}]'


def asked(action: str, answer_text: str | None) -> Exchange:
    call = Call("9", action, '{"a":1}')
    return Exchange(1.0, "CP", "1.6", True, call, call.to_text(), answer_text)


def test_a_request_is_known_by_action_and_payload() -> None:
    said = asked("Authorize", RESULT)
    assert is_same(said, Call("another", "Authorize", '{"a":1}'))
    assert not is_same(said, Call("9", "Authorize", '{"a":2}'))
    assert not is_same(said, Call("9", "MeterValues", '{"a":1}'))


@pytest.mark.parametrize(
    ("expected", "answer", "right"),
    [
        (RESULT, CallResult("0", '{"status":"Accepted"}'), True),
        (RESULT, CallResult("0", '{"status":"Rejected"}'), False),
        (RESULT, CallResult("0", '{"currentTime":"2026-03-02T00:00:00Z"}'), False),
        (RESULT, CallError("0", '["InternalError","",{}]'), False),
        (ERROR, CallError("0", '["InternalError","",{}]'), True),
        (ERROR, CallError("0", '["GenericError","",{}]'), False),
        (ERROR, CallResult("0", "{}"), False),
    ],
)
def test_an_answer_is_that_of_the_trace(
    expected: str, answer: CallResult | CallError, right: bool
) -> None:
    assert is_right(asked("Authorize", expected), answer) is right


def test_a_gateway_may_tell_the_time_itself() -> None:
    beat = asked("Heartbeat", '[3,"9",{"currentTime":"2026-03-02T00:00:00Z"}]')
    assert is_right(beat, CallResult("0", '{"currentTime":"2026-03-02T00:00:01Z"}'))
    assert not is_right(beat, CallResult("0", '{"status":"Accepted"}'))
