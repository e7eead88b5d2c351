"""What is found in a log."""

from dataclasses import dataclass
from typing import Final

from laconic_bench.trace import Direction, Version
from laconic_codec.messages import Message
from laconic_gateway.errors import UsageError

EXCERPT_CHARACTERS: Final = 80


class LogError(UsageError):
    """A log cannot be used; the text says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that looks as if it had a message, which cannot be read."""

    number: int
    """Counted from 1; of a message over several lines the first."""
    reason: str
    excerpt: str

    @staticmethod
    def of(number: int, reason: str, text: str) -> "BadLine":
        """Return one with the beginning of a text, on one line and printable."""
        excerpt = text.strip()[:EXCERPT_CHARACTERS]
        clean = "".join(one if one.isprintable() else " " for one in excerpt)
        return BadLine(number, reason, clean)


@dataclass(frozen=True, slots=True)
class Finding:
    """A message in a log, with what the log says about it."""

    number: int
    """Of its line."""
    raw: str
    message: Message
    time_seconds: float | None = None
    """Unix time."""
    identity: str | None = None
    version: Version | None = None
    way: Direction | None = None
    """Only if the log leaves no doubt."""
    plain_name: str | None = None
    """What may name the charger if `identity` does not."""
    words: str = ""
    """What stands before the message, or in a column for its way."""
