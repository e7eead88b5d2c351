"""The trace format is read as it was written, and a bad line is named."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.trace import TraceError, TraceRecord, line_text, read, write

START = datetime(2026, 3, 2, tzinfo=UTC)
GOOD = '{"t": null, "cp": "CP1", "dir": "up", "ver": "1.6", "raw": "[]"}'

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
RECORDS = st.builds(
    TraceRecord,
    st.none() | st.integers(0, 10**11).map(lambda milliseconds: milliseconds / 1000),
    TEXTS,
    st.sampled_from(["up", "down"]),
    st.sampled_from(["1.6", "2.0.1", "2.1"]),
    TEXTS,
)


def file_with(folder: Path, *lines: str) -> Path:
    path = folder / "trace.jsonl"
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("traces")


@given(records=st.lists(RECORDS, max_size=5))
def test_what_was_written_is_read(folder: Path, records: list[TraceRecord]) -> None:
    path = folder / "trace.jsonl"
    first = TraceRecord(0.0, "CP1", "up", "1.6", "[]")
    with path.open("w", encoding="utf-8") as file:
        write(file, [first, *records], START)
    assert list(read(path)) == [first, *records]


@given(RECORDS)
def test_a_line_is_one_line_of_json(record: TraceRecord) -> None:
    text = line_text(record, START)
    assert text.count("\n") == 1
    assert json.loads(text)["raw"] == record.raw


def test_times_are_in_utc_with_milliseconds() -> None:
    file = io.StringIO()
    write(file, [TraceRecord(3_661.5, "CP1", "down", "2.1", "[]")], START)
    assert json.loads(file.getvalue())["t"] == "2026-03-02T01:01:01.500Z"


def test_times_count_from_the_first_line_that_has_one(tmp_path: Path) -> None:
    lines = [
        GOOD.replace("null", text)
        for text in ("null", '"2026-03-02T03:00:00+03:00"', '"2026-03-02T00:00:01.5"')
    ]
    times = [record.time_seconds for record in read(file_with(tmp_path, *lines))]
    assert times == [None, 0.0, 1.5]


def test_further_keys_are_ignored(tmp_path: Path) -> None:
    path = file_with(tmp_path, GOOD.replace("{", '{"note": 1, ', 1))
    assert list(read(path)) == [TraceRecord(None, "CP1", "up", "1.6", "[]")]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "a JSON object is needed, this is list"),
        (GOOD.replace('"CP1"', "1"), "cp is not a text"),
        (GOOD.replace('"cp"', '"id"'), "cp is missing"),
        (GOOD.replace('"[]"', "[]"), "raw is not a text"),
        (GOOD.replace('"up"', '"UP"'), "dir is 'UP', not one of up, down"),
        (GOOD.replace('"1.6"', '"1.5"'), "ver is '1.5', not one of 1.6, 2.0.1, 2.1"),
        (GOOD.replace("null", '"noon"'), "t is 'noon', neither an ISO 8601 time nor null"),
        (GOOD.replace("null", "12"), "t is 12, neither an ISO 8601 time nor null"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, problem: str) -> None:
    path = file_with(tmp_path, GOOD, line)
    with pytest.raises(TraceError) as caught:
        list(read(path))
    assert caught.value.line_number == 2
    assert str(caught.value).startswith(f"{path}, line 2: ")
    assert problem in str(caught.value)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    path.write_bytes(GOOD.encode() + b"\n\xff\xfe\n")
    with pytest.raises(TraceError, match="line 2: not JSON"):
        list(read(path))


def test_bad_lines_can_be_left_out(folder: Path) -> None:
    bad: list[TraceError] = []
    records = list(read(file_with(folder, GOOD, "no JSON", GOOD), bad.append))
    assert len(records) == 2
    assert [error.line_number for error in bad] == [2]
