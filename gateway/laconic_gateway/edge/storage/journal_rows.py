"""Records as rows of the journal: the columns of every record, with the text packed, and on which
clocks it was read.

The stamp has a checksum of its own. It covers that of the record, so that no stamp is taken for the
one of another record. Where it is damaged only the stamp is lost: the message is sound.
"""

import struct
import zlib
from dataclasses import replace
from typing import Final, TypeAlias, cast

from laconic_gateway.core.records import Record, TimeQuality
from laconic_gateway.edge.storage import rows
from laconic_gateway.edge.storage.database import Values
from laconic_gateway.edge.storage.packed_text import pack, unpack

Row: TypeAlias = tuple[int, int, str, str, str, str | bytes, int, int, float, int, bytes | None]
"""Values of `COLUMNS`."""

COLUMNS: Final = f"{rows.COLUMNS}, stamp"
SELECTED: Final = f"{rows.SELECTED}, stamp"
PLACES: Final = f"{rows.PLACES}, ?"

_TEXT: Final = 5
"""Its place among the columns."""
_STAMP: Final = struct.Struct("<BdI")
"""Quality, monotonic seconds, checksum; the name of the boot follows."""


def to_row(record: Record) -> Row:
    """Returns the row of a record."""
    (
        sequence, kind, charger, path, version, text, reference, answered, received, checksum
    ) = rows.to_row(record)  # fmt: skip
    stamp = _stamp(record, checksum)
    return (
        *(sequence, kind, charger, path, version, pack(text), reference, answered, received),
        *(checksum, stamp),
    )


def to_record(row: Values) -> Record | None:
    """Returns the record of a row of `SELECTED`, or None if the row is damaged."""
    *columns, stamp = row
    try:
        columns[_TEXT] = unpack(cast(bytes, columns[_TEXT]))
    except (TypeError, ValueError):
        return None
    record = rows.to_record(tuple(columns))
    if record is None or not isinstance(stamp, bytes) or len(stamp) < _STAMP.size:
        return record
    quality, monotonic_seconds, checksum = _STAMP.unpack_from(stamp)
    boot = stamp[_STAMP.size :]
    if checksum != _checksum(cast(int, columns[-1]), quality, monotonic_seconds, boot):
        return record
    return replace(
        record,
        boot=boot.decode(),
        monotonic_seconds=monotonic_seconds,
        time_quality=TimeQuality(quality),
    )


def _stamp(record: Record, checksum: int) -> bytes | None:
    if record.time_quality is TimeQuality.UNKNOWN:
        return None
    boot = record.boot.encode()
    known = (record.time_quality, record.monotonic_seconds)
    return _STAMP.pack(*known, _checksum(checksum, *known, boot)) + boot


def _checksum(of_record: int, quality: int, monotonic_seconds: float, boot: bytes) -> int:
    return zlib.crc32(boot, zlib.crc32(struct.pack("<Bd", quality, monotonic_seconds), of_record))
