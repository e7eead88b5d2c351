"""A CSMS in virtual time: one socket for each charger, answers late or never, sends commands."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from string import ascii_letters, digits
from typing import Any, Final, Protocol

from laconic_bench.virtual.schedule import Schedule
from tests.support.virtual_csms_desk import Asked, CsmsDesk
from tests.support.virtual_requests import make_odd

ODD_SHARE: Final = 0.02
"""Share of the answers and commands with white space where nobody expects it."""


class Client(Protocol):
    """Who opens sockets: the expander."""

    def csms_opened(self, identity: str) -> None:
        """The socket is open."""
        ...

    def csms_failed(self, identity: str) -> None:
        """The socket could not be opened."""
        ...

    def csms_closed(self, identity: str) -> None:
        """The socket is closed by this end."""
        ...

    def csms_text(self, identity: str, text: str) -> None:
        """A text for the charger."""
        ...


@dataclass(slots=True)
class Received:
    """One request that has arrived."""

    socket: int
    kind: int
    message_id: str
    action: str
    payload: str
    at: float


@dataclass(slots=True)
class Command:
    """One CALL to a charger."""

    number: int
    identity: str
    socket: int
    text: str
    answers: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class _Socket:
    number: int
    path: str
    version: str
    is_open: bool = False
    is_closing: bool = False
    """The client has closed it, in good order."""
    unanswered: str | None = None


class Csms:
    """All sockets, and everything that has come in through them."""

    def __init__(self, schedule: Schedule, numbers: list[int]) -> None:
        self._schedule = schedule
        self._numbers = numbers
        self._sockets: dict[str, _Socket] = {}
        self._count = 0
        self.client: Client
        self.received: dict[str, list[Received]] = {}
        self.complaints: dict[str, list[tuple[int, str]]] = {}
        self.commands: dict[str, Command] = {}  # by message id
        self.refuses = False
        self.hangs = False
        self.slowest_answer_seconds = 0.5
        self.desk = CsmsDesk(schedule)
        self.seen: dict[str, int] = {}
        """By identity: the last transaction of which something was heard."""
        self.refused: set[str] = set()
        """Message ids that were answered with a CALLERROR."""
        self.strange_ids: list[str] = []
        """What was said of transactions that this CSMS has not begun."""

    # --- the expander's side

    @property
    def open_for(self) -> dict[str, tuple[str, str]]:
        """Return path and version of the open sockets by identity."""
        return {
            identity: (socket.path, socket.version)
            for identity, socket in self._sockets.items()
            if socket.is_open
        }

    def open(self, identity: str, path: str, version: str) -> None:
        """Open a socket."""
        assert identity not in self._sockets, f"{identity}: a second socket"
        assert path, f"{identity}: a socket without a path"
        self._count += 1
        socket = self._sockets[identity] = _Socket(self._count, path, version)
        self._schedule.after(
            self._schedule.between(0.01, 0.3), lambda: self._shake_hands(identity, socket)
        )

    def close(self, identity: str) -> None:
        """Close a socket; what is under way in it still arrives, as TCP has it."""
        self._sockets.pop(identity).is_closing = True

    def lose_client(self) -> None:
        """Learn that the expander is gone, and all sockets with it."""
        self._sockets.clear()

    def send(self, identity: str, text: str) -> None:
        """Take a text from a socket."""
        socket = self._sockets[identity]
        assert socket.is_open, f"{identity}: a text before the socket is open"

        def arrive() -> None:
            if self._sockets.get(identity) is socket or socket.is_closing:
                self._hear(identity, socket, text)

        self._schedule.after(0.02, arrive)

    # --- what a CSMS does

    def drop(self, identity: str) -> None:
        """Close a socket from this end."""
        socket = self._sockets.get(identity)
        if socket is not None and socket.is_open:
            self._schedule.mark("csms closed")
            del self._sockets[identity]
            self.client.csms_closed(identity)

    def command(self, identity: str, pad: int = 0, action: str = "") -> None:
        """Send a CALL to a charger, if it has a socket; `pad` characters hardly compress.

        Without an `action` one is drawn that may come late.
        """
        socket = self._sockets.get(identity)
        if socket is None or not socket.is_open:
            return
        self._numbers[0] += 1
        number = self._numbers[0]
        known = self.seen.get(identity)
        if (
            not action
            and known is not None
            and socket.version == "1.6"
            and self._schedule.chance(0.5)
        ):
            payload = f'{{"transactionId":{known},"n":{number}}}'
            self._order(identity, socket, number, "RemoteStopTransaction", payload)
            return
        padding = "".join(Random(number).choices(ascii_letters + digits, k=pad))
        payload = f'{{"requestedMessage":"StatusNotification","n":{number},"pad":"{padding}"}}'
        self._order(identity, socket, number, action or "TriggerMessage", payload)

    def _order(
        self, identity: str, socket: _Socket, number: int, action: str, payload: str
    ) -> None:
        text = f'[2,"order-{number}","{action}",{self._spell(payload)}]'
        self.commands[f"order-{number}"] = Command(number, identity, socket.number, text)
        self.client.csms_text(identity, text)

    def _shake_hands(self, identity: str, socket: _Socket) -> None:
        if self._sockets.get(identity) is not socket:
            return
        if self.refuses:
            self._schedule.mark("csms refused")
            del self._sockets[identity]
            self.client.csms_failed(identity)
        else:
            socket.is_open = True
            self.client.csms_opened(identity)

    def _hear(self, identity: str, socket: _Socket, text: str) -> None:
        self._schedule.note(f"{identity} says", text.encode())
        content = json.loads(text)
        kind, message_id = content[0], content[1]
        if kind in (2, 6):
            payload = text[text.index("{") : -1]
            received = Received(
                socket.number, kind, message_id, content[2], payload, self._schedule.now
            )
            self.received.setdefault(identity, []).append(received)
        if kind == 2 and socket.version == "1.6" and "transactionId" in content[3]:
            self._check_transaction(identity, content[3]["transactionId"], text)
        if kind == 2:
            assert socket.unanswered is None, f"{identity}: two CALLs at once"
            socket.unanswered = message_id
            self._answer(identity, socket, message_id, content[2], content[3])
        elif kind == 5:
            self.complaints.setdefault(identity, []).append((socket.number, message_id))
        elif kind in (3, 4):
            self._hear_answer(identity, socket, message_id, text)

    def _check_transaction(self, identity: str, number: int, text: str) -> None:
        if self.desk.owners.get(number) == identity:
            self.seen[identity] = number
        else:
            self.strange_ids.append(f"{identity}: {text[:120]}")

    def _hear_answer(self, identity: str, socket: _Socket, message_id: str, text: str) -> None:
        command = self.commands[message_id]
        assert command.identity == identity, f"{identity}: the answer of another charger"
        assert command.socket == socket.number, f"{identity}: an answer on another socket"
        command.answers.append(text)

    def _answer(
        self, identity: str, socket: _Socket, message_id: str, action: str, payload: dict[str, Any]
    ) -> None:
        if self.hangs:
            self._schedule.mark("csms hung")
            return
        number = payload.get("n", 0)
        asked = Asked(identity, socket.version, message_id, action, payload)
        text, may_refuse = self.desk.answer(asked)
        text = self._spell(f'{{{text}"n":{number}}}')
        answer = f'[3,"{message_id}",{text}]'
        if may_refuse and number % 10 == 7:
            self.refused.add(message_id)
            answer = f'[4,"{message_id}","InternalError","",{{"n":{number}}}]'

        def say() -> None:
            socket.unanswered = None
            self.client.csms_text(identity, answer)

        delay = self._schedule.between(0.01, self.slowest_answer_seconds)
        self._later(identity, socket, say, delay)

    def _spell(self, payload: str) -> str:
        return make_odd(payload) if self._schedule.chance(ODD_SHARE) else payload

    def _later(
        self, identity: str, socket: _Socket, event: Callable[[], None], seconds: float
    ) -> None:
        def happen() -> None:
            if self._sockets.get(identity) is socket:
                event()
            else:
                self._schedule.mark("csms too late")

        self._schedule.after(seconds, happen)
