"""Figures as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.texts import bar, clock_text, milliseconds_text, size_text


@given(st.floats(0, 1), st.integers(1, 200))
def test_a_bar_has_its_width_and_its_share(share: float, width: int) -> None:
    text = bar(share, width)
    assert len(text) == width
    assert abs(len(text.rstrip()) - share * width) <= 1


@given(st.floats(allow_nan=False), st.integers(1, 200))
def test_a_bar_never_leaves_its_room(share: float, width: int) -> None:
    assert len(bar(share, width)) == width


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (25e6, "25.0 MB"), (3.21e9, "3.2 GB")],
)
def test_sizes_have_their_unit(size_bytes: float, text: str) -> None:
    assert size_text(size_bytes) == text


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(None, "-"), (0.4, "0 ms"), (331.2, "331 ms"), (3_412.0, "3,412 ms")]
)
def test_durations_are_whole_milliseconds(milliseconds: float | None, text: str) -> None:
    assert milliseconds_text(milliseconds) == text


@pytest.mark.parametrize(
    ("seconds", "text", "with_tenths"),
    [
        (0.0, "0:00", "0:00.0"),
        (65.25, "1:05", "1:05.2"),
        (59.97, "0:59", "0:59.9"),
        (3_600.0, "60:00", "60:00.0"),
    ],
)
def test_a_clock_has_minutes_and_seconds(seconds: float, text: str, with_tenths: str) -> None:
    assert clock_text(seconds) == text
    assert clock_text(seconds, tenths=True) == with_tenths


@given(st.integers(0, 10**6), st.booleans())
def test_a_clock_never_shows_sixty_seconds(hundredths: int, tenths: bool) -> None:
    assert float(clock_text(hundredths / 100, tenths).partition(":")[2]) < 60
