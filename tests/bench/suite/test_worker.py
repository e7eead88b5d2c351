"""Processes of the pool clean up, whatever ends a run."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

GUARD_SECONDS = 30.0

PARENT = """
import multiprocessing, sys, time
from pathlib import Path
from laconic_bench.suite.worker import clean_up_at_end, end_children, follow_parent

def work(folder):
    follow_parent()
    clean_up_at_end()
    try:
        (folder / "works").touch()
        time.sleep(600)
    finally:
        (folder / "clean").touch()

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    child = multiprocessing.get_context("fork").Process(target=work, args=(folder,))
    child.start()
    try:
        child.join()
    except KeyboardInterrupt:
        end_children()
        child.join()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_process_cleans_up_when_its_parent_is_ended(
    tmp_path: Path, number: signal.Signals
) -> None:
    if number is not signal.SIGINT and sys.platform != "linux":
        pytest.skip("only Linux tells a process that its parent has died")
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stderr=subprocess.DEVNULL
    ) as parent:
        wait_for(tmp_path / "works")
        parent.send_signal(number)
    wait_for(tmp_path / "clean")


def wait_for(file: Path) -> None:
    until = time.monotonic() + GUARD_SECONDS
    while not file.exists():
        assert time.monotonic() < until, file.name
        time.sleep(0.01)
