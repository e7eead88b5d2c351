"""Runs a core in virtual time as `edge.driver` runs it in real time, and watches its timers."""

from collections.abc import Callable, Sequence
from typing import Final, Generic, Protocol, TypeVar

from laconic_bench.virtual.schedule import Schedule
from laconic_gateway.core.instant import Instant

IDLE_TIMERS_MAX: Final = 1
"""A timer that fires twice in a row, is due again and did nothing turns in a circle."""

Input_contra = TypeVar("Input_contra", contravariant=True)
Input = TypeVar("Input")
Action = TypeVar("Action")


class Core(Protocol[Input_contra, Action]):
    """What both cores have."""

    def receive(self, item: Input_contra, now: Instant) -> list[Action]:
        """Take one input."""
        ...

    def handle_timer(self, now: Instant) -> list[Action]:
        """Do what is due."""
        ...

    def timer(self) -> float | None:
        """Return when `handle_timer` wants to be called."""
        ...


class Process(Generic[Input, Action]):
    """Runs a core as `edge.driver` does, and ends with it."""

    def __init__(
        self,
        schedule: Schedule,
        name: str,
        core: Core[Input, Action],
        perform: Callable[[Action], None],
        instant: Callable[[], Instant] | None = None,
    ) -> None:
        """`instant` is the clock of its machine; None: one that is right."""
        self._schedule = schedule
        self._instant = instant or (lambda: schedule.instant)
        self._name = name
        self._core = core
        self._perform = perform
        self._inputs: list[Input] = []
        self._busy = False
        self._alarm = 0
        self._idle = 0
        self.ended = False

    def start(self) -> None:
        """Let the core do what it wants to do before anything has happened."""
        self._carry_out(self._core.handle_timer(self._instant()))

    def feed(self, item: Input) -> None:
        """Give the core an input; one that comes meanwhile waits for its turn."""
        self._inputs.append(item)
        while self._inputs and not self._busy and not self.ended:
            first = self._inputs.pop(0)
            self._schedule.note(f"{self._name} < {type(first).__name__}")
            self._carry_out(self._core.receive(first, self._instant()))

    def _carry_out(self, actions: Sequence[Action]) -> None:
        self._busy = True
        for action in actions:
            if self.ended:
                return  # what it did last has killed it
            self._schedule.note(f"{self._name} > {type(action).__name__}")
            self._perform(action)
        self._busy = False
        if not self.ended:
            self._set_alarm()

    def _set_alarm(self) -> None:
        self._alarm += 1
        alarm, due = self._alarm, self._core.timer()
        if due is not None:
            self._schedule.at(due, lambda: self._ring(alarm))

    def _ring(self, alarm: int) -> None:
        if self.ended or alarm != self._alarm:
            return
        actions = self._core.handle_timer(self._instant())
        due = self._core.timer()
        circling = due is not None and due <= self._schedule.now and not actions
        self._idle = self._idle + 1 if circling else 0
        assert self._idle <= IDLE_TIMERS_MAX, f"{self._name}: a timer that is due for ever"
        self._carry_out(actions)
