"""A day without the CSMS, which is down or hangs: transactions go on, and all of them arrive.

Site, link and expander are well. The chargers begin, meter and end transactions all the time, as
OCPP 1.6 has it, with ids that the gateway makes up. Every message has a number of its own in its
meter value.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from laconic_bench.storage_figures.many_csms import State, Taken
from laconic_bench.storage_figures.site_world import SiteWorld, opened
from laconic_bench.storage_figures.slow_link import FAST

HOURS: Final = 24.0
CHARGERS: Final = 10
SEED: Final = 1
SAMPLES: Final = 5
SAMPLE_SECONDS: Final = 300.0
PAUSE_SECONDS: Final = 600.0
"""Between two transactions, and before the first one."""
REPEAT_SECONDS: Final = 120.0
"""A charger that has no answer to its start says it again."""
_BEFORE_SECONDS: Final = 3_600.0
_AFTER_SECONDS: Final = 6 * 3_600.0
_NUMBER: Final = re.compile(r'"(?:meterStart|meterStop|value)":"?(\d+)')
_TRANSACTION: Final = re.compile(r'"transactionId":(-?\d+)')
_TIME: Final = '"timestamp":"2026-09-21T14:13:20Z"'
_BOOT: Final = '[2,"boot","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]'


@dataclass(frozen=True, slots=True)
class Gone:
    """What became of the messages of a day without the CSMS."""

    messages: int
    """Of transactions, said while it was away."""
    discarded: int
    """Of them, those that it never got."""
    doubled: int
    """Answered by the CSMS more than once."""
    misplaced: int
    """Came when another one of their charger was the next."""
    strange_ids: int
    """Messages with a transaction id that the CSMS had not given."""
    recovery_seconds: float
    """From its return until it has answered the first of them."""
    everyone_seconds: float
    """From its return until it has answered one of each charger."""
    empty_seconds: float
    """From its return until it has answered the last of them."""


class _Charger:
    """One charger, which is busy all the time."""

    def __init__(self, world: SiteWorld, number: int, numbers: list[int]) -> None:
        self._world = world
        self._number = number
        self._numbers = numbers
        self.expected: list[int] = []
        """Numbers that the CSMS has to get."""
        self._calls = 0
        self._starting: tuple[str, str] | None = None
        """Message id and payload of a StartTransaction that waits for its answer."""
        self.is_silent = False

    def begin(self) -> None:
        """Boot, and begin a transaction after a while."""
        self._world.says(self._number, _BOOT)
        self._after(PAUSE_SECONDS * (1 + self._number / 10), self._start)

    def told(self, text: str) -> None:
        """Take the answer to a start."""
        content = json.loads(text)
        if self._starting is None or content[1] != self._starting[0]:
            return
        self._starting = None
        transaction = content[2]["transactionId"]
        for number in range(1, SAMPLES + 1):
            self._after(number * SAMPLE_SECONDS, partial(self._sample, transaction))
        self._after((SAMPLES + 0.5) * SAMPLE_SECONDS, partial(self._stop, transaction))

    def _start(self) -> None:
        if self.is_silent:
            return
        tag = f'"idTag":"TAG{self._number}"'
        payload = f'{{"connectorId":1,{tag},"meterStart":{self._next()},{_TIME}}}'
        self._begin_with(payload)

    def _begin_with(self, payload: str) -> None:
        message_id = self._say("StartTransaction", payload)
        self._starting = (message_id, payload)
        self._after(REPEAT_SECONDS, partial(self._repeat, message_id))

    def _repeat(self, message_id: str) -> None:
        if self._starting is not None and self._starting[0] == message_id:
            self._begin_with(self._starting[1])

    def _sample(self, transaction: int) -> None:
        sampled = f'"meterValue":[{{{_TIME},"sampledValue":[{{"value":"{self._next()}"}}]}}]'
        payload = f'{{"connectorId":1,"transactionId":{transaction},{sampled}}}'
        self._say("MeterValues", payload)

    def _stop(self, transaction: int) -> None:
        payload = f'{{"transactionId":{transaction},"meterStop":{self._next()},{_TIME}}}'
        self._say("StopTransaction", payload)
        self._after(PAUSE_SECONDS, self._start)

    def _next(self) -> int:
        self._numbers[0] += 1
        self.expected.append(self._numbers[0])
        return self._numbers[0]

    def _say(self, action: str, payload: str) -> str:
        self._calls += 1
        message_id = f"{self._calls}"
        self._world.says(self._number, f'[2,"{message_id}","{action}",{payload}]')
        return message_id

    def _after(self, seconds: float, event: Callable[[], None]) -> None:
        self._world.schedule.after(seconds, event)


class _Ledger:
    """What the CSMS has answered."""

    def __init__(self, world: SiteWorld, chargers: list[_Charger]) -> None:
        self._world = world
        self._chargers = dict(zip(world.identities, chargers, strict=True))
        self.taken: dict[int, float] = {}
        """When, by number."""
        self.heard: dict[str, float] = {}
        """When a charger was heard first since the CSMS is back, by identity."""
        self._newest: dict[str, int] = {}
        self.doubled = self.misplaced = self.strange_ids = 0
        world.csms.on_taken = self._take

    def _take(self, identity: str, taken: Taken) -> None:
        found = _NUMBER.search(taken.payload)
        if found is None:
            return
        number = int(found[1])
        self.heard.setdefault(identity, taken.at_seconds)
        self.doubled += number in self.taken
        self.misplaced += number < self._newest.get(identity, 0)
        self._newest[identity] = number
        self.taken.setdefault(number, taken.at_seconds)
        transaction = _TRANSACTION.search(taken.payload)
        if transaction is not None:
            self.strange_ids += not 1 <= int(transaction[1]) <= self._world.csms.transactions


def measure(state: State, hours: float = HOURS, chargers: int = CHARGERS, seed: int = SEED) -> Gone:
    """Let the CSMS be down, or hang, for some hours."""
    with opened(chargers, FAST, seed) as world:
        numbers = [0]
        people = [_Charger(world, number, numbers) for number in range(chargers)]
        ledger = _Ledger(world, people)
        world.site.on_told = lambda connection, text: people[connection].told(text)
        for charger in people:
            charger.begin()
        world.run(_BEFORE_SECONDS)
        first = numbers[0] + 1
        world.csms.leave(state)
        for _ in range(round(60 * hours)):
            world.run(60.0)
        due = range(first, numbers[0] + 1)
        back_at = world.schedule.now
        world.csms.state = "up"
        ledger.heard.clear()
        _wait(world, due, ledger)
        for charger in people:
            charger.is_silent = True
        times = [ledger.taken[number] for number in due if number in ledger.taken]
        return Gone(
            len(due),
            len(due) - len(times),
            ledger.doubled,
            ledger.misplaced,
            ledger.strange_ids,
            min(ledger.heard.values()) - back_at,
            max(ledger.heard.values()) - back_at,
            max(times) - back_at,
        )


def _wait(world: SiteWorld, due: range, ledger: _Ledger) -> None:
    until = world.schedule.now + _AFTER_SECONDS
    while world.schedule.now < until and not ledger.taken.keys() >= set(due):
        world.run(10.0)
