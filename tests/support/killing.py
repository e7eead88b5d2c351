"""Kills a process of the tests at a random moment, as a power supply would kill a box."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_LIFE_SECONDS = 0.06


def run_and_kill(module: str, path: Path, chance: random.Random) -> list[str]:
    """Starts `module`, kills it after its first line and a moment; returns its whole lines."""
    command = [sys.executable, "-m", module, str(path), str(chance.randrange(10**6))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
        process.send_signal(signal.SIGKILL)
        said += process.stdout.read()
    assert process.returncode == -signal.SIGKILL
    return said.decode().splitlines()[: said.count(b"\n")]
