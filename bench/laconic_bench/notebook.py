"""What the simulated chargers of a run leave behind for the judge, the report and the view."""

from collections import deque
from dataclasses import dataclass, field

from laconic_bench.transcript import Entry, Transcript


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a person waited for the answer to one interactive CALL."""

    action: str
    started_seconds: float
    """Clock of the event loop."""
    taken_seconds: float


@dataclass(slots=True)
class Notebook:
    """What the chargers of a run leave behind."""

    transcripts: dict[str, Transcript] = field(default_factory=dict[str, Transcript])
    timings: list[Timing] = field(default_factory=list[Timing])
    recent: deque[tuple[str, Entry]] = field(default_factory=lambda: deque(maxlen=40))
    """The last messages of all chargers, with the identity."""
    timeouts: int = 0
    connections: int = 0
