"""`laconic bench compare` as a user runs it."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from laconic_bench.results.result import Result
from tests.support import command_line
from tests.support.bench_results import file_of, sample, several, with_figures, without_contender

OLD = sample(names=["laconic", "ocppj-tls"])
PAYLOAD_BYTES = OLD.measured_contenders["laconic"].payload_bytes or 0


def compared(folder: Path, new: Result, *options: str) -> tuple[int, str, str]:
    paths = file_of(folder, OLD, name="old.json"), file_of(folder, new, name="new.json")
    return command_line.run("bench", "compare", *paths, *options)


def test_the_same_file_twice_is_no_regression(tmp_path: Path) -> None:
    path = file_of(tmp_path, *several())
    code, out, err = command_line.run("bench", "compare", path, path)
    assert (code, err) == (0, "")
    assert out.startswith("## Bandwidth and latency\n\nNone got worse; ")
    assert "Limits: bytes +1 %, times +5 %, lost or changed messages\n0." in out
    headings = [line.removeprefix("### ") for line in out.splitlines() if line.startswith("### ")]
    assert headings == [str(one.key) for one in several()]


def test_a_regression_is_told_first_and_is_the_exit_code(tmp_path: Path) -> None:
    new = with_figures(OLD, payload_bytes=PAYLOAD_BYTES + 100_000, lost=3)
    new = replace(without_contender(new, "ocppj-tls"), versions={"laconic": "1.0.0"})
    code, out, _ = compared(tmp_path, new)
    assert code == 1
    lines = [line for line in out.splitlines() if line.startswith("- ")]
    key = "boda-site, 2g, NAT 120 s"
    grown = f"{PAYLOAD_BYTES + 100_000:,}, was {PAYLOAD_BYTES:,}"
    percent = f"{10_000_000 / PAYLOAD_BYTES:+.2f} %"
    assert lines[:3] == [
        f"- {key}: laconic: payload bytes is {grown} ({percent})",
        f"- {key}: laconic: lost is 3, was 0",
        f"- {key}: ocppj-tls is missing",
    ]
    assert lines[3] == "- version of laconic 0.9.0 -> 1.0.0"


@pytest.mark.parametrize(
    ("more", "options", "code"),
    [
        (100, [], 0),
        (100, ["--max-bytes", "+99B"], 1),
        (100, ["--max-bytes", "100B"], 0),
        (100, ["--max-bytes", "0"], 1),
        (0, ["--max-bytes", "0", "--max-latency", "0"], 0),
    ],
)
def test_the_limits_are_those_of_the_options(
    more: int, options: list[str], code: int, tmp_path: Path
) -> None:
    new = with_figures(OLD, payload_bytes=PAYLOAD_BYTES + more)
    assert compared(tmp_path, new, *options)[0] == code


def test_every_table_is_whole(tmp_path: Path) -> None:
    new = with_figures(OLD, latency_ms={})
    _, out, _ = compared(tmp_path, new)
    blocks = re.findall(r"(?:^\|.*\n)+", out, re.MULTILINE)
    assert len(blocks) == 3
    for block in blocks:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in block.splitlines()}) == 1
    assert "<details open>" in out
    assert "| laconic | interactive answer |" in out
    assert "| ocppj-tls | recovery |" in out


def test_what_was_repeated_substituted_or_refused_has_its_row(tmp_path: Path) -> None:
    new = with_figures(OLD, repeated_messages=7, substituted_answers=0, refused_commands=12)
    old = with_figures(OLD, repeated_messages=7, substituted_answers=3, refused_commands=1)
    paths = file_of(tmp_path, old, name="old.json"), file_of(tmp_path, new, name="new.json")
    code, out, _ = command_line.run("bench", "compare", *paths)
    assert code == 1
    assert "- boda-site, 2g, NAT 120 s: laconic: refused commands is 12, was 1" in out
    head = "| contender | repeated messages, old | new | substituted answers, old | new |"
    assert f"{head} refused commands, old | new |" in out
    assert "| laconic | 7 | 7 | 3 | 0 | 1 | 12 | worse |" in out


def test_where_bytes_grew_most_stands_beside_them(tmp_path: Path) -> None:
    before = OLD.measured_contenders["laconic"]
    parts = {
        "by_layer": {**before.by_layer, "ip": before.by_layer["ip"] + 900},
        "by_cause": {**before.by_cause, "probe": 600},
        "by_action": {**before.by_action, "Heartbeat": before.by_action["Heartbeat"] + 700},
    }
    parts["by_layer"]["udp"] += 100
    parts["by_cause"]["keepalive"] += 400
    parts["by_action"]["Authorize"] += 300
    daily = [*before.daily_wire_bytes[:-1], before.daily_wire_bytes[-1] + 1_000]
    changed: dict[str, Any] = {
        **parts,
        "wire_bytes_up": before.wire_bytes_up + 1_000,
        "daily_wire_bytes": daily,
    }
    new = with_figures(OLD, **changed)
    _, out, _ = compared(tmp_path, new)
    assert "| layer ip +900, cause probe +600, action Heartbeat +700 |" in out
    _, out, _ = compared(tmp_path, new, "--json")
    found = json.loads(out)["grew_most"]
    assert [(one["way"], one["part"], one["more_bytes"]) for one in found] == [
        *(("layer", "ip", 900), ("cause", "probe", 600), ("action", "Heartbeat", 700)),
    ]
    assert {one["contender"] for one in found} == {"laconic"}
    _, out, _ = compared(tmp_path, OLD)
    assert " +" not in out.partition("| contender")[2]


def test_names_cannot_break_the_tables(tmp_path: Path) -> None:
    evil = "a|b`<script>\n# *x*"
    old = replace(OLD, contenders={evil: OLD.contenders["laconic"]})
    path = file_of(tmp_path, old)
    code, out, _ = command_line.run("bench", "compare", path, path)
    assert code == 0
    assert "| a\\|b\\`\\<script> # \\*x\\* |" in out
    assert "<script" not in out.replace("\\<script", "")


def test_json_has_every_figure(tmp_path: Path) -> None:
    code, out, _ = compared(tmp_path, with_figures(OLD, lost=1), "--json", "--max-latency", "20ms")
    assert code == 1
    tree = json.loads(out)
    assert list(tree) == [
        *("is_regression", "regressions", "notes", "max_bytes", "max_latency", "figures"),
        "grew_most",
    ]
    assert (tree["max_bytes"], tree["max_latency"]) == ("+1 %", "+20 ms")
    assert len(tree["figures"]) == 34
    [bad] = [one for one in tree["figures"] if one["verdict"] == "worse"]
    assert bad == {
        "scenario": "boda-site",
        "link": "2g",
        "nat_timeout_seconds": 120.0,
        "measured": "model",
        "events": [],
        "contender": "laconic",
        "figure": "lost",
        "class": None,
        "percentile": None,
        "old": 0,
        "new": 1,
        "verdict": "worse",
    }


@pytest.mark.parametrize(
    ("new", "options", "told"),
    [
        (sample("chaji"), [], "cannot be compared: scenario is boda-site in OLD and chaji in NEW"),
        (OLD, ["--max-bytes", "lots"], "'lots' is not a limit. Write, for example: +1%, +500B"),
        (OLD, ["--max-latency", "5B"], "'5B' is not a limit. Write, for example: +5%, +20ms"),
    ],
)
def test_wrong_use_has_exit_code_2(
    new: Result, options: list[str], told: str, tmp_path: Path
) -> None:
    code, out, err = compared(tmp_path, new, *options)
    assert (code, out) == (2, "")
    assert err.startswith("laconic: ")
    assert told in err


def test_a_file_that_cannot_be_read_has_exit_code_2(tmp_path: Path) -> None:
    path = file_of(tmp_path, OLD)
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    for one in (bad, tmp_path / "missing.json"):
        code, _, err = command_line.run("bench", "compare", path, one)
        assert code == 2
        assert err.startswith(f"laconic: {one}: ")
    assert command_line.run("bench", "compare", path)[0] == 2


def test_help_tells_the_exit_codes_and_an_example() -> None:
    code, out, _ = command_line.run("bench", "compare", "--help")
    assert code == 0
    assert "Example: laconic bench compare old.json new.json" in " ".join(out.split())
