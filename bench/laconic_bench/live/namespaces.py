"""Network namespaces: made, entered by single threads, and removed with all that runs in them."""

import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from laconic_gateway.errors import GatewayError

_FOLDER: Final = Path("/run/netns")
_SYSCTL: Final = Path("/proc/sys/net")
_TUN: Final = Path("/dev/net/tun")
_CLONE_NEWNET: Final = 0x40000000
"""linux/sched.h; `os.setns` came with Python 3.12."""
_COMMANDS: Final = {"ip": "iproute2", "nft": "nftables", "conntrack": "conntrack"}
"""Programs, and the Debian package that has each."""

Result = TypeVar("Result")


class NetworkError(GatewayError):
    """A network cannot be made or used; the text says why."""


class Namespace:
    """One network namespace, with its loopback interface up and without IPv6."""

    def __init__(self, name: str) -> None:
        """Make the namespace. Raises: NetworkError."""
        self.name = name
        run("ip", "netns", "add", name)
        try:
            for interface in ("all", "default"):
                self.write_sysctl(f"ipv6/conf/{interface}/disable_ipv6", "1")
            run("ip", "-n", name, "link", "set", "lo", "up")
        except BaseException:
            remove(name)
            raise

    def command(self, *arguments: str) -> list[str]:
        """Return the command line that runs a program in the namespace, with its process id."""
        return ["ip", "netns", "exec", self.name, *arguments]

    def run(self, *arguments: str, given: str = "") -> str:
        """Run a program in the namespace and return its output. Raises: NetworkError."""
        return run(*self.command(*arguments), given=given)

    def call(self, function: Callable[[], Result]) -> Result:
        """Call a function in a thread that is in the namespace, and in no other way special.

        What it opens (sockets, TUN devices) belongs to the namespace and can be used everywhere.
        It must start neither threads nor processes.
        """
        results: list[Result] = []
        errors: list[BaseException] = []

        def enter_and_call() -> None:
            try:
                _enter(self.name)
                results.append(function())
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=enter_and_call)
        thread.start()
        thread.join()
        if errors:
            raise errors[0]
        return results[0]

    def socket(self, kind: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
        """Return a new IPv4 socket of this namespace, for use by the caller."""
        return self.call(lambda: socket.socket(socket.AF_INET, kind))

    def write_sysctl(self, path: str, value: str) -> None:
        """Set /proc/sys/net/`path` of this namespace. Raises: NetworkError."""
        try:
            self.call(lambda: (_SYSCTL / path).write_text(value))
        except OSError as error:
            raise NetworkError(f"cannot set net/{path} to {value}: {error.strerror}") from error

    def remove(self) -> None:
        """End what runs in the namespace, and remove it with its interfaces."""
        remove(self.name)


def new_suffix() -> str:
    """Return what makes the names of one network unlike those of any other."""
    return secrets.token_hex(3)


def remove(name: str) -> None:
    """End the processes in a namespace by id and remove it; nothing happens if it is gone."""
    if not (_FOLDER / name).exists():
        return
    with suppress(NetworkError):
        for process in run("ip", "netns", "pids", name).split():
            with suppress(ProcessLookupError):
                os.kill(int(process), signal.SIGKILL)
    with suppress(NetworkError):
        run("ip", "netns", "delete", name)


def run(*command: str, given: str = "") -> str:
    """Run a program with some input and return its output.

    Raises:
        NetworkError: it is not there, or failed; the text has what it wrote.
    """
    try:
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    except OSError as error:
        raise NetworkError(f"cannot run {command[0]}: {error.strerror}") from error
    if done.returncode:
        raise NetworkError(f"`{' '.join(command)}` failed: {done.stderr.strip()}")
    return done.stdout


@cache
def lacking() -> str:
    """Return why no network can be made on this machine; empty if one can."""
    if not hasattr(os, "geteuid") or not Path("/proc/self/ns/net").exists():
        return "network namespaces need Linux"
    if os.geteuid() != 0:
        return "network namespaces need root"
    if not _TUN.exists():
        return f"{_TUN} is missing (kernel module tun)"
    missing = [package for command, package in _COMMANDS.items() if not shutil.which(command)]
    if missing:
        return f"not installed: {', '.join(missing)}"
    return _lacking_in_kernel()


def _lacking_in_kernel() -> str:
    """Try what a container, or a small kernel, may refuse."""
    name = f"laconic-try-{new_suffix()}"
    try:
        namespace = Namespace(name)
        namespace.run("nft", "add table ip laconic_try")
        namespace.run("conntrack", "-L")
    except (NetworkError, OSError) as error:
        return f"this system refuses: {error}"
    finally:
        remove(name)
    return ""


def _enter(name: str) -> None:
    descriptor = os.open(_FOLDER / name, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if ctypes.CDLL(None, use_errno=True).setns(descriptor, _CLONE_NEWNET):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(descriptor)
