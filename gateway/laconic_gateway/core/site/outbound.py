"""The site's messages between journal and send queue: numbered, saved, then sent in order."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from laconic_codec import payload
from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
from laconic_codec.messages import Call, CallResultError, Message, Send, parse, payload_of
from laconic_gateway.core.records import Record, RecordKind, Stamp, split_reference
from laconic_gateway.core.site.io import ReadJournal
from laconic_gateway.core.site.send_queue import PAGE_RECORDS, SendQueue
from laconic_gateway.core.site.session import Session, with_id
from laconic_gateway.core.site.uplink import Uplink


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A record that is on its way to the disk, and what follows when it is there."""

    record: Record
    message: Message
    connection: int
    deadline: float
    """When it has to leave for the expander, on the monotonic clock."""
    answer: str = "{}"
    """Payload of the answer that the gateway gives, if it does."""
    refused: bool = False
    """The journal has a VOID in its place: nobody may be told that it was taken."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A charger came or left, after the messages that are unsaved before it."""

    bind: Bind
    presence: Presence


class Outbound:
    """Knows the journal's end, and feeds the queue from memory or from the journal."""

    def __init__(
        self,
        last_sequence: int,
        queue: SendQueue,
        uplink: Uplink,
        bind: Callable[[str, str, str], Bind],
        *,
        preserve_ids: bool,
    ) -> None:
        self.last_sequence = last_sequence
        self._escapes = 0
        self._durable_through = last_sequence
        self._queue = queue
        self._uplink = uplink
        self._bind = bind
        self._preserve_ids = preserve_ids
        self._unsaved: deque[Unsaved | _Change] = deque()
        self._reading = False

    def append(
        self,
        session: Session,
        message: Message,
        text: str,
        stamp: Stamp,
        deadline: float,
        *,
        reference: int = 0,
        answer: str | None = None,
    ) -> Record:
        """Return the record that is to be saved for a message of a charger.

        `answer` is the payload of the gateway's own answer, to be given when it is saved.
        """
        self.last_sequence += 1
        record = Record(
            self.last_sequence,
            RecordKind.MESSAGE,
            session.identity,
            session.path,
            session.version,
            text,
            reference,
            answer is not None,
            stamp.unix_seconds,
            stamp.boot,
            stamp.monotonic_seconds,
            stamp.quality,
        )
        connection = session.connection
        self._unsaved.append(Unsaved(record, message, connection, deadline, answer or "{}"))
        return record

    def announce(self, bind: Bind, presence: Presence) -> None:
        """Have a charger's presence sent, behind the messages that came before."""
        self._unsaved.append(_Change(bind, presence))
        self._pass_changes()

    def refuse(self, sequences: frozenset[int]) -> None:
        """Take note that these records are not stored; `saved` returns them as refused."""
        self._unsaved = deque(
            replace(entry, refused=True)
            if isinstance(entry, Unsaved) and entry.record.sequence in sequences
            else entry
            for entry in self._unsaved
        )

    @property
    def backlog(self) -> int:
        """Return how many records wait in the journal because memory holds enough others."""
        return max(0, self._durable_through - self._queue.loaded_through)

    def is_durable(self, sequence: int) -> bool:
        """Tell whether the record of this number is on disk."""
        return sequence <= self._durable_through

    def saved(self, through: int) -> list[Unsaved]:
        """Return what is on disk now; it is queued for the expander."""
        saved: list[Unsaved] = []
        while self._unsaved and isinstance(entry := self._unsaved[0], Unsaved):
            if entry.record.sequence > through:
                break
            self._unsaved.popleft()
            self._durable_through = entry.record.sequence
            if self._uplink.epoch.is_open and self._queue.has_room:
                self._enqueue(entry.record, None if entry.refused else entry.message)
            saved.append(entry)
            if self._pass_changes():
                self._uplink.flush()  # it has waited for the disk and waits for nothing else
        return saved

    def _pass_changes(self) -> bool:
        """Queue the presence that waits for no message; return whether there was any."""
        passed = False
        while self._unsaved and isinstance(entry := self._unsaved[0], _Change):
            self._unsaved.popleft()
            passed = True
            if self._uplink.epoch.is_open:  # an epoch begins with everybody's presence
                self._queue.add_presence(entry.bind, entry.presence)
        return passed

    def take_escapes(self) -> int:
        """Return how many messages were encoded as plain text since the last call."""
        escapes, self._escapes = self._escapes, 0
        return escapes

    def restart(self, stored: int, states: list[tuple[Bind, Presence]]) -> None:
        """Begin again behind what the expander has stored: a new epoch encodes anew.

        `states` is the presence of all chargers now; what the open frame said is not repeated.
        """
        announced = self._uplink.epoch.announced
        self._queue.restart(stored, announced)
        for bind, presence in states:
            if announced.get(bind.channel, 0) != presence.generation and (
                presence.connected or bind.channel in announced
            ):
                self._queue.add_presence(bind, presence)
        self._reading = False

    def page(self, records: tuple[Record, ...]) -> None:
        """Take the page of the journal that was asked for."""
        self._reading = False
        for record in records:
            if record.kind is RecordKind.VOID:
                self._enqueue(record, None)
            else:
                self._enqueue(record, parse(record.text))

    def read_more(self) -> ReadJournal | None:
        """Return which page of the journal is needed now."""
        behind = self._queue.loaded_through < self._durable_through
        if not behind or self._reading or not self._queue.wants_page:
            return None
        if not self._uplink.epoch.is_open:
            return None
        self._reading = True
        return ReadJournal(self._queue.loaded_through, PAGE_RECORDS)

    def _enqueue(self, record: Record, message: Message | None) -> None:
        if record.sequence != self._queue.loaded_through + 1:
            return  # there already, or behind others that are still in the journal
        item = self._item(record, message) if message is not None else Void()
        bind = None
        if isinstance(item, MessageItem):
            self._escapes += not payload.has_style(payload_of(item.message))
            bind = self._bind(record.charger, record.path, record.version)
        self._queue.add_message(record.sequence, item, bind)

    def _item(self, record: Record, message: Message) -> Item:
        channel = self._bind(record.charger, record.path, record.version).channel
        if isinstance(message, Call | Send):
            kept = message if self._preserve_ids else with_id(message, "")
            return MessageItem(channel, kept, answered=record.answered)
        if isinstance(message, CallResultError):
            place = self._queue.numbering.place_of(record.reference)
            if place is None:
                return Void()  # nobody remembers the CALL that was answered
            return MessageItem(channel, with_id(message, ""), place - self._uplink.epoch.base)
        epoch, reference = split_reference(record.reference)
        if epoch != self._uplink.epoch.number:
            return Void()  # the CSMS that asked has lost its connection since
        return MessageItem(channel, with_id(message, ""), reference)
