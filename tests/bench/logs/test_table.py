"""CSV: well and badly quoted."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.logs.found import BadLine, Finding
from laconic_bench.logs.table import TableReader, header_of
from laconic_codec.messages import Call

HEADER = "time,charger,direction,message"


def read(text: str, header: str = HEADER) -> list[Finding | BadLine]:
    known = header_of(header)
    assert known is not None
    return list(TableReader(header, *known).read(iter(text.split("\n"))))


@pytest.mark.parametrize(
    ("line", "delimiter"),
    [
        (HEADER, ","),
        ("Time;Message", ";"),
        ("time\tcp\traw", "\t"),
        ('"time"|"payload"', "|"),
        ("Message", ","),
        ("raw", None),
        ("hello, world", None),
        ("time\r,message", None),
        ('2026 recv, message [2,"1"]', None),
    ],
)
def test_a_header_is_known_by_its_columns(line: str, delimiter: str | None) -> None:
    found = header_of(line)
    assert (found and found[0]) == delimiter


@given(
    action=st.text(min_size=1, max_size=10).filter(str.isprintable),
    value=st.text(alphabet='",;\\[]{}\t|ab', max_size=20),
)
def test_quoted_messages_come_back(action: str, value: str) -> None:
    raw = Call("1", action, "{}").to_text()
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerow(["2026-03-02T14:05:06Z", value, "in", raw])
    (found,) = read(file.getvalue())
    assert isinstance(found, Finding)
    assert (found.raw, found.number) == (raw, 2)


@pytest.mark.parametrize(
    "cell",
    [
        '[2,"1","X",{"a":[1,2],"b":"c, d"}]',
        '"[2,"1","X",{"a":[1,2],"b":"c, d"}]"',
        ' [2,"1","X",{"a":[1,2],"b":"c, d"}]',
    ],
)
def test_badly_quoted_messages_come_back(cell: str) -> None:
    (found,) = read(f"message first,K1,in,{cell}")
    assert isinstance(found, Finding)
    assert (found.raw, found.identity) == ('[2,"1","X",{"a":[1,2],"b":"c, d"}]', "K1")


def test_a_quote_without_an_end_does_not_take_the_memory() -> None:
    rest = "t,K1,in,x\n" * 100_000
    found = read(f't,K1,in,"open\n{rest}t,K1,in,"[2,""1"",""Heartbeat"",{{}}]"')
    assert isinstance(found[0], BadLine) and "field larger" in found[0].reason
    assert isinstance(found[-1], Finding)


def test_a_row_without_a_message_is_passed_over_and_a_wrong_one_is_bad() -> None:
    assert read("t,K1,in,started\n\n") == []
    (bad,) = read("t,K1,in,[1]")
    assert isinstance(bad, BadLine) and (bad.number, bad.reason) == (2, "no OCPP-J message")
