"""When chargers begin; what that costs is tested with the costs."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.estimate.first_handshakes import merged


def test_spans_that_touch_become_one() -> None:
    assert merged([0, 30, 90, 200], 60) == [(0, 150), (200, 260)]
    assert merged([], 60) == []


@given(st.lists(st.integers(0, 1_000)).map(sorted))
def test_spans_cover_each_begin_and_nothing_else(begins: list[int]) -> None:
    covered = {
        second for begin, end in merged(begins, 60) for second in range(int(begin), int(end))
    }
    assert covered == {second for begin in begins for second in range(begin, begin + 60)}
    spans = merged(begins, 60)
    assert all(end < begin for (_, end), (begin, _) in pairwise(spans))
