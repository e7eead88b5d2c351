"""One charger's connection at the site: which CALL waits for which answer, in both directions.

| from the charger | what happens                                                            |
|------------------|-------------------------------------------------------------------------|
| CALL, SEND       | `policy.decide` says who answers; all but heartbeats go to the journal    |
| CALLRESULT       | answers the CALL of the CSMS that is outstanding, or is late and dropped  |
| CALLERROR        | the same                                                                |
| CALLRESULTERROR  | complains about a CALLRESULT that this charger got not long ago (2.1)     |

Towards the charger one CALL is outstanding at a time (OCPP-J 2.1, 4.1.1).
"""

from collections import deque
from dataclasses import dataclass
from typing import Final, TypeVar

from laconic_codec.errors import MessageError, MessageFault
from laconic_codec.messages import (
    Call,
    CallError,
    CallResult,
    CallResultError,
    Message,
    Send,
    call_error,
)

K = TypeVar("K")
V = TypeVar("V")

REMEMBERED_ANSWERS: Final = 16
"""Answers that a CALLRESULTERROR may still refer to."""

COMMANDS_MAX: Final = 64
"""CALLs of the CSMS that may wait for a charger."""

COMMAND_SECONDS: Final = 120.0
"""A charger that has not answered a CALL for this long gets the next one: it never will, and
whoever asked has given up before."""

WAITING_MAX: Final = 256
"""CALLs of a charger that wait for the CSMS; one that has sent more than this gave up the first."""


HARMFUL_LATE: Final = frozenset(
    {"Reset", "UnlockConnector", "RemoteStartTransaction", "RequestStartTransaction"}
)
QUEUE_SECONDS: Final = 10.0
"""Commands that do harm when they come late wait for others at most this long (trap 30): the CSMS
is told soon after that they have failed."""


@dataclass(frozen=True, slots=True)
class Command:
    """A CALL of the CSMS on its way to the charger."""

    reference: int
    """Epoch and downlink sequence number, see `records.make_reference`."""
    call: Call
    received_at: float = 0.0
    """On the monotonic clock."""


class Session:
    """Pairs CALLs and answers of one connection."""

    def __init__(self, connection: int, identity: str, path: str, version: str) -> None:
        self.connection = connection
        self.identity = identity
        self.path = path
        self.version = version
        self._waiting: dict[int, Call] = {}  # by journal sequence, or token of `Express`
        self._asked: dict[int, Call] = {}  # the same, not long ago answered
        self._answered: dict[str, int] = {}  # message id -> journal sequence
        self._commands: deque[Command] = deque()
        self._outstanding: Command | None = None
        self._outstanding_since = 0.0
        self._references: dict[int, str] = {}  # reference -> message id, recently answered

    # --- CALLs of the charger

    def is_waiting(self, message_id: str, delivered: int) -> bool:
        """Tell whether a CALL with this id is still on its way.

        It is not if its sequence number is not beyond `delivered`: the CSMS has answered it, and
        the answer was lost. Then it is forgotten: whoever asks again shall be heard.
        """
        ids = ((sequence, call.message_id) for sequence, call in self._waiting.items())
        sequence = next((sequence for sequence, waiting in ids if waiting == message_id), None)
        if sequence is not None and 0 < sequence <= delivered:
            del self._waiting[sequence]
            return False
        return sequence is not None

    def wait(self, sequence: int, call: Call) -> None:
        """Remember that a CALL waits for its answer."""
        remember(self._waiting, sequence, call, WAITING_MAX)

    def waiting(self, sequence: int) -> Call | None:
        """Return the CALL of this number if it waits for its answer."""
        return self._waiting.get(sequence)

    def answer(self, sequence: int) -> str | None:
        """Return the message id of the CALL that is answered now; None if nobody waits for it."""
        call = self._waiting.pop(sequence, None)
        if call is None:
            return None
        remember(self._answered, call.message_id, sequence, REMEMBERED_ANSWERS)
        remember(self._asked, sequence, call, REMEMBERED_ANSWERS)
        return call.message_id

    def asked(self, sequence: int) -> Call | None:
        """Return the CALL of this number that waits or was answered not long ago."""
        return self._waiting.get(sequence) or self._asked.get(sequence)

    def forget(self, sequence: int) -> None:
        """Wait no more for the answer to a CALL; the same CALL may come again."""
        self._waiting.pop(sequence, None)

    def answered_sequence(self, message_id: str) -> int | None:
        """Return the journal sequence of a CALL that was answered not long ago."""
        return self._answered.get(message_id)

    # --- CALLs of the CSMS

    def enqueue(self, command: Command) -> bool:
        """Add a command; False if too many wait already."""
        if len(self._commands) >= COMMANDS_MAX:
            return False
        self._commands.append(command)
        return True

    @property
    def gives_up_at(self) -> float | None:
        """Return when the charger will not answer the outstanding CALL any more."""
        return None if self._outstanding is None else self._outstanding_since + COMMAND_SECONDS

    def next_command(self, now: float) -> Call | None:
        """Return the CALL that may go to the charger now."""
        if self.gives_up_at is not None and now < self.gives_up_at:
            return None
        while self._commands and _is_late(self._commands[0], now):
            self._commands.popleft()
        self._outstanding = self._commands.popleft() if self._commands else None
        self._outstanding_since = now
        return None if self._outstanding is None else self._outstanding.call

    def finish_command(self, message_id: str) -> Command | None:
        """Return the command that is outstanding if this is its id, and forget it."""
        command = self._outstanding
        if command is None or command.call.message_id != message_id:
            return None
        self._outstanding = None
        remember(self._references, command.reference, message_id, REMEMBERED_ANSWERS)
        return command

    def command_id(self, reference: int) -> str | None:
        """Return the message id of a command that the charger answered not long ago."""
        return self._references.get(reference)


def _is_late(command: Command, now: float) -> bool:
    return command.call.action in HARMFUL_LATE and now > command.received_at + QUEUE_SECONDS


def with_id(message: Message, message_id: str) -> Message:
    """Return the message under another id."""
    match message:
        case Call():
            return Call(message_id, message.action, message.payload)
        case Send():
            return Send(message_id, message.action, message.payload)
        case CallResult():
            return CallResult(message_id, message.payload)
        case CallError():
            return CallError(message_id, message.arguments)
        case CallResultError():
            return CallResultError(message_id, message.arguments)


def complaint(error: MessageError, version: str) -> CallError | None:
    """Return what OCPP-J has a receiver say about a text that is no message; None: nothing.

    1.6 (4.1.3, 4.2.3): an unknown message type is ignored, a CALL that cannot be read is answered
    if its id can. 2.0.1 and 2.1 (4.2.3, 4.3): what is no valid RPC request is answered in any
    case, with the id "-1" if there is none. An answer is never answered.
    """
    if error.message_type in (3, 4, 5, 6):
        return None
    unknown = error.fault is MessageFault.UNKNOWN_TYPE
    if version == "1.6":
        if unknown or error.message_id is None:
            return None
        return call_error(error.message_id, "FormationViolation", error.detail)
    code = "MessageTypeNotSupported" if unknown else "RpcFrameworkError"
    return call_error(error.message_id or "-1", code, error.detail)


def unknown_type(message: Message) -> MessageError:
    """Return the error for a message type that the version of the connection does not have."""
    return MessageError(
        MessageFault.UNKNOWN_TYPE, "a message type of OCPP 2.1", message_id=message.message_id
    )


def speaks(version: str, message: Message) -> bool:
    """Tell whether an OCPP version has this message type: 5 and 6 came with 2.1."""
    return version == "2.1" or not isinstance(message, CallResultError | Send)


def remember(memory: dict[K, V], key: K, value: V, limit: int) -> None:
    """Put an entry into a memory that forgets the oldest ones beyond a limit."""
    memory[key] = value
    while len(memory) > limit:
        del memory[next(iter(memory))]
