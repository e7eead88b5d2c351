"""A disk in virtual time: what was asked is durable a little later, in order, and then reported.

| moment      | a crash of the process          | a power cut                             |
|-------------|---------------------------------|-----------------------------------------|
| asked       | it is lost                      | it is lost, or durable with all before  |
| durable     | it is there, nobody was told    | the same                                |
| reported    | it is there                     | it is there                             |

A disk that is stalled (full, or its I/O fails) takes nothing; what was asked waits in its order,
as a retry queue has it.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from laconic_bench.virtual.schedule import Schedule
from tests.support.virtual_steps import Steps


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[], None]
    report: Callable[[], None] | None


class Disk:
    """Carries out jobs one after the other."""

    def __init__(
        self, schedule: Schedule, seconds: float, name: str, steps: Steps | None = None
    ) -> None:
        """A job takes at most `seconds`; `steps` is told each time that something is `name`."""
        self._schedule = schedule
        # Its own dice: one write more or less changes nothing for the others.
        self._chance = Random(schedule.random.getrandbits(64))
        self._seconds = seconds
        self._name = name
        self._steps = steps
        self._life = 0
        self._waiting: deque[_Job] = deque()
        self._is_busy = False
        self._untold = 0
        self._told_at = 0.0
        """When the last job is reported."""
        self.is_stalled = False

    @property
    def is_stuck(self) -> bool:
        """Tell whether something waits for a disk that takes nothing."""
        return self.is_stalled and bool(self._waiting)

    def submit(self, work: Callable[[], None], report: Callable[[], None] | None = None) -> None:
        """Do a job after those before it, and report it a little later."""
        self._waiting.append(_Job(work, report))
        self._begin()

    def stall(self) -> None:
        """Take nothing from now on."""
        self.is_stalled = True

    def recover(self) -> None:
        """Take what waits, and all that comes."""
        self.is_stalled = False
        self._begin()

    def crash(self, *, power: bool = False) -> None:
        """Lose what is not durable, and every report that is under way.

        When the power is cut, some of the first jobs may have reached the disk all the same.
        """
        kept = 0
        if power and not self.is_stalled:
            kept = self._chance.randint(0, len(self._waiting))
        waiting, self._waiting = self._waiting, deque()
        for _ in range(kept):
            waiting.popleft().work()
        if kept:
            self._schedule.mark(f"{self._name} in part by a power cut")
        if kept or self._untold:
            self._schedule.mark(f"{self._name} and not reported")
        if waiting:
            self._schedule.mark(f"not {self._name}")
        self._life += 1
        self._untold = 0
        self._is_busy = False

    def _begin(self) -> None:
        if self._is_busy or self.is_stalled or not self._waiting:
            return
        self._is_busy = True
        life = self._life
        seconds = self._chance.uniform(0.0, self._seconds)
        self._schedule.after(seconds, lambda: self._work(life))

    def _work(self, life: int) -> None:
        if life != self._life:
            return
        self._is_busy = False
        if self.is_stalled:
            return
        job = self._waiting.popleft()
        job.work()
        if job.report is not None:
            self._untold += 1
            now = self._schedule.now
            # In order: a report speaks of all that came before it.
            self._told_at = max(self._told_at, now + self._chance.uniform(0.0, self._seconds / 4))
            self._schedule.at(self._told_at, lambda: self._tell(life, job))
        if self._steps is not None:
            self._steps.passed(self._name)
        if life == self._life:
            self._begin()

    def _tell(self, life: int, job: _Job) -> None:
        if life == self._life and job.report is not None:
            self._untold -= 1
            job.report()
