"""Records as rows: nothing is lost, and no change of a row goes unnoticed."""

from dataclasses import replace
from typing import cast

import apsw
from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.records import Record
from laconic_gateway.edge.storage import rows
from laconic_gateway.edge.storage.database import Connection, Values
from tests.support.records import message, records

SEQUENCES = st.integers(1, 2**62)


def through_sqlite(row: rows.Row) -> Values:
    """Stores a row and selects it again."""
    connection = cast(Connection, apsw.Connection(":memory:"))
    connection.execute(
        "CREATE TABLE record (sequence INTEGER PRIMARY KEY, kind INTEGER, charger TEXT, path TEXT,"
        " version TEXT, text TEXT, reference INTEGER, answered INTEGER,"
        " received_unix_seconds REAL, checksum INTEGER)"
    )
    connection.execute(f"INSERT INTO record ({rows.COLUMNS}) VALUES ({rows.PLACES})", row)
    (selected,) = connection.execute(f"SELECT {rows.SELECTED} FROM record").fetchall()
    return selected


@given(records(), SEQUENCES, st.integers(0, 2**32 - 1))
def test_a_record_survives_the_table(record: Record, sequence: int, salt: int) -> None:
    record = replace(record, sequence=sequence)
    assert rows.to_record(through_sqlite(rows.to_row(record, salt)), salt) == record


@given(records(), st.data())
def test_one_flipped_bit_is_noticed_in_every_column(record: Record, data: st.DataObject) -> None:
    good = through_sqlite(rows.to_row(replace(record, sequence=7)))
    column = data.draw(st.integers(0, len(good) - 1), "column")
    bit = data.draw(st.integers(0, 31), "bit")
    bad = (*good[:column], _flip(good[column], bit), *good[column + 1 :])
    assert bad == good or rows.to_record(bad) is None


@given(st.integers(0, 9), st.sampled_from([None, "text", b"bytes", 1.5, 2**40]))
def test_a_value_of_another_type_is_noticed(column: int, value: object) -> None:
    good = through_sqlite(rows.to_row(message(7)))
    assert rows.to_record((*good[:column], value, *good[column + 1 :])) is None


def test_the_checksum_covers_the_salt() -> None:
    assert rows.to_record(through_sqlite(rows.to_row(message(7), salt=1)), salt=2) is None


def _flip(value: object, bit: int) -> object:
    """Flips a bit of a value; an empty text stays as it is."""
    match value:
        case int():
            return value ^ (1 << bit)
        case bytes() if value:
            place = bit % (8 * len(value))
            changed = value[place // 8] ^ (1 << place % 8)
            return value[: place // 8] + bytes([changed]) + value[place // 8 + 1 :]
        case float():
            return value + 2.0**bit
        case _:
            return value
