"""Logs of every style come back as the trace they were made of; nothing else comes out."""

import gzip
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.logs.found import LogError
from laconic_bench.logs.reader import BAD_LINES_KEPT, LogFacts, read
from laconic_bench.trace import TraceRecord
from laconic_bench.workloads.boda_site import boda_site
from tests.support import corpus
from tests.support.log_styles import STYLES, write
from tests.support.small_logs import Talk, charging_day, in_order

EXACT = [name for name in STYLES if name not in ("pretty", "json values")]
"""Styles that keep the text of a message as it is."""


def records_of(path: Path) -> list[TraceRecord]:
    return list(read(path, LogFacts(str(path))))


def without_times(records: list[TraceRecord]) -> list[TraceRecord]:
    return [replace(record, time_seconds=None) for record in records]


@pytest.fixture(scope="module")
def site() -> list[TraceRecord]:
    return list(boda_site(1, 0.03).records())


@pytest.mark.parametrize("style", EXACT)
def test_a_log_says_what_the_trace_said(
    style: str, site: list[TraceRecord], tmp_path: Path
) -> None:
    identity = site[0].identity
    records = (
        site
        if STYLES[style].has_identity
        else [record for record in site if record.identity == identity]
    )
    read_again = records_of(write(tmp_path / f"{identity}.log", style, records))
    assert without_times(read_again) == without_times(records)
    assert all((one.time_seconds is not None) == STYLES[style].has_times for one in read_again)
    if STYLES[style].has_times:
        for before, after in zip(records, read_again, strict=True):
            assert before.time_seconds is not None and after.time_seconds is not None
            assert abs(after.time_seconds - 1_772_431_200 - before.time_seconds) <= 1.0


@pytest.mark.parametrize("style", ["pretty", "json values"])
def test_white_space_of_the_log_is_not_that_of_the_message(style: str, tmp_path: Path) -> None:
    records = charging_day().records
    assert without_times(records_of(write(tmp_path / "CP1.log", style, records))) == without_times(
        records
    )


@pytest.mark.parametrize("style", STYLES)
def test_versions_are_told_by_what_is_said(style: str, tmp_path: Path) -> None:
    talk = Talk(version="2.1")
    talk.up(0, "BootNotification", {"chargingStation": {"model": "M"}, "reason": "PowerUp"})
    talk.down(10, "RequestBatterySwap", {"requestId": 1, "idToken": {}})
    talk.up(20, "DataTransfer", {"vendorId": "v"})
    talk.down(30, "DataTransfer", {"vendorId": "v"})
    read_again = records_of(write(tmp_path / "CP1.log", style, talk.records))
    assert {record.version for record in read_again} == {"2.1"}
    if STYLES[style].tells_ways:
        assert [one.direction for one in read_again] == [one.direction for one in talk.records]


def test_a_mixed_log_is_read_line_by_line(tmp_path: Path) -> None:
    records = in_order(charging_day("CP1"), charging_day("CP2"))[:400]
    styles = [name for name in EXACT if "csv" not in name and STYLES[name].has_identity]
    dice = random.Random(1)
    text = "".join(STYLES[dice.choice(styles)].write([record]) for record in records)
    path = tmp_path / "mixed.log"
    path.write_text(text, encoding="utf-8")
    assert without_times(records_of(path)) == without_times(records)


def test_compressed_and_utf_16_logs_are_read(tmp_path: Path) -> None:
    records = charging_day().records[:100]
    plain = write(tmp_path / "CP1.log", "steve", records)
    expected = records_of(plain)
    packed = tmp_path / "CP1.2.log.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert records_of(packed) == expected
    wide = tmp_path / "CP1.wide"
    wide.write_text(plain.read_text(encoding="utf-8"), encoding="utf-16")
    assert records_of(wide) == expected


def test_bad_lines_are_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    records = charging_day().records[:20]
    good = write(tmp_path / "CP1.log", "steve", records).read_text(encoding="utf-8")
    bad = '[2,"1","Heartbeat",{}}]\n[4,"x"]\n[2,"1","Heartbeat",{\n' * BAD_LINES_KEPT
    (tmp_path / "CP1.log").write_text(f"{bad}started\n{good}", encoding="utf-8")
    facts = LogFacts(str(tmp_path / "CP1.log"))
    assert len(list(read(tmp_path / "CP1.log", facts))) == len(records)
    assert facts.unreadable_lines == 3 * BAD_LINES_KEPT
    assert len(facts.bad_lines) == BAD_LINES_KEPT
    assert [(one.number, one.reason) for one in facts.bad_lines[:3]] == [
        (1, "unexpected text at character 21"),
        (2, "a CALLERROR has 5 elements, this one has 2 elements"),
        (3, "the message does not end"),
    ]


def test_what_is_logged_twice_counts_once(tmp_path: Path) -> None:
    records = charging_day().records[:50]
    doubled = [one for record in records for one in (record, record)]
    path = write(tmp_path / "CP1.log", "steve", doubled)
    facts = LogFacts(str(path))
    assert without_times(list(read(path, facts))) == without_times(records)
    assert facts.repeated_lines == 50


PLAIN_NAMES = [
    ("{0} -> CSMS", "CSMS -> {0}"),
    ("{0} ->", "{0} <-"),
    ("[{0}] ->", "[{0}] <-"),
    ("{0}: received", "{0}: sent"),
    ("({0}) RX:", "({0}) TX:"),
    ("recv {0}", "send {0}"),
    ("<< {0} |", ">> {0} |"),
    ("Client {0} sent:", "Client {0} received:"),
]


def plain_lines(records: list[TraceRecord], up: str, down: str, names: list[str]) -> str:
    """Write a log with words before each message; `names` are used in turn."""
    return "".join(
        f"2026-03-02 06:{int(one.time_seconds or 0) // 60:02}:{int(one.time_seconds or 0) % 60:02} "
        f"{(up if one.direction == 'up' else down).format(names[number % len(names)])} {one.raw}\n"
        for number, one in enumerate(records)
    )


@pytest.mark.parametrize(("up", "down"), PLAIN_NAMES)
def test_plain_lines_name_their_chargers(up: str, down: str, tmp_path: Path) -> None:
    first, second = Talk("CP1"), Talk("CP2")
    for talk in (first, second):
        talk.heartbeats(0, 3_000, 60)
    both = in_order(first, second)
    path = tmp_path / "plain.log"
    path.write_text(
        "".join(plain_lines([one], up, down, [one.identity]) for one in both), encoding="utf-8"
    )
    facts = LogFacts(str(path))
    assert without_times(list(read(path, facts))) == without_times(both)
    assert facts.messages == 204 and facts.repeated_lines == 0


def test_threads_are_no_chargers(tmp_path: Path) -> None:
    talk = Talk("plain")
    talk.heartbeats(0, 3_000, 60)
    path = tmp_path / "plain.log"
    threads = ["exec-1", "exec-2", "exec-3"]
    path.write_text(
        plain_lines(talk.records, "[{0}] received", "[{0}] sent", threads), encoding="utf-8"
    )
    assert {one.identity for one in records_of(path)} == {"plain"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('<soap:Envelope xmlns:soap="x"><soap:Body/></soap:Envelope>', "OCPP over SOAP"),
        ("started\nstopped\n", "no OCPP message was found in the 2 lines"),
        ('[2,"1","Heartbeat",{}', "the message does not end"),
        ("time,message\n1,[x]\n", "no OCPP-J message"),
    ],
)
def test_a_log_without_messages_is_refused_with_the_reason(
    text: str, told: str, tmp_path: Path
) -> None:
    path = tmp_path / "some.log"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LogError, match=r"some\.log") as error:
        records_of(path)
    assert told in str(error.value)


@pytest.fixture(scope="module")
def samples() -> list[bytes]:
    """Good logs of all styles, to be damaged."""
    records = in_order(charging_day("CP1"))[:40]
    return [style.write(records).encode() for style in STYLES.values()]


@given(data=st.data())
def test_whatever_the_bytes_only_the_documented_error_comes(
    data: st.DataObject, samples: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed.log"
    path.write_bytes(_damaged(data, samples))
    facts = LogFacts(str(path))
    try:
        found = list(read(path, facts))
    except LogError as error:
        assert str(path) in str(error)
        return
    assert len(found) == facts.messages > 0
    assert len(facts.bad_lines) == min(BAD_LINES_KEPT, facts.unreadable_lines)


def _damaged(data: st.DataObject, samples: list[bytes]) -> bytes:
    content = bytearray(data.draw(st.sampled_from([*samples, b""])))
    pieces = st.one_of(
        st.binary(max_size=40),
        st.sampled_from([b'[2,"', b'"', b"{", b"[", b"]", b"\\", b"\n", b"\x00", b'\\"', b"\xff"]),
    )
    for _ in range(data.draw(st.integers(0, 8))):
        position = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 30))
        content[position : position + length] = data.draw(pieces)
    return bytes(content)


@pytest.mark.skipif(not corpus.FOLDER.is_dir(), reason="the recorded logs are not here")
def test_recorded_traces_are_read_whole() -> None:
    for path in sorted(corpus.FOLDER.glob("*.jsonl")):
        facts = LogFacts(str(path))
        assert len(list(read(path, facts))) == facts.lines
        assert facts.unreadable_lines == facts.repeated_lines == 0


def _block(name: str) -> list[str]:
    page = (Path(__file__).parents[3] / "docs" / "estimate.md").read_text(encoding="utf-8")
    found = re.search(
        rf"<!-- {name}:begin -->\n```\n(.*?)\n```\n<!-- {name}:end -->", page, re.DOTALL
    )
    assert found is not None
    return found[1].splitlines()


@pytest.mark.parametrize("line", _block("formats"))
def test_the_lines_of_the_page_are_read(line: str, tmp_path: Path) -> None:
    path = tmp_path / "CP1.log"
    path.write_text(line + "\n", encoding="utf-8")
    (record,) = records_of(path)
    assert (record.identity, record.direction, record.raw) == (
        "CP1",
        "up",
        '[2,"17","Heartbeat",{}]',
    )
    has_time = not line.startswith(("INFO:ocpp", "[2"))
    assert (
        record.time_seconds is not None and int(record.time_seconds) == 1_772_431_207
    ) is has_time


def test_the_table_of_the_page_is_read(tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_text("\n".join(_block("csv")), encoding="utf-8")
    assert [one.direction for one in records_of(path)] == ["up", "down"]


def test_a_table_may_have_only_messages(tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_text('Message\n"[2,""17"",""Heartbeat"",{}]"\n[3,"17",{}]\n', encoding="utf-8")
    facts = LogFacts(str(path))
    assert [one.raw for one in read(path, facts)] == ['[2,"17","Heartbeat",{}]', '[3,"17",{}]']
    assert (facts.format, facts.unreadable_lines) == ("csv", 0)
