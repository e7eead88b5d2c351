"""The judge of the end-to-end tests notices every kind of damage."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from tests.support.ledger import Ends, Line, differences
from tests.support.ocppj import Message, elements, parse

STATUS: Final = '[2,"1","StatusNotification",{"connectorId":1}]'
START: Final = '[2,"2","StartTransaction",{"meterStart":1.10}]'
STARTED: Final = '[3,"2",{"transactionId":7}]'
STOP: Final = '[2,"3","StopTransaction",{"transactionId":7}]'
RESET: Final = '[2,"a","Reset",{"type":"Soft"}]'


def sent(text: str) -> Line:
    return Line(True, parse(text))


def received(text: str) -> Line:
    return Line(False, parse(text))


CHARGER: Final = (
    sent(STATUS),
    received('[3,"1",{}]'),
    sent('[2,"h","Heartbeat",{}]'),
    received('[3,"h",{"currentTime":"2026-03-01T08:00:00Z"}]'),
    sent(START),
    received(STARTED),
    received(RESET),
    sent('[3,"a",{"status":"Accepted"}]'),
    sent(STOP),
    received('[3,"3",{}]'),
)
CSMS: Final = (
    received('[2,"u1","StatusNotification",{"connectorId":1}]'),
    sent('[3,"u1",{"customData":{"vendorId":"v"}}]'),
    received('[2,"u2","StartTransaction",{"meterStart":1.10}]'),
    sent('[3,"u2",{"transactionId":7}]'),
    sent(RESET),
    received('[3,"a",{"status":"Accepted"}]'),
    received('[2,"u3","StopTransaction",{"transactionId":7}]'),
    sent('[3,"u3",{}]'),
)
Log = tuple[Line, ...]


def test_equal_ends_do_not_differ() -> None:
    assert differences(Ends(CHARGER, CSMS), answered_locally=True) == []


def test_in_relay_mode_the_answer_of_the_csms_counts() -> None:
    problems = differences(Ends(CHARGER, CSMS), answered_locally=False)
    assert any("StatusNotification" in problem for problem in problems)


def without(index: int) -> Callable[[Log], Log]:
    return lambda log: log[:index] + log[index + 1 :]


def changed(index: int, old: str, new: str) -> Callable[[Log], Log]:
    def change(log: Log) -> Log:
        line = replace(log[index], message=parse(log[index].message.text.replace(old, new)))
        return (*log[:index], line, *log[index + 1 :])

    return change


def twice(index: int) -> Callable[[Log], Log]:
    return lambda log: (*log[: index + 1], *log[index:])


def swapped(one: int, other: int) -> Callable[[Log], Log]:
    def swap(log: Log) -> Log:
        lines = list(log)
        lines[one], lines[other] = lines[other], lines[one]
        return tuple(lines)

    return swap


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(without(2), id="a lost request"),
        pytest.param(twice(2), id="a request that arrived twice"),
        pytest.param(changed(2, "1.10", "1.1"), id="a changed number"),
        pytest.param(changed(2, ":1", ": 1"), id="a changed space"),
        pytest.param(swapped(0, 2), id="requests in another order"),
        pytest.param(changed(3, "7", "8"), id="the answer to another request"),
        pytest.param(without(5), id="a lost answer to a command"),
        pytest.param(changed(5, "Accepted", "Rejected"), id="another answer to a command"),
        pytest.param(without(4), id="a command from nowhere"),
        pytest.param(changed(4, "Soft", "Hard"), id="a changed command"),
        pytest.param(twice(5), id="a second answer to a command"),
        pytest.param(swapped(5, 6), id="a request that overtook an answer"),
    ],
)
def test_damage_is_noticed(damage: Callable[[Log], Log]) -> None:
    assert differences(Ends(CHARGER, damage(CSMS)), answered_locally=True) != []


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(without(1), id="no local answer"),
        pytest.param(changed(1, "{}", '{"a":1}'), id="a local answer with content"),
        pytest.param(changed(3, "currentTime", "time"), id="a heartbeat answered without time"),
        pytest.param(twice(5), id="a second answer"),
        pytest.param(twice(6), id="a command that reached the charger twice"),
    ],
)
def test_damage_at_the_charger_is_noticed(damage: Callable[[Log], Log]) -> None:
    assert differences(Ends(damage(CHARGER), CSMS), answered_locally=True) != []


def test_elements_keep_their_text() -> None:
    text = ' [2 ,"1", "A\\u00e9", { "a" : 1.10 , "b":[1,{}]}\n] '
    assert elements(text) == ["2", '"1"', '"A\\u00e9"', '{ "a" : 1.10 , "b":[1,{}]}']
    assert parse(text) == Message(2, "1", "Aé", '{ "a" : 1.10 , "b":[1,{}]}', text)


@pytest.mark.parametrize(
    "text", ["", "{}", "[", '[2,"1"', "[1 2]", '[9,"1",{}]', "[]", '[2,"1","A"]']
)
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)
