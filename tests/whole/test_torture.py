"""What a charger was promised survives kill -9 of both services; and the judge notices damage."""

from collections.abc import Callable
from typing import Final

import pytest

from tests.support.ocppj import Message, parse
from tests.support.tireless import Promise
from tests.support.torture import judge, run_share
from tests.support.verdict import Verdict, on_all_cores

KILLS = 30
SHARE = 8
"""Kills of one pair of services; several pairs are under way at a time."""
Log = list[Message]


@pytest.mark.alone
def test_nothing_is_lost_when_services_are_killed() -> None:
    verdict = on_all_cores(run_share, 4, KILLS, SHARE, per_core=2)
    assert verdict.problems == []
    assert verdict.line == Verdict(runs=KILLS).line


def _request(number: int, message_id: str = "") -> Message:
    content = f'{{"value":1.10,"number":{number}}}'
    return parse(f'[2,"{message_id or f"u{number}"}","MeterValues",{content}]')


def _promises() -> list[Promise]:
    return [Promise(n, _request(n, str(n)).text, acknowledged=n != 3) for n in range(5)]


def _judged(requests: Log) -> Verdict:
    verdict = Verdict()
    judge("CP1", _promises(), requests, verdict)
    return verdict


@pytest.mark.parametrize("in_doubt", [[], [_request(3)]], ids=["gone", "arrived"])
def test_what_was_not_acknowledged_may_arrive_or_not(in_doubt: Log) -> None:
    assert _judged([*map(_request, range(3)), *in_doubt, _request(4)]).is_clean


def test_the_message_in_doubt_may_come_again_with_the_same_id() -> None:
    """Decision D12: at most one message per charger, because only one is outstanding."""
    assert _judged([_request(0), _request(0), *map(_request, range(1, 5))]).is_clean


DAMAGES: Final[list[tuple[str, Callable[[Log], Log]]]] = [
    ("lost", lambda log: log[1:]),
    ("duplicated", lambda log: [log[0], _request(0, "other"), *log[1:]]),
    ("duplicated", lambda log: [*log, log[0]]),
    ("reordered", lambda log: [log[1], log[0], *log[2:]]),
    ("corrupted", lambda log: [*log, _request(99)]),
    ("corrupted", lambda log: [parse(log[0].text.replace("1.10", "1.1")), *log[1:]]),
]


@pytest.mark.parametrize(("kind", "damage"), DAMAGES)
def test_damage_is_noticed(kind: str, damage: Callable[[Log], Log]) -> None:
    verdict = _judged(damage([_request(number) for number in range(5)]))
    assert getattr(verdict, kind) > 0
    assert not verdict.is_clean
    assert verdict.problems
