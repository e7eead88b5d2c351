"""Colours that can be read and told apart."""

import pytest

from laconic_bench.results.colours import DARK, LIGHT, SERIES, by_theme, variables

READABLE = 4.5
"""Contrast of text by WCAG 2, level AA."""


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_is_readable_and_series_are_seen(theme: dict[str, str]) -> None:
    assert list(theme) == list(LIGHT)
    assert len(set(theme.values())) == len(theme)
    for name in ("ink", "muted"):
        assert contrast(theme[name], theme["surface"]) >= READABLE
    for name in theme:
        if name.startswith("series"):
            assert contrast(theme[name], theme["surface"]) >= 2


def test_light_colours_become_variables() -> None:
    assert by_theme(f'<path style="fill: {SERIES[0]}"/>') == '<path style="fill: var(--series-1)"/>'
    assert "--ink: #0b0b0b;" in variables(LIGHT)
    assert len(SERIES) == 8
