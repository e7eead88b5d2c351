"""Not a byte and not a millisecond changes unseen."""

import json

from laconic_bench.results import result_file
from tests.support import goldens


def test_bytes_and_latencies_are_those_of_the_goldens() -> None:
    golden = goldens.expected()
    measured, known = (
        json.loads(result_file.to_text(goldens.without_foreign(some, golden)))
        for some in (goldens.measure(), golden)
    )
    assert measured == known, "if that is wanted: make goldens, and say why in the change"


def test_the_goldens_cover_every_scenario_and_know_what_they_depend_on() -> None:
    golden = goldens.expected()
    assert [one.scenario for one in golden] == [run[0] for run in goldens.RUNS]
    for one in golden:
        assert one.contenders.keys() <= goldens.DEPENDS.keys()
        assert all(figures.lost == 0 for figures in one.measured_contenders.values())
        assert all(figures.payload_mismatches == 0 for figures in one.measured_contenders.values())
