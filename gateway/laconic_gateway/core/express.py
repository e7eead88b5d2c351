"""Express CALLs: questions that overtake what waits (wire profile 7.6).

They have no place in the stream of a site. Where a record is numbered, an express CALL has a
negative number that tells its epoch.
"""

from typing import Final

from laconic_gateway.core.records import Record, make_reference, split_reference

QUESTIONS: Final = frozenset(
    {
        "Authorize",
        "Get15118EVCertificate",
        "GetCertificateChainStatus",
        "GetCertificateStatus",
        "SignCertificate",
        "VatNumberValidation",
    }
)
"""Actions that change nothing at the CSMS: nobody misses one that was never answered."""


def express_sequence(epoch: int, number: int) -> int:
    """Return the sequence number of an express CALL; `number` counts those of the epoch."""
    return -make_reference(epoch, number) - 1


def split_express(sequence: int) -> tuple[int, int]:
    """Return epoch and number of an express CALL."""
    return split_reference(-sequence - 1)


def is_express(record: Record) -> bool:
    """Tell whether this is an express CALL, which is stored nowhere."""
    return record.sequence < 0
