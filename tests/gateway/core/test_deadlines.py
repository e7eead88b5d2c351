"""Many deadlines against the plainest model of them: a dictionary."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.deadlines import SPARE_ENTRIES, Deadlines

KEYS = st.sampled_from("abcdef")
TIMES = st.integers(0, 20).map(float)
STEPS = st.lists(st.tuples(st.none() | KEYS, st.none() | TIMES), max_size=60)
"""A key and its new deadline; without a key: what is due then."""


@given(STEPS)
def test_they_behave_like_a_dictionary(steps: list[tuple[str | None, float | None]]) -> None:
    deadlines = Deadlines[str]()
    model: dict[str, float] = {}
    for key, at in steps:
        if key is not None:
            deadlines.set(key, at)
            model.pop(key, None)
            if at is not None:
                model[key] = at
        else:
            now = at or 0.0
            popped = deadlines.pop_due(now)
            assert sorted(popped) == sorted(key for key in model if model[key] <= now)
            assert [model[key] for key in popped] == sorted(model[key] for key in popped)
            model = {key: at for key, at in model.items() if at > now}
        assert deadlines.earliest() == min(model.values(), default=None)


def test_a_deadline_that_moves_all_the_time_takes_no_room() -> None:
    deadlines = Deadlines[int]()
    for moment in range(100_000):
        deadlines.set(moment % 10, 86_400.0 + moment)
    entries = vars(deadlines)["_heap"]
    assert len(entries) <= 2 * 10 + SPARE_ENTRIES + 1
    assert deadlines.pop_due(1e9) == [moment % 10 for moment in range(99_990, 100_000)]
