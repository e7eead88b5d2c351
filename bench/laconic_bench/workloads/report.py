"""What is said about a workload when its trace has been played."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from laconic_bench.texts import size_text
from laconic_bench.workloads.causes import MESSAGE_IDS
from laconic_bench.workloads.draws import Entry, Lane
from laconic_bench.workloads.summary import Kind, Tally


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of one trace."""

    name: str
    seed: int
    days: float
    tally: Tally
    entries: Sequence[Entry]
    """The account of the random draws."""
    cpu_seconds: float

    def floor_bytes(self, lane: Lane) -> float:
        """Return the information in a lane, without message ids: they are re-minted on the wire."""
        counted = (
            entry.bits
            for entry in self.entries
            if entry.cause.lane is lane and entry.cause not in MESSAGE_IDS
        )
        return sum(counted) / 8

    def to_json(self) -> dict[str, Any]:
        """Return the report as a tree for `json`."""
        return {
            "workload": self.name,
            "seed": self.seed,
            "days": self.days,
            "messages": self.tally.total("up", "down").messages,
            "json_bytes": self.tally.total("up", "down").bytes,
            "json_bytes_up": self.tally.total("up").bytes,
            "json_bytes_down": self.tally.total("down").bytes,
            "by_action": [
                {
                    "direction": direction,
                    "action": action,
                    "messages": self.tally.counts[direction, action].messages,
                    "json_bytes": self.tally.counts[direction, action].bytes,
                }
                for direction, action in self._kinds()
            ],
            "entropy_floor_bytes": {lane: self.floor_bytes(lane) for lane in Lane},
            "entropy_by_cause": [
                {
                    "lane": entry.cause.lane,
                    "cause": entry.cause.name,
                    "draws": entry.draws,
                    "bytes": entry.bits / 8,
                }
                for entry in self.entries
            ],
            "cpu_seconds": self.cpu_seconds,
        }

    def to_text(self) -> str:
        """Return the report as people read it."""
        return "\n".join(line.rstrip() for line in self._lines())

    def _kinds(self) -> list[Kind]:
        return sorted(self.tally.counts, key=lambda kind: -self.tally.counts[kind].bytes)

    def _lines(self) -> Iterator[str]:
        yield f"{self.name}, {self.days:g} days, seed {self.seed}, {self.cpu_seconds:.1f} s of CPU"
        yield f"{'direction':<12}{'action':<36}{'messages':>10}{'bytes':>14}{'each':>8}"
        for direction, action in self._kinds():
            count = self.tally.counts[direction, action]
            each = count.bytes / count.messages
            yield f"{direction:<12}{action:<36}{count.messages:>10,}{count.bytes:>14,}{each:>8.0f}"
        total = self.tally.total("up", "down")
        yield f"{'both':<12}{'all':<36}{total.messages:>10,}{total.bytes:>14,}"
        yield ""
        yield f"{'entropy in':<12}{'of':<36}{'draws':>10}{'bytes':>14}{'bits':>8}"
        for entry in self.entries:
            cause, each = entry.cause, entry.bits / entry.draws
            size = f"{entry.bits / 8:,.0f}"
            yield f"{cause.lane:<12}{cause.name:<36}{entry.draws:>10,}{size:>14}{each:>8.2f}"
        yield ""
        for lane in Lane:
            floor = size_text(self.floor_bytes(lane))
            yield f"{lane + 's':<14}{floor:>10} of information without message ids"
