"""Records as rows of the journal: their times are kept, and a damaged time costs no message."""

from dataclasses import replace
from typing import cast

import apsw
from hypothesis import example, given
from hypothesis import strategies as st

from laconic_gateway.core.records import Record, TimeQuality
from laconic_gateway.edge.storage import journal_rows, rows
from laconic_gateway.edge.storage.database import Connection, Values
from laconic_gateway.edge.storage.packed_text import MARK, unpacked
from tests.support.records import TEXTS, message, records

TEXT = journal_rows.COLUMNS.split(", ").index("text")


@st.composite
def stamped(draw: st.DrawFn) -> Record:
    """Draws a record that was read on some clocks."""
    return replace(
        draw(records()),
        sequence=draw(st.integers(1, 2**62)),
        boot=draw(TEXTS),
        monotonic_seconds=draw(st.floats(0, 4e9)),
        time_quality=draw(st.sampled_from([*TimeQuality][1:])),
    )


def through_sqlite(row: Values) -> Values:
    """Stores a row and selects it again."""
    connection = cast(Connection, apsw.Connection(":memory:"))
    connection.execute(
        "CREATE TABLE record (sequence INTEGER PRIMARY KEY, kind INTEGER, charger TEXT, path TEXT,"
        " version TEXT, text TEXT, reference INTEGER, answered INTEGER,"
        " received_unix_seconds REAL, checksum INTEGER, stamp BLOB)"
    )
    connection.execute(
        f"INSERT INTO record ({journal_rows.COLUMNS}) VALUES ({journal_rows.PLACES})", row
    )
    (selected,) = connection.execute(f"SELECT {journal_rows.SELECTED} FROM record").fetchall()
    return selected


@given(stamped())
def test_a_record_survives_the_table_with_its_time(record: Record) -> None:
    assert journal_rows.to_record(through_sqlite(journal_rows.to_row(record))) == record


def test_a_stamp_takes_25_bytes() -> None:
    record = replace(message(7), boot="1d9e6d2a5c3b", time_quality=TimeQuality.TOLD)
    stamp = journal_rows.to_row(record)[-1]
    assert stamp is not None and len(stamp) == 25


@given(stamped(), st.data())
def test_a_damaged_stamp_is_none_and_the_message_is_sound(
    record: Record, data: st.DataObject
) -> None:
    *columns, stamp = through_sqlite(journal_rows.to_row(record))
    assert isinstance(stamp, bytes)
    bit = data.draw(st.integers(0, 8 * len(stamp) - 1), "bit")
    damaged = bytearray(stamp)
    damaged[bit // 8] ^= 1 << bit % 8
    bare = replace(record, boot="", monotonic_seconds=0.0, time_quality=TimeQuality.UNKNOWN)
    for bad in (bytes(damaged), stamp[:-1] if record.boot else b"", b"", None, 5, "text"):
        assert journal_rows.to_record((*columns, bad)) == bare


@given(stamped(), stamped())
def test_the_stamp_of_another_record_is_none(record: Record, other: Record) -> None:
    *columns, _ = journal_rows.to_row(record)
    found = journal_rows.to_record(through_sqlite((*columns, journal_rows.to_row(other)[-1])))
    assert found is not None
    is_same = rows.to_row(other)[-1] == columns[-1]
    assert is_same or found.time_quality is TimeQuality.UNKNOWN


@given(stamped())
@example(message(1, text="x" * 100))
def test_the_release_before_reads_everything_but_the_stamp(record: Record) -> None:
    *columns, _ = through_sqlite(journal_rows.to_row(record))
    columns[TEXT] = unpacked(cast(bytes, columns[TEXT]))  # as the script for the way down
    bare = replace(record, boot="", monotonic_seconds=0.0, time_quality=TimeQuality.UNKNOWN)
    assert rows.to_record(tuple(columns)) == bare
    if not record.text.startswith(chr(MARK)):  # no JSON does
        assert journal_rows.to_record(through_sqlite((*rows.to_row(bare), None))) == bare
