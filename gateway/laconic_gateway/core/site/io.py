"""What the site's core is told, and what it wants done."""

from dataclasses import dataclass
from typing import TypeAlias

from laconic_gateway.core.coap.carrier import Carrier
from laconic_gateway.core.notes import Note
from laconic_gateway.core.records import Record
from laconic_gateway.core.site.budget.contents import Carried
from laconic_gateway.core.site.budget.governor import Rung
from laconic_gateway.core.site.nat_probe import (
    EndProbing,
    PathChanged,
    ProbeAnswered,
    ProbeFailed,
    SaveNatState,
    SendProbe,
)
from laconic_gateway.core.site.offline.facts import KeepFact
from laconic_gateway.core.site.sendings import (
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
class RecordsRefused:
    """The journal is full: these new records are on disk as VOID, and must not be answered."""

    sequences: frozenset[int]


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


@dataclass(frozen=True, slots=True)
class RungChanged:
    """The budget governor has moved; also fed once at the start."""

    rung: Rung


@dataclass(frozen=True, slots=True)
class RecordKept:
    """What `KeepRecord` asked for is on disk."""

    token: int


@dataclass(frozen=True, slots=True)
class HeldPage:
    """The held records that `ReadHeld` asked for, none if there are no more."""

    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class CarrierChanged:
    """Frames travel in another way from now on, or the way that was lost is there again.

    `carrier` None: there is none at the moment. Exchanges that were under way have failed.
    """

    carrier: Carrier | None


Input: TypeAlias = (
    ChargerConnected
    | ChargerText
    | ChargerClosed
    | RecordsDurable
    | RecordsRefused
    | JournalPage
    | ExchangeAnswered
    | ExchangeFailed
    | DownlinkRequest
    | RungChanged
    | RecordKept
    | HeldPage
    | ProbeAnswered
    | ProbeFailed
    | PathChanged
    | CarrierChanged
)

# --- what the core wants done


@dataclass(frozen=True, slots=True)
class SendToCharger:
    """Send a text to a charger."""

    connection: int
    text: str


@dataclass(frozen=True, slots=True)
class CloseCharger:
    """Close the connection of a charger; it comes again by itself."""

    connection: int
    reason: str


@dataclass(frozen=True, slots=True)
class AppendRecord:
    """Put a record into the journal and report when it is durable."""

    record: Record
    releases: int = 0
    """Number of the held record that this one is; it is not held any more. 0: none."""


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
class KeepRecord:
    """Keep a record outside of the journal and report when it is durable.

    Its sequence number is given by who keeps it.
    """

    token: int
    record: Record
    is_held: bool
    """It is sent later. Otherwise it was thinned, and is only kept to be looked at."""


@dataclass(frozen=True, slots=True)
class ReadHeld:
    """Report a page of the held records after this number, when some time has passed."""

    after: int
    limit: int
    wait_seconds: float


@dataclass(frozen=True, slots=True)
class SaveEpoch:
    """Remember durably that this epoch has been used."""

    epoch: int


@dataclass(frozen=True, slots=True)
class MoveRecords:
    """An older copy has taken the place of the journal: have it go on beyond, and start again.

    The expander has messages of this site under the numbers behind `after`, up to `onto`. What has
    come since the copy was found bears such numbers too, and belongs behind `onto`.
    """

    after: int
    onto: int


@dataclass(frozen=True, slots=True)
class RespondDownlink:
    """Answer a `DownlinkRequest`."""

    request: int
    payload: bytes


Action: TypeAlias = (
    SendToCharger
    | CloseCharger
    | KeepFact
    | AppendRecord
    | TrimJournal
    | ReadJournal
    | KeepRecord
    | ReadHeld
    | Carried
    | SaveEpoch
    | MoveRecords
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
