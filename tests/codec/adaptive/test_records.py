"""Records against a simple model: four places a set, the one written longest ago makes room.

A table that would give up what was written lately doubles first.
"""

from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive.records import (
    GROWTH_MESSAGES,
    INTS,
    ROW_BYTES,
    ROWS_BITS,
    ROWS_BITS_MAX,
    SHORTS,
    Records,
    Row,
)

SETS = (1 << ROWS_BITS_MAX) // 4
SHIFT = 34 - ROWS_BITS_MAX
"""Bits of a tag below those that name its set, in the largest table."""


def _tags() -> st.SearchStrategy[int]:
    """Tags of three sets, at the borders of the table."""
    sets = st.sampled_from([0, 5, SETS - 1])
    return st.tuples(sets, st.integers(1, 9)).map(lambda drawn: drawn[0] << SHIFT | drawn[1])


def _row(number: int) -> Row:
    return (2**62 - number, -number, 1, 2, 3, 4, -(2**30), number, *range(SHORTS - 1))


@given(st.lists(st.tuples(_tags(), st.booleans())))
def test_records_keep_what_was_written_last(writes: list[tuple[int, bool]]) -> None:
    records = Records(ROWS_BITS_MAX)
    model: dict[int, list[tuple[int, int]]] = {}
    """By set: (stamp, tag); stamps may be equal, then the first place makes room."""
    stamp = 1
    for number, (tag, is_next_message) in enumerate(writes):
        stamp += is_next_message
        places = model.setdefault(tag >> SHIFT, [(0, 0)] * 4)
        known = [place for place, entry in enumerate(places) if entry[1] == tag]
        stamps = [entry[0] for entry in places]
        places[known[0] if known else stamps.index(min(stamps))] = (stamp, tag)
        records.write(tag, stamp, _row(number))
        assert records.read(records.find(tag)) == _row(number)
    kept = {tag for places in model.values() for _, tag in places if tag}
    for tag in {tag for tag, _ in writes}:
        assert (records.find(tag) >= 0) == (tag in kept)


@given(st.lists(st.integers(1, 2**32 - 1), min_size=1, max_size=200, unique=True), st.data())
def test_growing_keeps_every_row_that_was_written_lately(
    tags: list[int], data: st.DataObject
) -> None:
    """Tags that share their first bits crowd one set of a small table, and not of a large one."""
    shared = data.draw(st.integers(0, 12))
    crowd = sorted({(tag & 2 ** (32 - shared) - 1) | 1 for tag in tags})
    records, model = Records(), dict[int, Row]()
    for number, tag in enumerate(crowd, 1):
        records.write(tag, number, _row(number))
        model[tag] = _row(number)
        if records.bits < ROWS_BITS_MAX:
            assert all(records.read(records.find(tag)) == row for tag, row in model.items())
    for tag in [tag for tag in crowd if records.find(tag) < 0]:
        rivals = [other for other in crowd if other >> SHIFT == tag >> SHIFT]
        assert records.bits == ROWS_BITS_MAX and len(rivals) > 4
    assert sum(1 for stamp in records.stamps if stamp) == sum(
        records.find(tag) >= 0 for tag in crowd
    )
    assert len(records.tags) == len(records.stamps) == 1 << records.bits
    assert len(records.rows) == ROW_BYTES << records.bits


def test_a_table_grows_for_what_was_written_lately_only() -> None:
    for age, bits in ((GROWTH_MESSAGES, ROWS_BITS), (GROWTH_MESSAGES - 1, ROWS_BITS_MAX)):
        records = Records()
        for tag in range(1, 5):
            records.write(tag, 1, _row(tag))
        records.write(5, 1 + age, _row(5))
        assert (records.bits, records.find(1)) == (bits, -1)  # five tags that no table tells apart


def test_a_row_moves_to_the_same_place_of_its_new_set() -> None:
    records = Records()
    low, high = 1, 1 << (33 - ROWS_BITS)
    """They are in one set of the small table, and in two of the next one."""
    for tag in (low, high, low + 1, high + 1):
        records.write(tag, 1, _row(tag & 7))
    records.write(low + 2, 2, _row(7))
    assert records.bits == ROWS_BITS + 1
    found = [records.find(tag) for tag in (low, high, low + 1, high + 1, low + 2)]
    assert found == [0, 5, 2, 7, 1]


@given(_tags(), _tags())
def test_a_copy_goes_its_own_way(one: int, other: int) -> None:
    records = Records()
    records.write(one, 1, _row(1))
    copy = records.copy()
    copy.write(one, 2, _row(2))
    copy.write(other, 2, _row(3))
    assert records.read(records.find(one)) == _row(1)
    assert records.stamps[records.find(one)] == 1
    assert one == other or records.find(other) < 0


def test_what_does_not_fit_into_32_bits_becomes_0() -> None:
    records = Records()
    records.write(7, 1, (-(2**61), 2**31, -(2**31), 2**31 - 1, 1 - 2**31, 2**40, 5, *[6] * SHORTS))
    long, *rest = records.read(records.find(7))
    assert (long, rest[:INTS]) == (-(2**61), [0, 0, 2**31 - 1, 1 - 2**31, 0, 5])
    assert rest[INTS:] == [6] * SHORTS


def test_a_row_may_have_but_one_number_or_two() -> None:
    records = Records()
    records.write(7, 1, _row(1))
    records.write_single(7, 2, -5, 6)
    row = records.find(7)
    assert records.read(row) == (-5, *[0] * INTS, 6, *[0] * (SHORTS - 1))
    assert (records.long(row), records.short(row)) == (-5, 6)


def test_rows_that_were_not_written_lately_are_forgotten() -> None:
    records = Records()
    records.write(7, 4, _row(1))
    records.write(9, 5, _row(2))
    records.forget_before(5)
    assert records.find(7) < 0
    assert records.read(records.find(9)) == _row(2)
    assert sum(records.stamps) == 5
    assert bytes(records.rows).count(0) > len(records.rows) - 60
