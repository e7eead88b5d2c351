"""A CSMS for many chargers in virtual time: it answers, or is down, or hangs."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from laconic_bench.virtual.schedule import Schedule
from laconic_gateway.core.expander import io as e

State: TypeAlias = Literal["up", "down", "hung"]
OPEN_SECONDS: Final = 0.1
ANSWER_SECONDS: Final = 0.05
MARK: Final = "of the CSMS"
"""In each answer to an Authorize, which a gateway might give itself."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A CALL that the CSMS has answered."""

    action: str
    payload: str
    """As it was sent."""
    at_seconds: float


class ManyCsms:
    """Sockets by charger. What comes while it hangs is lost, and its sockets stay open."""

    def __init__(self, schedule: Schedule, feed: Callable[[e.Input], None]) -> None:
        self._schedule = schedule
        self._feed = feed
        self._sockets: dict[e.Key, int] = {}
        self._opened: set[e.Key] = set()
        self._count = 0
        self.transactions = 0
        """How many were begun; their ids are 1 to here."""
        self.state: State = "up"
        self.on_taken: Callable[[str, Taken], None] = lambda identity, taken: None

    def leave(self, state: State) -> None:
        """Go down, and close all sockets; or hang, and keep them."""
        self.state = state
        for key in list(self._opened) if state == "down" else []:
            self.close(key)
            self._feed(e.CsmsClosed(key, "1006"))

    def open(self, key: e.Key) -> None:
        """Accept a socket, or refuse it."""
        self._count += 1
        number = self._sockets[key] = self._count
        self._schedule.after(OPEN_SECONDS, lambda: self._shake_hands(key, number))

    def close(self, key: e.Key) -> None:
        """Forget a socket."""
        self._sockets.pop(key, None)
        self._opened.discard(key)

    def send(self, key: e.Key, text: str) -> None:
        """Take a text of a charger."""
        message = json.loads(text)
        if message[0] != 2 or self.state != "up":
            return
        number, (_, message_id, action, _) = self._sockets[key], message
        answer = f'[3,"{message_id}",{self._answer(action)}]'
        payload = text.partition(f'"{action}",')[2].removesuffix("]")
        taken = Taken(action, payload, self._schedule.now)
        self._schedule.after(ANSWER_SECONDS, lambda: self._say(key, number, answer, taken))

    def _shake_hands(self, key: e.Key, number: int) -> None:
        if self._sockets.get(key) != number:
            return
        if self.state == "down":
            self.close(key)
            self._feed(e.CsmsFailed(key, None, "connection refused"))
        else:
            self._opened.add(key)
            self._feed(e.CsmsOpened(key))

    def _say(self, key: e.Key, number: int, answer: str, taken: Taken) -> None:
        if self._sockets.get(key) == number and self.state == "up":
            self.on_taken(key[1], taken)
            self._feed(e.CsmsText(key, answer))

    def _answer(self, action: str) -> str:
        match action:
            case "Authorize":
                return f'{{"idTagInfo":{{"status":"Accepted","parentIdTag":"{MARK}"}}}}'
            case "StartTransaction":
                self.transactions += 1
                info = '"idTagInfo":{"status":"Accepted"}'
                return f'{{"transactionId":{self.transactions},{info}}}'
            case "BootNotification":
                time = '"currentTime":"2026-09-21T14:13:20Z"'
                return f'{{"status":"Accepted",{time},"interval":300}}'
            case "Heartbeat":
                return '{"currentTime":"2026-09-21T14:13:20Z"}'
            case _:
                return "{}"
