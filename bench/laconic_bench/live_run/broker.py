"""Mosquitto as a child process, with TLS towards the link and without it towards the CSMS."""

import asyncio
import signal
from contextlib import suppress
from pathlib import Path
from typing import Final

from laconic_bench.live.namespaces import Namespace
from laconic_bench.live.network import EXPANDER_ADDRESS
from laconic_bench.live.precedence import take_precedence
from laconic_bench.model.tcp import certificates
from laconic_bench.services import ServiceError

PROGRAM: Final = "mosquitto"
TLS_PORT: Final = 8883
PLAIN_PORT: Final = 1883
"""On loopback."""
_READY_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 0.05
_CONFIGURATION: Final = f"""\
user root
persistence false
allow_anonymous true
set_tcp_nodelay true
listener {PLAIN_PORT} 127.0.0.1
listener {TLS_PORT} {EXPANDER_ADDRESS}
certfile {{file}}
keyfile {{file}}
tls_version tlsv1.3
"""


class Broker:
    """One broker in a namespace."""

    def __init__(self, namespace: Namespace, folder: Path) -> None:
        self._namespace = namespace
        self._folder = folder
        self._process: asyncio.subprocess.Process

    async def start(self) -> None:
        """Start it and return when it listens.

        Raises:
            ServiceError: it ended, or is not ready in time.
        """
        pem, configuration = self._folder / "broker.pem", self._folder / "mosquitto.conf"
        pem.write_bytes(certificates.server_pem())
        configuration.write_text(_CONFIGURATION.format(file=pem), encoding="utf-8")
        self._process = await asyncio.create_subprocess_exec(
            *self._namespace.command(PROGRAM, "-c", str(configuration)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(_READY_SECONDS):
                while not await self._listens():  # noqa: ASYNC110 (it tells nobody)
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            raise ServiceError(f"{PROGRAM} is not ready after {_READY_SECONDS:g} s") from None

        take_precedence(self._process.pid)

    async def stop(self) -> None:
        """End it; nothing happens if it has ended."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)
        await self._process.wait()

    async def _listens(self) -> bool:
        if self._process.returncode is not None:
            raise ServiceError(f"{PROGRAM} ended with exit code {self._process.returncode}")
        probe = self._namespace.socket()
        probe.setblocking(False)
        with probe:
            try:
                await asyncio.get_running_loop().sock_connect(probe, ("127.0.0.1", PLAIN_PORT))
            except OSError:
                return False
        return True
