"""libcoap's client and server with OSCORE, as peers that share no code with the product.

`.ci/fetch-libcoap` puts them where this module looks for them: a newer Debian's programs with the
libraries and the loader that they need. The server is built from `tests/peers/coap_server.c`.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from laconic_gateway.edge.link.keys import KeyMaterial

_CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
FOLDER: Final = _CACHE / "laconic" / "libcoap"
_CLIENT: Final = FOLDER / "usr" / "bin" / "coap-client-openssl"
_SERVER_SOURCE: Final = Path(__file__).parents[1] / "peers" / "coap_server.c"
PATIENCE_SECONDS: Final = 30.0
_CLIENT_PATIENCE_SECONDS: Final = 10


def lacking() -> str:
    """Return why libcoap cannot be used here; empty if it can."""
    if not _CLIENT.exists():
        return "libcoap with OSCORE is not there: run .ci/fetch-libcoap"
    if not shutil.which("cc"):
        return "there is no C compiler for the server of libcoap"
    return ""


needs_libcoap: Final = pytest.mark.skipif(bool(lacking()), reason=lacking())
"""Marks a test that talks with libcoap."""


def _one(pattern: str) -> Path:
    """Return the file below `FOLDER` that fits; the folder of libraries names the architecture."""
    return next(iter(sorted(FOLDER.glob(pattern))))


@cache
def _loader() -> tuple[str, ...]:
    """Return how to run a program with the libraries that were fetched, not with this system's."""
    libraries = _one("usr/lib/*/libcoap-3-openssl.so.3").parent
    return str(_one("usr/lib/*/ld-linux-*.so.*")), "--library-path", str(libraries)


def _configuration(path: Path, material: KeyMaterial) -> Path:
    """Write keys of one end in libcoap's form (coap-oscore-conf(5)); return the path."""
    values = {
        "master_secret,hex": f'"{material.master_secret.hex()}"',
        "master_salt,hex": f'"{material.master_salt.hex()}"',
        "sender_id,hex": f'"{material.sender_id.hex()}"',
        "recipient_id,hex": f'"{material.recipient_id.hex()}"',
        "replay_window,integer": "32",
        "aead_alg,integer": "10",  # AES-CCM-16-64-128 (RFC 9053, 4.2)
        "hkdf_alg,integer": "-10",  # HKDF SHA-256 (RFC 9053, 5.1)
        # Its server (4.3.4) cannot protect a challenge to a request without a token.
        "rfc8613_b_1_2,bool": "false",
    }
    text = "".join(f"{name},{value}\n" for name, value in values.items())
    path.write_text(text, encoding="utf-8")
    return path


class Client:
    """libcoap's client with the keys of a site; each `post` is a process of its own."""

    def __init__(self, folder: Path, material: KeyMaterial, port: int) -> None:
        """Talk to 127.0.0.1:`port`. The sequence numbers go on from call to call."""
        self._folder = folder
        self._configuration = _configuration(folder / "client.conf", material)
        self._port = port

    async def post(self, frame: bytes) -> bytes:
        """Send a confirmable POST under OSCORE and return the payload of the verified answer.

        Raises:
            AssertionError: there was none; the text has what libcoap said.
        """
        sent, received = self._folder / "request.bin", self._folder / "answer.bin"
        sent.write_bytes(frame)
        received.unlink(missing_ok=True)
        process = await asyncio.create_subprocess_exec(
            *(*_loader(), str(_CLIENT), "-v", "7", "-B", str(_CLIENT_PATIENCE_SECONDS)),
            *("-E", f"{self._configuration},{self._folder / 'client.sequence'}"),
            *("-m", "post", "-f", str(sent), "-o", str(received)),
            f"coap://127.0.0.1:{self._port}/",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said = (await process.communicate())[0].decode(errors="replace")
        assert received.exists(), f"libcoap's client got no answer:\n{said}"
        return received.read_bytes()


class Server:
    """A running server of libcoap; see the head of its source."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def request(self) -> bytes:
        """Wait for the next verified request and return its payload."""
        return bytes.fromhex(await self.line())

    async def line(self) -> str:
        """Wait for the next line of its output. Raises: TimeoutError, AssertionError: it ended."""
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            line = await self._process.stdout.readline()
        assert line, "libcoap's server has ended"
        return line.decode().strip()

    async def answer(self, payload: bytes) -> None:
        """Answer the request that was returned last."""
        assert self._process.stdin is not None
        self._process.stdin.write(payload.hex().encode() + b"\n")
        await self._process.stdin.drain()


@asynccontextmanager
async def server(folder: Path, material: KeyMaterial, port: int) -> AsyncGenerator[Server]:
    """Build the server and run it on 127.0.0.1:`port` with the keys of an expander."""
    program = await _build(folder)
    process = await asyncio.create_subprocess_exec(
        *(*_loader(), str(program), "127.0.0.1", str(port)),
        str(_configuration(folder / "server.conf", material)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        running = Server(process)
        assert await running.line() == "listening"
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _build(folder: Path) -> Path:
    program = folder / "coap_server"
    library = _one("usr/lib/*/libcoap-3-openssl.so.3")
    compiling = await asyncio.create_subprocess_exec(
        *("cc", "-Wall", "-Wextra", "-Werror", "-O1", f"-I{FOLDER / 'usr' / 'include'}"),
        *(str(_SERVER_SOURCE), "-o", str(program), str(library)),
        "-Wl,--allow-shlib-undefined",  # They are in the libraries beside it.
    )
    assert await compiling.wait() == 0
    return program
