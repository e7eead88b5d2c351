"""Figures as tables show them."""

from typing import Final

from laconic_bench.results.result import Setting

ABSENT: Final = "-"
"""Of a figure that was not measured."""


def count_text(count: int | None) -> str:
    """Return bytes or messages, exactly: 1,234,567."""
    return ABSENT if count is None else f"{count:,}"


def decimal_text(number: float | None) -> str:
    """Return a number with four digits, more if it is large: 1,234.6, 12.35, 1.235, 0.1235."""
    if number is None:
        return ABSENT
    for least, digits in ((100, 1), (10, 2), (1, 3)):
        if abs(number) >= least:
            return f"{number:,.{digits}f}"
    return "0" if number == 0 else f"{number:#.4g}"


def ratio_text(ratio: float | None) -> str:
    """Return a ratio with three decimals: 1.187."""
    return ABSENT if ratio is None else f"{ratio:,.3f}"


def growth_text(old: float | None, new: float | None) -> str:
    """Return by how much a figure has grown, in percent: +1.25 %, -0.4 %."""
    if old is None or new is None:
        return ABSENT
    if old == new:
        return "0"
    if old == 0:
        return "from 0"
    percent = (new - old) / old * 100
    # What has changed must not look as if it had not.
    small = "+0.00..." if percent > 0 else "-0.00..."
    return f"{percent:+,.2f} %" if abs(percent) >= 0.005 else f"{small} %"


def setting_text(value: Setting) -> str:
    """Return a setting as it is in the file: true, null, 60."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return f"{value:g}" if isinstance(value, float) else str(value)
