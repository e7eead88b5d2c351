"""Contenders in processes of their own, and what is left of them after an interruption."""

import time
from collections.abc import Callable
from typing import Final

import pytest

from laconic_bench.contenders.catalog import chosen
from laconic_bench.contenders.entrant import Entrant
from laconic_bench.radio.profiles import PROFILES
from laconic_bench.suite.job import Played, play
from laconic_bench.suite.pool import play_all
from laconic_bench.suite.script import Work

WORK: Final = Work("chaji", 2, 0.02, PROFILES["lte"], 120.0)
SLOW: Final = "laconic"


def play_or_sleep(work: Work, entrant: Entrant, on_day: Callable[[float], None]) -> Played:
    if entrant.name == SLOW:
        on_day(1.0)
        time.sleep(600)
    return play(work, entrant, on_day)


def interrupt(name: str, day: float) -> None:
    raise KeyboardInterrupt


def test_what_has_finished_is_left_after_an_interruption() -> None:
    entrants = chosen(["coap-cbor", SLOW, "ocppj-tls"])
    found = play_all(WORK, entrants, 1, interrupt, play_or_sleep)
    assert list(found) == ["coap-cbor"]
    assert found["coap-cbor"].figures.wire_bytes == play(WORK, entrants[0]).figures.wire_bytes


def test_an_interruption_before_anything_has_finished_passes() -> None:
    with pytest.raises(KeyboardInterrupt):
        play_all(WORK, chosen([SLOW, "coap-cbor"]), 1, interrupt, play_or_sleep)
