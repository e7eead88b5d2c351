"""The page of a calibration, made of files of results."""

from dataclasses import replace
from pathlib import Path

import pytest

from laconic_bench.calibration.command import main
from laconic_bench.contenders.catalog import ENTRANTS
from laconic_bench.radio.profiles import PROFILES
from laconic_bench.results import result_file
from laconic_bench.results.result import Contender, Result
from laconic_bench.suite.run import Run
from laconic_bench.suite.script import Work


def both(days: float = 0.05) -> tuple[Result, Result]:
    """Return a result of the model, and the same with other bytes as if it were a live one."""
    work = Work("chaji", 1, days, PROFILES["lte"], 120.0)
    modelled = Run(work, "lte", [ENTRANTS["laconic"]], 1).measure()
    figures = modelled.contenders["laconic"].figures
    assert figures is not None
    others = replace(
        figures,
        wire_bytes_up=2 * figures.wire_bytes_up,
        by_layer={},
        by_action={},
        by_cause={},
        daily_wire_bytes=(),
    )
    absent = Contender(None, reason="not measured live: there is nothing")
    contenders = {"laconic": Contender(others), "coap-cbor": absent}
    return modelled, replace(modelled, measured="live", contenders=contenders)


def test_a_page_shows_both_ways_side_by_side_and_what_is_missed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    modelled, live = both()
    file = tmp_path / "lte.json"
    result_file.write(file, [modelled, live])
    assert main(["page", str(file)]) == 0
    printed = capsys.readouterr().out
    up = modelled.measured_contenders["laconic"].wire_bytes_up
    assert (
        f"| laconic | wire bytes up |  | {up:,} | {2 * up:,} | -50.00% | 2%: **missed** |"
        in printed
    )
    assert "| laconic | wire bytes down |" in printed and "| +0.00% | 2%: met |" in printed
    assert "`coap-cbor`: not measured live: there is nothing." in printed
    assert "## lte" in printed and "Live, 0 messages were lost and 0 altered." in printed
    assert modelled.versions["commit"] in printed


def test_a_live_result_without_the_model_has_no_section(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, live = both(0.01)
    result_file.write(tmp_path / "x.json", [live])
    assert main(["page", str(tmp_path / "x.json")]) == 0
    assert "## lte" not in capsys.readouterr().out


def test_a_file_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["page", str(tmp_path / "none.json")]) == 1
    assert "none.json" in capsys.readouterr().err
