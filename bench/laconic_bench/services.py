"""The real services as child processes, with configuration and keys of their own."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from laconic_bench.chargers import Place
from laconic_bench.ports import free_port
from laconic_gateway.edge.link import keys
from laconic_gateway.errors import GatewayError

SITE_NAME: Final = "demo"
READY_TIMEOUT_SECONDS: Final = 20.0
STOP_TIMEOUT_SECONDS: Final = 10.0
METRICS_SECONDS: Final = 2.0
_LOG_LINES_SHOWN: Final = 12


class ServiceError(GatewayError):
    """A service did not start, or ended before it was told to."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Ports on 127.0.0.1."""

    chargers: int
    site_metrics: int
    expander: int
    """UDP; the others are TCP."""
    expander_metrics: int

    @classmethod
    def free(cls) -> "Ports":
        """Returns four ports that nobody uses at the moment."""
        return cls(free_port(), free_port(), free_port(socket.SOCK_DGRAM), free_port())


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process needs."""

    resident_mb: float
    cpu_seconds: float


class Service:
    """One child process, `laconic NAME --config FILE`; its output goes to a file."""

    def __init__(
        self, name: str, config_file: Path, ready_text: str, prefix: Sequence[str] = ()
    ) -> None:
        """`ready_text` is part of the line in its log that says that everything is open.

        `prefix` comes before the command line, to run it elsewhere.
        """
        self.name = name
        self._prefix = prefix
        self._config_file = config_file
        self._log_file = config_file.with_suffix(".log")
        self._ready_text = ready_text
        self._process: asyncio.subprocess.Process

    async def start(self) -> None:
        """Starts the process and returns when it is ready.

        Raises:
            ServiceError: it ended, or it is not ready in time.
        """
        command = (*self._prefix, sys.executable, "-m", "laconic_gateway", self.name)
        with self._log_file.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                "--config",
                str(self._config_file),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C on the terminal is for the demo, which stops the services last.
                start_new_session=True,
            )
        try:
            await self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def check(self) -> None:
        """Raises: ServiceError if the process has ended."""
        if self._process.returncode is not None:
            raise self._error(f"ended with exit code {self._process.returncode}")

    async def stop(self) -> None:
        """Ends the process with SIGTERM.

        Raises:
            ServiceError: it does not end in time, or not with exit code 0.
        """
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_TIMEOUT_SECONDS):
                code = await self._process.wait()
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self._process.wait()
            raise self._error(f"did not stop in {STOP_TIMEOUT_SECONDS:.0f} s") from None
        if code != 0:
            raise self._error(f"ended with exit code {code}")

    def kill(self) -> None:
        """Ends the process at once, if it runs."""
        self._signal(signal.SIGKILL)

    @property
    def process_id(self) -> int:
        """Process id, once it was started."""
        return self._process.pid

    def usage(self) -> Usage | None:
        """Returns memory and CPU time so far; None where /proc does not tell."""
        folder = Path(f"/proc/{self._process.pid}")
        try:
            status = (folder / "status").read_text(encoding="utf-8")
            times = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            return None
        resident_kb = next(int(x.split()[1]) for x in status.splitlines() if "VmRSS" in x)
        ticks = int(times[11]) + int(times[12])  # utime and stime, proc(5)
        return Usage(resident_kb / 1_000, ticks / os.sysconf("SC_CLK_TCK"))

    def _signal(self, number: signal.Signals) -> None:
        # Not through the process object: it may collect the exit code that asyncio waits for.
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    async def _wait_until_ready(self) -> None:
        # To connect as a probe would be a bad handshake to the site, and a warning in its log.
        try:
            async with asyncio.timeout(READY_TIMEOUT_SECONDS):
                for _ in count():
                    self.check()
                    if self._ready_text in self._log():
                        return
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise self._error(f"is not ready after {READY_TIMEOUT_SECONDS:.0f} s") from None

    def _log(self) -> str:
        return self._log_file.read_text(encoding="utf-8", errors="replace")

    def _error(self, what: str) -> ServiceError:
        lines = self._log().splitlines()
        end = "\n  ".join(lines[-_LOG_LINES_SHOWN:]) or "(nothing)"
        return ServiceError(f"`laconic {self.name}` {what}. The end of its log:\n  {end}")


def build_services(
    folder: Path, places: Sequence[Place], ports: Ports, link_port: int, csms_port: int
) -> tuple[Service, Service]:
    """Writes keys and configuration into `folder`; returns the site and the expander.

    The site answers updates of transactions too (`empty_answers`).
    """
    site_keys, expander_keys = keys.create(SITE_NAME, folder / "keys")
    site_file, expander_file = folder / "site.toml", folder / "expander.toml"
    site_toml = _site_toml(places, ports, link_port, site_keys.relative_to(folder))
    expander_toml = _expander_toml(places, ports, csms_port, expander_keys.relative_to(folder))
    site_file.write_text(site_toml, encoding="utf-8")
    expander_file.write_text(expander_toml, encoding="utf-8")
    return (
        Service("site", site_file, ready_text="serves chargers"),
        Service("expander", expander_file, ready_text="on UDP"),
    )


def _site_toml(places: Sequence[Place], ports: Ports, link_port: int, site_keys: Path) -> str:
    # The small CSMS answers updates of transactions with `{}`, so the site may do that.
    head = f"""\
[site]
name = "{SITE_NAME}"
state_directory = "state/site"
keys = "{site_keys}"
expander = "127.0.0.1:{link_port}"
carrier = "udp"

[chargers]
listen = "127.0.0.1:{ports.chargers}"
empty_answers = ["updates"]

[batch]
transaction_seconds = 2
alarm_seconds = 0
status_seconds = 10
telemetry_seconds = 20
background_seconds = 20

[metrics]
listen = "127.0.0.1:{ports.site_metrics}"
"""
    return head + "".join(_charger_toml("charger", place) for place in places)


def _expander_toml(
    places: Sequence[Place], ports: Ports, csms_port: int, expander_keys: Path
) -> str:
    head = f"""\
[expander]
listen = "127.0.0.1:{ports.expander}"
state_directory = "state/expander"

[csms]
url = "ws://127.0.0.1:{csms_port}{{path}}"

[metrics]
listen = "127.0.0.1:{ports.expander_metrics}"

[[site]]
name = "{SITE_NAME}"
keys = "{expander_keys}"
"""
    return head + "".join(_charger_toml("site.charger", place) for place in places)


def _charger_toml(table: str, place: Place) -> str:
    return f'\n[[{table}]]\nidentity = "{place.identity}"\npassword = "{place.password}"\n'


async def read_gauge(port: int, name: str) -> float | None:
    """Reads one metric without labels from a service; None if it is not there."""
    try:
        async with asyncio.timeout(METRICS_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            with closing(writer):
                writer.write(b"GET /metrics HTTP/1.0\r\n\r\n")
                text = (await reader.read()).decode()
    except (OSError, TimeoutError):
        return None
    for line in text.splitlines():
        if line.startswith(f"{name} "):
            return float(line.split()[1])
    return None
