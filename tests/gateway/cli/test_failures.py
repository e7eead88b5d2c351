"""Failures that are expected: one line, and an exit code that scripts rely on."""

import errno
import socket
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
