"""One charger's way to the CSMS: the CALLs of the CSMS, and complaints."""

import pytest

from laconic_codec.errors import MessageError
from laconic_codec.messages import Call, CallError, CallResult, CallResultError, Send, parse
from laconic_gateway.core.expander.commands import ANSWER_SECONDS as COMMAND_SECONDS
from laconic_gateway.core.expander.commands import COMMANDS_MAX
from laconic_gateway.core.expander.csms_socket import Present
from laconic_gateway.core.expander.io import CloseCsms, OpenCsms, SendToCsms
from laconic_gateway.core.expander.to_site import ToSite, Withdraw
from tests.support.bare_lane import HERE, RESET, answer, do, failures, lane_of, record
from tests.support.lane_world import KEY, PATH

# --- CALLs of the CSMS


def test_a_command_goes_down_and_its_answer_back_once() -> None:
    lane = lane_of(HERE, 0.0)
    lane.text(RESET, 1.0)
    assert do(lane, 1.0) == [ToSite(KEY, Call("order", "Reset", "{}"))]
    lane.expect(4, "order")
    assert not lane.send_answer(3, CallResult("", "{}"))
    assert lane.send_answer(4, CallResult("", "{}"))
    assert not lane.send_answer(4, CallResult("", "{}"))
    assert do(lane, 1.0) == [SendToCsms(KEY, '[3,"order",{}]')]


def test_a_command_for_a_charger_that_is_away_fails_at_once() -> None:
    lane = lane_of()
    lane.queue.add(record(5))
    do(lane, 0.0)
    lane.opened(0.0)
    do(lane, 0.0)
    lane.text(RESET, 1.0)
    (failure,) = do(lane, 1.0)
    assert isinstance(failure, SendToCsms)
    assert isinstance(error := parse(failure.text), CallError) and error.code == "InternalError"


@pytest.mark.parametrize("how", ["lost", "closed"])
def test_the_commands_of_a_socket_end_with_it(how: str) -> None:
    lane = lane_of(HERE, 0.0)
    for number, name in ((4, "one"), (5, "two")):
        lane.text(f'[2,"{name}","Reset",{{}}]', 0.0)
        lane.expect(number, name)
    do(lane, 0.0)
    if how == "lost":
        lane.lost(1.0)
    else:
        lane.set_present(None)
    actions = do(lane, 1.0)
    assert Withdraw(KEY, (4, 5)) in actions
    assert not lane.send_answer(4, CallResult("", "{}"))


def test_a_command_that_came_on_a_closing_socket_goes_nowhere() -> None:
    lane = lane_of(HERE, 0.0)
    lane.text(RESET, 1.0)
    lane.set_present(Present(PATH, "1.6", True, 3))
    assert do(lane, 1.0) == [CloseCsms(KEY), OpenCsms(KEY, PATH, "1.6")]


def test_commands_that_nobody_answers_are_forgotten_in_the_end() -> None:
    lane = lane_of(HERE, 0.0)
    for number in range(COMMANDS_MAX + 1):
        lane.text(f'[2,"order-{number}","GetConfiguration",{{}}]', 0.0)
        lane.expect(number, f"order-{number}")
    assert failures(do(lane, 0.0)) == ["order-0"]
    assert not lane.send_answer(0, CallResult("", "{}"))
    assert lane.send_answer(1, CallResult("", "{}"))


def test_a_command_that_takes_too_long_fails_in_time_and_its_late_answer_goes_nowhere() -> None:
    lane = lane_of(HERE, 0.0)
    lane.text(RESET, 1.0)
    assert isinstance(do(lane, 1.0)[0], ToSite)
    lane.expect(4, "order")
    assert lane.timer() == 1.0 + COMMAND_SECONDS
    assert do(lane, COMMAND_SECONDS) == []
    actions = do(lane, 1.0 + COMMAND_SECONDS)
    assert failures(actions) == ["order"]
    assert Withdraw(KEY, (4,)) in actions
    assert not lane.send_answer(4, CallResult("", "{}"))
    assert do(lane, 100.0) == []


def test_a_command_whose_epoch_has_ended_fails_and_is_not_sent_again() -> None:
    lane = lane_of(HERE, 0.0)
    lane.text(RESET, 1.0)
    do(lane, 1.0)
    lane.expect(4, "order")
    lane.forget_commands()
    assert failures(do(lane, 2.0)) == ["order"]
    assert do(lane, 1.0 + COMMAND_SECONDS) == []


def test_complaints_name_the_message_that_was_answered_on_this_socket() -> None:
    lane = lane_of(HERE, 0.0)
    lane.queue.add(record(5))
    do(lane, 0.0)
    answer(lane, 5, 1.0)
    assert lane.send_complaint(5, CallResultError("", '["E"]'))
    assert not lane.send_complaint(6, CallResultError("", '["E"]'))
    assert do(lane, 1.0) == [SendToCsms(KEY, '[5,"id-5","E"]')]
    lane.text(RESET, 1.0)
    do(lane, 1.0)
    lane.expect(9, "order")
    lane.send_answer(9, CallResult("", "{}"))
    lane.text('[5,"order","E"]', 2.0)
    assert ToSite(KEY, CallResultError("order", '["E"]'), complains=9) in do(lane, 2.0)
    lane.lost(3.0)
    assert not lane.send_complaint(5, CallResultError("", '["E"]'))


def test_a_send_of_the_csms_goes_down() -> None:
    lane = lane_of(HERE, 0.0)
    lane.text('[6,"a","NotifyX",{}]', 1.0)
    assert do(lane, 1.0) == [ToSite(KEY, Send("a", "NotifyX", "{}"))]


def test_what_is_no_message_is_an_error_and_changes_nothing() -> None:
    lane = lane_of(HERE, 0.0)
    with pytest.raises(MessageError):
        lane.text("[2]", 1.0)
    assert do(lane, 1.0) == []
