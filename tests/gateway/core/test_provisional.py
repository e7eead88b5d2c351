"""Provisional transaction ids: the same at both ends, and none that OCPP could not carry."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.provisional import provisional_id


@given(st.text(max_size=60), st.text(max_size=60))
def test_they_are_positive_31_bit_numbers_in_the_upper_half(path: str, payload: str) -> None:
    assert 2**30 <= provisional_id(path, payload) < 2**31


def test_an_id_is_part_of_the_wire_profile() -> None:
    """Both ends compute it; they may be of different releases."""
    assert provisional_id("/ocpp/CP1", '{"connectorId":1}') == 1643988648


def test_they_differ_for_all_transactions_of_a_charger() -> None:
    found = {provisional_id("/CP1", f'{{"meterStart":{n}}}') for n in range(10_000)}
    assert len(found) >= 9_998  # a site never gives one that it has given or seen before
