"""Two hours without the CSMS cost no message of a transaction."""

import pytest

from laconic_bench.storage_figures.csms_gone import measure
from laconic_bench.storage_figures.life_sections import RECOVERY_GOAL_SECONDS
from laconic_bench.storage_figures.many_csms import State


@pytest.mark.parametrize("state", ["down", "hung"])
def test_every_message_of_a_transaction_arrives_in_order(state: State) -> None:
    found = measure(state, hours=2.0)
    assert found.messages > 200
    assert (found.discarded, found.doubled, found.misplaced, found.strange_ids) == (0, 0, 0, 0)
    assert found.everyone_seconds <= RECOVERY_GOAL_SECONDS
