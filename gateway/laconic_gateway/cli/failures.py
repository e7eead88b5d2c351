"""Turns expected failures into one line on standard error and an exit code."""

import errno
import os
import socket
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from typing import Final, NoReturn

from laconic_gateway.address import Address
from laconic_gateway.errors import GatewayError, UsageError

_CHANGE: Final = "Change the address"
_LISTEN_FAILURES: Final = {
    errno.EADDRINUSE: (
        "another program uses the address",
        "Stop the other program, or change the address",
    ),
    errno.EADDRNOTAVAIL: ("this machine does not have the address", _CHANGE),
    errno.EACCES: (
        "this user may not use the port",
        "Use a port from 1024 on, or give this user the right",
    ),
}
"""What happened, and what to do about it."""
_NO_SPACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_BENCH_LIBRARIES: Final = frozenset({"brotli", "matplotlib", "msgpack", "paho"})
"""Of the extra "bench"; all others that can be missing are of the extra "gateway"."""


@contextmanager
def told(listens: Mapping[str, Address] | None = None) -> Generator[None]:
    """Ends the process when an expected failure happens inside; others pass unchanged.

    `listens` names the addresses on which the code inside listens, by their key in the
    configuration. The exit code is 2 for a wrong configuration, another wrong input of a command, a
    library that is not installed or an output that has no space, and 1 for everything else.
    """
    try:
        try:
            yield
        finally:
            # Here, not at the end of the process: there it is too late for a line and a code.
            sys.stdout.flush()
    except UsageError as error:
        _leave(str(error), 2)
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if not library or library.startswith("laconic_"):
            raise
        extra = "bench" if library in _BENCH_LIBRARIES else "gateway"
        _leave(f'{library} is not installed. Run in a checkout: pip install ".[{extra}]"', 2)
    except GatewayError as error:
        _leave(str(error), 1)
    except OSError as error:
        if error.errno in _NO_SPACE and error.filename is None and not listens:
            _leave_full_output(error)
        text = _system_failure(error, listens or {})
        if text is None:
            raise
        _leave(text, 1)


def _leave(text: str, code: int) -> NoReturn:
    print(f"laconic: {text}", file=sys.stderr)
    raise SystemExit(code)


def _leave_full_output(error: OSError) -> NoReturn:
    # What is still to be written would fail again when the process ends, with another code.
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    _leave(f"the output cannot be written: {error.strerror}. Make space, or write elsewhere.", 2)


def _system_failure(error: OSError, listens: Mapping[str, Address]) -> str | None:
    """What to say about a file or an address; None for a failure that is not expected."""
    if error.filename is not None:
        reason = f"{error.filename}: {error.strerror}"
        return f"{reason}. Correct the path, or the permissions of this user."
    if isinstance(error, socket.gaierror):
        reason, advice = f"{error.strerror}", _CHANGE
    elif error.errno in _LISTEN_FAILURES:
        reason, advice = _LISTEN_FAILURES[error.errno]
    else:
        return f"{error.strerror}." if listens and error.strerror else None
    places = ", ".join(f"{key} = {address}" for key, address in listens.items())
    return f"cannot listen: {reason}. {advice}. The configuration has {places}."
