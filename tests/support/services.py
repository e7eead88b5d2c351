"""The real `laconic site` and `laconic expander` as child processes, for end-to-end tests."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from laconic_bench.ports import free_port
from laconic_gateway.edge.link import keys

SITE: Final = "test-site"
READY_SECONDS: Final = 20.0
STOP_SECONDS: Final = 15.0
POLL_SECONDS: Final = 0.02


@dataclass(frozen=True, slots=True)
class Host:
    """Where a service runs: this machine's loopback, or a network namespace."""

    address: str = "127.0.0.1"
    """Where the expander receives datagrams; everything else is on the host's loopback."""
    prefix: Sequence[str] = ()
    """What comes before a command line to run it there."""
    new_socket: Callable[[], socket.socket] = socket.socket
    """Returns a TCP socket that is there."""

    async def connect(self, port: int) -> socket.socket:
        """Return a connection to a port of the host's loopback. Raises: OSError."""
        opened = self.new_socket()
        opened.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(opened, ("127.0.0.1", port))
        except BaseException:
            opened.close()
            raise
        return opened


HERE: Final = Host()


@dataclass(frozen=True, slots=True)
class SiteCharger:
    """A charger that both services know."""

    identity: str
    answers: str = "local"
    password: str = "password on the site"
    csms_password: str = "password at the CSMS"
    empty_answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What the two services are configured with."""

    csms_url: str
    """With `{path}` in it."""
    chargers: Sequence[SiteCharger]
    batch_seconds: Mapping[str, float] = field(
        default_factory=lambda: dict.fromkeys(
            ("transaction", "alarm", "status", "telemetry", "background"), 0.0
        )
    )
    lease_seconds: int = 10
    keepalive_seconds: int = 2
    carrier: str = "udp"
    site_tables: str = ""
    """More tables of the site's file."""


class Service:
    """One service that is started, stopped and started again."""

    def __init__(self, command: str, configuration: Path, ready_port: int, host: Host) -> None:
        """`ready_port` is the one of its metrics: it opens last, and whoever asks is not logged."""
        self.host = host
        self._command = [*host.prefix, sys.executable, "-m", "laconic_gateway", command]
        self._configuration = configuration
        self._ready_port = ready_port
        self._log = configuration.with_suffix(".log")
        self._process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> str:
        """Everything that the service wrote to standard output and error, over all starts."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    @property
    def is_running(self) -> bool:
        """True between `start` and the end of the process."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start the process and wait until its TCP port accepts connections.

        Raises:
            AssertionError: it ended, or was not ready in time.
        """
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                "--config",
                str(self._configuration),
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        async with asyncio.timeout(READY_SECONDS):
            while not await _accepts(self.host, self._ready_port):
                assert self.is_running, f"{self._command[-1]} ended at start:\n{self.log}"
                await asyncio.sleep(POLL_SECONDS)

    async def stop(self) -> None:
        """Ask the process to end (SIGTERM) and check that it did so properly."""
        await self._end(signal.SIGTERM)
        assert self._process is not None
        code = self._process.returncode
        assert code == 0, f"{self._command[-1]} ended with {code} after SIGTERM:\n{self.log}"

    async def kill(self) -> None:
        """End the process at once (SIGKILL)."""
        await self._end(signal.SIGKILL)

    async def _end(self, number: signal.Signals) -> None:
        assert self._process is not None
        if self.is_running:
            self._process.send_signal(number)
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def check_log(self) -> None:
        """Check that no failure ended in a traceback."""
        assert "Traceback" not in self.log, f"traceback in {self._command[-1]}:\n{self.log}"


@dataclass(frozen=True, slots=True)
class Services:
    """Both services and where to reach them."""

    site: Service
    expander: Service
    chargers_port: int
    udp_port: int
    """Where the expander receives datagrams, and accepts connections of sites."""
    site_metrics_port: int
    expander_metrics_port: int

    @property
    def url(self) -> str:
        """Where chargers connect; their path follows."""
        return f"ws://127.0.0.1:{self.chargers_port}"


@asynccontextmanager
async def services(
    folder: Path,
    plan: Plan,
    *,
    start: Sequence[str] = ("expander", "site"),
    site_host: Host = HERE,
    expander_host: Host = HERE,
) -> AsyncGenerator[Services]:
    """Configure both services in `folder`, start those named, and stop them at the end.

    At the end a service that still runs must end with code 0 after SIGTERM, and no log may hold
    a traceback. The logs are printed, so that pytest shows them if the test fails.
    """
    both = _configure(folder, plan, site_host, expander_host)
    try:
        for name in start:
            await (both.site if name == "site" else both.expander).start()
        yield both
        for service in (both.site, both.expander):
            if service.is_running:
                await service.stop()
            service.check_log()
    finally:
        for service in (both.site, both.expander):
            if service.is_running:
                await service.kill()
        print(f"--- site\n{both.site.log}\n--- expander\n{both.expander.log}")


async def _accepts(host: Host, port: int) -> bool:
    try:
        (await host.connect(port)).close()
    except OSError:
        return False
    return True


def _configure(folder: Path, plan: Plan, site_host: Host, expander_host: Host) -> Services:
    site_keys, expander_keys = keys.create(SITE, folder / "keys")
    ports = [free_port() for _ in range(3)]
    udp_port = free_port(socket.SOCK_DGRAM, socket.SOCK_STREAM)
    site_file, expander_file = folder / "site.toml", folder / "expander.toml"
    receives = f"{expander_host.address}:{udp_port}"
    site_file.write_text(_site_toml(plan, site_keys, receives, ports), encoding="utf-8")
    text = _expander_toml(plan, expander_keys, receives, ports[2])
    expander_file.write_text(text, encoding="utf-8")
    return Services(
        site=Service("site", site_file, ports[1], site_host),
        expander=Service("expander", expander_file, ports[2], expander_host),
        chargers_port=ports[0],
        udp_port=udp_port,
        site_metrics_port=ports[1],
        expander_metrics_port=ports[2],
    )


def _site_toml(plan: Plan, keys_folder: Path, expander: str, ports: list[int]) -> str:
    chargers = "\n".join(
        f"[[charger]]\nidentity = {_text(one.identity)}\npassword = {_text(one.password)}\n"
        f"answers = {_text(one.answers)}\nempty_answers = {_texts(one.empty_answers)}"
        for one in plan.chargers
    )
    batch = "\n".join(f"{name}_seconds = {value}" for name, value in plan.batch_seconds.items())
    return f"""\
[site]
name = "{SITE}"
state_directory = "site-state"
keys = {_text(str(keys_folder))}
expander = "{expander}"
carrier = "{plan.carrier}"

[chargers]
listen = "127.0.0.1:{ports[0]}"

{chargers}

[batch]
{batch}

[link]
keepalive_seconds = {plan.keepalive_seconds}
sign_of_life_seconds = {plan.keepalive_seconds}

[metrics]
listen = "127.0.0.1:{ports[1]}"

{plan.site_tables}
"""


def _expander_toml(plan: Plan, keys_folder: Path, receives: str, metrics_port: int) -> str:
    chargers = "\n".join(
        f"[[site.charger]]\nidentity = {_text(one.identity)}\npassword = {_text(one.csms_password)}"
        for one in plan.chargers
    )
    return f"""\
[expander]
listen = "{receives}"
state_directory = "expander-state"

[csms]
url = {_text(plan.csms_url)}

[[site]]
name = "{SITE}"
keys = {_text(str(keys_folder))}
lease_seconds = {plan.lease_seconds}

{chargers}

[metrics]
listen = "127.0.0.1:{metrics_port}"
"""


def _text(value: str) -> str:
    """Return `value` as a TOML basic string, whose escapes are those of JSON."""
    return json.dumps(value, ensure_ascii=False)


def _texts(values: Sequence[str]) -> str:
    """Return `values` as a TOML array of strings."""
    return json.dumps(values, ensure_ascii=False)
