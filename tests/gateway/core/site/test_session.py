"""One connection: which answer belongs to which CALL, and what is said to bad input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.errors import MessageError
from laconic_codec.messages import Call, CallError, CallResult, CallResultError, Send, parse
from laconic_gateway.core.site.session import (
    COMMAND_SECONDS,
    COMMANDS_MAX,
    QUEUE_SECONDS,
    REMEMBERED_ANSWERS,
    WAITING_MAX,
    Command,
    Session,
    complaint,
    speaks,
    unknown_type,
    with_id,
)


def session() -> Session:
    return Session(1, "CP1", "/CP1", "2.1")


def command(reference: int) -> Command:
    return Command(reference, Call(f"order-{reference}", "GetConfiguration", "{}"))


# --- CALLs of the charger


def asked(message_id: str) -> Call:
    return Call(message_id, "Authorize", "{}")


@given(st.permutations(range(12)))
def test_each_call_is_answered_once_with_its_own_id(order: list[int]) -> None:
    one = session()
    for sequence in range(12):
        one.wait(sequence, asked(f"id-{sequence}"))
    assert [one.answer(sequence) for sequence in order] == [f"id-{n}" for n in order]
    assert [one.answer(sequence) for sequence in order] == [None] * 12


def test_a_call_that_is_on_its_way_is_waiting_and_one_whose_answer_was_lost_is_not() -> None:
    one = session()
    one.wait(7, asked("a"))
    assert one.is_waiting("a", delivered=6)
    assert not one.is_waiting("b", delivered=6)
    assert not one.is_waiting("a", delivered=7)
    assert one.answer(7) is None  # should it come after all: another CALL waits now


def test_what_nobody_answers_is_forgotten_in_the_end() -> None:
    one = session()
    for sequence in range(WAITING_MAX + 1):
        one.wait(sequence, asked(f"id-{sequence}"))
    assert one.answer(0) is None
    assert one.answer(1) == "id-1"


def test_an_answered_call_is_remembered_for_a_complaint_for_a_while() -> None:
    one = session()
    for sequence in range(REMEMBERED_ANSWERS + 1):
        one.wait(sequence, asked(f"id-{sequence}"))
        one.answer(sequence)
    assert one.answered_sequence("id-0") is None
    assert one.answered_sequence("id-1") == 1


# --- CALLs of the CSMS


def test_one_call_is_outstanding_at_a_time_in_order() -> None:
    one = session()
    for reference in range(3):
        assert one.enqueue(command(reference))
    for reference in range(3):
        call = one.next_command(0.0)
        assert call is not None and call.message_id == f"order-{reference}"
        assert one.next_command(1.0) is None
        assert one.finish_command("order-9") is None
        finished = one.finish_command(call.message_id)
        assert finished is not None and finished.reference == reference
        assert one.finish_command(call.message_id) is None
        assert one.command_id(reference) == call.message_id
    assert one.next_command(2.0) is None
    assert one.gives_up_at is None


def test_a_charger_that_never_answers_gets_the_next_one_after_a_while() -> None:
    one = session()
    one.enqueue(command(1))
    one.enqueue(command(2))
    one.next_command(10.0)
    assert one.gives_up_at == 10.0 + COMMAND_SECONDS
    assert one.next_command(9.9 + COMMAND_SECONDS) is None
    second = one.next_command(10.0 + COMMAND_SECONDS)
    assert second is not None and second.message_id == "order-2"
    assert one.finish_command("order-1") is None
    assert one.next_command(10.0 + 2 * COMMAND_SECONDS) is None
    assert one.gives_up_at is None


def test_too_many_commands_are_refused() -> None:
    one = session()
    assert all(one.enqueue(command(n)) for n in range(COMMANDS_MAX))
    assert not one.enqueue(command(COMMANDS_MAX))


# --- bad input

LONG = "x" * 37
COMPLAINTS = [
    # text, answer in 1.6, answer in 2.0.1 and 2.1 (OCPP-J 4.2.3 and 4.3 of each)
    ("no json", None, ("-1", "RpcFrameworkError")),
    ("", None, ("-1", "RpcFrameworkError")),
    ("{}", None, ("-1", "RpcFrameworkError")),
    ('"text"', None, ("-1", "RpcFrameworkError")),
    ("[]", None, ("-1", "RpcFrameworkError")),
    ('[7,"a",{}]', None, ("a", "MessageTypeNotSupported")),
    ('["2","a","B",{}]', None, ("a", "MessageTypeNotSupported")),
    ("[7]", None, ("-1", "MessageTypeNotSupported")),
    (f'[2,"{LONG}","B",{{}}]', (LONG, "FormationViolation"), (LONG, "RpcFrameworkError")),
    ('[2,17,"B",{}]', None, ("-1", "RpcFrameworkError")),
    ("[2]", None, ("-1", "RpcFrameworkError")),
    ('[2,"a"]', ("a", "FormationViolation"), ("a", "RpcFrameworkError")),
    ('[2,"a","B"]', ("a", "FormationViolation"), ("a", "RpcFrameworkError")),
    ('[2,"a","B",{},1]', ("a", "FormationViolation"), ("a", "RpcFrameworkError")),
    ('[2,"a",5,{}]', ("a", "FormationViolation"), ("a", "RpcFrameworkError")),
    ('[2,"a","B",{]', ("a", "FormationViolation"), ("a", "RpcFrameworkError")),
    ('[3,"a"]', None, None),
    ("[3,17,{}]", None, None),
    (f'[3,"{LONG}",{{}}]', None, None),
    ('[4,"a"]', None, None),
    ('[4,"a","b","c",{},1]', None, None),
    ('[5,"a"]', None, None),
    ('[6,"a"]', None, None),
]


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
@pytest.mark.parametrize(("text", "old", "modern"), COMPLAINTS)
def test_bad_input_is_answered_as_the_version_asks(
    text: str, old: tuple[str, str] | None, modern: tuple[str, str] | None, version: str
) -> None:
    with pytest.raises(MessageError) as caught:
        parse(text)
    answer = complaint(caught.value, version)
    expected = old if version == "1.6" else modern
    assert expected == (None if answer is None else (answer.message_id, answer.code))


MODERN_ONLY = [CallResultError("a", '["b"]'), Send("a", "B", "{}")]
ALWAYS = [Call("a", "B", "{}"), CallResult("a", "{}"), CallError("a", '["b"]')]


@pytest.mark.parametrize("message", MODERN_ONLY)
def test_send_and_callresulterror_came_with_2_1(message: Send | CallResultError) -> None:
    assert [speaks(version, message) for version in ("1.6", "2.0.1", "2.1")] == [False, False, True]
    assert complaint(unknown_type(message), "1.6") is None
    answer = complaint(unknown_type(message), "2.0.1")
    assert answer is not None and answer.code == "MessageTypeNotSupported"


@pytest.mark.parametrize("message", ALWAYS)
def test_the_others_are_spoken_by_all(message: Call | CallResult | CallError) -> None:
    assert all(speaks(version, message) for version in ("1.6", "2.0.1", "2.1"))


@pytest.mark.parametrize("message", [*MODERN_ONLY, *ALWAYS])
def test_a_message_under_another_id_is_otherwise_the_same(
    message: Call | CallResult | CallError | CallResultError | Send,
) -> None:
    assert with_id(message, "z").to_text() == message.to_text().replace('"a"', '"z"', 1)


def test_a_command_that_does_harm_when_it_is_late_does_not_wait_long_for_others() -> None:
    session = Session(1, "CP1", "/CP1", "1.6")
    actions = ["GetConfiguration", "Reset", "UnlockConnector", "ChangeAvailability"]
    for number, action in enumerate(actions):
        session.enqueue(Command(number, Call(f"{number}", action, "{}"), received_at=0.0))
    assert session.next_command(1.0) == Call("0", "GetConfiguration", "{}")
    session.finish_command("0")
    assert session.next_command(QUEUE_SECONDS) == Call("1", "Reset", "{}")
    session.finish_command("1")
    assert session.next_command(QUEUE_SECONDS + 0.1) == Call("3", "ChangeAvailability", "{}")
