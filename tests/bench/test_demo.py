"""The whole demo: without the gateway, with it, stopped by a signal, and with broken services."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from laconic_bench import demo

KEYS = {
    "ocpp_messages",
    "delivered",
    "lost",
    "duplicated",
    "reordered",
    "payload_mismatches",
    "wire_bytes_up",
    "wire_bytes_down",
    "ocppj_tls_bytes",
    "ratio",
    "interactive_ms_p50",
    "interactive_ms_p95",
}
DIRECT = "import sys; from laconic_bench.demo import run; sys.exit(run(None, None, 1, True))"


def test_the_demo_finds_no_defect_without_a_gateway(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    json_file = tmp_path / "result.json"
    assert demo.run(3, json_file, seed=5, is_direct=True) == 0
    result = json.loads(json_file.read_text())
    assert result.keys() >= KEYS
    assert result["delivered"] == result["ocpp_messages"] > 0
    assert result["ocppj_tls_bytes"] > 0
    assert (result["wire_bytes_up"], result["wire_bytes_down"]) == (0, 0)
    output = capsys.readouterr()
    assert "passed" in output.out
    assert "of 3 s" in output.err


def test_the_demo_runs_the_real_services(tmp_path: Path) -> None:
    json_file = tmp_path / "result.json"
    command = [sys.executable, "-m", "laconic_gateway", "demo", "--seconds", "4", "--json"]
    done = subprocess.run(
        [*command, str(json_file)], capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    result = json.loads(json_file.read_text())
    assert result["delivered"] == result["ocpp_messages"] >= 28
    assert [result[key] for key in ("lost", "duplicated", "reordered", "payload_mismatches")] == [
        0
    ] * 4
    assert result["ratio"] > 1
    assert result["interactive_ms_p50"] >= 2 * result["link_delay_ms"] - 50


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_demo_with_a_summary(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DIRECT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("0 s: ")
        process.send_signal(number)
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert output.splitlines()[-1].split() == ["result", "passed"]
    assert "Traceback" not in errors


def test_a_service_that_dies_fails_the_demo(tmp_path: Path) -> None:
    json_file = tmp_path / "result.json"
    command = [sys.executable, "-m", "laconic_gateway", "demo", "--json", str(json_file)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("0 s: ")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "ended with exit code -9" in errors
    assert "Traceback" not in errors
    assert not json_file.exists()
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_a_result_file_that_cannot_be_written_is_told_before_the_run(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        demo.run(600, tmp_path / "missing" / "result.json", seed=1)


def test_a_result_file_that_is_a_directory_is_one_line_before_the_run(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "laconic_gateway", "demo", "--json", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"laconic: {tmp_path}: Is a directory.")
    assert done.stderr.count("\n") == 1


def test_a_full_disk_costs_the_file_but_not_the_summary(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert demo.run(1, Path("/dev/full"), seed=1, is_direct=True) == 1
    output = capsys.readouterr()
    assert output.out.splitlines()[-1].split() == ["result", "passed"]
    assert output.err.splitlines()[-1] == (
        "laconic: cannot write /dev/full: No space left on device"
    )
