"""What a trace holds: messages and bytes by direction and action."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from laconic_bench.trace import Direction, TraceRecord

Kind = tuple[Direction, str]
"""Direction and action; of answers, the action with ` (answer)` after it."""


@dataclass(slots=True)
class Count:
    """Messages of one kind."""

    messages: int = 0
    bytes: int = 0


@dataclass(slots=True)
class Tally:
    """Counts the messages of a workload as they pass by. Each answer belongs to a CALL."""

    counts: dict[Kind, Count] = field(default_factory=dict[Kind, Count])
    _asked: dict[tuple[str, Direction, str], str] = field(
        default_factory=dict[tuple[str, Direction, str], str]
    )

    def watch(self, records: Iterable[TraceRecord]) -> Iterator[TraceRecord]:
        """Yield the records as they are, and count them."""
        for record in records:
            count = self.counts.setdefault((record.direction, self._name(record)), Count())
            count.messages += 1
            count.bytes += len(record.raw.encode())
            yield record

    def total(self, *directions: Direction) -> Count:
        """Return the sum over some directions."""
        counts = [count for kind, count in self.counts.items() if kind[0] in directions]
        return Count(sum(one.messages for one in counts), sum(one.bytes for one in counts))

    def _name(self, record: TraceRecord) -> str:
        # Type, message id and action are all that is needed; parsing would take most of the time.
        texts = record.raw.split('"', 4)
        if record.raw[1] != "3":
            action = texts[3]
            self._asked[record.identity, record.direction, texts[1]] = action
            return action
        asker: Direction = "down" if record.direction == "up" else "up"
        return self._asked.pop((record.identity, asker, texts[1])) + " (answer)"
