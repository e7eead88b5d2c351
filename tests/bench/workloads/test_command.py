"""The command writes a trace, says what is in it, and tells what is wrong."""

import json
from pathlib import Path

import pytest

from laconic_bench import trace
from laconic_bench.workloads.__main__ import main

HOUR = ["boda-site", "--days", "0.04", "--seed", "3"]


def test_it_writes_a_trace_and_a_summary(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "hour.jsonl"
    assert main([*HOUR, "--out", str(path)]) == 0
    assert "boda-site, 0.04 days, seed 3" in capsys.readouterr().out
    records = list(trace.read(path))
    assert main([*HOUR, "--json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert tree["messages"] == len(records) > 500
    assert tree["json_bytes"] == sum(len(record.raw) for record in records)


def test_the_start_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "hour.jsonl"
    main([*HOUR, "--start", "2030-01-01T00:00:00", "--out", str(path)])
    assert path.read_text().startswith('{"t": "2030-01-01T00:0')


def test_a_file_that_cannot_be_written_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "missing" / "hour.jsonl"
    assert main([*HOUR, "--out", str(path)]) == 1
    assert capsys.readouterr().err == f"cannot write {path}: No such file or directory\n"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["boda"], "invalid choice: 'boda'"),
        (["boda-site", "--days", "0"], "0 days: more than 0 and at most 366 are needed"),
        (["boda-site", "--days", "nan"], "nan days: more than 0 and at most 366 are needed"),
        (["boda-site", "--days", "week"], "'week' is not a number of days"),
        (["boda-site", "--start", "noon"], "'noon' is not an ISO 8601 time"),
    ],
)
def test_bad_arguments_are_explained(
    arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert problem in capsys.readouterr().err
