"""The page of a calibration, made of a file of a live result."""

from dataclasses import replace
from pathlib import Path

import pytest

from laconic_bench.calibration.command import main
from laconic_bench.contenders.catalog import ENTRANTS
from laconic_bench.radio.profiles import PROFILES, LinkProfile
from laconic_bench.results import result_file
from laconic_bench.results.result import Contender, Result
from laconic_bench.suite.run import Run
from laconic_bench.suite.script import Work


def as_if_live(profile: LinkProfile, factor: int) -> Result:
    """Return a result of the model with other bytes, as if it were a live one."""
    work = Work("chaji", 1, 0.05, profile, 120.0)
    found = Run(work, "lte", [ENTRANTS["laconic"]], 1).measure()
    figures = found.contenders["laconic"].figures
    assert figures is not None
    others = replace(
        figures,
        wire_bytes_up=factor * figures.wire_bytes_up,
        by_layer={},
        by_action={},
        by_cause={},
        daily_wire_bytes=(),
    )
    absent = Contender(None, reason="not measured live: there is nothing")
    contenders = {"laconic": Contender(others), "coap-cbor": absent}
    return replace(found, measured="live", contenders=contenders)


def page(folder: Path, capsys: pytest.CaptureFixture[str], *results: Result) -> str:
    file = folder / "results.json"
    result_file.write(file, results)
    assert main(["page", "--seeds", "1", str(file)]) == 0
    return capsys.readouterr().out


def test_a_page_shows_both_side_by_side_and_what_is_missed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live = as_if_live(PROFILES["lte"], 2)
    printed = page(tmp_path, capsys, live)
    up = live.measured_contenders["laconic"].wire_bytes_up
    numbers = f"{up // 2:,} | {up // 2:,} to {up // 2:,} | {up:,} | -50.00%"
    assert f"| laconic | wire bytes up |  | {numbers} | 2%: **missed** |" in printed
    assert (
        f"- lte, laconic, wire bytes up: model {up // 2:,}.0, live {up:,}.0, {-up // 2:,}.0"
        in printed
    )
    assert "| laconic | wire bytes down |" in printed and "| +0.00% | 2%: met |" in printed
    assert "`coap-cbor`: not measured live: there is nothing." in printed
    assert "## lte" in printed and "Live, 0 messages were lost and 0 altered." in printed
    assert live.versions["commit"] in printed


def test_without_a_link_the_programs_are_shown_and_the_model_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live = replace(as_if_live(LinkProfile(), 1), link="no link")
    modelled = replace(live, measured="model")
    printed = page(tmp_path, capsys, modelled, live)
    assert printed.count("## no link") == 1 and "There is no link." in printed
    assert "%: met" not in printed and "missed**" not in printed


def test_a_file_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["page", str(tmp_path / "none.json")]) == 1
    assert "none.json" in capsys.readouterr().err
