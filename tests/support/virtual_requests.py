"""What a simulated charger has said and heard, and what kind of charger it is."""

from dataclasses import dataclass, field
from typing import Final

from tests.support.virtual_words import Words

VERSIONS: Final = ("1.6", "2.0.1", "2.1")
AGAIN: Final = "r"
"""End of the message id of what is said again."""
LOCAL: Final = frozenset(
    "StatusNotification MeterValues NotifyEvent SecurityEventNotification".split()
)
"""Of the actions of these chargers, those that a site answers itself if it may."""


@dataclass(slots=True)
class Request:
    """One request that a charger has sent."""

    number: int
    connection: int
    message_id: str
    words: Words
    payload: str
    at: float
    answers: list[str] = field(default_factory=list[str])

    @property
    def action(self) -> str:
        """Return what is asked."""
        return self.words.action

    @property
    def text(self) -> str:
        """Return the whole message."""
        return f'[{self.kind},"{self.message_id}","{self.action}",{self.payload}]'

    @property
    def kind(self) -> int:
        """Return the type of the message."""
        return self.words.kind


@dataclass(slots=True)
class Command:
    """One CALL of the CSMS that a charger has received."""

    number: int | None
    """None: the expander has made it."""
    connection: int
    text: str


@dataclass(frozen=True, slots=True)
class Party:
    """What kind of charger it is."""

    answers: str = "local"
    """Who answers it."""
    versions: tuple[str, ...] = VERSIONS
    """It speaks one of these each time that it comes."""
    is_cabinet: bool = False


def make_odd(payload: str) -> str:
    """Return a payload with the same members in another spelling."""
    return payload.replace('":', '" : ').replace(',"', ' ,  "').replace("}", ',"v":230.40 }', 1)
