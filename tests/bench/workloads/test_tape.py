"""Messages come off the tape in the order of their times."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.trace import TraceRecord
from laconic_bench.workloads.tape import Tape


@given(st.lists(st.integers(0, 50)), st.integers(0, 60))
def test_messages_are_sorted_and_none_is_early(times: list[int], now_ms: int) -> None:
    tape = Tape()
    for index, time_ms in enumerate(times):
        tape.note(time_ms, "CP1", "up", "1.6", str(index))
    ready = list(tape.ready(now_ms))
    rest = list(tape.rest())
    expected = sorted((time_ms, index) for index, time_ms in enumerate(times))
    records = [TraceRecord(ms / 1000, "CP1", "up", "1.6", str(index)) for ms, index in expected]
    assert ready + rest == records
    assert len(ready) == sum(time_ms <= now_ms for time_ms in times)
