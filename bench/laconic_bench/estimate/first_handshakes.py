"""What the connections with which a replay begins have cost: a month has none of them."""

from collections.abc import Iterable, Sequence
from typing import Final

from laconic_bench.model.bill import HANDSHAKE
from laconic_bench.model.exchanges import Exchange
from laconic_bench.model.link import ModelLink
from laconic_bench.trace import Direction

WAYS: Final[tuple[Direction, ...]] = ("up", "down")
FIRST_SECONDS: Final = 60.0
"""A handshake later than this after the first word of a charger is not that of its first
connection. Meanwhile few connections break, so all handshakes count for first ones."""


class FirstHandshakes:
    """Measures the handshakes of the first connection of each charger. Make it before the carrier,
    which may shake hands at once."""

    def __init__(self, link: ModelLink, exchanges: Sequence[Exchange]) -> None:
        self._bill = link.bill
        self._before: dict[Direction, float] | None = None
        """While chargers begin: what handshakes had cost until then."""
        self._found: dict[Direction, float] = {"up": 0.0, "down": 0.0}
        begins: dict[str, float] = {}
        for one in exchanges:
            begins.setdefault(one.identity, one.at_seconds)
        for begin, end in merged(sorted(begins.values()), FIRST_SECONDS):
            link.schedule.at(begin, self._begin)
            link.schedule.at(end, self._end)

    def wire_bytes(self) -> dict[Direction, float]:
        """Return what they have cost; call it after the replay."""
        self._end()
        return self._found

    def _begin(self) -> None:
        self._before = self._handshakes()

    def _end(self) -> None:
        if self._before is not None:
            now = self._handshakes()
            for way in WAYS:
                self._found[way] += now[way] - self._before[way]
            self._before = None

    def _handshakes(self) -> dict[Direction, float]:
        return {way: self._bill.bytes_without_action(way, HANDSHAKE) for way in WAYS}


def merged(begins: Iterable[float], seconds: float) -> list[tuple[float, float]]:
    """Return begin and end of spans of so many seconds, in order; those that touch become one."""
    spans: list[tuple[float, float]] = []
    for begin in begins:
        first = spans.pop()[0] if spans and begin <= spans[-1][1] else begin
        spans.append((first, begin + seconds))
    return spans
