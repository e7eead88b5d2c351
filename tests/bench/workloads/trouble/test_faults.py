"""Faults have codes of their own and come in their shares."""

from collections import Counter

from laconic_bench.workloads.causes import FAULT
from laconic_bench.workloads.draws import Draws
from laconic_bench.workloads.trouble.faults import FAULTS, draw_fault
from laconic_codec.registry.vocabulary.faults import WORDS


def test_codes_are_those_of_the_consortium_and_unique() -> None:
    codes = [fault.code for fault in FAULTS]
    assert len(set(codes)) == len(codes)
    assert set(codes) <= WORDS


def test_a_weak_grid_comes_first() -> None:
    draws = Draws(1)
    seen = Counter(draw_fault(draws).name for _ in range(2_000))
    assert seen.most_common(1)[0][0] == "UnderVoltage"
    assert len(seen) == len(FAULTS)
    (account,) = draws.entries()
    assert account.cause is FAULT and 3.0 < account.bits / 2_000 < 3.6
