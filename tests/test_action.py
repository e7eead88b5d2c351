"""The GitHub action: its script runs as in a job."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from laconic_bench.trace import write
from laconic_bench.workloads.chaji import chaji
from laconic_bench.workloads.workload import START

FOLDER: Final = Path(__file__).parents[1] / ".github" / "actions" / "bandwidth"
DAYS: Final = 0.03
"""The charger boots and reports: 44 messages. What an estimate is worth is tested elsewhere."""


def run(folder: Path, **settings: str) -> tuple[int, str, str]:
    """Run the script; return exit code, output and summary."""
    summary = folder / "summary.md"
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "RUNNER_TEMP": str(folder),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_OUTPUT": str(folder / "outputs"),
        "TRACES": str(folder / "*.jsonl"),
        "CONTENDERS": "laconic",
        "LINK": "2g",
        "NAT_TIMEOUT_SECONDS": "120",
        "DAYS": "",
        **settings,
    }
    done = subprocess.run(
        [str(FOLDER / "estimate.sh")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr, summary.read_text(encoding="utf-8")


@pytest.mark.parametrize(("budget", "expected"), [("25", 0), ("0.001", 1)])
def test_a_job_passes_or_fails_with_the_budget(tmp_path: Path, budget: str, expected: int) -> None:
    with (tmp_path / "charger.jsonl").open("w", encoding="utf-8") as file:
        write(file, chaji(1, DAYS).records(), START)
    code, output, summary = run(tmp_path, BUDGET_MB=budget)
    assert code == expected, output
    assert "laconic" in summary and summary.count("```") == 2
    outputs = (tmp_path / "outputs").read_text(encoding="utf-8")
    path = Path(outputs.removeprefix("json=").strip())
    assert "laconic" in json.dumps(json.loads(path.read_text(encoding="utf-8")))


def test_the_action_hands_over_what_the_script_reads() -> None:
    script = (FOLDER / "estimate.sh").read_text(encoding="utf-8")
    action = (FOLDER / "action.yml").read_text(encoding="utf-8")
    for name in ("TRACES", "BUDGET_MB", "CONTENDERS", "LINK", "NAT_TIMEOUT_SECONDS", "DAYS"):
        assert f"${name}" in script
        assert f"        {name}: ${{{{ inputs." in action
