"""What a lane has for its charger."""

from dataclasses import dataclass

from laconic_codec.messages import Message
from laconic_gateway.core.expander.io import Key
from laconic_gateway.core.records import Record


@dataclass(frozen=True, slots=True)
class ToSite:
    """A message that goes down to the charger."""

    key: Key
    message: Message
    answers: Record | None = None
    """The charger's CALL that this answers."""
    complains: int | None = None
    """Downlink sequence number of the CALL whose result this complains about."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """CALLs that shall not be carried out any more: whoever asked is gone."""

    key: Key
    downlink_sequences: tuple[int, ...]
