"""One connection of CoAP over TCP as a state machine without I/O (RFC 8323).

    GREETING ---the peer's CSM---> OPEN ---Release, Abort, a fault, too slow, `close`---> ENDED

The owner feeds `receive` and `handle_timer`, gives what comes out to the endpoint, and after each
call writes what `outgoing()` returns; when `is_ended` says so it closes the connection after that.
It tells `verified` when a message of the peer has been verified and was fresh: until then the
connection costs little. It gets `UNVERIFIED_SECONDS`, one message that leads to nothing, and, but
for the CSM, not more bytes than it has sent.
"""

from enum import Enum
from typing import Final

from laconic_gateway.core.coap import framing, signals
from laconic_gateway.core.coap.framing import Malformed, Message, Reader
from laconic_gateway.core.coap.signals import BadOption, Capabilities

GREETING_SECONDS: Final = 15.0
"""For the CSM of the peer, and for a message whose first byte has come."""
UNVERIFIED_SECONDS: Final = 30.0
"""For the first message that verifies, on a connection that the peer has opened."""
SILENCE_SECONDS: Final = 7500.0
"""The peer of a connection that it has opened may say nothing for so long: it has to speak at
least every hour, and who is gone without a word must not be kept for ever."""

HANDSHAKE_BYTES: Final = 52
"""What a peer has spent on the handshake beyond what it got: SYN and ACK for one SYN-ACK, as IPv4
packets. A short request would else earn no Echo challenge, and on a connection nobody repeats."""


class Phase(Enum):
    """Where a connection stands."""

    GREETING = "greeting"
    OPEN = "open"
    ENDED = "ended"


class Stream:
    """Feeds on bytes; says what they are, what to write, and when it is over."""

    def __init__(self, now: float, *, is_accepted: bool) -> None:
        """`is_accepted`: the peer has opened the connection, and has to prove who it is."""
        self.phase = Phase.GREETING
        self.reason = ""
        """Why it has ended."""
        self.hold_off_seconds = 0
        """For how long the peer does not want to see another connection."""
        self.is_verified = False
        self._is_accepted = is_accepted
        self._reader = Reader()
        self._capabilities = Capabilities()
        self._outgoing = bytearray(signals.CSM.encode())
        self._allowance = HANDSHAKE_BYTES
        """Bytes that may leave before the peer is verified."""
        self._greeted_by = now + GREETING_SECONDS
        self._verified_by = now + UNVERIFIED_SECONDS
        self._heard_at = now

    @property
    def is_open(self) -> bool:
        """Tell whether messages may be sent: the peer has said its CSM."""
        return self.phase is Phase.OPEN

    @property
    def is_ended(self) -> bool:
        """Tell whether to close the connection once `outgoing` is written."""
        return self.phase is Phase.ENDED

    def receive(self, data: bytes, now: float) -> list[Message]:
        """Take bytes; return requests, responses and empty messages, signals are handled here."""
        if self.is_ended:
            return []
        self._heard_at = now
        self._allowance += len(data)
        waited = self._reader.unfinished_bytes > 0
        try:
            messages = self._reader.feed(data)
            passed = [message for message in messages if self._passes(message)]
        except Malformed as malformed:
            self._abort(f"the peer sent {malformed}")
            return []
        if self.is_open and not (waited and not messages):
            self._greeted_by = now + GREETING_SECONDS
        return passed

    def send(self, message: bytes) -> bool:
        """Send an encoded request or response; tell whether the connection took it."""
        if not self.is_open or len(message) > self._capabilities.max_message_bytes:
            return False
        return self._write(message)

    def keep_alive(self) -> bool:
        """Send an empty message: it refreshes a NAT, and shows whether the connection lives."""
        return self.is_open and self._write(framing.EMPTY_MESSAGE)

    def verified(self) -> None:
        """Take note that a message of the peer was verified and fresh."""
        self.is_verified = True

    def useless(self) -> None:
        """Take note that a message of the peer led to nothing; a stranger gets no second try."""
        if self._is_accepted and not self.is_verified:
            self._end("nothing that the peer sent can be verified")

    def close(self, reason: str) -> None:
        """End it in good order."""
        if self.is_open:
            self._write(signals.RELEASE.encode())
        if not self.is_ended:
            self._end(reason)

    def timer(self) -> float | None:
        """Return when `handle_timer` wants to be called."""
        if self.is_ended:
            return None
        due = [self._heard_at + SILENCE_SECONDS] if self._is_accepted else []
        if not self.is_open or self._reader.unfinished_bytes:
            due.append(self._greeted_by)
        if self._is_accepted and not self.is_verified:
            due.append(self._verified_by)
        return min(due, default=None)

    def handle_timer(self, now: float) -> None:
        """End the connection if the peer is too slow."""
        due = self.timer()
        if due is not None and now >= due:
            self._end("the peer is too slow")

    def outgoing(self) -> bytes:
        """Return the bytes to write and forget them."""
        written = bytes(self._outgoing)
        self._outgoing.clear()
        return written

    def _passes(self, message: Message) -> bool:
        """Handle a signal; tell whether the message is one for the endpoint."""
        if self.is_ended:
            return False
        if self.phase is Phase.GREETING and message.code != framing.CSM:
            raise Malformed("something else before its CSM")
        if message.code not in framing.SIGNALS:
            return True
        try:
            self._signal(message)
        except BadOption as bad:
            self._abort(f"the peer sent {bad}", bad.number if message.code == framing.CSM else None)
        return False

    def _signal(self, message: Message) -> None:
        match message.code:
            case framing.CSM:
                self._capabilities = signals.capabilities(message, self._capabilities)
                if self._capabilities.max_message_bytes < framing.MESSAGE_LIMIT_BYTES:
                    self._abort("the peer takes only shorter messages")
                else:
                    self.phase = Phase.OPEN
            case framing.PING:
                signals.check(message)
                self._write(signals.pong(message).encode())
            case framing.RELEASE:
                self.hold_off_seconds = signals.hold_off_seconds(message)
                self._end("the peer has released the connection")
            case framing.ABORT:
                self._end("the peer has aborted the connection")
            case _:
                signals.check(message)

    def _write(self, encoded: bytes) -> bool:
        if self._is_accepted and not self.is_verified:
            if len(encoded) > self._allowance:
                return False
            self._allowance -= len(encoded)
        self._outgoing += encoded
        return True

    def _abort(self, reason: str, bad_csm_option: int | None = None) -> None:
        self._write(signals.abort(bad_csm_option).encode())
        self._end(reason)

    def _end(self, reason: str) -> None:
        self.phase = Phase.ENDED
        self.reason = reason
