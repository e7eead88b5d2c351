"""A station of any version: how its messages and their answers get onto the tape."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final

from laconic_bench.trace import Version
from laconic_bench.workloads.agenda import Action
from laconic_bench.workloads.causes import BOOT_TIME, CLOCK, HEARTBEAT_CLOCK
from laconic_bench.workloads.ids import Ids
from laconic_bench.workloads.tables import lognormal
from laconic_bench.workloads.world import World

_ANSWER_MS: Final = lognormal(median=140.0, spread=0.2, first=60, last=600)
"""Until a station answers a command: 0.12 to 0.17 s in recorded logs."""
_BOOT_SECONDS: Final = lognormal(median=38.0, spread=0.15, first=20, last=90)


class Station(ABC):
    """One charger or cabinet with its own connection to the CSMS."""

    version: Version
    comma = ","
    """Between the elements of a message, with the white space of the firmware."""
    firmware = ""
    """The version that it runs."""

    def __init__(self, identity: str, ids: Ids, resolution_ms: int, world: World) -> None:
        self.identity: Final = identity
        self.world: Final = world
        self.resolution_ms: Final = resolution_ms
        """Of the times in its messages."""
        self._ids: Final = ids
        self._free_ms = 0
        self._obeyed_ms = 0
        self._life = 0
        self.last_call_ms = 0
        """When the last message of its own went out."""
        self.after_boot: Final[list[Action]] = []
        """What else is to begin with every boot."""
        # Only the answers to heartbeats show at which fraction of a second the station ticks.
        self.tick_ms: Final = world.draws.below(HEARTBEAT_CLOCK, 1000) if resolution_ms > 1 else 0

    @property
    def now_ms(self) -> int:
        """The time since the start of the workload."""
        return self.world.agenda.now_ms

    def power_on(self) -> None:
        """Start up; the time that it takes is drawn."""
        draws = self.world.draws
        takes_ms = draws.delay_ms(BOOT_TIME, _BOOT_SECONDS, self.resolution_ms)
        start_ms = self.now_ms + takes_ms
        self.later(start_ms - start_ms % self.resolution_ms + self.tick_ms, self._start_up)

    def power_off(self, reason: str) -> None:
        """Stop at once, for a reason of OCPP: what was to happen does not happen."""
        self._life += 1

    def restart(self, reason: str) -> None:
        """Stop for a reason of OCPP and start up again."""
        self.power_off(reason)
        self.power_on()

    @abstractmethod
    def boot(self) -> None:
        """Send a BootNotification and all that follows from it."""

    def later(self, time_ms: int, action: Action) -> None:
        """Do something at a time, unless the power fails before."""
        life = self._life

        def act() -> None:
            if self._life == life:
                action()

        self.world.agenda.at(time_ms, act)

    def call(self, action: str, payload: str, answer: str = "{}") -> None:
        """Send a CALL, which is answered with a payload."""
        csms = self.world.csms
        message_id, sent_ms = self._send(2, action, payload)
        self._answered(message_id, sent_ms + csms.latency_ms(), answer)

    def timed_call(self, action: str, payload: str, answer: Callable[[int], str]) -> None:
        """Send a CALL of which the answer tells the time of the answer."""
        message_id, sent_ms = self._send(2, action, payload)
        cause = HEARTBEAT_CLOCK if action == "Heartbeat" else CLOCK
        time_ms = sent_ms + self.world.csms.told_latency_ms(cause)
        self._answered(message_id, time_ms, answer(time_ms))

    def send(self, action: str, payload: str) -> None:
        """Send a SEND, which nobody answers."""
        self._send(6, action, payload)

    def command(self, action: str, payload: str, answer: str) -> None:
        """Receive a CALL of the CSMS, after the answer to the one before, and answer it."""
        world, comma = self.world, self.comma
        message_id = world.csms.message_id()
        raw = f'[2,"{message_id}","{action}",{payload}]'
        asked_ms = max(self.now_ms, self._obeyed_ms)
        world.tape.note(asked_ms, self.identity, "down", self.version, raw)
        raw = f'[3{comma}"{message_id}"{comma}{answer}]'
        answered_ms = asked_ms + world.draws.hidden(_ANSWER_MS)
        world.tape.note(answered_ms, self.identity, "up", self.version, raw)
        self._obeyed_ms = answered_ms + 1

    def heartbeat(self) -> None:
        """Send a Heartbeat, and the next one later."""
        self.timed_call("Heartbeat", "{}", self.world.csms.clock)
        self.later(self.now_ms + 1000 * self.world.site.heartbeat_seconds, self.heartbeat)

    def _start_up(self) -> None:
        self._ids.restart()
        self.boot()
        for action in self.after_boot:
            action()

    def _send(self, message_type: int, action: str, payload: str) -> tuple[str, int]:
        """Put a message on the tape when the one before is answered (OCPP-J 1.6, 4.1.1)."""
        comma = self.comma
        sent_ms = max(self.now_ms, self._free_ms)
        message_id = self._ids.next(sent_ms)
        raw = f'[{message_type}{comma}"{message_id}"{comma}"{action}"{comma}{payload}]'
        self.world.tape.note(sent_ms, self.identity, "up", self.version, raw)
        self.last_call_ms = sent_ms
        return message_id, sent_ms

    def _answered(self, message_id: str, time_ms: int, payload: str) -> None:
        raw = f'[3,"{message_id}",{payload}]'
        self.world.tape.note(time_ms, self.identity, "down", self.version, raw)
        self._free_ms = time_ms + 1
