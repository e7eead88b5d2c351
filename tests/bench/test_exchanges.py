"""Requests find their answers, whatever else travels between them."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.exchanges import Exchanges, read_exchanges
from laconic_bench.transcript import Transcript
from laconic_codec.messages import Call, CallError, CallResult, Send

Line = tuple[bool, str]
"""Direction (True is up) and text."""


def _read(lines: list[Line], up: bool = True) -> Exchanges:
    transcript = Transcript("CP1")
    for at_seconds, (direction, text) in enumerate(lines):
        transcript.add(float(at_seconds), direction, text)
    return read_exchanges(transcript.entries, up)


@st.composite
def conversations(draw: st.DrawFn) -> list[Line]:
    """CALLs of both directions and answers to most of them, each after its CALL.

    Both directions count their message ids from 0, as some chargers and CSMSs do.
    """
    lines: list[Line] = []
    asked: dict[bool, int] = {True: 0, False: 0}
    waiting: list[tuple[bool, int]] = []
    for up in draw(st.lists(st.booleans(), max_size=12)):
        number = asked[up]
        asked[up] += 1
        lines.append((up, f'[2,"{number}","Authorize",{{"up":"{up}","number":{number}}}]'))
        waiting.append((up, number))
        while draw(st.booleans()) and waiting:
            asker, number = waiting.pop(draw(st.integers(0, len(waiting) - 1)))
            lines.append((not asker, f'[3,"{number}",{{"to":"{asker}","number":{number}}}]'))
    return lines


@given(conversations(), st.booleans())
def test_each_request_of_a_direction_is_found_once_and_in_order(
    lines: list[Line], up: bool
) -> None:
    found = _read(lines, up)
    texts = [text for direction, text in lines if direction == up and text.startswith("[2")]
    assert [_number(exchange.payload) for exchange in found.exchanges] == list(range(len(texts)))
    assert [lines[exchange.position] for exchange in found.exchanges] == [(up, t) for t in texts]
    assert (found.repeated_answers, found.strange_messages) == (0, 0)


@given(conversations(), st.booleans())
def test_each_answer_belongs_to_the_request_that_it_answers(lines: list[Line], up: bool) -> None:
    found = _read(lines, up)
    answers = [text for direction, text in lines if direction != up and text.startswith("[3")]
    answered = [exchange for exchange in found.exchanges if exchange.answer]
    assert len(answered) == len(answers)
    for exchange in answered:
        assert isinstance(exchange.answer, CallResult)
        assert exchange.answer.payload == f'{{"to":"{up}","number":{_number(exchange.payload)}}}'
        assert exchange.position < exchange.answer_position
        assert lines[exchange.answer_position][1].startswith("[3")


@given(conversations(), st.booleans(), st.data())
def test_an_answer_that_comes_again_is_counted_and_changes_nothing(
    lines: list[Line], up: bool, data: st.DataObject
) -> None:
    places = [i for i, (direction, text) in enumerate(lines) if direction != up and "[3" in text]
    if places:
        place = data.draw(st.sampled_from(places))
        again = data.draw(st.integers(place + 1, len(lines)))
        found = _read([*lines[:again], lines[place], *lines[again:]], up)
        assert (found.repeated_answers, found.strange_messages) == (1, 0)
        assert _contents(found) == _contents(_read(lines, up))


@given(conversations(), st.booleans(), st.data())
def test_an_answer_to_nothing_is_strange_and_changes_nothing(
    lines: list[Line], up: bool, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(lines)))
    found = _read([*lines[:place], (not up, '[3,"nobody",{}]'), *lines[place:]], up)
    assert (found.repeated_answers, found.strange_messages) == (0, 1)
    assert _contents(found) == _contents(_read(lines, up))


def test_a_message_id_may_be_used_again_after_its_answer() -> None:
    call, error = (True, '[2,"1","Authorize",{}]'), (False, '[4,"1","InternalError","",{}]')
    found = _read([call, (False, '[3,"1",{}]'), call, error])
    kinds = [type(exchange.answer) for exchange in found.exchanges]
    assert kinds == [CallResult, CallError]
    assert found.repeated_answers == 0


def test_a_send_waits_for_no_answer() -> None:
    found = _read([(True, '[6,"1","NotifyPeriodicEventStream",{}]'), (False, '[3,"1",{}]')])
    assert [exchange.kind for exchange in found.exchanges] == [Send]
    assert found.exchanges[0].answer is None
    assert found.strange_messages == 1


def test_what_cannot_be_read_is_strange_in_its_own_direction_only() -> None:
    lines = [(True, "not OCPP-J"), (True, '[5,"1","InternalError","",{}]')]
    assert _read(lines, up=True).strange_messages == 2
    assert _read(lines, up=False).strange_messages == 0


def test_an_exchange_says_what_was_asked() -> None:
    found = _read([(True, '[2, "1", "Authorize", {"idTag" : "T"}]')])
    exchange = found.exchanges[0]
    assert (exchange.kind, exchange.action) == (Call, "Authorize")
    assert exchange.payload == '{"idTag" : "T"}'


def _number(payload: str) -> int:
    return int(payload.rpartition(":")[2].rstrip("}"))


def _contents(found: Exchanges) -> list[tuple[str, object]]:
    return [(exchange.payload, exchange.answer) for exchange in found.exchanges]
