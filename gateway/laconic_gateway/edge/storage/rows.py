"""Records as rows of a table, each with a checksum of its own.

SQLite does not notice a flipped bit in the content of a row. The checksum covers every column, the
sequence number and the routing included, so that a damaged record is never taken for a good one.
"""

import struct
import zlib
from collections.abc import Iterable
from contextlib import suppress
from typing import TypeAlias, cast

import apsw

from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.edge.storage.database import Connection, Values

Row: TypeAlias = tuple[int, int, str, str, str, str, int, int, float, int]
"""Values of `COLUMNS`."""

COLUMNS = (
    "sequence, kind, charger, path, version, text,"
    " reference, answered, received_unix_seconds, checksum"
)
# As bytes, because damaged text need not be UTF-8.
SELECTED = (
    "sequence, kind, CAST(charger AS BLOB), CAST(path AS BLOB), CAST(version AS BLOB),"
    " CAST(text AS BLOB), reference, answered, received_unix_seconds, checksum"
)
PLACES = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?"

_ReadRow: TypeAlias = tuple[int, int, bytes, bytes, bytes, bytes, int, int, float, int]
_NUMBERS = struct.Struct("<qqqqd")


def to_row(record: Record, salt: int = 0) -> Row:
    """Returns the row of a record; `salt` stands for what the table adds to a record's identity."""
    sequence, kind, answered = record.sequence, int(record.kind), int(record.answered)
    charger, path, version, text = record.charger, record.path, record.version, record.text
    reference, received = record.reference, record.received_unix_seconds
    numbers = _NUMBERS.pack(sequence, kind, reference, answered, received)
    texts = f"{charger}\0{path}\0{version}\0{text}".encode()
    checksum = zlib.crc32(texts, zlib.crc32(numbers, salt))
    return (
        sequence, kind, charger, path, version, text, reference, answered, received, checksum
    )  # fmt: skip


def to_record(row: Values, salt: int = 0) -> Record | None:
    """Returns the record of a row of `SELECTED`, or None if the row is damaged."""
    (
        sequence, kind, charger, path, version, text, reference, answered, received, checksum
    ) = cast(_ReadRow, row)  # fmt: skip
    try:
        numbers = _NUMBERS.pack(sequence, kind, reference, answered, received)
        texts = b"\0".join((charger, path, version, text))
    except (TypeError, struct.error):
        return None  # a damaged value may have another type
    if zlib.crc32(texts, zlib.crc32(numbers, salt)) != checksum:
        return None
    return Record(
        sequence,
        RecordKind(kind),
        charger.decode(),
        path.decode(),
        version.decode(),
        text.decode(),
        reference,
        bool(answered),
        received,
    )


def readable(value: object) -> str:
    """Returns a text of a damaged row, as far as it can be read."""
    if isinstance(value, bytes):
        return value.decode(errors="backslashreplace")
    return "unknown" if value is None else str(value)


def void(sequence: int) -> Record:
    """Returns the record that stands in the place of a damaged one."""
    return Record(sequence, RecordKind.VOID, charger="", path="", version="")


def checksum_of(*values: int | str) -> int:
    """Returns the checksum of a small row of another table."""
    return zlib.crc32("\0".join(map(str, values)).encode())


def one_by_one(
    connection: Connection, statement: str, bindings: Iterable[tuple[int, ...]]
) -> list[Values]:
    """Returns the rows that can still be read where a page of the file is damaged."""
    found: list[Values] = []
    for values in bindings:
        with suppress(apsw.CorruptError):
            found += connection.execute(statement, values).fetchall()
    return found
