"""Not a byte and not a millisecond changes unseen."""

import json

import pytest

from laconic_bench.results import result_file
from tests.support import goldens


def test_bytes_and_latencies_are_those_of_the_goldens() -> None:
    golden = goldens.expected()
    known = goldens.without_foreign(golden, golden)
    if not any(one.contenders for one in known):
        pytest.skip("all contenders depend on other versions than those of the goldens")
    measured = goldens.without_foreign(goldens.measure(), golden)
    found, wanted = (json.loads(result_file.to_text(some)) for some in (measured, known))
    assert found == wanted, "if that is wanted: make goldens, and say why in the change"


def test_the_goldens_cover_every_scenario_and_know_what_they_depend_on() -> None:
    golden = goldens.expected()
    assert [one.scenario for one in golden] == [run[0] for run in goldens.RUNS]
    for one, (*_, names) in zip(golden, goldens.RUNS, strict=True):
        assert set(one.contenders) == set(names) <= goldens.DEPENDS.keys()
        assert set(one.versions) == set(goldens.KEPT_VERSIONS)
        assert all(figures.lost == 0 for figures in one.measured_contenders.values())
        assert all(figures.payload_mismatches == 0 for figures in one.measured_contenders.values())
