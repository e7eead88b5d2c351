"""Runs the tests in two parts: `make test`.

    python -m tests.support.suite [ARGUMENTS OF PYTEST]

First the tests that can share the machine, on all cores; then those marked `alone`, which use all
cores themselves, one after the other. The second part also runs if tests of the first have failed,
but not after Ctrl-C, or what pytest takes for the same: `-x`, modules that cannot be imported.

The exit code is 0 only if all tests have passed; it is pytest's for "no tests" if the arguments
leave none.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

import pytest

WORKERS: Final = len(os.sched_getaffinity(0)) + 1
"""One more than cores: tests of the real services wait most of the time."""
PARTS: Final = (
    ("--part=together", "--numprocesses=auto", "--dist=worksteal"),
    ("--part=alone",),
)


def exit_code(codes: Sequence[int]) -> int:
    """Return the exit code for those of the parts; a part without a test does not count."""
    none = int(pytest.ExitCode.NO_TESTS_COLLECTED)
    return next((code for code in codes if code not in (0, none)), 0 if 0 in codes else none)


def main(arguments: Sequence[str]) -> int:
    """Run both parts with the arguments; return the exit code."""
    # Ctrl-C is for pytest, which then ends what its tests have started.
    signal.signal(signal.SIGINT, lambda _number, _frame: None)
    environment = {"PYTEST_XDIST_AUTO_NUM_WORKERS": str(WORKERS), **os.environ}
    # The tests start some hundred programs, which are not to compile all modules anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    codes: list[int] = []
    for part in PARTS:
        command = [sys.executable, "-m", "pytest", *part, *arguments]
        codes.append(subprocess.run(command, env=environment, check=False).returncode)
        if codes[-1] == pytest.ExitCode.INTERRUPTED:
            break
    return exit_code(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
