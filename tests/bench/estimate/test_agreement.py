"""The estimate of a written trace is what the benchmark measures for the same messages."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from laconic_bench import trace
from laconic_bench.contenders.catalog import ENTRANTS
from laconic_bench.estimate import contenders
from laconic_bench.estimate.contenders import Contenders
from laconic_bench.radio.profiles import PROFILES
from laconic_bench.suite.job import play
from laconic_bench.suite.script import Work
from laconic_bench.workloads.catalog import WORKLOADS
from laconic_bench.workloads.workload import START
from tests.support.command_line import run

DAYS = 0.25
# A link that loses little: on others the moments of keepalives decide how Laconic finds the NAT's
# timer, and the two runs differ by the time before the first message.
WORK = Work("chaji", 1, DAYS, PROFILES["lte"], 120.0)
NOT_IN_A_MONTH = {
    "ocppj-tls": "handshake",  # of its one connection
    "soap-https": None,  # all its connections but one are of every month
    "coap-cbor": None,
    "laconic": "opening",
    "laconic-active": "opening",
}


def test_an_estimate_agrees_with_the_benchmark_within_a_percent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "chaji.jsonl"
    with path.open("w", encoding="utf-8") as file:
        trace.write(file, WORKLOADS["chaji"](1, DAYS, START).records(), START)
    carriers = {name: ENTRANTS[name].make for name in NOT_IN_A_MONTH}
    monkeypatch.setattr(contenders, "CONTENDERS", Contenders(carriers))
    code, out, error = run("estimate", path, "--link", "lte", "--json")
    assert code == 0, error
    estimated = json.loads(out)["contenders"]
    for name, cause in NOT_IN_A_MONTH.items():
        # An estimate of Laconic is the median over three radios.
        radios = (1, 2, 3) if name.startswith("laconic") else (1,)
        works = [replace(WORK, radio_seed=seed) for seed in radios]
        played = [play(work, ENTRANTS[name]).figures for work in works]
        figures = sorted(played, key=lambda one: one.wire_bytes)[len(played) // 2]
        once = figures.by_cause[cause] if cause is not None else 0
        month_mb = (figures.wire_bytes - once) * 30 / DAYS / 1_000_000
        assert estimated[name]["mb_per_month"] == pytest.approx(month_mb, rel=0.01), name
        up_mb = figures.wire_bytes_up / figures.wire_bytes * month_mb
        assert estimated[name]["mb_up"] == pytest.approx(up_mb, rel=0.03), name
