"""Messages in lines, over several lines, and between other lines."""

import pytest

from laconic_bench.logs.found import BadLine, Finding
from laconic_bench.logs.lines import JOINED_MAX_CHARACTERS, JOINED_MAX_LINES, LineReader

HEARTBEAT = '[2,"1","Heartbeat",{}]'


def read(text: str) -> list[Finding | BadLine]:
    return list(LineReader().read(iter(text.split("\n"))))


def raws(text: str) -> list[str]:
    return [one.raw if isinstance(one, Finding) else one.reason for one in read(text)]


def test_what_stands_around_a_message_is_left_out() -> None:
    assert raws(f"12:00 recv {HEARTBEAT} (22 bytes)\nPing\n{HEARTBEAT},") == [HEARTBEAT] * 2


def test_a_message_over_several_lines_becomes_compact() -> None:
    text = (
        '12:00:01 Received:\n[\n  2,\n  "1",\n  "MeterValues",\n  {\n    "a": [\n 1 ]\n }\n]\nend'
    )
    found = read(text)
    assert [one.raw for one in found if isinstance(one, Finding)] == [
        '[2,"1","MeterValues",{"a":[1]}]'
    ]
    assert isinstance(found[0], Finding)
    assert (found[0].number, found[0].time_seconds, found[0].words) == (
        2,
        43_201,
        "12:00:01 Received:",
    )


def test_an_array_of_something_else_is_passed_over() -> None:
    assert raws(f'list: [\n "a",\n "b"\n]\n{HEARTBEAT}') == [HEARTBEAT]
    assert raws("list: [\n1,\n2,\n3,\n4,\n5\n" + HEARTBEAT) == [HEARTBEAT]


def test_a_message_that_is_cut_does_not_take_the_next_one_along() -> None:
    cut = '[2,"9","StatusNotification",{"connectorId":1,"info":"bro'
    assert raws(f"{cut}\nother\n{HEARTBEAT}") == ["the message does not end", HEARTBEAT]
    assert raws(cut) == ["the message does not end"]


def test_joining_has_limits() -> None:
    wide = '[2,"1","X",{"a":"' + ("x" * 1_000 + "\n") * (JOINED_MAX_CHARACTERS // 1_000 + 1)
    many = '[2,"1","X",{\n' + "\n" * (JOINED_MAX_LINES + 1)
    for text in (wide, many):
        assert raws(text + "\n" + HEARTBEAT) == ["the message does not end", HEARTBEAT]


def test_lines_of_json_are_read_by_their_fields() -> None:
    line = '{"cp":"K1","time":"2026-03-02T14:05:06Z","dir":"out","msg":"[3,\\"1\\",{}]"}'
    (found,) = read(line)
    assert isinstance(found, Finding)
    assert (found.raw, found.identity, found.words) == ('[3,"1",{}]', "K1", "out")
    assert found.time_seconds == 1_772_460_306


@pytest.mark.parametrize("text", ["", "[", "{", '{"a":1}', "[]", "[2]", '[2,"', "[\n2,\n", "\\"])
def test_what_is_none_is_none(text: str) -> None:
    assert not [one for one in read(text) if isinstance(one, Finding)]
