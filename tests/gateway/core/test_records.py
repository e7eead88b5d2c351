"""References: an epoch and a number in one integer that SQLite can keep."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.records import make_reference, split_reference


@given(st.integers(0, 2**31 - 1), st.integers(0, 2**32 - 1))
def test_a_reference_comes_apart_as_it_was_made(epoch: int, sequence: int) -> None:
    reference = make_reference(epoch, sequence)
    assert split_reference(reference) == (epoch, sequence)
    assert 0 <= reference < 2**63


@given(st.integers(1, 1_000), st.integers(0, 1_000))
def test_a_call_of_an_epoch_has_a_reference_of_its_own_and_never_0(epoch: int, number: int) -> None:
    assert make_reference(epoch, number) != 0
    assert make_reference(epoch, number) != make_reference(epoch + 1, number)
