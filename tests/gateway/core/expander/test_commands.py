"""CALLs of the CSMS that wait: until when, and that each ends once."""

import pytest

from laconic_codec.messages import Call
from laconic_gateway.core.expander.commands import (
    ANSWER_SECONDS,
    COMMANDS_MAX,
    Commands,
    Waiting,
)


def call(message_id: str = "one", action: str = "Reset") -> Call:
    return Call(message_id, action, "{}")


def test_an_answer_finds_the_call_by_its_number_once() -> None:
    commands = Commands()
    assert commands.add(call(), 0.0) == []
    commands.sent(4, "one")
    assert commands.answered(5) is None
    assert commands.answered(4) == "one"
    assert commands.answered(4) is None
    assert commands.timer() is None


@pytest.mark.parametrize(
    ("action", "csms_seconds", "seconds"),
    [
        ("Reset", ANSWER_SECONDS, ANSWER_SECONDS),
        ("Reset", 3600.0, 300.0),
        ("UnlockConnector", 3600.0, 30.0),
        ("RemoteStartTransaction", 3600.0, 60.0),
        ("RequestStartTransaction", 3600.0, 60.0),
        ("ChangeConfiguration", 3600.0, 3600.0),
        ("UnlockConnector", 10.0, 10.0),
    ],
)
def test_a_call_lives_as_long_as_the_csms_waits_and_its_action_allows(
    action: str, csms_seconds: float, seconds: float
) -> None:
    commands = Commands(csms_seconds)
    commands.add(call(action=action), 100.0)
    assert commands.timer() == 100.0 + seconds
    assert commands.expire(99.9 + seconds) == []
    assert commands.expire(100.0 + seconds) == [Waiting("one", action, 100.0 + seconds)]
    assert commands.expire(1e9) == []


def test_a_retry_under_the_same_id_ends_the_call_before_it() -> None:
    commands = Commands()
    commands.add(call(), 0.0)
    commands.sent(4, "one")
    assert [given_up.sequence for given_up in commands.add(call(), 5.0)] == [4]
    assert commands.answered(4) is None


def test_of_too_many_the_oldest_is_given_up() -> None:
    commands = Commands()
    for number in range(COMMANDS_MAX):
        assert commands.add(call(f"{number}"), 0.0) == []
    assert [given_up.message_id for given_up in commands.add(call("more"), 0.0)] == ["0"]


def test_with_the_epoch_only_what_was_sent_ends() -> None:
    commands = Commands()
    commands.add(call("sent"), 0.0)
    commands.add(call("not yet"), 0.0)
    commands.sent(1, "sent")
    commands.sent(2, "unknown")
    assert [ended.message_id for ended in commands.end_sent()] == ["sent"]
    assert [ended.message_id for ended in commands.end()] == ["not yet"]
    assert commands.end() == []
