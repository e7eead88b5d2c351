"""A charger in virtual time: says things of every kind, answers commands, comes and goes."""

import json
from typing import Any, Final, Protocol

from laconic_bench.virtual.schedule import Schedule
from tests.support.virtual_cabinet import CabinetTalk
from tests.support.virtual_requests import AGAIN, Command, Party, Request, make_odd
from tests.support.virtual_words import Talk, Talk2x, Talk16, Words

PATIENCE_SECONDS: Final = 120.0
"""A charger that has waited this long for an answer says the next thing."""

ODD_SHARE: Final = 0.02
"""Share of the messages that are JSON as nobody expects it: white space, numbers with zeros."""


class Site(Protocol):
    """What a charger needs of a site."""

    @property
    def life(self) -> int:
        """Count the starts; 0 while the site is dead."""
        ...

    def connect(self, charger: "Charger") -> int | None:
        """Open a connection; return its number, None if it is refused."""
        ...

    def disconnect(self, connection: int) -> None:
        """Close a connection."""
        ...

    def hear(self, connection: int, text: str) -> None:
        """Take a text."""
        ...


class Charger:
    """One charger."""

    def __init__(
        self, schedule: Schedule, site: Site, identity: str, party: Party, numbers: list[int]
    ) -> None:
        self._schedule = schedule
        self._site = site
        self._numbers = numbers
        self.identity = identity
        self.path = f"/ocpp/{identity}"
        self.party = party
        self.version = party.versions[0]
        self.connection: int | None = None
        self._requests: dict[str, Request] = {}  # by message id
        self.commands: list[Command] = []
        self.longest_pad = 200
        self._last: Request | None = None
        self.is_deaf = False
        """Does not hear commands."""
        self._visits: list[list[float]] = []  # [from, until]
        self._busy_with: str | None = None
        self._talk = self._new_talk()
        self.told: set[int | str] = set()
        """All ids of transactions that it knows."""

    @property
    def answers(self) -> str:
        """Return who answers this charger: local or relay."""
        return self.party.answers

    @property
    def requests(self) -> list[Request]:
        """Return what was sent so far."""
        return list(self._requests.values())

    def request(self, message_id: str) -> Request | None:
        """Return what was asked under an id."""
        return self._requests.get(message_id)

    def _new_talk(self) -> Talk:
        about = (self._schedule, self.identity, self._numbers)
        if self.party.is_cabinet:
            return CabinetTalk(*about)
        return Talk16(*about) if self.version == "1.6" else Talk2x(*about)

    # --- connection

    def was_connected(self, begin: float, end: float) -> bool:
        """Tell whether there was a connection at any time between two moments."""
        if self.connection is not None and self._visits[-1][0] <= end:
            return True
        return any(first <= end and last >= begin for first, last in self._visits)

    def connect(self, version: str | None = None) -> None:
        """Open a connection; the one that there may be is half-open then, and the site finds out.

        `version` None: one of its own.
        """
        if self.connection is not None:
            self._schedule.mark("charger replaced")
            self._visits[-1][1] = self._schedule.now
            self.connection = None
        chosen = version or self._schedule.random.choice(self.party.versions)
        if chosen != self.version:
            self._schedule.mark("version changed")
            self.version = chosen
            self._talk = self._new_talk()
        self.connection = self._site.connect(self)
        assert self.connection is not None, f"{self.identity}: refused, and nobody else is there"
        self._schedule.mark(f"version {self.version}")
        self._visits.append([self._schedule.now, self._schedule.now])
        self._busy_with = None

    def leave(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self._schedule.mark("charger left")
            connection = self.connection
            self.lose_site()
            self._site.disconnect(connection)

    def lose_site(self) -> None:
        """Learn that the connection is gone."""
        if self.connection is not None:
            self.connection = None
            self._visits[-1][1] = self._schedule.now

    # --- requests

    def speak(self) -> None:
        """Say the next thing, unless an answer is awaited."""
        if self.connection is None or self._waits():
            return
        last = self._last
        if last is not None and self._is_start_without_answer(last):
            self._schedule.mark("start said again")
            self._send(
                last.number, f"{last.message_id}{AGAIN}", last.words, last.payload
            )  # trap 11
            return
        words = self._talk.next()
        if self.party.is_cabinet:
            self._schedule.mark(f"cabinet {words.action}")
        if isinstance(self._talk.running, str):
            self.told.add(self._talk.running)
        self._say(words, self._usual_pad(), is_odd=self._schedule.chance(ODD_SHARE))

    def _usual_pad(self) -> int:
        if self._schedule.chance(0.8):
            return 0
        chosen = self._schedule.random.choice((10, 200, self.longest_pad))
        return self._schedule.random.randint(0, min(chosen, self.longest_pad))

    def _waits(self) -> bool:
        last = self._last
        if last is None or last.connection != self.connection or last.answers or last.kind == 6:
            return False
        return self._schedule.now < last.at + PATIENCE_SECONDS

    def _is_start_without_answer(self, request: Request) -> bool:
        is_start = request.action == "StartTransaction" and self.version == "1.6"
        return is_start and not request.answers and bool(request.words.members)

    def say(self, action: str, *, kind: int = 2, pad: int = 0) -> Request:
        """Send a request with nothing in it but `pad` characters."""
        return self._say(Words(action, kind=kind), pad, is_odd=False)

    def _say(self, words: Words, pad: int, *, is_odd: bool) -> Request:
        self._numbers[0] += 1
        number = self._numbers[0]
        padding = f',"pad":"{(f"{number:x}." * pad)[:pad]}"' if pad else ""
        payload = f'{{{words.members}"n":{number}{padding}}}'
        if is_odd:
            self._schedule.mark("odd JSON")
            payload = make_odd(payload)
        return self._send(number, f"{self.identity}-{number}", words, payload)

    def _send(self, number: int, message_id: str, words: Words, payload: str) -> Request:
        assert self.connection is not None
        now = self._schedule.now
        request = Request(number, self.connection, message_id, words, payload, now)
        self._requests[message_id] = request
        self._last = request
        self._site.hear(self.connection, request.text)
        return request

    # --- what the site says

    def hear(self, connection: int, text: str) -> None:
        """Take a text of the site."""
        self._schedule.note(f"{self.identity} hears", text.encode())
        content = json.loads(text)
        if content[0] == 2 and not self.is_deaf:
            self._obey(connection, content, text)
        elif content[0] in (3, 4):
            request = self._requests.get(content[1])
            assert request is not None, f"{self.identity}: an answer to nothing: {text[:100]}"
            assert request.connection == connection, "an answer to another connection"
            request.answers.append(text)
            if content[0] == 3 and request.words.members:
                self._take_answer(request, content[2])
            speaks_2_1 = connection == self.connection and self.version == "2.1"
            if speaks_2_1 and self._schedule.chance(0.1):
                self._site.hear(connection, f'[5,"{content[1]}","InternalError","",{{}}]')

    def _take_answer(self, request: Request, answer: dict[str, Any]) -> None:
        if "transactionId" in answer:
            self.told.add(answer["transactionId"])
        if request.connection == self.connection:
            self._talk.answered(request.words, answer)

    def _obey(self, connection: int, content: list[Any], text: str) -> None:
        message_id, payload = content[1], content[3]
        number = payload.get("n")
        self.commands.append(Command(number, connection, text))
        if connection == self.connection:
            assert self._busy_with is None, f"{self.identity}: two CALLs at once"
            self._busy_with = message_id
        if payload.get("transactionId") == self._talk.running:
            self._talk.stop()
        if number is not None and number % 10 == 9:
            answer = f'[4,"{message_id}","NotSupported","",{{"n":{number}}}]'
        else:
            answer = f'[3,"{message_id}",{{"status":"Accepted","n":{number or 0}}}]'
        delay = self._schedule.between(0.05, 4.0)
        self._schedule.after(delay, lambda: self._answer(connection, message_id, answer))

    def _answer(self, connection: int, message_id: str, answer: str) -> None:
        if connection == self.connection:
            self._busy_with = None
            self._site.hear(connection, answer)
