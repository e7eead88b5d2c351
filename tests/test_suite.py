"""`make test` runs all tests, in two parts, and fails if one of them has failed."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.support.killing import ROOT
from tests.support.suite import exit_code

TESTS: Final = """\
import os

import pytest
from hypothesis import given, strategies as st


def test_good_together():
    assert "PYTEST_XDIST_WORKER" in os.environ


@pytest.mark.alone
def test_good_alone():
    assert "PYTEST_XDIST_WORKER" not in os.environ


@given(st.integers())
def test_bad_together(number):
    assert number < 100


@pytest.mark.alone
def test_bad_alone():
    assert False
"""
OTHERS: Final = """\
import sys
from pathlib import Path

if "--part=alone" in sys.argv:
    (Path(__file__).parent / "imported").touch()


def test_good_elsewhere():
    pass
"""


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        *[((0, 0), 0), ((1, 0), 1), ((0, 1), 1), ((1, 2), 1)],
        *[((5, 0), 0), ((0, 5), 0), ((5, 5), 5), ((5, 1), 1), ((4, 5), 4), ((0, -9), -9)],
    ],
)
def test_one_failure_is_enough(codes: tuple[int, int], expected: int) -> None:
    assert exit_code(codes) == expected


def _run(folder: Path, *arguments: str, chosen: str = "") -> tuple[int, str]:
    """Run a small suite, or what is chosen of it, with this one's conftest and markers."""
    conftest = ROOT / "tests" / "conftest.py"
    (folder / "conftest.py").write_text(conftest.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "test_them.py").write_text(TESTS, encoding="utf-8")
    (folder / "test_others.py").write_text(OTHERS, encoding="utf-8")
    command = [sys.executable, "-m", "tests.support.suite", f"--config-file={ROOT}/pyproject.toml"]
    command += [f"--rootdir={folder}", "--confcutdir", str(folder), "-p", "no:cacheprovider"]
    command += [*arguments, str(folder / chosen)]
    outside = {name: text for name, text in os.environ.items() if "XDIST" not in name}
    environment = {**outside, "PYTEST_XDIST_AUTO_NUM_WORKERS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_both_parts_run_and_seeds_are_printed(tmp_path: Path) -> None:
    code, printed = _run(tmp_path)
    assert code == 1
    counted = re.findall(r"(\d failed, \d passed)", printed)
    assert counted == ["1 failed, 2 passed", "1 failed, 1 passed"], printed
    assert "@reproduce_failure(" in printed
    assert not (tmp_path / "imported").exists()
    assert any((tmp_path / "__pycache__").iterdir())


def test_the_first_failure_can_be_the_last(tmp_path: Path) -> None:
    code, printed = _run(tmp_path, "-x")
    assert code == pytest.ExitCode.INTERRUPTED
    assert "test_bad_together" in printed and "test_bad_alone" not in printed


@pytest.mark.parametrize(("chosen", "expected"), [("good", 0), ("bad_alone", 1), ("none", 5)])
def test_arguments_choose_tests_of_either_part(tmp_path: Path, chosen: str, expected: int) -> None:
    assert _run(tmp_path, "-k", chosen)[0] == expected


def test_a_test_without_a_mark_can_be_named(tmp_path: Path) -> None:
    assert _run(tmp_path, chosen="test_others.py::test_good_elsewhere")[0] == 0
