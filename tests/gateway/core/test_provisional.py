"""Provisional transaction ids: the same at both ends, and none that OCPP could not carry."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.provisional import provisional_id


@given(st.text(max_size=60), st.integers(0, 2**62))
def test_they_are_positive_31_bit_numbers_in_the_upper_half(path: str, sequence: int) -> None:
    assert 2**30 <= provisional_id(path, sequence) < 2**31


def test_an_id_is_part_of_the_wire_profile() -> None:
    """Both ends compute it; they may be of different releases."""
    assert provisional_id("/ocpp/CP1", 1_764_000_000_000) == 1_984_649_839


def test_they_differ_for_all_transactions_of_a_charger() -> None:
    found = {provisional_id("/CP1", sequence) for sequence in range(10_000)}
    assert len(found) >= 9_998  # a site never gives one that it has given or seen before
