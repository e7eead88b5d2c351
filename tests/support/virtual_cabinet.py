"""What a simulated battery swap cabinet says (OCPP 2.1): swaps, its slots, a stream of values."""

from typing import Final

from laconic_bench.virtual.schedule import Schedule
from tests.support.virtual_words import Talk2x, Words

SLOTS: Final = 6


class CabinetTalk(Talk2x):
    """A cabinet: a driver puts an empty battery into a free slot and takes a full one out."""

    def __init__(self, schedule: Schedule, identity: str, numbers: list[int]) -> None:
        super().__init__(schedule, identity, numbers)
        self._is_taken = [slot > 1 for slot in range(1, SLOTS + 1)]
        self._swaps = 0

    def next(self) -> Words:
        """Return the next thing to say."""
        if self._soon:
            return self._soon.popleft()
        actions = ("Swap", "Swap", "Stream", "NotifyEvent", "SecurityEventNotification")
        others = ("StatusNotification", "BootNotification", "Heartbeat")
        match self._schedule.random.choice((*actions, *others)):
            case "Swap":
                self._swap()
                return self._soon.popleft()
            case "Stream":
                return self._stream()
            case "StatusNotification":
                slot = self._schedule.random.randint(1, SLOTS)
                return self._status(slot, self._state(slot))
            case action:
                return self._say(action)

    def _swap(self) -> None:
        """Say all that belongs to a swap, one after the other."""
        free = self._is_taken.index(False) + 1
        full = self._schedule.random.choice([n + 1 for n in range(SLOTS) if self._is_taken[n]])
        self._swaps += 1
        token = self._token()
        for event, slot, charge in (("BatteryIn", free, 12), ("BatteryOut", full, 100)):
            battery = f'"evseId":{slot},"serialNumber":"BAT-{self._swaps}","soC":{charge},"soH":97'
            about = f'"eventType":"{event}","requestId":{self._swaps},{token},'
            self._soon.append(Words("BatterySwap", f'{about}"batteryData":[{{{battery}}}],'))
            self._is_taken[slot - 1] = event == "BatteryIn"
            self._soon.append(self._status(slot, self._state(slot)))

    def _state(self, slot: int) -> str:
        return "Occupied" if self._is_taken[slot - 1] else "Available"

    def _stream(self) -> Words:
        self._events += 1
        data = f'{{"t":{self._events},"v":"{self._schedule.random.randint(18, 30)}"}}'
        members = f'"id":1,"pending":0,"basetime":{self._events},"data":[{data}],'
        return Words("NotifyPeriodicEventStream", members, kind=6)
