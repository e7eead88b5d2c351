"""Runs the command `laconic` as a user does."""

import subprocess
import sys

from typer.testing import CliRunner

from laconic_gateway.cli import app


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command in this process."""
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def process(*arguments: str) -> tuple[int, str, str]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "laconic_gateway", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr
