"""What time it is, on a machine that may not know (D10).

| source                                      | quality   | trust                               |
|---------------------------------------------|-----------|-------------------------------------|
| the expander's time, in an answer (OSCORE)  | TOLD      | good                                |
| the machine's clock, beyond the floor       | MACHINE   | good enough: nothing says otherwise |
| the floor, and the time since the start     | ESTIMATED | the machine has lost its clock      |

The *floor* is the latest time that was ever known to be good. A box without a battery begins in
1970 or at its last shutdown: without a floor it would push the clocks of all chargers back.

What is said runs along a *line*: the time since the machine was started, and an offset. A machine's
clock that jumps forward moves the line forward; one that jumps back does not move it. Only the
expander moves it back. The line of this boot is kept on disk: a process that is started anew goes
on along it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from laconic_gateway.core.instant import Instant
from laconic_gateway.core.records import Stamp, TimeQuality
from laconic_gateway.core.site.offline.facts import Facts

TOLERANCE_SECONDS: Final = 1.0
"""How far the machine's clock may be off the line, and the line off the expander's time beyond what
the network explains, before the line is moved."""
FLOOR_STEP_SECONDS: Final = 3_600.0
"""The floor is written down in steps: each one costs a write to flash."""
BOOTS_MAX: Final = 64
"""Lines of so many boots are kept, for the records that were made in them."""
EARLIEST_SECONDS: Final = 1_767_225_600.0
"""2026-01-01: the floor of a site that has never been told the time. Nothing ran before."""
YEAR_10000_SECONDS: Final = 253_402_300_800.0
"""OCPP cannot write a time from here on."""

_FLOOR: Final = "clock/floor"
_LINE: Final = "clock/boot/"
_TOLD: Final = "told"
_SAID: Final = "said"


@dataclass(frozen=True, slots=True)
class Line:
    """The time in one boot: the monotonic clock and an offset."""

    offset_seconds: float
    is_told: bool
    """The expander has said so."""

    @staticmethod
    def parse(fact: str) -> "Line | None":
        """Return the line that a fact tells; None: it tells none."""
        offset, _, source = fact.partition(" ")
        try:
            return Line(float(offset), source == _TOLD)
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.offset_seconds:.3f} {_TOLD if self.is_told else _SAID}"


class Clock:
    """Tells the time for chargers and records."""

    def __init__(self, facts: Facts, boot: str = "") -> None:
        """`boot` names the start of the machine; empty: it is not known, nothing is kept."""
        self._facts = facts
        self._boot = boot
        self._floor = float(facts.get(_FLOOR) or EARLIEST_SECONDS)
        self._line = Line.parse(facts.get(_LINE + boot) or "") if boot else None

    def unix(self, now: Instant) -> float:
        """Return the time in seconds since 1970-01-01T00:00:00Z."""
        return self.stamp(now).unix_seconds

    def stamp(self, now: Instant) -> Stamp:
        """Return the time with its quality, and the monotonic one, for a record."""
        unix, quality = self._read(now)
        return Stamp(unix, self._boot, now.monotonic, quality)

    def _read(self, now: Instant) -> tuple[float, TimeQuality]:
        machine = now.unix - now.monotonic
        may_be = self._floor <= now.unix < YEAR_10000_SECONDS
        if self._line is None:
            offset = machine if may_be else self._floor - now.monotonic
            self._line = self._draw(Line(offset, is_told=False))
        line = self._line
        if line.is_told:
            unix = line.offset_seconds + now.monotonic
            self._raise_floor(unix)
            return unix, TimeQuality.TOLD
        if may_be and machine > line.offset_seconds + TOLERANCE_SECONDS:
            line = self._line = self._draw(Line(machine, is_told=False))
        if may_be and abs(machine - line.offset_seconds) <= TOLERANCE_SECONDS:
            return now.unix, TimeQuality.MACHINE
        return line.offset_seconds + now.monotonic, TimeQuality.ESTIMATED

    def told(self, unix_seconds: float, asked_at: float, now: Instant) -> float:
        """Take the expander's time, from the answer to what was sent at `asked_at` (monotonic).

        Returns by how many seconds chargers will be told less than so far; mostly 0.
        """
        if not 0 <= unix_seconds < YEAR_10000_SECONDS:
            return 0.0
        offset = before = unix_seconds - now.monotonic
        if self._line is not None:
            before = self._line.offset_seconds
            # The answer was under way for some of the time since it was asked for.
            latest = offset + now.monotonic - asked_at
            if offset - TOLERANCE_SECONDS <= before <= latest + TOLERANCE_SECONDS:
                offset = before
        line = Line(offset, is_told=True)
        if line != self._line:
            self._line = self._draw(line)
        self._raise_floor(offset + now.monotonic)
        return max(0.0, before - offset)

    def _draw(self, line: Line) -> Line:
        """Begin a new line, and write it down."""
        if self._boot:
            self._facts.put(_LINE + self._boot, str(line))
            self._facts.limit(_LINE, BOOTS_MAX)
        return line

    def _raise_floor(self, unix_seconds: float) -> None:
        if unix_seconds >= self._floor + FLOOR_STEP_SECONDS:
            self._floor = unix_seconds
            self._facts.put(_FLOOR, str(round(unix_seconds)))


def repaired(stamp: Stamp, facts: Mapping[str, str]) -> Stamp:
    """Return a stamp with the expander's time, if it has told the time in that boot."""
    line = Line.parse(facts.get(_LINE + stamp.boot) or "")
    if not stamp.boot or stamp.quality is TimeQuality.TOLD or line is None or not line.is_told:
        return stamp
    unix = line.offset_seconds + stamp.monotonic_seconds
    return replace(stamp, unix_seconds=unix, quality=TimeQuality.TOLD)
