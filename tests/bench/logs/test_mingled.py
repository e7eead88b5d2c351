"""Logs in which several chargers look like one."""

from dataclasses import replace
from pathlib import Path

import pytest

from laconic_bench.logs.mingled import Mingled
from laconic_bench.logs.reader import LogFacts, read
from laconic_bench.trace import TraceRecord
from laconic_bench.workloads.boda_site import boda_site
from tests.support.log_styles import write
from tests.support.small_logs import Talk, charging_day, in_order


def is_likely(records: list[TraceRecord]) -> bool:
    mingled = Mingled()
    for record in records:
        mingled.add(record)
    return mingled.is_likely


def shifted(talk: Talk, seconds: float) -> Talk:
    other = Talk("CP2")
    for one in talk.records:
        raw = one.raw.replace('"0"', '"1"')  # What the meter reads.
        later = (one.time_seconds or 0.0) + seconds
        other.records.append(replace(one, time_seconds=later, raw=raw))
    return other


def test_one_charger_is_one() -> None:
    assert not is_likely(charging_day().records)
    by_charger: dict[str, list[TraceRecord]] = {}
    for record in boda_site(1, 0.1).records():
        by_charger.setdefault(record.identity, []).append(record)
    assert not any(is_likely(records) for records in by_charger.values())


@pytest.mark.parametrize("seconds", [0.1, 10])
def test_two_chargers_that_count_their_messages_alike_are_seen(seconds: float) -> None:
    talk = charging_day("CP1", 60)
    assert is_likely(in_order(talk, shifted(talk, seconds)))


def test_two_chargers_with_ids_of_their_own_are_seen_by_their_serial_numbers() -> None:
    talks = [Talk("CP1"), Talk("CP2")]
    for number, talk in enumerate(talks):
        boot = {"chargePointModel": "M", "chargePointSerialNumber": f"SN{number}"}
        talk.up(10 * number, "BootNotification", boot, message_id=f"x{number}")
    assert is_likely(in_order(*talks))
    assert not is_likely(talks[0].records)


def test_a_call_that_is_said_again_without_an_answer_is_no_sign() -> None:
    talk = Talk()
    talk.heartbeats(0, 6_000, 60)
    asked = [one for one in talk.records if one.direction == "up"]
    again = [replace(one, time_seconds=(one.time_seconds or 0.0) + 20) for one in asked]
    both = sorted([*asked, *again], key=lambda one: one.time_seconds or 0.0)
    assert not is_likely(both)


def test_it_is_told_of_a_log_only_if_it_names_no_charger(tmp_path: Path) -> None:
    both = in_order(charging_day("CP1", 60), shifted(charging_day("CP1", 60), 10))
    told: list[bool] = []
    for style in ("of a charger", "steve"):
        facts = LogFacts(str(write(tmp_path / "some.log", style, both)))
        list(read(tmp_path / "some.log", facts))
        told.append(facts.looks_mingled)
    assert told == [True, False]
