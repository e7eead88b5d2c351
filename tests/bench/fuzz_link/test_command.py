"""The command prints one line of JSON, and its exit code says whether all is well."""

import json
from dataclasses import replace

import pytest

from laconic_bench.fuzz_link import command
from laconic_bench.fuzz_link.play import Outcome


def test_a_short_run(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--datagrams", "600", "--seed", "4"])
    (line,) = capsys.readouterr().out.splitlines()
    printed = json.loads(line)
    assert (printed["seed"], printed["datagrams"], printed["crashes"]) == (4, 600, 0)
    assert printed["still_works"] is True
    kinds = printed["kinds"]
    assert kinds["changed"] + kinds["noise"] + kinds["sealed"] == 600


def test_each_failure_is_one() -> None:
    fine = command.Summary(1, 10, Outcome(), True, 0, 1.0)
    assert fine.is_fine
    assert not replace(fine, still_works=False).is_fine
    assert not replace(fine, memory_growth_bytes=8_000_001).is_fine
    assert not replace(fine, outcome=Outcome(crashes=1)).is_fine
