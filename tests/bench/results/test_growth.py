"""Where bytes have grown."""

from typing import Any

from laconic_bench.results.growth import most_grown
from laconic_bench.results.result import Contender, Figures


def contender(up: int, **parts: Any) -> Contender:
    return Contender(Figures(0, up, 0, **parts))


def test_each_way_of_splitting_names_the_part_that_grew_most() -> None:
    old = contender(100, by_layer={"ip": 60, "udp": 40}, by_action={"": 100})
    new = contender(130, by_layer={"ip": 50, "udp": 80}, by_action={"": 105, "Authorize": 25})
    assert list(map(str, most_grown(old, new))) == ["layer udp +40", "action Authorize +25"]
    older = contender(10, by_action={"": 10})
    assert list(map(str, most_grown(older, new))) == ["action (the site) +95"]


def test_what_did_not_grow_or_is_not_there_has_none() -> None:
    old = contender(100, by_layer={"ip": 60, "udp": 40})
    new = contender(100, by_layer={"ip": 50, "udp": 50})
    for pair in ((old, new), (None, new), (old, None), (old, Contender(None, reason="no"))):
        assert most_grown(*pair) == []
