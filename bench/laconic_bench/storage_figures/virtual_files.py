"""Real journals and outboxes in virtual time: they work between two events, as fast as they can."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from laconic_bench.virtual.schedule import Schedule

DISK_SECONDS: Final = 0.01
"""Virtual time from a request to its report; what is asked meanwhile is reported with it."""

_T = TypeVar("_T")


@dataclass(slots=True)
class _Job:
    report: Callable[..., None]
    outcome: list[tuple[object, ...]] = field(default_factory=list[tuple[object, ...]])


class VirtualFiles:
    """The event loop of the files. Reports come in the order of the requests, so that the same seed
    gives the same run."""

    def __init__(self, schedule: Schedule, runner: asyncio.Runner) -> None:
        self._schedule = schedule
        self._loop = runner.get_loop()
        self._jobs: list[_Job] = []
        self._left = 0
        self._idle = asyncio.Event()

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Open or close a file."""
        return self._loop.run_until_complete(work)

    def expect(self, report: Callable[..., None]) -> Callable[..., None]:
        """Return what a file is to call; `report` gets the same a little later, in its turn."""
        if not self._jobs:
            self._schedule.after(DISK_SECONDS, self._settle)
        job = _Job(report)
        self._jobs.append(job)
        self._left += 1

        def done(*outcome: object) -> None:
            job.outcome.append(outcome)
            self._left -= 1
            if not self._left:
                self._idle.set()

        return done

    def _settle(self) -> None:
        """Let the files work until everything is done that was asked for, and report it."""
        self._loop.run_until_complete(self._done())
        jobs, self._jobs = self._jobs, []
        for job in jobs:
            (outcome,) = job.outcome
            job.report(*outcome)

    async def _done(self) -> None:
        while self._left:
            self._idle.clear()
            await self._idle.wait()
