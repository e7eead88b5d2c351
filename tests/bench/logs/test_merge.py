"""Several logs as one, and their times."""

from pathlib import Path

import pytest

from laconic_bench.logs.found import LogError
from laconic_bench.logs.merge import read_all
from laconic_bench.logs.reader import LogFacts
from laconic_bench.trace import TraceRecord
from tests.support.log_styles import write
from tests.support.small_logs import Talk, charging_day, in_order


def merged(*paths: Path) -> list[TraceRecord]:
    return list(read_all([LogFacts(str(path)) for path in paths]))


def heartbeats(*seconds: float, identity: str = "CP1") -> Talk:
    talk = Talk(identity)
    for second in seconds:
        talk.heartbeats(second, second, 1)
    return talk


def test_logs_of_several_chargers_are_one_site(tmp_path: Path) -> None:
    talks = [charging_day("CP1"), charging_day("CP2", 400)]
    paths = [write(tmp_path / f"{one.identity}.log", "of a charger", one.records) for one in talks]
    assert merged(*paths) == in_order(*talks)


def test_rotated_logs_in_any_order_are_one(tmp_path: Path) -> None:
    records = charging_day().records
    first = write(tmp_path / "CP1.log.1", "steve", records[:300])
    second = write(tmp_path / "CP1.log", "steve", records[300:])
    assert merged(second, first) == merged(first, second) == records


def test_a_copy_of_a_log_counts_once(tmp_path: Path) -> None:
    records = charging_day().records
    paths = [write(tmp_path / f"{name}.log", "steve", records) for name in ("a", "copy")]
    facts = [LogFacts(str(path)) for path in paths]
    assert list(read_all(facts)) == records
    assert sum(one.messages for one in facts) == len(records)
    assert sum(one.repeated_lines for one in facts) == len(records)


def test_parts_that_overlap_count_once(tmp_path: Path) -> None:
    records = charging_day().records
    first = write(tmp_path / "a.log", "steve", records[:400])
    second = write(tmp_path / "b.log", "steve", records[350:])
    facts = [LogFacts(str(path)) for path in (second, first)]
    assert list(read_all(facts)) == records
    assert [one.repeated_lines for one in facts] in ([50, 0], [0, 50])


def test_two_chargers_may_say_the_same(tmp_path: Path) -> None:
    talks = [heartbeats(0, 60, identity=name) for name in ("CP1", "CP2")]
    paths = [write(tmp_path / f"{one.identity}.log", "steve", one.records) for one in talks]
    assert len(merged(*paths)) == 8


def test_times_count_from_the_first_message_and_never_go_back(tmp_path: Path) -> None:
    path = write(tmp_path / "CP1.log", "steve", heartbeats(50, 20, 80).records)
    assert [record.time_seconds for record in merged(path)] == [0, 0.25, 0.25, 0.25, 30, 30.25]


def test_two_logs_in_the_wrong_order_in_one_file_follow_each_other(tmp_path: Path) -> None:
    path = write(tmp_path / "CP1.log", "steve", heartbeats(90_000, 90_060, 0, 60, 120).records)
    times = [record.time_seconds for record in merged(path)]
    assert times[::2] == [0, 60, 60.25, 120.25, 180.25]


def test_without_times_a_call_follows_the_other_after_a_second(tmp_path: Path) -> None:
    facts = LogFacts(str(write(tmp_path / "CP1.log", "bare", heartbeats(0, 50, 99).records)))
    assert [record.time_seconds for record in read_all([facts])] == [0, 0, 1, 1, 2, 2]
    assert not facts.has_times


def test_messages_before_the_first_time_happen_with_it(tmp_path: Path) -> None:
    path = tmp_path / "CP1.log"
    text = '[2,"a","Heartbeat",{}]\n[3,"a",{}]\n'
    lines = write(path, "steve", heartbeats(10).records).read_text(encoding="utf-8")
    path.write_text(text + lines, encoding="utf-8")
    assert [record.time_seconds for record in merged(path)] == [0, 0, 0, 0.25]


def test_logs_with_and_without_times_are_not_mixed(tmp_path: Path) -> None:
    timed = write(tmp_path / "a.log", "steve", heartbeats(0, 9).records)
    bare = write(tmp_path / "b.log", "bare", heartbeats(0, 9).records)
    with pytest.raises(LogError, match=r"b\.log has no times.*--days"):
        merged(timed, bare)
