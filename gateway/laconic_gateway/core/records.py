"""Records: what a site has to tell its expander, numbered, in order, each exactly once."""

from dataclasses import dataclass
from enum import IntEnum


class RecordKind(IntEnum):
    """What a record tells."""

    VOID = 0
    """Nothing. It keeps a sequence number whose record no longer matters."""
    CONNECT = 1
    """The charger opened its WebSocket."""
    DISCONNECT = 2
    """The charger's WebSocket is closed."""
    MESSAGE = 3
    """One OCPP-J message from the charger."""


@dataclass(frozen=True, slots=True)
class Record:
    """One numbered fact about one charger, kept in the journal and in the outbox."""

    sequence: int
    """Position in the site's stream: 1, 2, 3, ... without a hole, for the life of the site."""
    kind: RecordKind
    charger: str
    """Identity: the last segment of `path`, percent-decoded once (OCPP-J 2.1, 3.1.1)."""
    path: str
    """Path of the URL exactly as the charger asked for it."""
    version: str
    """OCPP version of the connection: "1.6", "2.0.1" or "2.1"."""
    text: str = ""
    """The OCPP-J message as received; empty for the other kinds."""
    reference: int = 0
    """For an answer to a CALL of the CSMS: the sequence number of that CALL in the
    downlink stream. 0 for everything else."""
    answered: bool = False
    """True if the gateway has answered this CALL itself, so that the answer of the CSMS
    does not travel back."""
    received_unix_seconds: float = 0.0
    """When the gateway received it."""
