"""`laconic bench run` as a user calls it."""

from pathlib import Path

import pytest

from laconic_bench.live.namespaces import lacking
from laconic_bench.results import result_file
from tests.support.command_line import run
from tests.support.live import needs_network

QUICK = ("bench", "run", "--scenario", "chaji", "--days", "0.05", "--jobs", "1")


def test_a_run_prints_what_decides_and_writes_a_result(tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    code, printed, told = run(*QUICK, "-c", "laconic", "-c", "coap-zstd", "--json", out)
    assert code == 0, told
    (result,) = result_file.read(out)
    assert list(result.contenders) == ["laconic", "coap-zstd"]
    assert result.days == 0.05 and result.chargers == 1
    for text in ("chaji, 0.05 days, seed 1", "laconic", "coap-zstd", "payload", "floor", "oscore"):
        assert text in printed
    assert max(map(len, printed.splitlines())) <= 80


def test_the_same_run_writes_the_same_figures(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.json", "b.json")]
    for path in paths:
        assert run(*QUICK, "-c", "laconic", "--json", path)[0] == 0
    code, _, _ = run("bench", "compare", *paths, "--max-bytes", "0", "--max-latency", "0")
    assert code == 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--scenario", "boda"), "no scenario 'boda'"),
        (("--link", "3g"), "no link '3g'"),
        (("-c", "mqtt5"), "no contender 'mqtt5'"),
        (("--outage", "now"), "expected DAY:HOURSh"),
        (("--json", "/nowhere/r.json"), "nothing can be written to /nowhere"),
        (("--archivers", "--from-hour", "1"), "they pack the whole trace"),
    ],
)
def test_a_mistake_is_told_at_once(options: tuple[str, ...], told: str) -> None:
    code, printed, error = run(*QUICK, *options)
    assert (code, printed) == (2, "")
    assert told in error and "Traceback" not in error


@needs_network
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--outage", "0:1h"), "for the model only"),
        (("-c", "coap-cbor"), "no contender is left. coap-cbor: not measured live"),
    ],
)
def test_a_live_run_that_cannot_be_is_refused(options: tuple[str, ...], told: str) -> None:
    code, printed, error = run(*QUICK, "--live", *options)
    assert (code, printed) == (2, "")
    assert told in error and "Traceback" not in error


@pytest.mark.skipif(not lacking(), reason="this machine can have the network")
def test_a_machine_without_the_means_is_told_what_to_do() -> None:
    code, printed, error = run(*QUICK, "--live")
    assert (code, printed) == (2, "")
    assert "as root" in error and "Traceback" not in error


def test_some_hours_of_a_scenario_are_run_and_told(tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    code, printed, told = run(*QUICK, "-c", "laconic", "--from-hour", "1.2", "--json", out)
    assert code == 0, told
    (result,) = result_file.read(out)
    assert (result.from_hour, result.measured, result.entropy_floor_bytes) == (1.2, "model", None)
    assert "from hour 1.2" in printed and "no information" in printed
