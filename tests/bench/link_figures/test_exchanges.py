"""The bytes of single exchanges, to the byte."""

import pytest

from laconic_bench.link_figures import exchanges


@pytest.mark.parametrize(("first_sequence", "more_bytes"), [(0, -1), (256, 0), (65_536, 1)])
def test_what_an_exchange_costs(first_sequence: int, more_bytes: int) -> None:
    assert exchanges.interactive(first_sequence).wire_bytes == 132 + more_bytes
    assert exchanges.batch(first_sequence).wire_bytes == 391 + more_bytes
    assert exchanges.protected_keepalive(first_sequence).wire_bytes == 47 + more_bytes


def test_an_interactive_exchange_is_a_request_and_its_acknowledgement() -> None:
    found = exchanges.interactive()
    assert found.datagrams == (("up", 78), ("down", 54))
    assert found.text() == "78 B up, 54 B down"


def test_a_bare_keepalive_is_one_byte() -> None:
    assert exchanges.bare_keepalive().wire_bytes == 29


def test_six_at_once_take_one_round_trip() -> None:
    found = exchanges.together()
    assert (found.answered, found.repeated) == (6, 0)
    assert 0.5 <= found.seconds <= 1.2
