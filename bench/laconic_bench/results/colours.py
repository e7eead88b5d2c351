"""The colours of page and plots, for a light and a dark screen.

The series are told apart also by those who confuse red and green; where it matters there are
markers and tables besides.
"""

from typing import Final

LIGHT: Final = {
    "surface": "#fcfcfb",
    "ink": "#0b0b0b",
    "muted": "#52514e",
    "grid": "#e1e0d9",
    "series-1": "#2a78d6",
    "series-2": "#1baf7a",
    "series-3": "#eda100",
    "series-4": "#008300",
    "series-5": "#4a3aa7",
    "series-6": "#e34948",
    "series-7": "#e87ba4",
    "series-8": "#eb6834",
}
DARK: Final = {
    "surface": "#1a1a19",
    "ink": "#ffffff",
    "muted": "#c3c2b7",
    "grid": "#383835",
    "series-1": "#3987e5",
    "series-2": "#199e70",
    "series-3": "#c98500",
    "series-4": "#4caf50",
    "series-5": "#9085e9",
    "series-6": "#e66767",
    "series-7": "#d55181",
    "series-8": "#d95926",
}
SURFACE: Final = LIGHT["surface"]
INK: Final = LIGHT["ink"]
MUTED: Final = LIGHT["muted"]
GRID: Final = LIGHT["grid"]
SERIES: Final = [colour for name, colour in LIGHT.items() if name.startswith("series")]


def by_theme(tag: str) -> str:
    """Return a tag with variables of the page's style in the place of the light colours."""
    for name, colour in LIGHT.items():
        tag = tag.replace(colour, f"var(--{name})")
    return tag


def variables(colours: dict[str, str]) -> str:
    """Return colours as declarations of a style sheet."""
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())
