"""Runs a core: feeds it inputs and time, carries out what it decides."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from laconic_gateway.core.instant import Instant

_log = logging.getLogger("laconic")

Input = TypeVar("Input")
Input_contra = TypeVar("Input_contra", contravariant=True)
Action = TypeVar("Action")
Subject = TypeVar("Subject")


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

    def __init__(
        self,
        core: Core[Input, Action],
        perform: Callable[[Action], None],
        on_fault: Callable[[], None],
    ) -> None:
        """`on_fault` is called for each exception that nobody expected, after it is logged."""
        self._core = core
        self._perform = perform
        self._on_fault = on_fault
        self._loop = asyncio.get_running_loop()
        self._inputs: deque[Input] = deque()
        self._busy = False
        self._timer: asyncio.TimerHandle | None = None
        self._stopped = False

    def start(self) -> None:
        """Let the core do what it wants to do before anything has happened."""
        self._fire()

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
            self._guarded(self._receive, self._inputs.popleft())
        self._set_timer()

    def _receive(self, item: Input) -> None:
        self._carry_out(self._core.receive(item, self._now()))

    def _handle_timer(self, now: Instant) -> None:
        self._carry_out(self._core.handle_timer(now))

    def _carry_out(self, actions: list[Action]) -> None:
        self._busy = True
        try:
            for action in actions:
                self._guarded(self._perform, action)
        finally:
            self._busy = False

    def _guarded(self, work: Callable[[Subject], None], subject: Subject) -> None:
        """Do one piece of work; a fault of the program in it does not stop the others."""
        try:
            work(subject)
        except Exception:
            _log.exception("fault of the program; it goes on with the next input")
            self._on_fault()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._core.timer()
        if due is not None and not self._stopped:
            self._timer = self._loop.call_at(due, self._fire)

    def _fire(self) -> None:
        self._timer = None
        self._guarded(self._handle_timer, self._now())
        self._work()

    def _now(self) -> Instant:
        return Instant(self._loop.time(), time.time())
