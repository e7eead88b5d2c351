"""A live run that is interrupted, or killed, leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from laconic_bench.live.namespaces import run
from tests.support.live import needs_network

pytestmark = needs_network

GUARD_SECONDS = 60.0
COMMAND = ("bench", "run", "--live", "--scenario", "chaji", "--days", "0.1", "-c", "ocppj-tls")


def test_namespaces_processes_and_files_are_gone(tmp_path: Path) -> None:
    with ExitStack() as stack:
        processes: dict[signal.Signals, subprocess.Popen[bytes]] = {}
        for number in (signal.SIGINT, signal.SIGKILL):
            folder = tmp_path / number.name
            folder.mkdir()
            process = started(folder)
            stack.enter_context(process)
            stack.callback(process.kill)
            processes[number] = process
        names = [name for number in processes for name in namespaces_in(tmp_path / number.name)]
        assert len(names) == 3 * len(processes)
        for number, process in processes.items():
            process.send_signal(number)

    def is_clean() -> bool:
        left = run("ip", "netns", "list").split()
        return not list(tmp_path.glob("*/*")) and not set(names) & set(left)

    until(is_clean, "a clean end")


def started(folder: Path) -> "subprocess.Popen[bytes]":
    """Start a run that keeps its files in a folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "laconic_gateway", *COMMAND],
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def namespaces_in(folder: Path) -> list[str]:
    """Wait for the network of a run, and return the namespaces that its relay is to remove."""
    found: list[str] = []

    def look() -> bool:
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                arguments = file.read_text().split("\0")
                if "laconic_bench.live.relay" in arguments and str(folder) in arguments[-2]:
                    found.extend(json.loads(arguments[-2])["namespaces"])
        return bool(found)

    until(look, "a network")
    return found


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for something."""
    guard = time.monotonic() + GUARD_SECONDS
    while not condition():
        assert time.monotonic() < guard, what
        time.sleep(0.05)
