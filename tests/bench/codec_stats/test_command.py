"""`laconic codec stats` as a user runs it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from laconic_bench.codec_stats.command import BAD_LINES_SHOWN
from laconic_codec.decoder import Decoder
from laconic_codec.frame import Batch
from tests.support import command_line, corpus
from tests.support.traces import STATUS, boda_trace, call, line, trace

KEYS = [
    *("messages", "payload_json_bytes", "frames", "frame_bytes", "bytes_per_message", "lossless"),
    *("escapes", "encode_us_per_message", "encode_us_median", "decode_us_per_message"),
    *("decode_us_median", "state_bytes", "state_memory_bytes", "state_object_bytes", "xz_bytes"),
    *("unreadable_lines", "codings", "by_action"),
]
HEARTBEAT = line(call(1, "Heartbeat", "{}"))


def run(*arguments: object) -> tuple[int, str, str]:
    return command_line.run("codec", "stats", *arguments)


def told(*arguments: object) -> dict[str, Any]:
    code, out, _ = run(*arguments, "--json")
    assert code == 0
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.fixture(scope="module")
def boda(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return boda_trace(tmp_path_factory.mktemp("trace") / "boda.jsonl", 0.005)


@pytest.fixture
def few(tmp_path: Path) -> Path:
    status = line(call(2, "StatusNotification", STATUS))
    return trace(tmp_path / "few.jsonl", HEARTBEAT, status, HEARTBEAT)


def test_the_json_has_just_these_keys(boda: Path, few: Path) -> None:
    figures = told(boda, few)
    head = ["direction", "coding", "frame_messages", "window_seconds"]
    assert list(figures) == [*head, *KEYS, "files"]
    assert [figures[key] for key in head] == ["up", "all", 50, None]
    assert [list(one) for one in figures["files"]] == [["file", *KEYS]] * 2
    assert [one["file"] for one in figures["files"]] == [str(boda), str(few)]
    assert list(figures["codings"]) == ["cbor", "zstd", "adaptive", "fragment"]
    for action in figures["by_action"].values():
        assert list(action) == ["messages", "payload_json_bytes", "bytes"]


def test_the_sums_are_those_of_the_files_and_of_the_actions(boda: Path, few: Path) -> None:
    figures = told(boda, few)
    for key in ("messages", "payload_json_bytes", "frames", "frame_bytes", "xz_bytes"):
        assert figures[key] == sum(one[key] for one in figures["files"])
    for one in (figures, *figures["files"]):
        actions = one["by_action"].values()
        assert sum(action["messages"] for action in actions) == one["messages"]
        charged = sum(action["bytes"] for action in actions)
        assert charged == pytest.approx(one["frame_bytes"], abs=0.01)
        assert one["bytes_per_message"] == pytest.approx(
            one["frame_bytes"] / one["messages"], abs=0.001
        )
        assert sum(one["codings"].values()) == one["frames"]
    assert figures["lossless"] is True


def test_each_trace_starts_cold(few: Path) -> None:
    once = told(few)
    twice = told(few, few)
    assert twice["frame_bytes"] == 2 * once["frame_bytes"]


def test_the_options_say_how_frames_are_made(boda: Path, few: Path) -> None:
    assert told(few, "--frame-messages", 1)["frames"] == 3
    window = told(boda, "--window", 60, "--direction", "both", "--coding", "cbor")
    assert (window["frame_messages"], window["window_seconds"]) == (None, 60.0)
    assert window["codings"]["cbor"] == window["frames"] - window["codings"]["fragment"]
    assert window["state_bytes"] == window["state_memory_bytes"] == 0
    code, _, error = run(few, "--window", 5, "--frame-messages", 5)
    assert code == 2 and "either --frame-messages or --window" in error


def test_without_verification_lossless_is_unknown(few: Path) -> None:
    figures = told(few, "--no-verify")
    assert figures["lossless"] is None
    assert figures["decode_us_per_message"] is None
    assert figures["encode_us_per_message"] > 0


def test_the_exit_code_is_1_if_something_changed(
    few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decode = Decoder.decode

    def losing(self: Decoder, encoded: bytes) -> Batch:
        found = decode(self, encoded)
        assert isinstance(found, Batch)
        return Batch(found.header, found.items[:-1])

    monkeypatch.setattr(Decoder, "decode", losing)
    code, out, error = run(few, "--frame-messages", 1, "--json")
    assert code == 1
    assert json.loads(out)["lossless"] is False
    assert re.search(r"few\.jsonl: \d+ frames did not bring back what was sent", error)


@pytest.mark.parametrize("width", [80, 120])
def test_people_get_tables_that_fit_their_screen(
    boda: Path, few: Path, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    code, out, error = run(boda, few)
    assert (code, error) == (0, "")
    for expected in ("lossless          yes", "boda.jsonl", "few.jsonl", "Heartbeat", "of xz"):
        assert expected in out
    assert max(map(len, out.splitlines())) <= width
    single = run(few)[1]
    assert "few.jsonl" not in single


def test_people_see_what_was_not_done(few: Path) -> None:
    out = run(few, "--no-verify", "--coding", "cbor")[1]
    assert re.search(r"lossless +not verified", out)
    assert re.search(r"decode +not measured", out)
    assert re.search(r"state +none", out)


def test_bad_lines_are_shown_and_counted_and_the_rest_is_measured(tmp_path: Path) -> None:
    path = trace(tmp_path / "trace.jsonl", HEARTBEAT, *["{}"] * (BAD_LINES_SHOWN + 3), line("[9]"))
    code, out, error = run(path, "--json")
    assert code == 0
    assert json.loads(out)["unreadable_lines"] == BAD_LINES_SHOWN + 4
    assert error.count("left out") == BAD_LINES_SHOWN + 1
    assert f"laconic: {path}, line 2: cp is missing; left out\n" in error
    assert f"laconic: {path}: 4 more lines left out\n" in error


def test_without_a_message_there_is_nothing_to_measure(tmp_path: Path) -> None:
    path = trace(tmp_path / "trace.jsonl", HEARTBEAT, "{}")
    code, out, error = run(path, "--direction", "down")
    assert (code, out) == (1, "")
    assert error.endswith(f"laconic: {path}: there is no message to encode; see --direction\n")


def test_a_missing_file_and_missing_times_are_told(few: Path) -> None:
    code, out, error = run(few, "missing.jsonl")
    assert (code, out) == (1, "")
    assert error.startswith("laconic: missing.jsonl: No such file")
    code, out, error = run(few, "--window", 60)
    assert (code, out) == (1, "")
    assert "line 1: t is null" in error


@pytest.mark.skipif(not corpus.FOLDER.is_dir(), reason="the recorded logs are not here")
def test_recorded_logs_come_back() -> None:
    figures = told(*sorted(corpus.FOLDER.glob("*.jsonl")), "--direction", "both")
    assert figures["lossless"] is True
    assert figures["unreadable_lines"] == 0
    assert figures["escapes"] <= figures["messages"] // 1000
    assert figures["messages"] > 6000
