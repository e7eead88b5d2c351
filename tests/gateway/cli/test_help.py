"""What the command line says of itself."""

import re
import subprocess
import sys
from typing import Any

import pytest
import typer

from laconic_gateway.cli import app
from tests.support.command_line import process, run

COMMANDS = [
    *("site", "expander", "demo", "inspect", "usage", "thinned"),
    *("keys new", "keys show", "config check", "journal show", "journal downgrade", "codec stats"),
    *(
        "bench run",
        "bench compare",
        "bench report",
        "estimate",
        "quarantine list",
        "quarantine resend",
        "quarantine drop",
    ),
]


def test_the_list_of_commands_is_complete() -> None:
    group: Any = typer.main.get_command(app)
    found = [
        f"{name} {inner}".strip()
        for name, command in group.commands.items()
        for inner in getattr(command, "commands", {"": None})
    ]
    assert found == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_says_what_the_command_does_with_an_example(command: str) -> None:
    code, out, _ = run(*command.split(), "--help")
    assert code == 0
    assert re.search(r"^  [A-Z][^.]*\.$", out, re.MULTILINE | re.DOTALL)
    assert f"Example: laconic {command}" in out
    assert run(*command.split(), "-h")[1] == out


@pytest.mark.parametrize("command", [[], ["keys"], ["config"], ["codec"], ["bench"]])
def test_a_group_without_a_command_shows_its_help(command: list[str]) -> None:
    _, out, error = run(*command)
    assert "Commands:" in out + error


def test_the_version_is_that_of_the_package() -> None:
    from laconic_codec import __version__

    assert process("--version") == (0, f"laconic {__version__}\n", "")


def test_without_the_extra_the_user_learns_what_to_install() -> None:
    program = "import sys; sys.modules['typer'] = None; import laconic_gateway.cli"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stderr == (
        'laconic: the commands are not installed. Run in a checkout: pip install ".[gateway]"\n'
    )


def test_help_does_not_load_the_services() -> None:
    program = (
        "import sys; import laconic_gateway.cli;"
        " print(sorted({'aiocoap', 'apsw', 'msgspec', 'websockets', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[]\n"
