"""Records: what a site has to tell its expander, numbered, in order, each exactly once."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class RecordKind(IntEnum):
    """What a record tells."""

    VOID = 0
    """Nothing. It keeps the sequence number of a message that is gone or no longer matters."""
    MESSAGE = 3
    """One OCPP-J message from the charger."""


class TimeQuality(IntEnum):
    """How good a time of day is (D10)."""

    UNKNOWN = 0
    """A release that did not know wrote it."""
    ESTIMATED = 1
    """The machine had lost its clock: the last good time, and the time since the start."""
    MACHINE = 2
    """The clock of the machine, which nobody has compared with a better one."""
    TOLD = 3
    """The expander has told the time in this boot, authenticated."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """When something happened, on the clocks of one machine."""

    unix_seconds: float = 0.0
    boot: str = ""
    """Which start of the machine it was; empty: it is not known."""
    monotonic_seconds: float = 0.0
    """Since some moment of that boot."""
    quality: TimeQuality = TimeQuality.UNKNOWN
    """Of `unix_seconds`."""


@dataclass(frozen=True, slots=True)
class Record:
    """One numbered message of one charger, kept in the journal and in the outbox."""

    sequence: int
    """Position in the site's stream, without a hole, for the life of the journal."""
    kind: RecordKind
    charger: str
    """Identity: the last segment of `path`, percent-decoded once (OCPP-J 2.1, 3.1.1)."""
    path: str
    """Path of the URL exactly as the charger asked for it."""
    version: str
    """OCPP version of the connection: "1.6", "2.0.1" or "2.1"."""
    text: str = ""
    """The OCPP-J message: in the journal as received, in the outbox as the CSMS gets it."""
    reference: int = 0
    """For an answer to a CALL of the CSMS: the epoch and the sequence number of that CALL in the
    downlink, as `make_reference` puts them together. 0 for everything else."""
    answered: bool = False
    """The gateway has answered this CALL itself; the answer of the CSMS does not travel back."""
    received_unix_seconds: float = 0.0
    """When the gateway received it."""
    boot: str = ""
    """In the journal: in which boot of the machine, see `Stamp`."""
    monotonic_seconds: float = 0.0
    time_quality: TimeQuality = TimeQuality.UNKNOWN
    """Of `received_unix_seconds`."""

    @property
    def stamp(self) -> Stamp:
        """Return when the gateway received it."""
        return Stamp(
            self.received_unix_seconds, self.boot, self.monotonic_seconds, self.time_quality
        )


_SEQUENCE_BITS: Final = 32


def make_reference(epoch: int, sequence: int) -> int:
    """Return the reference to a CALL of the CSMS; it means nothing outside of its epoch."""
    return (epoch << _SEQUENCE_BITS) | sequence


def split_reference(reference: int) -> tuple[int, int]:
    """Return epoch and sequence number of a reference."""
    return reference >> _SEQUENCE_BITS, reference & ((1 << _SEQUENCE_BITS) - 1)
