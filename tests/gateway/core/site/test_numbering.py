"""Numbers of CALLs in the journal and in the stream."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.site.numbering import REMEMBERED_CALLS, Numbering


@given(st.lists(st.booleans(), max_size=50), st.integers(0, 50))
def test_every_message_counts_and_calls_are_found_both_ways(calls: list[bool], kept: int) -> None:
    numbering = Numbering(7)
    for sequence, is_call in enumerate(calls, 1_000):
        numbering.number(sequence, is_call=is_call)
    assert numbering.last == 7 + len(calls)
    numbering.restart(min(7 + kept, numbering.last))
    for place, is_call in enumerate(calls, 8):
        is_known = is_call and place <= 7 + kept
        assert numbering.sequence_of(place) == (992 + place if is_known else None)
        assert numbering.place_of(992 + place) == (place if is_known else None)


def test_the_oldest_calls_are_forgotten() -> None:
    numbering = Numbering(0)
    for sequence in range(1, REMEMBERED_CALLS + 3):
        numbering.number(sequence, is_call=True)
    assert numbering.sequence_of(2) is None and numbering.place_of(2) is None
    assert numbering.sequence_of(3) == 3 == numbering.place_of(3)
