"""One trace: frames, archive, and what it needs."""

import json
import lzma
from pathlib import Path

import pytest

from laconic_bench.codec_stats.figures import Figures
from laconic_bench.codec_stats.measure import measure
from laconic_bench.codec_stats.settings import CodingChoice, Settings, StatsError, Ways
from laconic_bench.trace import TraceError, read
from tests.support.traces import STATUS, boda_trace, call, line, trace

AT_NOON = "2026-03-02T12:00:00Z"


def measured(path: Path, settings: Settings) -> Figures:
    def fail(error: TraceError) -> None:
        raise error

    return measure(path, settings, lambda: None, fail)


@pytest.fixture(scope="module")
def boda(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return boda_trace(tmp_path_factory.mktemp("trace") / "boda.jsonl", 0.01)


@pytest.mark.parametrize("coding", list(CodingChoice))
@pytest.mark.parametrize("ways", list(Ways))
def test_the_reference_site_comes_back(boda: Path, coding: CodingChoice, ways: Ways) -> None:
    figures = measured(boda, Settings(25, coding=coding, ways=ways))
    assert figures.lossless
    assert figures.escapes == 0
    assert figures.frame_bytes < figures.payload_json_bytes
    if ways is Ways.BOTH:
        assert figures.messages == sum(1 for _ in read(boda))


def test_the_codings_are_as_good_as_their_rank(boda: Path) -> None:
    sizes = {
        coding: measured(boda, Settings(25, coding=coding, verify=False)).frame_bytes
        for coding in CodingChoice
    }
    assert sizes[CodingChoice.ADAPTIVE] < sizes[CodingChoice.ZSTD] < sizes[CodingChoice.CBOR]
    assert sizes[CodingChoice.ALL] < sizes[CodingChoice.ZSTD]


def test_windows_of_trace_time_make_frames(boda: Path) -> None:
    hours = measured(boda, Settings(None, 3600.0))
    minutes = measured(boda, Settings(None, 60.0))
    assert hours.frames < minutes.frames
    assert hours.messages == minutes.messages
    assert minutes.lossless


def test_the_archive_is_xz_over_lines_of_action_and_compact_payload(tmp_path: Path) -> None:
    spaced = STATUS.replace(":", ": ").replace(",", ", ")
    path = trace(
        tmp_path / "trace.jsonl",
        line(call(1, "StatusNotification", spaced)),
        line('[3,"1",{}]', "down"),
        line(call(2, "MeterValues", '{"connectorId":1,"value":1.50}')),
    )
    lines = f'["StatusNotification",{STATUS}]\n["MeterValues",{{"connectorId":1,"value":1.50}}]\n'
    archive = lzma.compress(lines.encode(), preset=9 | lzma.PRESET_EXTREME)
    assert measured(path, Settings()).xz_bytes == len(archive)


def test_a_payload_that_is_no_regular_json_is_archived_as_it_is(tmp_path: Path) -> None:
    path = trace(tmp_path / "trace.jsonl", line(call(1, "X", '{"a": 1, "a": 2}')))
    archive = lzma.compress(b'["X",{"a": 1, "a": 2}]\n', preset=9 | lzma.PRESET_EXTREME)
    figures = measured(path, Settings())
    assert figures.xz_bytes == len(archive)
    assert (figures.escapes, figures.lossless) == (1, True)


def test_windows_need_times(tmp_path: Path) -> None:
    heartbeat = call(1, "Heartbeat", "{}")
    path = trace(tmp_path / "trace.jsonl", line(heartbeat, t=AT_NOON), line(heartbeat))
    with pytest.raises(StatsError, match=r"trace\.jsonl, line 2: t is null.*--frame-messages"):
        measured(path, Settings(None, 60.0))


def test_payload_bytes_are_those_of_the_payload_as_received(tmp_path: Path) -> None:
    payload = json.dumps({"data": "Straße"}, ensure_ascii=False)
    path = trace(tmp_path / "trace.jsonl", line(call(1, "DataTransfer", payload)))
    assert measured(path, Settings()).payload_json_bytes == len(payload.encode())
