"""Ways are found out from actions, ids and words, whoever has written the log."""

from collections.abc import Sequence

import pytest

from laconic_bench.logs.found import BadLine, Finding
from laconic_bench.logs.ways import records
from laconic_codec.messages import parse


def ways_of(lines: Sequence[tuple[str, str]]) -> list[str | None]:
    findings = [Finding(n, raw, parse(raw), words=words) for n, (words, raw) in enumerate(lines, 1)]
    return [None if isinstance(one, BadLine) else one.direction for one in records(findings, "CP1")]


def test_an_answer_goes_the_other_way() -> None:
    assert ways_of(
        [
            ("", '[2,"1","Heartbeat",{}]'),
            ("", '[2,"2","Reset",{"type":"Hard"}]'),
            ("", '[3,"2",{"status":"Accepted"}]'),
            ("", '[3,"1",{}]'),
        ]
    ) == ["up", "down", "up", "down"]


def test_both_sides_may_use_the_same_id_at_once() -> None:
    lines = [
        ("recv", '[2,"1","Heartbeat",{}]'),
        ("send", '[2,"1","Reset",{"type":"Hard"}]'),
        ("send", '[3,"1",{}]'),
        ("recv", '[3,"1",{"status":"Accepted"}]'),
    ]
    assert ways_of(lines) == ["up", "down", "down", "up"]


@pytest.mark.parametrize(("up", "down"), [("recv", "send"), ("send", "recv"), ("<<", ">>")])
def test_words_mean_what_certain_messages_show(up: str, down: str) -> None:
    lines = [
        (up, '[2,"a","DataTransfer",{}]'),
        (down, '[2,"b","DataTransfer",{}]'),
        (up, '[2,"c","Heartbeat",{}]'),
        (down, '[3,"c",{}]'),
    ]
    assert ways_of(lines) == ["up", "down", "up", "down"]


def test_a_word_that_is_used_both_ways_counts_for_nothing() -> None:
    lines = [
        *[("->", f'[2,"{number}","Heartbeat",{{}}]') for number in range(3)],
        *[("->", f'[3,"{number}",{{}}]') for number in range(3)],
        ("->", '[3,"unknown",{}]'),
    ]
    assert ways_of(lines) == ["up"] * 3 + ["down"] * 3 + [None]


def test_without_words_ids_tell_who_transfers_data() -> None:
    uuid = "ab6930f6-bf8d-477d-9c1e-d9befb11e239"
    lines = [
        ("", '[2,"17","Heartbeat",{}]'),
        ("", f'[2,"{uuid}","Reset",{{"type":"Soft"}}]'),
        ("", '[2,"18","DataTransfer",{}]'),
        ("", f'[2,"{uuid[:-1]}0","DataTransfer",{{}}]'),
    ]
    assert ways_of(lines) == ["up", "down", "up", "down"]


def test_an_answer_to_nothing_is_bad_unless_words_tell() -> None:
    lines = [("", '[3,"1",{}]'), ("Received:", '[3,"2",{}]'), ("CSMS -> CP", '[3,"3",{}]')]
    assert ways_of(lines) == [None, "up", "down"]


def test_the_stem_stands_for_a_charger_without_a_name() -> None:
    finding = Finding(1, '[2,"1","Heartbeat",{}]', parse('[2,"1","Heartbeat",{}]'))
    found = list(records([finding, BadLine(2, "why", "x")], "KE-7"))
    assert not isinstance(found[0], BadLine) and found[0].identity == "KE-7"
    assert found[1] == BadLine(2, "why", "x")


def test_a_name_can_be_printed_and_sent() -> None:
    raw = '[2,"1","Heartbeat",{}]'
    for name in ("\ud800", "S\xe4ule", "x" * 10_000):
        (found,) = records([Finding(1, raw, parse(raw), identity=name)], "CP1")
        assert not isinstance(found, BadLine)
        assert found.identity in ("_", "S_ule", "x" * 255)
