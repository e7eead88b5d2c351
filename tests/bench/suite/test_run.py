"""A run of several contenders in processes of their own."""

import zlib

from laconic_bench.contenders.catalog import chosen
from laconic_bench.radio.profiles import PROFILES
from laconic_bench.results.result_tree import from_tree, to_tree
from laconic_bench.suite.job import play
from laconic_bench.suite.run import Run
from laconic_bench.suite.script import Work
from laconic_codec import __version__

WORK = Work("chaji", 2, 0.1, PROFILES["lte"], 120.0)


def test_contenders_side_by_side_find_what_each_finds_alone() -> None:
    entrants = chosen(["coap-cbor", "laconic"])
    told: list[tuple[str, float]] = []
    result = Run(WORK, "lte", entrants, 2).measure(lambda name, day: told.append((name, day)))
    assert list(result.contenders) == ["coap-cbor", "laconic"]
    assert told == []  # no day is over
    for entrant in entrants:
        alone, figures = play(WORK, entrant), result.measured_contenders[entrant.name]
        assert figures.wire_bytes == alone.figures.wire_bytes
        assert figures.latency_ms == alone.figures.latency_ms
        assert (result.messages, result.json_bytes) == (alone.messages, alone.json_bytes)
        assert result.contenders[entrant.name].settings == entrant.settings
    assert result.versions["laconic"] == __version__
    assert result.versions["zlib"] == zlib.ZLIB_RUNTIME_VERSION
    assert to_tree(from_tree(to_tree(result))) == to_tree(result)
