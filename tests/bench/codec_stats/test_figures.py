"""Figures are added and told."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.codec_stats.figures import ActionFigures, Clock, Figures, StateSize


def test_the_median_is_that_of_the_messages() -> None:
    clock = Clock()
    clock.add(300_000, 3)
    clock.add(1_000_000, 1)
    clock.add(5_000, 0)
    assert clock.median_microseconds() == 100.0
    assert clock.mean_microseconds() == round(1305 / 4, 1)


def test_without_messages_there_is_no_mean() -> None:
    figures = Figures()
    assert figures.encode.mean_microseconds() is None
    assert figures.encode.median_microseconds() is None
    assert figures.bytes_per_message() is None


FIGURES = st.builds(
    Figures,
    messages=st.integers(0, 9),
    frame_bytes=st.integers(0, 999),
    differences=st.integers(0, 1),
    state=st.builds(StateSize, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
    by_action=st.dictionaries(
        st.sampled_from(["Heartbeat", "Reset"]), st.builds(ActionFigures, st.integers(0, 9))
    ),
)


@given(FIGURES, FIGURES)
def test_sums_are_sums_and_the_larger_state_stays(one: Figures, other: Figures) -> None:
    total = Figures()
    total.add(one)
    total.add(other)
    assert total.messages == one.messages + other.messages
    assert total.frame_bytes == one.frame_bytes + other.frame_bytes
    assert total.lossless is (one.differences + other.differences == 0)
    assert total.state == max(one.state, other.state)
    for action in ("Heartbeat", "Reset"):
        parts = [figures.by_action.get(action, ActionFigures()) for figures in (one, other)]
        assert total.action(action).messages == sum(part.messages for part in parts)


def test_actions_are_told_the_dearest_first() -> None:
    figures = Figures(messages=2, frame_bytes=5)
    figures.action("Cheap").bits = 8
    figures.action("Dear").bits = 32
    told = figures.to_json()["by_action"]
    assert isinstance(told, dict) and list(told) == ["Dear", "Cheap"]
