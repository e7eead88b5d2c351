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


@pytest.fixture(name="log")
def make_log(tmp_path: Path) -> Path:
    with (tmp_path / "charger.jsonl").open("w", encoding="utf-8") as file:
        write(file, chaji(1, DAYS).records(), START)
    return tmp_path


def outputs_of(folder: Path) -> list[Path]:
    """Return the paths that uses of the action have handed on."""
    found = folder / "outputs"
    lines = found.read_text(encoding="utf-8").splitlines() if found.exists() else []
    return [Path(line.removeprefix("json=")) for line in lines]


def test_a_job_passes_with_the_budget_and_each_use_has_its_own_file(log: Path) -> None:
    budgets = ("25", "26")
    for budget in budgets:
        code, output, _ = run(log, BUDGET_MB=budget)
        assert code == 0, output
    summary = (log / "summary.md").read_text(encoding="utf-8")
    assert "laconic" in summary and summary.count("```") == 4
    paths = outputs_of(log)
    assert len(set(paths)) == len(budgets)
    for budget, path in zip(budgets, paths, strict=True):
        tree = json.loads(path.read_text(encoding="utf-8"))
        assert "laconic" in json.dumps(tree) and float(budget) in tree.values()


def test_the_summary_says_by_how_much_a_budget_is_too_small(log: Path) -> None:
    code, output, summary = run(log, BUDGET_MB="0.001")
    assert code == 1
    for text in (output, summary):
        assert "MB more than the budget of 0.001 MB a month" in text
    assert len(outputs_of(log)) == 1


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"TRACES": "/nowhere/*.log"}, "No such file"),
        ({"CONTENDERS": "nobody"}, "there is no contender 'nobody'"),
        ({"BUDGET_MB": "lots"}, "'--budget'"),
    ],
)
def test_the_summary_says_what_is_wrong_and_no_file_is_handed_on(
    settings: dict[str, str], reason: str, log: Path
) -> None:
    code, output, summary = run(log, **{"BUDGET_MB": "25", **settings})
    assert code == 2, output
    assert reason in summary and reason in output
    assert outputs_of(log) == []


def test_the_action_hands_over_what_the_script_reads() -> None:
    script = (FOLDER / "estimate.sh").read_text(encoding="utf-8")
    action = (FOLDER / "action.yml").read_text(encoding="utf-8")
    for name in ("TRACES", "BUDGET_MB", "CONTENDERS", "LINK", "NAT_TIMEOUT_SECONDS", "DAYS"):
        assert f"${name}" in script
        assert f"        {name}: ${{{{ inputs." in action
