"""What happens when: the clock of a workload, in whole milliseconds of virtual time."""

import heapq
from collections.abc import Callable
from typing import Final

Action = Callable[[], None]


class Agenda:
    """Actions in the order of their times; of equal times the first noted comes first."""

    def __init__(self) -> None:
        self._entries: Final[list[tuple[int, int, Action]]] = []
        self._noted = 0
        self.now_ms = 0
        """The time of the action that runs, since the start of the workload."""

    def at(self, time_ms: int, action: Action) -> None:
        """Note an action. A time that has passed means now."""
        self._noted += 1
        heapq.heappush(self._entries, (max(time_ms, self.now_ms), self._noted, action))

    def step(self, end_ms: int) -> bool:
        """Run the next action; return False if there is none before `end_ms`."""
        if not self._entries or self._entries[0][0] >= end_ms:
            return False
        self.now_ms, _, action = heapq.heappop(self._entries)
        action()
        return True
