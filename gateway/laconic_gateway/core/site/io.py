"""What the site's core is told, and what it wants done."""

from dataclasses import dataclass
from typing import TypeAlias

from laconic_gateway.core.notes import Note
from laconic_gateway.core.records import Record
from laconic_gateway.core.site.nat_probe import (
    EndProbing,
    PathChanged,
    ProbeAnswered,
    ProbeFailed,
    SaveNatState,
    SendProbe,
)
from laconic_gateway.core.site.uplink import (
    HastenFrame,
    SendBareKeepalive,
    SendFrame,
    SendKeepalive,
)

# --- what the core is told


@dataclass(frozen=True, slots=True)
class ChargerConnected:
    """A charger that is allowed to has opened its WebSocket."""

    connection: int
    identity: str
    path: str
    version: str


@dataclass(frozen=True, slots=True)
class ChargerText:
    """A text message came from a charger."""

    connection: int
    text: str


@dataclass(frozen=True, slots=True)
class ChargerClosed:
    """A charger's WebSocket is closed."""

    connection: int


@dataclass(frozen=True, slots=True)
class RecordsDurable:
    """Everything up to this sequence number is on disk."""

    through: int


@dataclass(frozen=True, slots=True)
class JournalPage:
    """The records that `ReadJournal` asked for."""

    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class ExchangeAnswered:
    """The expander answered a frame."""

    exchange: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class ExchangeFailed:
    """No answer to a frame will come."""

    exchange: int
    reason: str


@dataclass(frozen=True, slots=True)
class DownlinkRequest:
    """The expander sent a frame by itself; answer it with `RespondDownlink`."""

    request: int
    payload: bytes


Input: TypeAlias = (
    ChargerConnected
    | ChargerText
    | ChargerClosed
    | RecordsDurable
    | JournalPage
    | ExchangeAnswered
    | ExchangeFailed
    | DownlinkRequest
    | ProbeAnswered
    | ProbeFailed
    | PathChanged
)

# --- what the core wants done


@dataclass(frozen=True, slots=True)
class SendToCharger:
    """Send a text to a charger."""

    connection: int
    text: str


@dataclass(frozen=True, slots=True)
class AppendRecord:
    """Put a record into the journal and report when it is durable."""

    record: Record


@dataclass(frozen=True, slots=True)
class TrimJournal:
    """Delete the records up to this sequence number."""

    through: int


@dataclass(frozen=True, slots=True)
class ReadJournal:
    """Report a page of records after this sequence number."""

    after: int
    limit: int


@dataclass(frozen=True, slots=True)
class SaveEpoch:
    """Remember durably that this epoch has been used."""

    epoch: int


@dataclass(frozen=True, slots=True)
class RespondDownlink:
    """Answer a `DownlinkRequest`."""

    request: int
    payload: bytes


Action: TypeAlias = (
    SendToCharger
    | AppendRecord
    | TrimJournal
    | ReadJournal
    | SaveEpoch
    | RespondDownlink
    | SendFrame
    | HastenFrame
    | SendKeepalive
    | SendBareKeepalive
    | SendProbe
    | EndProbing
    | SaveNatState
    | Note
)
