"""One lane with an outbox, as a history drives it: commits come late, a restart loses what is
not on disk, the CSMS takes texts and gives answers when it likes.
"""

import json
from collections import deque
from random import Random
from typing import Final

from laconic_codec.messages import Call, parse
from laconic_gateway.core.expander.csms_policy import DEFAULT_POLICY, CsmsPolicy
from laconic_gateway.core.expander.csms_socket import Present, Socket
from laconic_gateway.core.expander.io import (
    Action,
    CloseCsms,
    DeliverDone,
    OpenCsms,
    ReadOutbox,
    SendToCsms,
)
from laconic_gateway.core.expander.kept import Kept
from laconic_gateway.core.expander.lane import Lane
from laconic_gateway.core.expander.to_site import ToSite, Withdraw
from laconic_gateway.core.notes import Note
from laconic_gateway.core.records import Record, RecordKind

KEY: Final = ("site", "CP1")
PATH: Final = "/ocpp/CP1"


class LaneWorld:
    """A lane and what is around it."""

    def __init__(
        self, random: Random, *, version: str = "1.6", policy: CsmsPolicy = DEFAULT_POLICY
    ) -> None:
        self.random = random
        self.version = version
        self.policy = policy
        self.now = 1_000.0
        self.sequence = 0
        self.messages: dict[int, Record] = {}
        self.kept: dict[tuple[str, str], Kept] = {}
        self.notes: list[Note] = []
        self.received: list[Call] = []
        """Every CALL that has reached the CSMS."""
        self.unanswered: Call | None = None
        self.given_up: list[int] = []
        self._made = 0
        self._downlink = 0
        self.restart()

    # --- the process

    def restart(self) -> None:
        """End the lane, with all that is not on disk, and begin a new one."""
        self._commits: deque[DeliverDone] = deque()
        self._reads: deque[ReadOutbox] = deque()
        self.unanswered = None
        kept = [self.kept[key] for key in sorted(self.kept, key=lambda key: (len(key[1]), key[1]))]
        self.lane = Lane(
            KEY,
            random=self.random.random,
            new_id=self._new_id,
            policy=self.policy,
            kept=kept,
        )
        if self.messages:
            self.lane.queue.add_backlog()
        self.lane.set_present(Present(PATH, self.version, False, 1))
        self.act()

    def _new_id(self) -> str:
        self._made += 1
        return f"own-{self._made}"

    # --- the outbox

    def store(self, action: str, payload: str, *, answered: bool, age_seconds: float = 0.0) -> int:
        """Store a message of the charger; return its sequence number."""
        self.sequence += 1
        text = Call(f"id-{self.sequence}", action, payload).to_text()
        received = self.now - age_seconds
        record = Record(
            self.sequence,
            RecordKind.MESSAGE,
            KEY[1],
            PATH,
            self.version,
            text,
            answered=answered,
            received_unix_seconds=received,
        )
        self.messages[self.sequence] = record
        self.lane.queue.add(record)
        self.act()
        return self.sequence

    def commit(self) -> None:
        """Have one commit reach the disk."""
        if self._commits:
            done = self._commits.popleft()
            self.messages.pop(done.sequence, None)
            self.given_up.append(done.sequence)
            for kept in done.keeps:
                self.kept.pop((kept.kind, kept.name), None)
                if kept.text is not None:
                    self.kept[kept.kind, kept.name] = kept
            self.lane.queue.confirm(done.sequence)
            self.act()

    def read(self) -> None:
        """Have one page read."""
        if self._reads:
            read = self._reads.popleft()
            found = sorted(number for number in self.messages if number > read.after)
            page = tuple(self.messages[number] for number in found[: read.limit])
            self.lane.queue.add_page(page)
            self.act()

    @property
    def delivered(self) -> int:
        """Return through where nothing waits, as the outbox computes it."""
        return min(self.messages, default=self.sequence + 1) - 1

    # --- the CSMS

    def answer(self, payload: str) -> None:
        """Have the CSMS answer the CALL that it has."""
        self._say(f'[3,"{self._asked()}",{payload}]')

    def refuse(self, code: str = "InternalError") -> None:
        """Have the CSMS answer with a CALLERROR."""
        self._say(f'[4,"{self._asked()}","{code}","",{{}}]')

    def say(self, action: str, payload: str) -> None:
        """Have the CSMS send a CALL."""
        if self.lane.socket is Socket.OPEN:
            self.lane.text(f'[2,"order-{self._new_id()}","{action}",{payload}]', self.now)
            self.act()

    def open(self) -> None:
        """Have the CSMS accept the socket."""
        if self.lane.socket is Socket.OPENING:
            self.lane.opened(self.now)
            self.act()

    def lose(self) -> None:
        """Lose the socket."""
        if self.lane.socket is not Socket.CLOSED:
            self.unanswered = None
            self.lane.lost(self.now)
            self.act()

    def _asked(self) -> str:
        assert self.unanswered is not None
        message_id, self.unanswered = self.unanswered.message_id, None
        return message_id

    def _say(self, text: str) -> None:
        self.lane.text(text, self.now)
        self.act()

    # --- what the lane does

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        self.act()

    def act(self) -> None:
        """Carry out what the lane wants done."""
        for action in self.lane.outgoing(self.now, self.now):
            self._perform(action)

    def heard(self, call: Call) -> None:
        """Take a CALL that the CSMS gets; for a history to override."""

    def told(self, action: ToSite) -> None:
        """Take what goes down; for a history to override."""

    def _perform(self, action: Action | ToSite | Withdraw) -> None:
        match action:
            case SendToCsms():
                message = parse(action.text)
                if isinstance(message, Call):
                    assert self.unanswered is None, "two CALLs at once"
                    self.unanswered = message
                    self.received.append(message)
                    self.heard(message)
            case DeliverDone():
                self._commits.append(action)
            case ReadOutbox():
                self._reads.append(action)
            case ToSite():
                if isinstance(action.message, Call):
                    self._downlink += 1
                    self.lane.expect(self._downlink, action.message.message_id)
                self.told(action)
            case CloseCsms():
                self.unanswered = None
            case Note():
                self.notes.append(action)
            case OpenCsms() | Withdraw():
                pass
            case _:
                raise AssertionError(f"a lane does not want {action}")

    def settle(self, answer_of: "dict[str, str] | None" = None) -> None:
        """Have everything done, with a CSMS that answers at once."""
        answers = answer_of or {}
        for _ in range(100_000):
            if not self.messages and self.unanswered is None:
                return
            self.commit()
            self.read()
            self.open()
            if self.unanswered is not None:
                self.settle_one(answers)
            else:
                self.wait(1.0)
        raise AssertionError(f"{len(self.messages)} messages are never done")

    def settle_one(self, answers: dict[str, str]) -> None:
        """Answer the CALL that the CSMS has."""
        assert self.unanswered is not None
        self.answer(answers.get(self.unanswered.action, "{}"))


def content(call: Call) -> dict[str, object]:
    """Return the payload of a CALL."""
    found: dict[str, object] = json.loads(call.payload)
    return found
