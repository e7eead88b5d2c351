"""Where arrays begin and end."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.logs.arrays import PRETTY_START, START, ArrayScan, compacted, unescaped

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)
ARRAYS = st.lists(JSON, min_size=1, max_size=5)


@given(array=ARRAYS, rest=st.text(max_size=20), cuts=st.lists(st.integers(0, 200), max_size=5))
def test_an_array_ends_where_json_says_however_it_is_cut(
    array: list[object], rest: str, cuts: list[int]
) -> None:
    text = json.dumps(array, ensure_ascii=False)
    scan, fed = ArrayScan(), 0
    # Not within an escape: a line feed never is.
    borders = sorted({min(cut, len(text)) for cut in cuts})
    borders = [one for one in borders if not text[:one].endswith("\\")]
    for start, end in zip([0, *borders], [*borders, None], strict=True):
        piece = text[start:end] if end is not None else text[start:] + rest
        found = scan.feed(piece)
        if found is not None:
            fed += found
            break
        fed += len(piece)
    assert fed == len(text)


@given(array=ARRAYS)
def test_compacting_leaves_the_value_alone(array: list[object]) -> None:
    text = json.dumps(array, indent=3, ensure_ascii=False)
    assert compacted(text) == json.dumps(array, separators=(",", ":"), ensure_ascii=False)


@given(array=ARRAYS)
def test_an_escaped_message_is_what_json_says(array: list[object]) -> None:
    text = json.dumps([2, "id", *array], ensure_ascii=False)
    # Line feeds stay as they are written: within JSON they are escapes anyway.
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    assert unescaped(escaped) == text


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        ('x [2,"1","Heartbeat",{}]', 2),
        ('[ 3 , "1", {}]', 0),
        (r'msg="recv [2,\"1\",\"Heartbeat\",{}]"', 10),
        ('[7,"1"]', None),
        ("[INFO ] 2,3", None),
        ("[2, 3]", None),
    ],
)
def test_messages_are_found_in_lines(line: str, begins: int | None) -> None:
    found = START.search(line)
    assert (found and found.start()) == begins


@pytest.mark.parametrize(
    ("line", "is_one"), [("sent: [", True), ("[2,", True), ("[ 2", True), ("[INFO]", False)]
)
def test_a_message_may_begin_on_a_line_of_its_own(line: str, is_one: bool) -> None:
    assert (PRETTY_START.search(line) is not None) is is_one


def test_a_long_text_goes_on_until_its_own_end() -> None:
    scan = ArrayScan()
    assert scan.feed('["' + '\\"' * 100_000) is None
    assert scan.feed("[" * 100_000) is None
    assert (scan.depth, scan.in_string) == (1, True)
    assert scan.feed('"]"]') == 2
