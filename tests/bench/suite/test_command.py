"""`laconic bench run` as a user calls it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from laconic_bench.contenders.catalog import ENTRANTS, USUAL
from laconic_bench.contenders.entrant import Entrant
from laconic_bench.live.namespaces import lacking
from laconic_bench.results import result_file
from laconic_bench.results.markdown import run_lines
from laconic_bench.suite.job import Played, play
from laconic_bench.suite.script import Work
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


def test_another_radio_has_other_losses_and_the_same_messages(tmp_path: Path) -> None:
    paths = [tmp_path / f"{seed}.json" for seed in (1, 2)]
    for seed, path in enumerate(paths, 1):
        code, _, _ = run(*QUICK, "-c", "ocppj-tls", "--radio-seed", seed, "--json", path)
        assert code == 0
    (one,), (other,) = (result_file.read(path) for path in paths)
    assert (one.messages, one.json_bytes, one.seed) == (
        other.messages,
        other.json_bytes,
        other.seed,
    )
    figures = [result.measured_contenders["ocppj-tls"] for result in (one, other)]
    assert figures[0].wire_bytes != figures[1].wire_bytes
    assert other.events == ("radio seed 2",) != one.events


def test_contenders_are_listed() -> None:
    code, printed, told = run("bench", "run", "-c", "list")
    assert (code, told) == (0, "")
    lines = printed.splitlines()
    names = [line.strip(" *").split()[0] for line in lines if line.lstrip(" *")[:1].isalpha()]
    assert set(ENTRANTS) <= set(names)
    usual = [line.strip(" *").split()[0] for line in lines if line.lstrip().startswith("*")]
    assert usual == [name for name in ENTRANTS if name in USUAL]


def test_the_help_names_the_usual_contenders() -> None:
    _, printed, _ = run("bench", "run", "--help")
    # A name may be broken at its hyphen.
    assert f"{','.join(USUAL[:-1])}and{USUAL[-1]}run" in "".join(printed.split())


def test_the_table_is_printed_even_if_the_result_cannot_be_written_at_the_end() -> None:
    code, printed, told = run(*QUICK, "-c", "coap-cbor", "--json", "/dev/full")
    assert code == 2 and "/dev/full: No space left on device" in told
    assert "coap-cbor" in printed and "payload" in printed


def test_runs_with_other_events_are_not_compared(tmp_path: Path) -> None:
    quiet, out = tmp_path / "quiet.json", tmp_path / "out.json"
    assert run(*QUICK, "-c", "coap-cbor", "--json", quiet)[0] == 0
    assert run(*QUICK, "-c", "coap-cbor", "--outage", "0.01:0.1h", "--json", out)[0] == 0
    (result,) = result_file.read(out)
    assert result.events == ("outage 0.01:0.1h",)
    code, _, error = run("bench", "compare", quiet, out)
    assert code == 2 and "events is none in OLD and outage 0.01:0.1h in NEW" in error


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--scenario", "boda"), "no scenario 'boda'"),
        (("--link", "3g"), "no link '3g'"),
        (("-c", "mqtt5"), "no contender 'mqtt5'"),
        (("--outage", "now"), "expected DAY:HOURSh"),
        (("--json", "/nowhere/r.json"), "nothing can be written to /nowhere"),
        (("--json", "-"), "-: a file has to have another name"),
        (("--json", __file__), "something else is there"),
        (("--days", "inf"), "--days"),
        (("--days", "nan"), "--days"),
        (("--from-hour", "inf"), "--from-hour"),
        (("--nat-timeout-seconds", "inf"), "--nat-timeout-seconds"),
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
    assert "from hour 1.2" in printed and "Floor" not in printed


def interrupted(*found: str) -> Callable[..., Mapping[str, Played]]:
    """Return what plays the contenders of these names, and is interrupted then."""

    def play_some(work: Work, entrants: Sequence[Entrant], *_: object) -> Mapping[str, Played]:
        if not found:
            raise KeyboardInterrupt
        return {one.name: play(work, one) for one in entrants if one.name in found}

    return play_some


def test_an_interruption_keeps_the_contenders_that_had_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("laconic_bench.suite.run.play_all", interrupted("coap-cbor"))
    out = tmp_path / "r.json"
    code, printed, told = run(*QUICK, "-c", "coap-cbor", "-c", "ocppj-tls", "--json", out)
    assert code == 130
    assert "laconic: interrupted: ocppj-tls had not finished and is left out" in told
    (result,) = result_file.read(out)
    assert list(result.measured_contenders) == ["coap-cbor"]
    reason = "not measured: interrupted before it had finished"
    assert result.contenders["ocppj-tls"].reason == reason
    assert reason in " ".join(printed.split())
    assert f"Not measured: ocppj-tls ({reason})" in " ".join(run_lines([result]))


def test_an_interruption_without_any_result_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("laconic_bench.suite.run.play_all", interrupted())
    out = tmp_path / "r.json"
    code, printed, told = run(*QUICK, "-c", "coap-cbor", "--json", out)
    assert (code, printed) == (130, "")
    assert told == "laconic: interrupted before a contender had finished: there is no result\n"
    assert not out.exists()
