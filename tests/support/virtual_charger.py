"""A charger in virtual time: says things of every kind, answers commands, comes and goes."""

import json
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from laconic_bench.virtual.schedule import Schedule

PATIENCE_SECONDS: Final = 120.0
"""A charger that has waited this long for an answer says the next thing."""

ACTIONS: Final = {
    "1.6": ("BootNotification", "StatusNotification", "MeterValues", "StartTransaction"),
    "2.0.1": ("BootNotification", "StatusNotification", "MeterValues", "NotifyEvent"),
    "2.1": ("TransactionEvent", "NotifyEvent", "SecurityEventNotification", "BatterySwap"),
}
LOCAL: Final = frozenset(
    "StatusNotification MeterValues NotifyEvent SecurityEventNotification".split()
)
"""Of these actions, those that a site answers itself if it may."""


class Site(Protocol):
    """What a charger needs of a site."""

    @property
    def life(self) -> int:
        """Count the starts; 0 while the site is dead."""
        ...

    def connect(self, charger: "Charger") -> int:
        """Open a connection; return its number."""
        ...

    def disconnect(self, connection: int) -> None:
        """Close a connection."""
        ...

    def hear(self, connection: int, text: str) -> None:
        """Take a text."""
        ...


@dataclass(slots=True)
class Request:
    """One request that a charger has sent."""

    number: int
    connection: int
    message_id: str
    kind: int
    action: str
    payload: str
    at: float
    answers: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class Command:
    """One CALL of the CSMS that a charger has received."""

    number: int
    connection: int
    text: str


class Charger:
    """One charger."""

    def __init__(
        self, schedule: Schedule, site: Site, identity: str, answers: str, numbers: list[int]
    ) -> None:
        self._schedule = schedule
        self._site = site
        self._numbers = numbers
        self.identity = identity
        self.path = f"/ocpp/{identity}"
        self.answers = answers
        self.version = "1.6"
        self.connection: int | None = None
        self._requests: dict[str, Request] = {}  # by message id
        self.commands: list[Command] = []
        self.longest_pad = 200
        self._last: Request | None = None
        self.mute = False
        """Says nothing by itself."""
        self.is_deaf = False
        """Does not hear commands."""
        self._visits: list[list[float]] = []  # [from, until]
        self._busy_with: str | None = None
        self._running: int | None = None
        """Id of the transaction, as it was told (OCPP 1.6)."""
        self.told: set[int] = set()
        """All transaction ids that it was ever told."""

    @property
    def requests(self) -> list[Request]:
        """Return what was sent so far."""
        return list(self._requests.values())

    # --- connection

    def was_connected(self, begin: float, end: float) -> bool:
        """Tell whether there was a connection at any time between two moments."""
        if self.connection is not None and self._visits[-1][0] <= end:
            return True
        return any(first <= end and last >= begin for first, last in self._visits)

    def connect(self, version: str) -> None:
        """Open a connection, beside the one that there may be: the site has to sort it out."""
        if self.connection is not None:
            self._schedule.mark("charger replaced")
            self._visits[-1][1] = self._schedule.now
            old = self.connection
            self._schedule.after(self._schedule.between(0.0, 3.0), lambda: self._drop(old))
        if version != self.version:
            self._schedule.mark("version changed")
            self._running = None
        self.version = version
        self.connection = self._site.connect(self)
        self._visits.append([self._schedule.now, self._schedule.now])
        self._busy_with = None

    def leave(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self._schedule.mark("charger left")
            connection, self.connection = self.connection, None
            self._visits[-1][1] = self._schedule.now
            self._drop(connection)

    def lose_site(self) -> None:
        """Learn that the site is gone."""
        if self.connection is not None:
            self.connection = None
            self._visits[-1][1] = self._schedule.now

    def _drop(self, connection: int) -> None:
        self._site.disconnect(connection)

    # --- requests

    def speak(self) -> None:
        """Say the next thing, unless an answer is awaited."""
        if self.connection is None or self.mute or self._waits():
            return
        if self._last is not None and self._is_start_without_answer(self._last):
            self._say_again(self._last)
            return
        action = self._schedule.random.choice(ACTIONS[self.version])
        if self.version == "1.6" and action in ("StartTransaction", "MeterValues"):
            self._charge(action)
        else:
            self.say(action)
        if self.version == "2.1" and self._schedule.chance(0.2):
            self.say("NotifyPeriodicEventStream", kind=6)

    def _waits(self) -> bool:
        last = self._last
        if last is None or last.connection != self.connection or last.answers or last.kind == 6:
            return False
        return self._schedule.now < last.at + PATIENCE_SECONDS

    def _charge(self, action: str) -> None:
        """Begin a transaction, say something of it, or end it."""
        running = "" if self._running is None else f'"transactionId":{self._running},'
        if action == "MeterValues":
            self.say(action, fields=f'"connectorId":1,{running}')
        elif self._running is None:
            tag = f"TAG{self._schedule.random.randrange(3)}"
            meter = f'"meterStart":{self._numbers[0]},"timestamp":"2026-09-21T14:13:20Z"'
            self.say(action, fields=f'"connectorId":1,"idTag":"{tag}",{meter},')
        else:
            self._running = None
            self.say("StopTransaction", fields=f'{running}"meterStop":9,')

    def _is_start_without_answer(self, request: Request) -> bool:
        is_start = request.action == "StartTransaction" and self.version == "1.6"
        return is_start and not request.answers and '"idTag"' in request.payload

    def _say_again(self, request: Request) -> None:
        """Repeat a start under another message id (trap 11)."""
        assert self.connection is not None
        self._schedule.mark("start said again")
        self._send(request.number, f"{request.message_id}r", 2, request.action, request.payload)

    def say(
        self, action: str, *, kind: int = 2, pad: int | None = None, fields: str = ""
    ) -> Request:
        """Send a request."""
        assert self.connection is not None
        number = self._next_number()
        if pad is None:
            chosen = self._schedule.random.choice((0, 10, 200, self.longest_pad))
            pad = self._schedule.random.randint(0, min(chosen, self.longest_pad))
        payload = f'{{"n": {number}, "v":230.40,{fields}"pad":"{_pad(number, pad)}" }}'
        return self._send(number, f"{self.identity}-{number}", kind, action, payload)

    def _send(self, number: int, message_id: str, kind: int, action: str, payload: str) -> Request:
        assert self.connection is not None
        now = self._schedule.now
        request = Request(number, self.connection, message_id, kind, action, payload, now)
        self._requests[message_id] = request
        self._last = request
        self._site.hear(self.connection, f'[{kind}, "{message_id}","{action}",{payload}]')
        return request

    # --- what the site says

    def hear(self, connection: int, text: str) -> None:
        """Take a text of the site."""
        content = json.loads(text)
        if content[0] == 2 and not self.is_deaf:
            self._obey(connection, content[1], content[3]["n"], text)
        elif content[0] in (3, 4):
            request = self._requests.get(content[1])
            assert request is not None, f"{self.identity}: an answer to nothing: {text[:100]}"
            assert request.connection == connection, "an answer to another connection"
            request.answers.append(text)
            self._take_answer(request, content)
            speaks_2_1 = connection == self.connection and self.version == "2.1"
            if speaks_2_1 and self._schedule.chance(0.1):
                self._site.hear(connection, f'[5,"{content[1]}","InternalError","",{{}}]')

    def _take_answer(self, request: Request, content: list[Any]) -> None:
        """Begin the transaction that the answer allows."""
        if request.action != "StartTransaction" or content[0] != 3 or self.version != "1.6":
            return
        number, info = content[2].get("transactionId"), content[2].get("idTagInfo")
        if number is not None:
            self.told.add(number)
            is_allowed = info["status"] == "Accepted" and request.connection == self.connection
            self._running = number if is_allowed else None

    def _obey(self, connection: int, message_id: str, number: int, text: str) -> None:
        self.commands.append(Command(number, connection, text))
        if connection == self.connection:
            assert self._busy_with is None, f"{self.identity}: two CALLs at once"
            self._busy_with = message_id
        if number % 10 == 9:
            answer = f'[4,"{message_id}","NotSupported","",{{"n":{number}}}]'
        else:
            answer = f'[3,"{message_id}",{{"n" :{number}, "status":"Accepted"}}]'
        delay = self._schedule.between(0.05, 4.0)
        self._schedule.after(delay, lambda: self._answer(connection, message_id, answer))

    def _answer(self, connection: int, message_id: str, answer: str) -> None:
        if connection == self.connection:
            self._busy_with = None
            self._site.hear(connection, answer)

    def _next_number(self) -> int:
        self._numbers[0] += 1
        return self._numbers[0]


def _pad(number: int, length: int) -> str:
    return (f"{number:x}." * length)[:length]
