"""What the expander's core is told, and what it wants done."""

from dataclasses import dataclass
from typing import TypeAlias

from laconic_gateway.core.expander.kept import Kept
from laconic_gateway.core.notes import Note
from laconic_gateway.core.records import Record

Key: TypeAlias = tuple[str, str]
"""Site name and charger identity."""

# --- what the core is told


@dataclass(frozen=True, slots=True)
class SiteRequest:
    """A verified request of a site."""

    site: str
    request: int
    payload: bytes
    """A frame, or nothing: a sign of life."""
    confirmable: bool
    """Answer it with `RespondSite`."""
    newest: bool
    """No request that the site protected later has arrived before."""
    order: int = 0
    """The higher, the later the site has protected it."""


@dataclass(frozen=True, slots=True)
class DownlinkAnswered:
    """The site answered a frame that the expander sent by itself."""

    site: str
    exchange: int
    payload: bytes
    path_in_doubt: bool = False
    """The site's NAT may have kept the frame away for a while."""


@dataclass(frozen=True, slots=True)
class SiteMoved:
    """The site's messages come from another address than before."""

    site: str


@dataclass(frozen=True, slots=True)
class DownlinkFailed:
    """No answer to a frame will come."""

    site: str
    exchange: int


@dataclass(frozen=True, slots=True)
class RecordsStored:
    """Everything of this site up to this sequence number is in the outbox."""

    site: str
    through: int


@dataclass(frozen=True, slots=True)
class RecordDone:
    """It is on disk that a record is delivered."""

    key: Key
    sequence: int


@dataclass(frozen=True, slots=True)
class DeliveredThrough:
    """Everything of this site up to this sequence number was taken by the CSMS."""

    site: str
    through: int


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """The records that `ReadOutbox` asked for."""

    key: Key
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The operator has put a message of the quarantine back among those that wait (D9)."""

    key: Key
    record: Record


@dataclass(frozen=True, slots=True)
class CsmsOpened:
    """The WebSocket to the CSMS is open."""

    key: Key


@dataclass(frozen=True, slots=True)
class CsmsFailed:
    """The WebSocket to the CSMS could not be opened."""

    key: Key
    status: int | None
    """HTTP status, if the CSMS refused."""
    reason: str


@dataclass(frozen=True, slots=True)
class CsmsClosed:
    """The WebSocket to the CSMS was closed by the other side or by the network."""

    key: Key
    reason: str


@dataclass(frozen=True, slots=True)
class CsmsText:
    """A text message came from the CSMS."""

    key: Key
    text: str


Input: TypeAlias = (
    SiteRequest
    | DownlinkAnswered
    | DownlinkFailed
    | SiteMoved
    | RecordsStored
    | RecordDone
    | DeliveredThrough
    | OutboxPage
    | TakenBack
    | CsmsOpened
    | CsmsFailed
    | CsmsClosed
    | CsmsText
)

# --- what the core wants done


@dataclass(frozen=True, slots=True)
class StoreRecords:
    """Put consecutive records of a site into the outbox and report when they are durable."""

    site: str
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class ResetStored:
    """Have the site's stored cursor begin anew after this sequence number."""

    site: str
    stored: int


@dataclass(frozen=True, slots=True)
class DeliverDone:
    """Take a record out of the outbox, the CSMS has it; report when that is on disk."""

    key: Key
    sequence: int
    keeps: tuple[Kept, ...] = ()
    """What is to be on disk, or gone from there, together with that."""


@dataclass(frozen=True, slots=True)
class KeepNow:
    """Put something that is to be known of a charger on disk."""

    key: Key
    kept: Kept


@dataclass(frozen=True, slots=True)
class ReadOutbox:
    """Report a page of a charger's records after this sequence number."""

    key: Key
    after: int
    limit: int


@dataclass(frozen=True, slots=True)
class OpenCsms:
    """Open the charger's WebSocket to the CSMS."""

    key: Key
    path: str
    version: str


@dataclass(frozen=True, slots=True)
class CloseCsms:
    """Close the charger's WebSocket to the CSMS."""

    key: Key


@dataclass(frozen=True, slots=True)
class SendToCsms:
    """Send a text to the CSMS."""

    key: Key
    text: str


@dataclass(frozen=True, slots=True)
class RespondSite:
    """Answer a `SiteRequest`."""

    request: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class RequestSite:
    """Send a frame to a site; report the outcome under the exchange number."""

    site: str
    exchange: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class AbandonSite:
    """Do not send the frame of an exchange again: what it carries has become untrue."""

    site: str
    exchange: int


@dataclass(frozen=True, slots=True)
class NotifySite:
    """Send a site a message that nobody answers."""

    site: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class HastenSite:
    """Send the frame of an exchange again now if its answer is overdue."""

    site: str
    exchange: int


Action: TypeAlias = (
    StoreRecords
    | ResetStored
    | DeliverDone
    | KeepNow
    | ReadOutbox
    | OpenCsms
    | CloseCsms
    | SendToCsms
    | RespondSite
    | RequestSite
    | HastenSite
    | NotifySite
    | AbandonSite
    | Note
)
