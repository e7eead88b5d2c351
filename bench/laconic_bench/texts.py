"""Figures as people read them."""

from typing import Final

_EIGHTHS: Final = " ▏▎▍▌▋▊▉"


def size_text(size_bytes: float) -> str:
    """Returns a size as people read it: 812 B, 31.2 kB, 25.0 MB."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size_bytes >= factor:
            return f"{size_bytes / factor:,.1f} {unit}"
    return f"{size_bytes:.0f} B"


def bar(share: float, width: int) -> str:
    """Returns a bar of `width` cells of which `share`, 0 to 1, is filled to an eighth."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + _EIGHTHS[rest].strip()).ljust(width)


def milliseconds_text(milliseconds: float | None) -> str:
    """Returns a duration, or a dash if there is none."""
    return "-" if milliseconds is None else f"{milliseconds:,.0f} ms"


def clock_text(seconds: float, tenths: bool = False) -> str:
    """Returns minutes and seconds, as 1:05 or 1:05.2."""
    # Cut, not rounded: 59.97 s must not become 0:60.0.
    minutes, rest = divmod(int(seconds * 10), 600)
    text = f"{minutes}:{rest // 10:02d}"
    return f"{text}.{rest % 10}" if tenths else text
