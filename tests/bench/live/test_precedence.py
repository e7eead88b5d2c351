"""A process that runs before others for a while."""

import os

from laconic_bench.live.precedence import precedence, take_precedence
from tests.support.live import needs_network


@needs_network  # root, that is
def test_precedence_is_taken_for_a_while() -> None:
    with precedence():
        assert os.sched_getscheduler(0) == os.SCHED_RR
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_nothing_happens_where_it_is_not_allowed() -> None:
    take_precedence(2**22 + 1)  # there is no such process
