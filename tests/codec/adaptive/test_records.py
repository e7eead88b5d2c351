"""Records against a simple model: four places a set, the one written longest ago makes room."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive.records import INTS, ROWS, ROWS_BITS, SHORTS, Records, Row

SETS = ROWS // 4
SHIFT = 34 - ROWS_BITS
"""Bits of a tag below those that name its set."""


def _tags() -> st.SearchStrategy[int]:
    """Tags of three sets, at the borders of the table."""
    sets = st.sampled_from([0, 5, SETS - 1])
    return st.tuples(sets, st.integers(1, 9)).map(lambda drawn: drawn[0] << SHIFT | drawn[1])


def _row(number: int) -> Row:
    return (2**62 - number, -number, 1, 2, 3, 4, -(2**30), number, *range(SHORTS - 1))


@given(st.lists(st.tuples(_tags(), st.booleans())))
def test_records_keep_what_was_written_last(writes: list[tuple[int, bool]]) -> None:
    records = Records()
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
