"""The commands that run until they are stopped; tests/whole runs the real services."""

import asyncio
import logging
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.command_line import run

Service = Callable[[str, Callable[..., int]], None]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    """Puts a function in the place of a service."""

    def install(name: str, run: Callable[..., int]) -> None:
        module = ModuleType(name)
        module.__dict__["run"] = run
        monkeypatch.setitem(sys.modules, name, module)

    return install


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
    file = folder / "site.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"info"', f'"{level}"'), encoding="utf-8")
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
