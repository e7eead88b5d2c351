"""The command line: what a user sees, and the exit codes that scripts rely on."""

import asyncio
import errno
import logging
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from laconic_gateway.address import Address
from laconic_gateway.cli import app
from laconic_gateway.cli_failures import told
from laconic_gateway.config import SiteConfig
from laconic_gateway.config.docs import example
from laconic_gateway.edge.link.keys import create, load
from laconic_gateway.errors import GatewayError
from tests.support.log_state import log_state_kept

SITE = example(SiteConfig).replace("0.0.0.0:8887", "127.0.0.1:0").replace("9464", "0")
EXPANDER = """\
[expander]
listen = "127.0.0.1:0"
[csms]
url = "ws://127.0.0.1:1{path}"
[[site]]
name = "a"
keys = "keys/a/expander"
"""
COMMANDS = [
    *("site", "expander", "demo", "inspect", "usage", "thinned"),
    *("keys new", "keys show", "config check", "journal show", "journal downgrade", "codec stats"),
    *("quarantine list", "quarantine resend", "quarantine drop"),
]


@pytest.fixture(autouse=True)
def log_state() -> Iterator[None]:
    with log_state_kept():
        yield


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "site.toml").write_text(SITE, encoding="utf-8")
    (tmp_path / "expander.toml").write_text(EXPANDER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[..., int]], None]:
    """Puts a function in the place of a service; tests/whole runs the real ones."""

    def install(name: str, run: Callable[..., int]) -> None:
        module = ModuleType(name)
        module.__dict__["run"] = run
        monkeypatch.setitem(sys.modules, name, module)

    return install


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command in this process."""
    result = CliRunner().invoke(app, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def process(*arguments: str) -> tuple[int, str, str]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "laconic_gateway", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


# Help


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


@pytest.mark.parametrize("command", [[], ["keys"], ["config"], ["codec"]])
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
    assert done.returncode == 1
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


# Configuration


@pytest.mark.parametrize("command", ["site", "expander"])
def test_a_wrong_configuration_ends_with_2_and_leaves_nothing_behind(
    folder: Path, command: str
) -> None:
    file = folder / f"{command}.toml"
    file.write_text(file.read_text(encoding="utf-8") + "[log]\nlevle = 'info'\n", encoding="utf-8")
    if command == "site":
        file.write_text(SITE.replace("level", "levle"), encoding="utf-8")
    before = sorted(folder.iterdir())
    code, out, error = process(command, "--config", file.name)
    assert (code, out) == (2, "")
    assert re.fullmatch(
        rf"laconic: {command}\.toml:\d+: log\.levle: there is no such key\."
        r" Did you mean level\?\n",
        error,
    )
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("command", ["site", "expander"])
def test_a_missing_option_or_file_ends_with_2(folder: Path, command: str) -> None:
    assert process(command)[0] == 2
    code, _, error = process(command, "--config", "missing.toml")
    assert code == 2
    assert error.startswith("laconic: missing.toml: cannot read this file: No such file")
    assert error.count("\n") == 1


def test_config_check_tells_what_a_right_file_and_its_keys_are(folder: Path) -> None:
    prints: list[str] = []
    for site in ("kisumu-1", "a"):
        create(site, folder / "keys")
        prints.append(load(folder / "keys" / site / "site").fingerprint())
    assert process("config", "check", "site.toml") == (
        0,
        f"site.toml: gateway of site kisumu-1, keys {prints[0]}, 1 charger: ok\n",
        "",
    )
    assert run("config", "check", "expander.toml") == (
        0,
        f"expander.toml: expander of 1 site: a (keys {prints[1]}): ok\n",
        "laconic: expander.toml: no [[site.charger]] of a: every charger will be refused\n",
    )


def test_config_check_warns_of_a_site_without_chargers(folder: Path) -> None:
    create("kisumu-1", folder / "keys")
    text = SITE.partition("[[charger]]")[0]
    (folder / "site.toml").write_text(text, encoding="utf-8")
    code, out, error = run("config", "check", "site.toml")
    assert code == 0
    assert out.endswith(", 0 chargers: ok\n")
    assert error == ("laconic: site.toml: no [[charger]]: every charger will be refused\n")


def test_config_check_refuses_keys_that_do_not_fit(folder: Path) -> None:
    code, out, error = run("config", "check", "site.toml")
    assert (code, out) == (1, "")
    assert error.startswith("laconic: there are no keys in ") and error.count("\n") == 1
    create("b", folder / "keys")
    (folder / "keys/b").rename(folder / "keys/kisumu-1")
    code, _, error = run("config", "check", "site.toml")
    assert code == 1
    assert "are of site 'b'" in error and error.count("\n") == 1


def test_config_check_refuses_a_wrong_file(folder: Path) -> None:
    (folder / "site.toml").write_text("[site", encoding="utf-8")
    code, out, error = run("config", "check", "site.toml")
    assert (code, out) == (2, "")
    assert error.startswith("laconic: site.toml:1:6: this is not TOML: ")


# Keys


def test_new_keys_are_made_and_shown_without_the_secret(folder: Path) -> None:
    code, out, error = process("keys", "new", "kisumu-1")
    assert (code, error) == (0, "")
    made = [Path("keys/kisumu-1/site"), Path("keys/kisumu-1/expander")]
    assert all(str(directory) in out for directory in made)
    shown = [process("keys", "show", str(directory))[1] for directory in made]
    assert "site          kisumu-1" in shown[0]
    assert shown[0].splitlines()[-1] == shown[1].splitlines()[-1]
    text = (folder / made[0] / "oscore.toml").read_text(encoding="utf-8")
    secrets = re.findall(r'^master_\w+ = "(\w+)"', text, re.MULTILINE)
    assert secrets
    assert not any(secret in out + "".join(shown) for secret in secrets)


def test_keys_are_never_overwritten(folder: Path) -> None:
    assert run("keys", "new", "a", "--directory", "here")[0] == 0
    before = (folder / "here/a/site/oscore.toml").read_bytes()
    code, _, error = run("keys", "new", "a", "--directory", "here")
    assert code == 1
    assert "exists already" in error and error.count("\n") == 1
    assert (folder / "here/a/site/oscore.toml").read_bytes() == before


def test_missing_keys_are_one_clear_line(folder: Path) -> None:
    code, out, error = process("keys", "show", "nowhere")
    assert (code, out) == (1, "")
    assert error.startswith("laconic: there are no keys in nowhere") and error.count("\n") == 1


# Services


Service = Callable[[str, Callable[..., int]], None]


@pytest.mark.parametrize("command", ["site", "expander"])
@pytest.mark.parametrize("code", [0, 1])
def test_the_exit_code_is_that_of_the_service(
    folder: Path, service: Service, command: str, code: int
) -> None:
    given: list[object] = []

    def serve(config: object) -> int:
        given.append(config)
        return code

    service(f"laconic_gateway.{command}", serve)
    assert run(command, "--config", f"{command}.toml")[0] == code
    assert type(given[0]).__name__ == f"{command.title()}Config"


@pytest.mark.parametrize(("level", "lines"), [("info", 1), ("warning", 0)])
def test_a_service_logs_from_the_level_of_its_configuration_on(
    folder: Path, service: Service, level: str, lines: int
) -> None:
    def serve(_config: object) -> int:
        logging.getLogger("laconic_gateway.site").info("= ready")
        return 0

    service("laconic_gateway.site", serve)
    (folder / "site.toml").write_text(SITE.replace('"info"', f'"{level}"'), encoding="utf-8")
    assert run("site", "--config", "site.toml")[2].count(" info = ready\n") == lines


def test_the_demo_gets_its_options(folder: Path, service: Service) -> None:
    given: list[tuple[object, ...]] = []

    def demo(*arguments: object) -> int:
        given.append(arguments)
        return 0

    service("laconic_bench.demo", demo)
    assert run("demo")[0] == 0
    assert run("demo", "--seconds", "2.5", "--json", "x.json", "--seed", "7")[0] == 0
    assert given == [(None, None, 1), (2.5, Path("x.json"), 7)]
    assert run("demo", "--seconds", "nan")[0] == run("demo", "--seconds", "0")[0] == 2


@pytest.mark.parametrize("command", ["site", "expander"])
def test_an_address_in_use_ends_with_1_and_names_the_settings(
    folder: Path, service: Service, command: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        async def listen() -> None:
            await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", port)

        def serve(_config: object) -> int:
            asyncio.run(listen())
            return 0

        service(f"laconic_gateway.{command}", serve)
        code, _, error = run(command, "--config", f"{command}.toml")
    assert code == 1
    assert error.startswith("laconic: cannot listen: another program uses the address.")
    assert (
        f"{ {'site': 'chargers', 'expander': 'expander'}[command] }.listen = 127.0.0.1:0" in error
    )
    assert error.count("\n") == 1


# Expected and unexpected failures


@pytest.fixture
def leave(
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Callable[[Exception], tuple[object, str]]]:
    def fail(failure: Exception) -> tuple[object, str]:
        with pytest.raises(SystemExit) as caught, told():
            raise failure
        return caught.value.code, capsys.readouterr().err

    yield fail


def test_a_file_that_the_system_refuses_is_named(
    leave: Callable[[Exception], tuple[object, str]], tmp_path: Path
) -> None:
    with pytest.raises(OSError, match="directory") as caught:
        (tmp_path / "missing" / "inner").mkdir()
    code, error = leave(caught.value)
    assert code == 1
    assert error.startswith(f"laconic: {tmp_path}/missing/inner: No such file or directory.")


@pytest.mark.parametrize(
    ("failure", "advice"),
    [
        (OSError(errno.EADDRINUSE, ""), "Stop the other program, or change the address."),
        (OSError(errno.EADDRNOTAVAIL, ""), "Change the address."),
        (OSError(errno.EACCES, ""), "Use a port from 1024 on, or give this user the right."),
        (socket.gaierror(-2, "Name or service not known"), "not known. Change the address."),
    ],
)
def test_the_advice_fits_what_is_wrong_with_an_address(
    capsys: pytest.CaptureFixture[str], failure: OSError, advice: str
) -> None:
    with pytest.raises(SystemExit) as caught, told({"chargers.listen": Address("10.0.0.1", 80)}):
        raise failure
    error = capsys.readouterr().err
    assert caught.value.code == 1
    assert error.startswith("laconic: cannot listen: ") and error.count("\n") == 1
    assert error.endswith(f"{advice} The configuration has chargers.listen = 10.0.0.1:80.\n")


def test_another_failure_of_the_system_is_told_as_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit), told({"chargers.listen": Address("::1", 80)}):
        raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
    assert capsys.readouterr().err == "laconic: Address family not supported by protocol.\n"


def test_every_expected_failure_is_one_line(
    leave: Callable[[Exception], tuple[object, str]],
) -> None:
    assert leave(GatewayError("what, where, what to do")) == (
        1,
        "laconic: what, where, what to do\n",
    )


@pytest.mark.parametrize("fault", [OSError(5, "Input/output error"), ValueError("a fault")])
def test_a_fault_of_the_program_is_not_hidden(fault: Exception) -> None:
    with pytest.raises(type(fault)), told():
        raise fault
