"""JSON arrays of records are read as JSON lines."""

import json
from pathlib import Path

import pytest

from laconic_bench.logs.objects import one_a_line
from laconic_bench.logs.reader import LogFacts, read
from laconic_bench.trace import TraceRecord
from tests.support.log_styles import STYLES
from tests.support.small_logs import charging_day


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_says_what_its_records_say_as_lines(indent: int | None, tmp_path: Path) -> None:
    text = STYLES["json lines"].write(charging_day().records[:40])
    rows = [json.loads(line) for line in text.splitlines()]
    found: list[list[TraceRecord]] = []
    for name, content in (("lines", text), ("array", json.dumps(rows, indent=indent))):
        (tmp_path / name).write_text(content, encoding="utf-8")
        found.append(list(read(tmp_path / name, LogFacts(name))))
    assert found[0] == found[1] and len(found[0]) == 40
    assert found[1][0].time_seconds is not None


def test_other_lines_stay_as_they_are() -> None:
    lines = ['[2,"17","Heartbeat",{}]', "[", "  {", "x"]
    assert list(one_a_line(iter(lines))) == lines


def test_an_array_that_does_not_end_gives_what_it_has() -> None:
    assert list(one_a_line(iter(['[{"a": "}"}, {"b":', "1}, {"]))) == [
        '{"a": "}"}',
        '{"b": 1}',
        "{ ",
    ]
