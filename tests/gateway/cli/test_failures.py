"""Failures that are expected: one line, and an exit code that scripts rely on."""

import errno
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from laconic_gateway.address import Address
from laconic_gateway.cli.failures import told
from laconic_gateway.errors import GatewayError


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


@pytest.mark.parametrize(
    ("library", "extra"),
    [("msgpack", "bench"), ("matplotlib.figure", "bench"), ("aiocoap", "gateway")],
)
def test_a_library_that_is_not_installed_is_named_with_the_remedy(
    leave: Callable[[Exception], tuple[object, str]], library: str, extra: str
) -> None:
    code, error = leave(ModuleNotFoundError(f"No module named {library!r}", name=library))
    name = library.partition(".")[0]
    assert code == 2
    assert error == (
        f'laconic: {name} is not installed. Run in a checkout: pip install ".[{extra}]"\n'
    )


def test_a_module_of_our_own_that_is_missing_is_a_fault() -> None:
    with pytest.raises(ModuleNotFoundError), told():
        raise ModuleNotFoundError("a fault", name="laconic_bench.nothing")


@pytest.mark.parametrize(
    ("command", "library"),
    [
        ("bench run -c list", "msgpack"),
        ("bench run -c list", "brotli"),
        ("bench report r.json --out r.html", "matplotlib"),
        ("estimate x.log --days 1", "msgpack"),
    ],
)
def test_a_command_of_the_benchmark_without_its_extra_says_so(command: str, library: str) -> None:
    done = _without((library,), command)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f'laconic: {library} is not installed. Run in a checkout: pip install ".[bench]"\n'
    )


def test_a_comparison_needs_nothing_of_the_extra(tmp_path: Path) -> None:
    libraries = ("brotli", "matplotlib", "msgpack", "paho")
    done = _without(libraries, f"bench compare {tmp_path}/a.json {tmp_path}/b.json")
    assert done.returncode == 2 and "a.json: No such file" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("text", ["a line", "many lines\n" * 10_000])
def test_an_output_without_space_has_its_line_and_its_code(text: str) -> None:
    program = f"from laconic_gateway.cli.failures import told\nwith told(): print({text!r})"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", program],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == (
        "laconic: the output cannot be written: No space left on device."
        " Make space, or write elsewhere.\n"
    )


def _without(libraries: tuple[str, ...], command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as where these libraries are not installed."""
    program = (
        f"import sys; sys.modules.update(dict.fromkeys({libraries}));"
        " from laconic_gateway.cli import main; main()"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *command.split()],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
