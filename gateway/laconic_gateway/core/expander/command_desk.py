"""CALLs to one charger, and its answers: those of the CSMS, and those of the gateway's own making.

A transaction has the id that the charger knows in everything that goes down (trap 9).
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from laconic_codec.messages import Call, CallResult, CallResultError, Message, Send, call_error
from laconic_gateway.core.expander.commands import Commands, Waiting
from laconic_gateway.core.expander.csms_socket import CsmsSocket, Present
from laconic_gateway.core.expander.delivery import Delivery
from laconic_gateway.core.expander.heartbeat import Heartbeat
from laconic_gateway.core.expander.io import Action, Key, SendToCsms
from laconic_gateway.core.expander.own_commands import OwnCommands
from laconic_gateway.core.expander.rewriting import replace
from laconic_gateway.core.expander.to_site import ToSite, Withdraw
from laconic_gateway.core.notes import Level, Note, Topic
from laconic_gateway.core.site.session import REMEMBERED_ANSWERS, remember, with_id

Emit: TypeAlias = Callable[[Action | ToSite | Withdraw], None]

OUTCOME_UNKNOWN: Final = "the outcome is unknown"
"""In the error that the CSMS gets for a command which may be carried out yet."""
_QUEUE_IS_HERE: Final = "messagesInQueue"


class CommandDesk:
    """Pairs the CALLs to one charger with its answers."""

    def __init__(
        self,
        key: Key,
        socket: CsmsSocket,
        delivery: Delivery,
        heartbeat: Heartbeat,
        emit: Emit,
        *,
        new_id: Callable[[], str],
        command_seconds: float,
    ) -> None:
        self._key = key
        self._socket = socket
        self._delivery = delivery
        self._heartbeat = heartbeat
        self._emit = emit
        self._commands = Commands(command_seconds)
        self._own = OwnCommands(delivery.orders, new_id)
        self._answered: dict[str, int] = {}  # message id of the CSMS -> downlink sequence

    # --- from the CSMS

    def call(self, call: Call, present: Present | None, now: float) -> None:
        """Take a CALL of the CSMS."""
        if present is None:
            # Honest and at once: nobody is there to carry it out (trap 29).
            error = call_error(call.message_id, "InternalError", "the station is not connected")
            self._send(error)
            return
        self._give_up(self._commands.add(call, now))
        self._heartbeat.learn_call(call)
        self._emit(ToSite(self._key, self._delivery.transactions.downwards(call)))

    def send(self, message: Send) -> None:
        """Take a SEND of the CSMS."""
        self._emit(ToSite(self._key, message))

    def complaint(self, message: CallResultError) -> None:
        """Take what the CSMS has to say against an answer of the charger."""
        sequence = self._answered.get(message.message_id)
        if sequence is not None:
            self._emit(ToSite(self._key, message, complains=sequence))

    # --- from the site

    def expect(self, downlink_sequence: int, message_id: str) -> None:
        """Remember under which number a CALL went down."""
        self._commands.sent(downlink_sequence, message_id)
        self._own.sent(downlink_sequence, message_id)

    def answer(self, downlink_sequence: int, message: Message, *, messages_wait: bool) -> bool:
        """Pass the charger's answer on; False if nobody waits for it.

        `messages_wait`: messages of the charger are here that the CSMS has not had.
        """
        status = self._own.answered(downlink_sequence, message)
        if status is not None:
            self._note(Topic.OWN_COMMAND, status)
            return True
        waiting = self._commands.take(downlink_sequence)
        if waiting is None or not self._socket.is_open:
            return False
        remember(self._answered, waiting.message_id, downlink_sequence, REMEMBERED_ANSWERS)
        self._heartbeat.learn_answer(waiting.message_id, message)
        if messages_wait and waiting.action == "GetTransactionStatus":
            message = _with_our_queue(message)
        self._send(with_id(message, waiting.message_id))
        return True

    def forget_numbers(self) -> None:
        """Give up the CALLs that were sent: an epoch has ended, their numbers mean nothing more.

        Whether the charger had them is not known, so they are not sent again (trap 30).
        """
        for waiting in self._commands.end_sent():
            self._fail(waiting, f"the way to the station was interrupted; {OUTCOME_UNKNOWN}")
        self._answered.clear()
        self._own.forget_numbers()

    # --- time, and the end of a socket

    def expire(self, now: float) -> None:
        """Give up what takes too long."""
        self._give_up(self._commands.expire(now))
        self._withdraw(self._own.expire(now))

    def give_orders(self, present: Present | None, now: float) -> None:
        """Give the commands of our own that are due."""
        if present is not None:
            for call in self._own.due(present.version, now):
                self._emit(ToSite(self._key, call))

    def timer(self, present: Present | None) -> float | None:
        """Return when something is due."""
        own = None if present is None else self._own.timer(present.version)
        times = (self._commands.timer(), self._own.expire_at(), own)
        return min((time for time in times if time is not None), default=None)

    def socket_closed(self) -> None:
        """Take the CALLs of the CSMS back: nobody can hear of their outcome."""
        self._withdraw([w.sequence for w in self._commands.end() if w.sequence is not None])
        self._answered.clear()
        self._heartbeat.forget_calls()

    def _give_up(self, given_up: list[Waiting]) -> None:
        """Tell the CSMS of CALLs that take too long, and take them back if they are not gone."""
        for waiting in given_up:
            self._fail(waiting, f"the station did not answer in time; {OUTCOME_UNKNOWN}")
        self._withdraw([w.sequence for w in given_up if w.sequence is not None])

    def _withdraw(self, sequences: list[int]) -> None:
        if sequences:
            self._emit(Withdraw(self._key, tuple(sequences)))

    def _fail(self, waiting: Waiting, why: str) -> None:
        self._note(Topic.COMMAND_GIVEN_UP, waiting.action)
        if self._socket.is_open:
            self._send(call_error(waiting.message_id, "InternalError", why))

    def _send(self, message: Message) -> None:
        self._emit(SendToCsms(self._key, message.to_text()))

    def _note(self, topic: Topic, label: str) -> None:
        self._emit(Note(topic, label, "", Level.SILENT))


def _with_our_queue(message: Message) -> Message:
    """Return the answer to GetTransactionStatus of charger and gateway together (trap 22)."""
    if not isinstance(message, CallResult):
        return message

    def change(token: str) -> str | None:
        return "true" if token == "false" else None

    return CallResult(message.message_id, replace(message.payload, (_QUEUE_IS_HERE,), change))
