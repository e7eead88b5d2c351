"""One charger's way to the CSMS: its socket, its queue, and what passes both ways.

The socket is open while the charger is present, and beyond only for messages that the CSMS has
not taken yet. `Speaker` says them; answers to the CSMS do not wait for it.
"""

from collections.abc import Callable, Iterable
from typing import Final

from laconic_codec.messages import (
    Call,
    CallError,
    CallResult,
    CallResultError,
    Message,
    Send,
    parse,
)
from laconic_gateway.core.expander import turn
from laconic_gateway.core.expander.command_desk import CommandDesk
from laconic_gateway.core.expander.csms_policy import DEFAULT_POLICY, CsmsPolicy
from laconic_gateway.core.expander.csms_socket import CsmsSocket, Present, Socket, Wanted
from laconic_gateway.core.expander.delivery import Delivery
from laconic_gateway.core.expander.heartbeat import Heartbeat
from laconic_gateway.core.expander.io import Action, CloseCsms, Key, OpenCsms, SendToCsms
from laconic_gateway.core.expander.kept import Kept
from laconic_gateway.core.expander.record_queue import RecordQueue
from laconic_gateway.core.expander.speaker import Speaker
from laconic_gateway.core.expander.to_site import ToSite, Withdraw
from laconic_gateway.core.site.session import with_id

QUESTION_SECONDS: Final = 30.0
"""A question on an express channel that is older is dropped: its charger has been answered."""


class Lane:
    """Decides what happens on one charger's socket to the CSMS."""

    def __init__(
        self,
        key: Key,
        *,
        random: Callable[[], float],
        new_id: Callable[[], str],
        policy: CsmsPolicy = DEFAULT_POLICY,
        kept: Iterable[Kept] = (),
    ) -> None:
        """`kept` is what is on disk of this charger, oldest first."""
        self.key = key
        self.present: Present | None = None
        self.may_connect = True
        """It may have a socket to the CSMS; if not, another site speaks for the charger."""
        self.heartbeat = Heartbeat()
        self.queue = RecordQueue(key)
        self._delivery = Delivery(f"{key[0]}/{key[1]}", kept)
        self._policy = policy
        self._socket = CsmsSocket(random)
        self._is_new_to_csms = True
        """This process has not spoken with the CSMS for this charger."""
        self._actions: list[Action | ToSite | Withdraw] = []
        self._desk = CommandDesk(
            key,
            self._socket,
            self._delivery,
            self.heartbeat,
            lambda action: self._actions.append(action),
            new_id=new_id,
            command_seconds=policy.command_seconds,
        )
        self._speaker = Speaker(
            key,
            self.queue,
            self._delivery,
            self.heartbeat,
            self._socket,
            lambda action: self._actions.append(action),
            new_id,
        )
        self._unix_offset = 0.0
        self._now_unix = 0.0

    @property
    def is_present(self) -> bool:
        """Tell whether the charger is connected at its site."""
        return self.present is not None

    @property
    def has_messages(self) -> bool:
        """Tell whether something has not reached the CSMS."""
        return not self.queue.is_empty

    @property
    def is_connected(self) -> bool:
        """Tell whether there is a socket to the CSMS, or will be at once."""
        return self.socket is not Socket.CLOSED

    @property
    def socket(self) -> Socket:
        """Return the state of the socket to the CSMS."""
        return self._socket.state

    # --- from the site

    def set_present(self, present: Present | None) -> None:
        """Take note of how the charger is connected now."""
        if present is not None and present != self.present:
            self._delivery.orders.may_try_again()
        self.present = present

    def send_answer(self, downlink_sequence: int, message: Message) -> bool:
        """Pass the charger's answer to a CALL on; False if nobody waits for it."""
        waits = not self.queue.is_empty
        return self._desk.answer(downlink_sequence, message, messages_wait=waits)

    def send_complaint(self, sequence: int, message: Message) -> bool:
        """Pass the charger's CALLRESULTERROR on; False if its CALL was not answered here."""
        message_id = self._speaker.finished_id(sequence)
        if message_id is not None:
            self._send(with_id(message, message_id))
        return message_id is not None

    def expect(self, downlink_sequence: int, message_id: str) -> None:
        """Remember under which number a CALL went down."""
        self._desk.expect(downlink_sequence, message_id)

    def forget_commands(self) -> None:
        """Give up the CALLs that were sent: an epoch has ended."""
        self._desk.forget_numbers()

    # --- from the CSMS

    def opened(self, now: float) -> bool:
        """Take note that the socket is open; return whether that is news to the operator."""
        self.heartbeat.note_call(now)
        was_away = self._is_new_to_csms or self._socket.away_since is not None
        news = self._socket.opened()
        version = self._socket.version
        known = self._delivery.boot(version) is not None
        if self._policy.replay_boot and was_away and known and self.queue.boot is None:
            self._delivery.gate.close(now)
        return news

    def lost(self, now: float) -> bool:
        """Take note that the socket is closed or could not be opened; return whether it is news."""
        news = self._socket.lost(now)
        self._forget_socket()
        return news

    def text(self, text: str, now: float) -> None:
        """Take a text of the CSMS; raises `MessageError` if it is no message."""
        message = parse(text)
        self._heard(now)
        match message:
            case Call():
                self._desk.call(message, self.present, now)
            case CallResult() | CallError():
                self._speaker.answered(message, now, now + self._unix_offset)
            case CallResultError():
                self._desk.complaint(message)
            case Send():
                self._desk.send(message)

    def _heard(self, now: float) -> None:
        away = self._socket.away_since
        if away is not None and now >= away + self._policy.refresh_status_seconds:
            self._delivery.statuses.refresh()
        self._is_new_to_csms = False
        self._socket.heard()

    # --- what is to be done

    def outgoing(
        self, now: float, now_unix: float | None = None
    ) -> list[Action | ToSite | Withdraw]:
        """Return what is to be done now."""
        self._unix_offset = 0.0 if now_unix is None else now_unix - now
        self._now_unix = now + self._unix_offset
        self.queue.drop_questions(self._now_unix - QUESTION_SECONDS)
        for entry in self.queue.take_seen():
            self._delivery.see(entry, now + self._unix_offset)
        self._desk.expire(now)
        self._steer_socket(now)
        if self._socket.is_open:
            self._speaker.send_next(self.present, self._fits, now, self._now_unix)
            self._steer_socket(now)  # a SEND, which nobody answers, may have been the last one
        self._desk.give_orders(self.present, now)
        self._actions += self.queue.wants()
        self._actions += self._delivery.notes
        self._delivery.notes.clear()
        actions, self._actions = self._actions, []
        return actions

    def timer(self) -> float | None:
        """Return when `outgoing` has something new to say."""
        times = [self._desk.timer(self.present)]
        if self.socket is Socket.CLOSED and self.may_connect and self._wanted() is not None:
            times.append(self._socket.try_at)
        if self._socket.is_open:
            times.append(self._speaker.next_at(self.present, self._now_unix))
        return min((time for time in times if time is not None), default=None)

    # --- the socket

    def _wanted(self) -> Wanted | None:
        """Return path, version and generation of the socket that is needed now."""
        generation = self.present.generation if self.present else 0
        entry = turn.next_entry(self.queue, self._delivery, self._now_unix) or self.queue.first
        if entry is not None:
            return entry.record.path, entry.record.version, generation
        if self.present is not None:
            return self.present.path, self.present.version, generation
        return None

    def _steer_socket(self, now: float) -> None:
        wanted = self._wanted()
        if self.socket is not Socket.CLOSED and self._must_close(wanted, now):
            self._actions.append(CloseCsms(self.key))
            self._socket.closed(now)
            self._forget_socket()
        if wanted is not None and self.may_connect and self._socket.may_open(now):
            self._socket.open(wanted)
            self._actions.append(OpenCsms(self.key, wanted[0], wanted[1]))

    def _must_close(self, wanted: Wanted | None, now: float) -> bool:
        given_up_at = self._speaker.gives_up_at
        if given_up_at is not None and now >= given_up_at:
            return True
        if self._speaker.is_delivering:
            return False  # the CSMS may be about to answer; closing would send the message twice
        if not self.may_connect:
            return True
        if wanted is None:
            return self.queue.is_empty
        return not self._socket.fits(wanted)

    def _forget_socket(self) -> None:
        self._speaker.socket_closed()
        self._actions = [action for action in self._actions if not _asks(action)]
        self._desk.socket_closed()

    def _fits(self) -> bool:
        wanted = self._wanted()
        return wanted is not None and self.may_connect and self._socket.fits(wanted)

    def _send(self, message: Message) -> None:
        self._actions.append(SendToCsms(self.key, message.to_text()))


def _asks(action: Action | ToSite | Withdraw) -> bool:
    """Tell whether this is a CALL for the charger, of which the CSMS on this socket is to hear."""
    return isinstance(action, ToSite) and isinstance(action.message, Call)
