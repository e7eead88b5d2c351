"""Runs a core: feeds it inputs and time, carries out what it decides."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from laconic_gateway.core.instant import Instant

Input = TypeVar("Input")
Input_contra = TypeVar("Input_contra", contravariant=True)
Action = TypeVar("Action")


class Core(Protocol[Input_contra, Action]):
    """What every core has."""

    def receive(self, item: Input_contra, now: Instant) -> list[Action]:
        """Take one input; return what is to be done."""
        ...

    def handle_timer(self, now: Instant) -> list[Action]:
        """Do what is due; return what is to be done."""
        ...

    def timer(self) -> float | None:
        """Return when `handle_timer` wants to be called, on the monotonic clock."""
        ...


class Driver(Generic[Input, Action]):
    """The one place where a core meets the clock and the event loop."""

    def __init__(self, core: Core[Input, Action], perform: Callable[[Action], None]) -> None:
        self._core = core
        self._perform = perform
        self._loop = asyncio.get_running_loop()
        self._inputs: deque[Input] = deque()
        self._busy = False
        self._timer: asyncio.TimerHandle | None = None
        self._stopped = False

    def start(self) -> None:
        """Let the core do what it wants to do before anything has happened."""
        self._carry_out(self._core.handle_timer(self._now()))

    def stop(self) -> None:
        """Feed and carry out nothing from now on."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()

    def feed(self, item: Input) -> None:
        """Give the core an input; what it decides is carried out before this returns.

        An input that comes while another is being worked on waits for its turn.
        """
        self._inputs.append(item)
        if not self._busy:
            self._work()

    def _work(self) -> None:
        while self._inputs and not self._stopped:
            self._carry_out(self._core.receive(self._inputs.popleft(), self._now()))

    def _carry_out(self, actions: list[Action]) -> None:
        self._busy = True
        try:
            for action in actions:
                self._perform(action)
        finally:
            self._busy = False
        self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._core.timer()
        if due is not None and not self._stopped:
            self._timer = self._loop.call_at(due, self._fire)

    def _fire(self) -> None:
        self._timer = None
        self._carry_out(self._core.handle_timer(self._now()))
        self._work()

    def _now(self) -> Instant:
        return Instant(self._loop.time(), time.time())
