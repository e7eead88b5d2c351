"""What one end of a charger's conversation sent and received, in order."""

from dataclasses import dataclass, field

from laconic_codec.errors import MessageError
from laconic_codec.messages import Message, parse


@dataclass(frozen=True, slots=True)
class Entry:
    """One OCPP-J message at one end."""

    at_seconds: float
    up: bool
    """True from the charger to the CSMS."""
    message: Message | None
    """None if it cannot be read as OCPP-J."""
    size_bytes: int


@dataclass(slots=True)
class Transcript:
    """Everything that one end of one charger's conversation saw, over all its connections."""

    identity: str
    entries: list[Entry] = field(default_factory=list[Entry])

    def add(self, at_seconds: float, up: bool, text: str) -> Entry:
        """Appends one message as it was sent or received.

        `at_seconds` is any clock that both ends share.
        """
        entry = Entry(at_seconds, up, _readable(text), len(text.encode()))
        self.entries.append(entry)
        return entry


def _readable(text: str) -> Message | None:
    try:
        return parse(text)
    except MessageError:
        return None
