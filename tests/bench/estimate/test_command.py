"""`laconic estimate` as a user runs it."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from laconic_bench.estimate import command, contenders
from laconic_bench.estimate.contenders import Contenders, Variant
from laconic_gateway.cli import app
from tests.support import command_line, corpus
from tests.support.log_styles import STYLES, write
from tests.support.plain_carrier import PlainFactory
from tests.support.small_logs import charging_day, in_order

KEYS = [
    *(
        "logs",
        "link",
        "nat_timeout_seconds",
        "ping_seconds",
        "budget_mb",
        "messages",
        "covered_days",
    ),
    *("played_messages", "played_days", "messages_per_month", "json_mb_per_month", "chargers"),
    *("contenders", "advice", "mb_per_month_with_all_advice", "warnings"),
]
WIDE, LEAN = PlainFactory(200, ping_seconds=60, ping_bytes=100), PlainFactory(10)
SELDOM = PlainFactory(200, ping_seconds=600, ping_bytes=100)


@pytest.fixture(autouse=True)
def plain_contenders(monkeypatch: pytest.MonkeyPatch) -> None:
    variant = Variant("wide", "WebSocketPingInterval", "charger", "60 s", "600 s", "Later.", SELDOM)
    plain = Contenders({"wide": WIDE, "lean": LEAN}, ("wide", "lean"), (variant,))
    monkeypatch.setattr(contenders, "CONTENDERS", plain)


def run(*arguments: object) -> tuple[int, str, str]:
    return command_line.run("estimate", *arguments)


def told(*arguments: object) -> dict[str, Any]:
    code, out, _ = run(*arguments, "--json")
    assert code == 0
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.fixture
def day(tmp_path: Path) -> Path:
    return write(tmp_path / "CP1.log", "steve", charging_day().records)


def test_the_json_has_just_these_keys(day: Path) -> None:
    found = told(day)
    assert list(found) == KEYS
    assert list(found["contenders"]) == ["wide", "lean"]
    for one in found["contenders"].values():
        assert list(one) == [
            *("mb_per_month", "mb_up", "mb_down", "fits", "spare_mb", "used_up_on_day"),
            *("mb_by_action", "mb_by_key", "mb_by_charger"),
        ]
        assert one["mb_up"] + one["mb_down"] == pytest.approx(one["mb_per_month"], abs=0.002)
    for one in found["advice"]:
        keys = ["key", "where", "from", "to", "side_effect", "saved_mb_per_month"]
        assert list(one) == keys
    assert list(found["logs"][0]) == [
        *("file", "format", "lines", "messages", "unreadable_lines", "first_unreadable_lines"),
        "problems",
    ]
    assert list(found["chargers"]["CP1"]) == [
        *("version", "messages", "messages_per_month", "covered_days", "heartbeat_seconds"),
    ]
    assert found["mb_per_month_with_all_advice"].keys() == {"wide", "lean"}


@pytest.mark.parametrize("style", ["evcc", "csv", "json lines", "pretty"])
def test_the_format_of_the_log_makes_no_difference(style: str, day: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other" / "CP1.log", style, charging_day().records)
    expected, found = told(day)["contenders"], told(other)["contenders"]
    assert found["wide"]["mb_per_month"] == pytest.approx(
        expected["wide"]["mb_per_month"], rel=1e-3
    )


@pytest.mark.parametrize("width", [80, 130])
def test_people_get_tables_that_fit_their_screen(
    day: Path, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.chdir(day.parent)  # A longer path would be broken at other places.
    code, out, error = run(day.name, "--budget", 5)
    assert (code, error) == (0, "")
    for expected in (
        "messages of 1 charger",
        "budget 5 MB a month",
        "MB a month",
        "does not fit: ",
        "fits, ",
        "what costs most, by action",
        "what costs most, by configuration key",
        "what costs most, by charger",
        "WebSocketPingInterval (charger)",
        "HeartbeatInterval: now 300 s; set 3600 s.",
    ):
        assert expected in out
    assert max(map(len, out.splitlines())) <= width


def test_the_json_is_also_written_to_a_file(day: Path, tmp_path: Path) -> None:
    path = tmp_path / "estimate.json"
    code, out, _ = run(day, "--budget", 5, "--fail-over", "wide", "--json-file", path)
    assert code == 1 and "what costs most" in out
    assert json.loads(path.read_text(encoding="utf-8")) == told(day, "--budget", 5)


def test_an_earlier_estimate_may_be_written_again(day: Path, tmp_path: Path) -> None:
    path = tmp_path / "estimate.json"
    for _ in range(2):
        assert run(day, "--json-file", path)[0] == 0


def test_the_month_after_all_changes_is_no_saving_and_tables_add_up(day: Path) -> None:
    _, out, _ = run(day)
    found = told(day)
    after = found["mb_per_month_with_all_advice"]
    text = f"a month takes: wide {after['wide']:.2f} MB; lean {after['lean']:.2f} MB."
    assert text in " ".join(out.split())
    lines = out.splitlines()
    assert lines == [line.rstrip() for line in lines]
    begin = next(number for number, line in enumerate(lines) if "by action" in line) + 1
    rows = [line.rsplit(maxsplit=2) for line in lines[begin : lines.index("", begin)]]
    sizes = [float(row[1]) for row in rows]
    total = found["contenders"]["wide"]["mb_per_month"]
    assert sum(sizes) == pytest.approx(total, abs=0.04)
    named = [size for row, size in zip(rows, sizes, strict=True) if not row[0].startswith("(")]
    assert named == sorted(named, reverse=True)


def test_stopped_is_told(day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "estimate", stop)
    assert run(day) == (130, "", "laconic: stopped; there is no estimate\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_full_disk_is_told(more: list[str], tmp_path: Path) -> None:
    log = write(tmp_path / "CP1.log", "steve", charging_day().records[:20])
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "laconic_gateway", "estimate", log, "--days", "1", *more],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 2
    assert "laconic: " in done.stderr and "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_terminal_without_unicode_gets_an_estimate(tmp_path: Path) -> None:
    path = write(tmp_path / "Säule.log", "of a charger", charging_day().records[:20])
    done = subprocess.run(
        [sys.executable, "-m", "laconic_gateway", "estimate", path.name, "--days", "1"],
        cwd=tmp_path,
        capture_output=True,
        timeout=120,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "ascii", "COLUMNS": "60"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"S?ule.log" in done.stdout and b"S_ule" in done.stdout


def test_nothing_to_change_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contenders, "CONTENDERS", Contenders({"lean": LEAN}, ("lean",)))
    slow = [one for one in charging_day("CP1", 7_200).records if "MeterValues" not in one.raw]
    code, out, _ = run(write(tmp_path / "CP1.log", "steve", slow))
    assert code == 0 and "nothing that would save more than 1 %" in out


def test_a_build_can_fail_over_a_contender(day: Path) -> None:
    assert run(day, "--budget", 5)[0] == 0
    assert run(day, "--budget", 5, "--fail-over", "lean")[0] == 0
    code, out, error = run(day, "--budget", 5, "--fail-over", "lean", "--fail-over", "wide")
    assert code == 1 and "wide" in out
    assert "laconic: wide takes " in error and "more than the budget of 5 MB a month" in error


def test_several_logs_gzip_and_standard_input_are_read(tmp_path: Path) -> None:
    talks = [charging_day("CP1"), charging_day("CP2", 600)]
    paths = [write(tmp_path / f"{one.identity}.log", "steve", one.records) for one in talks]
    packed = tmp_path / "CP2.log.gz"
    packed.write_bytes(gzip.compress(paths[1].read_bytes()))
    both = told(paths[0], packed)
    assert sorted(both["chargers"]) == ["CP1", "CP2"]
    merged = STYLES["steve"].write(in_order(*talks))
    result = CliRunner().invoke(app, ["estimate", "-", "--json"], input=merged)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["contenders"] == both["contenders"]


def test_unreadable_lines_are_shown_and_counted(day: Path) -> None:
    day.write_text(day.read_text() + '[2,"x"]\n' * 5, encoding="utf-8")
    code, out, error = run(day)
    assert code == 0
    assert f"laconic: {day}, line " in error and "the elements are message type" in error
    assert f"laconic: {day}: 2 more lines cannot be read" in error
    assert "5 lines cannot be read" in " ".join(out.split())


@pytest.mark.parametrize(
    ("arguments", "told_is"),
    [
        (["missing.log"], (2, "missing.log: No such file or directory. Correct the path")),
        (["README.md", "--nat-timeout-seconds", "29"], (2, "'--nat-timeout-seconds'")),
        (["README.md", "--budget", "nan"], (2, "--budget")),
        (["README.md", "--budget", "inf"], (2, "--budget")),
        (["README.md", "--nat-timeout-seconds", "inf"], (2, "--nat-timeout-seconds")),
        (["README.md", "--ping-seconds", "1"], (2, "--ping-seconds")),
        (["README.md", "--json-file", "-"], (2, "a file has to have another name")),
        (["README.md", "--json-file", "README.md"], (2, "README.md is the log itself")),
        (["README.md", "--json-file", "Makefile"], (2, "Makefile: something else is there")),
        (["README.md", "--json-file", "/nowhere/a"], (2, "nothing can be written to /nowhere")),
        (["."], (2, ". is a directory. Give the files in it")),
        (["README.md", "--budget", "-1"], (2, "--budget")),
        (["README.md", "--budget", "much"], (2, "--budget")),
        (["README.md", "--fail-over", "x"], (2, "no contender 'x'. There are: wide, lean")),
        (["README.md", "README.md"], (2, "README.md is given twice")),
        (["-", "-"], (2, "- is given twice")),
    ],
)
def test_mistakes_are_told_with_what_to_do(arguments: list[str], told_is: tuple[int, str]) -> None:
    code, out, error = run(*arguments)
    assert (code, out) == (told_is[0], "")
    assert told_is[1] in " ".join(error.split())


@pytest.mark.parametrize(
    ("content", "told_is"),
    [
        (b"", "is empty"),
        (bytes(range(200)), "is no text"),
        (b"<soap:Envelope/>", "OCPP over SOAP"),
        (b"hello\n", "docs/estimate.md shows what can be read"),
        (b'[2,"1","Heartbeat",{}]\n', "as --days 7"),
    ],
)
def test_a_file_that_cannot_be_estimated_says_why(
    content: bytes, told_is: str, tmp_path: Path
) -> None:
    path = tmp_path / "some.log"
    path.write_bytes(content)
    code, out, error = run(path)
    assert (code, out) == (2, "")
    assert error.startswith("laconic: ") and str(path) in error and told_is in error


def test_days_help_where_times_are_missing(tmp_path: Path) -> None:
    path = write(tmp_path / "CP1.log", "bare", charging_day().records)
    assert told(path, "--days", 1)["covered_days"] == 1


@pytest.mark.skipif(not corpus.FOLDER.is_dir(), reason="the recorded logs are not here")
def test_recorded_logs_are_estimated() -> None:
    for path in sorted(corpus.FOLDER.glob("*.jsonl")):
        found = told(path, "--days", 1)
        assert found["contenders"]["lean"]["mb_per_month"] > 0, path
        assert found["logs"][0]["unreadable_lines"] == 0
