"""What a meter shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """What the meter of a connector or of an EVSE shows."""

    volts: float
    amperes: float
    energy_wh: float
    soc_percent: int | None
    """None if no vehicle is there."""
    celsius: float
