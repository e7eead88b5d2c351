"""What is sent of a trace: which messages, on which channels, with which references."""

from pathlib import Path

import pytest

from laconic_bench.codec_stats.selection import UNKNOWN_CALL, Parcel, parcels
from laconic_bench.codec_stats.settings import Ways
from laconic_bench.trace import TraceError
from laconic_codec.frame import Direction
from laconic_codec.items import Bind, MessageItem
from tests.support.traces import BOOT, STATUS, call, line, trace


def select(path: Path, ways: Ways) -> list[Parcel]:
    def fail(error: TraceError) -> None:
        raise error

    return list(parcels(path, ways, lambda: None, fail))


def message(parcel: Parcel) -> MessageItem:
    assert isinstance(parcel.item, MessageItem)
    return parcel.item


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    return trace(
        tmp_path / "trace.jsonl",
        line(call(1, "BootNotification", BOOT)),
        line('[3,"1",{"status":"Accepted"}]', "down"),
        line(call(9, "Reset", '{"type":"Soft"}'), "down", cp="CP2"),
        line('[4,"9","NotSupported","no",{}]', cp="CP2"),
        line(call(2, "StatusNotification", STATUS)),
        line('[3,"2",{}]', "down"),
        line('[3,"77",{}]', "down"),
    )


def test_up_takes_the_calls_of_chargers_and_binds_each_charger_once(talk: Path) -> None:
    found = select(talk, Ways.UP)
    assert [parcel.item for parcel in found if not parcel.is_message] == [Bind(0, "/CP1", "1.6")]
    assert [parcel.action for parcel in found] == ["", "BootNotification", "StatusNotification"]
    assert all(parcel.way is Direction.UP for parcel in found)
    assert all(message(parcel).message.message_id == "" for parcel in found[1:])
    assert found[2].payload == STATUS


def test_down_takes_the_calls_of_the_csms_and_binds_nothing(talk: Path) -> None:
    (found,) = select(talk, Ways.DOWN)
    assert (found.way, found.action) == (Direction.DOWN, "Reset")


def test_both_takes_everything_and_answers_name_their_calls(talk: Path) -> None:
    found = select(talk, Ways.BOTH)
    told = [
        (parcel.way.name, parcel.action, message(parcel).channel, message(parcel).reference)
        for parcel in found
        if parcel.is_message
    ]
    assert told == [
        ("UP", "BootNotification", 0, 0),
        ("DOWN", "BootNotification result", 0, 0),
        ("DOWN", "Reset", 1, 0),
        ("UP", "Reset error", 1, 1),
        ("UP", "StatusNotification", 0, 0),
        ("DOWN", "StatusNotification result", 0, 2),
        ("DOWN", "(unknown) result", 0, UNKNOWN_CALL),
    ]
    assert [parcel.way for parcel in found if not parcel.is_message] == [Direction.UP] * 2


def test_a_callresulterror_names_the_call_whose_answer_it_complains_about(tmp_path: Path) -> None:
    path = trace(
        tmp_path / "trace.jsonl",
        line(call(5, "Heartbeat", "{}"), ver="2.1"),
        line(call(6, "Heartbeat", "{}"), ver="2.1"),
        line('[3,"6",{}]', "down", ver="2.1"),
        line('[5,"6","FormatViolation","",{}]', ver="2.1"),
        line('[5,"8","FormatViolation","",{}]', ver="2.1"),
        line('[6,"7","NotifyPeriodicEventStream",{"id":1}]', ver="2.1"),
    )
    *_, complaint, stray, sent = select(path, Ways.BOTH)
    assert (complaint.action, message(complaint).reference) == ("Heartbeat error", 1)
    assert (stray.action, message(stray).reference) == ("(unknown) error", UNKNOWN_CALL)
    assert (sent.action, message(sent).reference) == ("NotifyPeriodicEventStream", 0)
    assert complaint.payload == '["FormatViolation","",{}]'


def test_a_charger_on_another_version_is_another_channel(tmp_path: Path) -> None:
    heartbeat = call(1, "Heartbeat", "{}")
    path = trace(tmp_path / "trace.jsonl", line(heartbeat), line(heartbeat, ver="2.0.1"))
    assert [parcel.item for parcel in select(path, Ways.UP) if not parcel.is_message] == [
        Bind(0, "/CP1", "1.6"),
        Bind(1, "/CP1", "2.0.1"),
    ]


def test_bad_lines_are_named_and_left_out(tmp_path: Path) -> None:
    good = line(call(1, "Heartbeat", "{}"))
    path = trace(
        tmp_path / "trace.jsonl",
        *(good, "no JSON", line("[2]"), good, line(call(1, "Heartbeat", "{}"), cp="x" * 512), good),
    )
    bad: list[TraceError] = []
    lines: list[None] = []
    found = list(parcels(path, Ways.UP, lambda: lines.append(None), bad.append))
    assert sum(parcel.is_message for parcel in found) == 3
    assert [error.line_number for error in bad] == [2, 3, 5]
    assert len(lines) == 6
