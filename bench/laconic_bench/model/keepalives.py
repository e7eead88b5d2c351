"""How often contenders without a search of their own keep a NAT's mapping alive."""

from typing import Final

_MARGIN_SECONDS: Final = 5.0
_MARGIN_SHARE: Final = 1 / 12


def keepalive_seconds(nat_seconds: float) -> float:
    """Return the interval that just keeps a mapping: 25 s of 30, 110 s of 120.

    Whoever sets it up knows the timer of the carrier.
    """
    return nat_seconds - max(_MARGIN_SECONDS, nat_seconds * _MARGIN_SHARE)
