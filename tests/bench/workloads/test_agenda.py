"""Actions run in the order of their times, and none after the end."""

from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.workloads.agenda import Agenda


@given(st.lists(st.integers(0, 100)), st.integers(0, 120))
def test_actions_run_in_order_until_the_end(times: list[int], end_ms: int) -> None:
    agenda, ran = Agenda(), list[tuple[int, int]]()

    def note(index: int) -> None:
        ran.append((agenda.now_ms, index))

    for index, time_ms in enumerate(times):
        agenda.at(time_ms, partial(note, index))
    while agenda.step(end_ms):
        pass
    expected = sorted((time_ms, index) for index, time_ms in enumerate(times))
    assert ran == [entry for entry in expected if entry[0] < end_ms]


def test_what_should_have_been_runs_now() -> None:
    agenda, ran = Agenda(), list[int]()
    agenda.at(10, lambda: agenda.at(3, lambda: ran.append(agenda.now_ms)))
    while agenda.step(100):
        pass
    assert ran == [10]
